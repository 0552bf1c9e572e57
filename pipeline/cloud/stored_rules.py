"""What one account of the emulated cloud knows of its event buses: their rules and targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.matching.patterns import Pattern, parse_pattern

DEFAULT_BUS = "default"

QUEUE, FUNCTION, TOPIC = "queue", "function", "topic"
KINDS: Mapping[str, str] = {"sqs": QUEUE, "lambda": FUNCTION, "sns": TOPIC}
"""What a target is, by the service in its ARN."""


def kind_of(arn: str) -> str | None:
    """Return what a target is: queue, function or topic; None for what is not emulated."""
    segments = arn.split(":")
    return KINDS.get(segments[2]) if len(segments) >= 6 else None


@dataclass(frozen=True, slots=True)
class StoredTarget:
    """One target of a rule."""

    target_id: str
    arn: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """As PutTargets took it: Input, InputPath, InputTransformer, RetryPolicy …"""

    @property
    def dead_letters_to(self) -> str | None:
        """ARN of the target's dead-letter queue."""
        return (self.settings.get("DeadLetterConfig") or {}).get("Arn")


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One enabled rule."""

    name: str
    arn: str
    pattern_text: str
    """The event pattern as JSON text; empty for a rule that runs on a schedule."""

    targets: tuple[StoredTarget, ...]

    @property
    def pattern(self) -> Pattern | None:
        """The parsed event pattern; None for a rule that runs on a schedule."""
        return parse_pattern(self.pattern_text) if self.pattern_text else None


def bus_name(name_or_arn: str | None) -> str:
    """Return a bus's name, which calls give as such, as an ARN, or leave out."""
    return (name_or_arn or DEFAULT_BUS).rpartition("/")[2]


def enabled_rules(stored: Stored, bus: str) -> tuple[StoredRule, ...]:
    """Return a bus's enabled rules, in the order in which they were made."""
    found = stored.backend("events", stored.region).event_buses.get(bus)
    if found is None:
        return ()
    return tuple(_rule(rule) for rule in found.rules.values() if rule.state != "DISABLED")


def target_ids(stored: Stored, bus: str, rule: str) -> frozenset[str]:
    """Return the ids of a rule's targets; empty when there is no such rule."""
    found = stored.backend("events", stored.region).event_buses.get(bus)
    stored_rule = found.rules.get(rule) if found is not None else None
    return frozenset() if stored_rule is None else frozenset(t["Id"] for t in stored_rule.targets)


def _rule(rule: Any) -> StoredRule:
    return StoredRule(
        rule.name,
        rule.arn,
        rule.event_pattern.dump() or "",
        tuple(StoredTarget(target["Id"], target["Arn"], target) for target in rule.targets),
    )
