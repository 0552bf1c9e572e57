"""What an experiment is, what happens in one, and what comes of it, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ALLOWED = "allowed"
"""The outcome of a call that the policies let through."""


class Kind(StrEnum):
    """What an experiment rests on."""

    SANDBOX = "sandbox"
    """Real calls in a fresh sandbox, or decisions of its policy evaluation."""

    LIMIT = "limit"
    """The API models that botocore ships."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that was done, in the order in which it happened."""

    actor: str
    """Who did it: learner, s3, lambda, poller, function, front-end, session, clock …"""

    call: str
    """What: ``sqs:ReceiveMessage``, or in words what is no API call."""

    outcome: str
    """``allowed``, the error code, or what else came of it (``skipped``, ``read`` …)."""

    detail: str
    """One line: on what, decided by which statement, or the service's own message."""

    is_refused: bool = False
    """Whether it did not succeed."""

    def as_document(self) -> dict[str, Any]:
        """Return the call as a JSON document."""
        return {
            "actor": self.actor,
            "call": self.call,
            "outcome": self.outcome,
            "detail": self.detail,
            "is_refused": self.is_refused,
        }


@dataclass(frozen=True, slots=True)
class Observation:
    """What was looked for, and whether it was seen."""

    id: str
    text: str
    """What is seen if it holds, as the experiment declares it."""

    seen: str
    """What was seen: the values, as ``name: value, name: value``."""

    holds: bool

    def as_document(self) -> dict[str, Any]:
        """Return the observation as a JSON document."""
        return {"id": self.id, "text": self.text, "seen": self.seen, "holds": self.holds}


Tell = Callable[[Call | Observation], object]
"""Takes what happens while it happens."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an experiment."""

    experiment: str
    claim: str
    calls: tuple[Call, ...]
    observations: tuple[Observation, ...]

    @property
    def holds(self) -> bool:
        """Whether the claim holds: all observations do."""
        return all(observation.holds for observation in self.observations)

    def as_document(self) -> dict[str, Any]:
        """Return the report as a JSON document."""
        return {
            "experiment": self.experiment,
            "claim": self.claim,
            "holds": self.holds,
            "calls": [call.as_document() for call in self.calls],
            "observations": [observation.as_document() for observation in self.observations],
        }


@dataclass(frozen=True, slots=True)
class Experiment:
    """Something that can be run to see whether a claim holds."""

    id: str
    """Written once and never changed: questions name it."""

    claim: str
    """One sentence."""

    kind: Kind
    observations: Mapping[str, str]
    """What would be seen if the claim holds, by the ids that options name."""

    addresses: tuple[str, ...]
    """Where AWS documents what the claim says."""

    run: Callable[[Tell], Report] = field(repr=False)
    """Runs it and tells what happens; an error of the sandbox's own passes through."""
