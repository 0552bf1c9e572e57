"""Event buses: what is put on them, which rules it matches, and what their targets do."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPut(PipelineEvent):
    """EventBridge took an event, from a service or from PutEvents."""

    bus: str
    """The bus's name."""

    event_id: str
    source: str
    detail_type: str
    envelope: Json
    """The whole event as rules see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMatched(PipelineEvent):
    """An event matches the pattern of a rule."""

    bus: str
    rule: str
    """The rule's name."""

    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventUnmatched(PipelineEvent):
    """No enabled rule of the bus is for an event: nothing happens with it."""

    bus: str
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetInvoked(PipelineEvent):
    """EventBridge gave an event to a target of a rule, which took it."""

    rule: str
    target: str
    """ARN of the target."""

    target_kind: str
    """queue, function or topic."""

    source_message_id: str
    """The event's id."""

    message_id: str
    """The id that the target answered with: of its message, or of the function's request."""

    body: Json
    """What was sent: the event, or what the target's input settings make of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRetried(PipelineEvent):
    """A target failed for a reason that may pass; EventBridge tries again."""

    rule: str
    target: str
    event_id: str
    attempt: int
    """How often it has been tried."""

    wait: float
    """Seconds until the next attempt."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRefused(PipelineEvent):
    """EventBridge gave an event up: the target did not take it."""

    rule: str
    target: str
    event_id: str
    code: str
    reason: str
    """The refusal, as the target's service words it."""

    note: str
    """What AWS documents about it."""

    dead_letter_queue: str | None
    """Name of the target's dead-letter queue, if the event is there now; else it is lost."""
