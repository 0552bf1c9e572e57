"""Events of the sandbox as calls of an experiment: who did what, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline import events as e
from pipeline.experiments.values import ALLOWED, Call
from pipeline.words import counted, decided_by, plain, record_count, resource_words, seconds_words


def call_of(event: e.PipelineEvent) -> Call | None:
    """Return an event as a call, or None for an event that only says what a call meant."""
    make = _CALLS.get(type(event))
    return make(event) if make is not None else None


def _authorized(event: Any) -> Call:
    by = decided_by(event.decision)
    detail = f"{_object(event)}, by {by}" if by else _object(event)
    return Call(event.actor, _name(event), ALLOWED, plain(detail))


def _denied(event: Any) -> Call:
    detail = event.message or _object(event)
    return Call(event.actor, _name(event), event.code, plain(detail), is_refused=True)


def _object(event: Any) -> str:
    """Return what a call was about, and the action it needed where that is not its own name."""
    resource = resource_words(event.resource)
    return resource if event.action == _name(event) else f"{event.action} on {resource}"


def _name(event: Any) -> str:
    return f"{event.service}:{event.operation}"


def _invoked(event: Any) -> Call:
    batch = counted(record_count(event.payload), "message")
    return Call("lambda", f"invokes {event.function}", ALLOWED, f"synchronously, with {batch}")


def _throttled(event: Any) -> Call:
    detail = f"reserved concurrency {event.reserved_concurrency} leaves no room"
    return Call("lambda", f"invokes {event.function}", "throttled", detail, is_refused=True)


def _failed(event: Any) -> Call:
    return Call(
        "function", "handler", event.error_type, plain(event.error_message), is_refused=True
    )


def _duplicate(_: Any) -> Call:
    return Call(
        "function",
        "dynamodb:PutItem",
        "ConditionalCheckFailedException",
        "the image is done already or newer: the work is skipped",
        is_refused=True,
    )


def _dead_lettered(event: Any) -> Call:
    times = counted(event.receive_count, "time")
    detail = f"received {times}, to {event.dead_letter_queue}: {event.reason}"
    return Call("sqs", "moves a message", "dead-lettered", plain(detail))


def _skipped(event: Any) -> Call:
    until = f", until {event.until}" if event.until else ""
    return Call("clock", "time", "skipped", f"{seconds_words(event.seconds)}{until}")


_CALLS: Mapping[type[e.PipelineEvent], Callable[[Any], Call]] = {
    e.RequestAuthorized: _authorized,
    e.RequestDenied: _denied,
    e.FunctionInvoked: _invoked,
    e.FunctionThrottled: _throttled,
    e.FunctionFailed: _failed,
    e.DuplicateSkipped: _duplicate,
    e.MessageDeadLettered: _dead_lettered,
    e.TimeSkipped: _skipped,
}
