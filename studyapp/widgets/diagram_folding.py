"""The diagram's state, folded from the sandbox's events.

``advance`` is the only way forward and has no side effects, so the diagram of any moment can be
had again by folding the events up to it: that is how a lesson goes back in time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from pipeline import events as e
from pipeline.topology import ARROW_NAMES
from studyapp.widgets.diagram_state import ArrowState, DiagramState

Decided = e.RequestAuthorized | e.RequestDenied
"""An API call that the gate has decided."""

UPLOADS_PREFIX = "uploads-"
DEAD_LETTER_SUFFIX = "-dead-letter"


def advance(state: DiagramState, event: e.PipelineEvent) -> DiagramState:
    """Return the diagram after one more event."""
    state = _resurfaced(state, event.time)
    fold = _FOLDS.get(type(event))
    return fold(state, event) if fold is not None else state


def start_passing(state: DiagramState, arrow: str | None) -> DiagramState:
    """Return the diagram while a call waits on an arrow, before the gate has decided it."""
    arrows: dict[str, ArrowState]
    arrows = {n: ArrowState.IDLE if s is ArrowState.PASSING else s for n, s in state.arrows.items()}
    if arrow is not None:
        arrows[arrow] = ArrowState.PASSING
    return replace(state, arrows=arrows, passing=arrow)


def with_snapshot(
    state: DiagramState,
    *,
    uploads: int,
    visible: int,
    in_flight: int,
    delayed: int,
    dead_lettered: int,
    thumbnails: int,
    items: int,
    broken: Collection[str],
) -> DiagramState:
    """Return the diagram with its counters as the services themselves report them."""
    latest = sorted(state.hidden.items(), key=lambda entry: entry[1], reverse=True)[:in_flight]
    return replace(
        state,
        uploads=uploads,
        visible=visible,
        in_flight=in_flight,
        delayed=delayed,
        dead_lettered=dead_lettered,
        thumbnails=thumbnails,
        items=items,
        broken=frozenset(broken),
        hidden=dict(latest),
    )


def _resurfaced(state: DiagramState, time: float) -> DiagramState:
    due = [message for message, at in state.hidden.items() if at <= time]
    if not due:
        return state
    return replace(
        state,
        visible=state.visible + len(due),
        in_flight=max(0, state.in_flight - len(due)),
        hidden={m: at for m, at in state.hidden.items() if at > time},
    )


def _marked(state: DiagramState, arrow: str | None, mark: ArrowState) -> DiagramState:
    if arrow is None or arrow not in state.arrows:
        return state
    return replace(state, arrows={**state.arrows, arrow: mark})


def _authorized(state: DiagramState, event: e.RequestAuthorized) -> DiagramState:
    return _decided(state, event, ArrowState.ALLOWED, passing=event.arrow)


def _denied(state: DiagramState, event: e.RequestDenied) -> DiagramState:
    return _decided(state, event, ArrowState.DENIED, passing=None)


def _decided(
    state: DiagramState, event: Decided, mark: ArrowState, *, passing: str | None
) -> DiagramState:
    if event.arrow is None or event.arrow not in state.arrows:
        return state
    return replace(
        state,
        arrows={**state.arrows, event.arrow: mark},
        passing=passing,
        last_decision_by_arrow={**state.last_decision_by_arrow, event.arrow: event},
    )


def _counted(state: DiagramState, kind: str, key: str) -> bool:
    return (kind, key) in state.known


def _stored(state: DiagramState, event: e.ObjectStored) -> DiagramState:
    if not event.bucket.startswith(UPLOADS_PREFIX) or _counted(state, "upload", event.key):
        return state
    return replace(state, uploads=state.uploads + 1, known=state.known | {("upload", event.key)})


def _thumbnail(state: DiagramState, event: e.ThumbnailStored) -> DiagramState:
    state = replace(state, passing=None)
    if _counted(state, "thumbnail", event.key):
        return state
    known = state.known | {("thumbnail", event.key)}
    return replace(state, thumbnails=state.thumbnails + 1, known=known)


def _item(state: DiagramState, event: e.ItemRecorded) -> DiagramState:
    state = replace(state, passing=None)
    if _counted(state, "item", event.image_id):
        return state
    return replace(state, items=state.items + 1, known=state.known | {("item", event.image_id)})


def _sent(state: DiagramState, event: e.NotificationSent | e.DestinationTested) -> DiagramState:
    queued = 1 if event.destination_kind == "queue" else 0
    return replace(state, visible=state.visible + queued, passing=None)


def _ready(state: DiagramState, _: e.SandboxReady) -> DiagramState:
    """Empty the queue: S3's test message is received and deleted while the sandbox opens."""
    return replace(state, visible=0, in_flight=0, hidden={})


def _refused(state: DiagramState, _: e.NotificationRefused) -> DiagramState:
    return replace(_marked(state, ARROW_NAMES[0], ArrowState.DENIED), passing=None)


def _poll_refused(state: DiagramState, _: e.PollRefused | e.DeleteRefused) -> DiagramState:
    return replace(_marked(state, ARROW_NAMES[1], ArrowState.DENIED), passing=None)


def _received(state: DiagramState, event: e.BatchReceived) -> DiagramState:
    ids = [str(message.get("MessageId", "")) for message in event.messages]
    new = sum(message not in state.hidden for message in ids)
    return replace(
        state,
        visible=max(0, state.visible - new),
        in_flight=state.in_flight + new,
        hidden={**state.hidden, **dict.fromkeys(ids, math.inf)},
        passing=None,
    )


def _gone(state: DiagramState, message: str) -> DiagramState:
    """Take a message out of the queue, wherever in it it is counted."""
    hidden = {m: at for m, at in state.hidden.items() if m != message}
    if message in state.hidden or not state.visible:
        return replace(state, in_flight=max(0, state.in_flight - 1), hidden=hidden, passing=None)
    return replace(state, visible=state.visible - 1, passing=None)


def _deleted(state: DiagramState, event: e.MessageDeleted) -> DiagramState:
    return _gone(state, event.message_id)


def _returned(state: DiagramState, event: e.MessageReturned) -> DiagramState:
    hidden = {**state.hidden, event.message_id: event.time + event.visible_in}
    return replace(state, hidden=hidden, passing=None)


def _delete_refused(state: DiagramState, event: e.DeleteRefused) -> DiagramState:
    hidden = {**state.hidden, event.message_id: event.time + event.visible_in}
    return replace(_poll_refused(state, event), hidden=hidden)


def _dead_lettered(state: DiagramState, event: e.MessageDeadLettered) -> DiagramState:
    return replace(_gone(state, event.message_id), dead_lettered=state.dead_lettered + 1)


def _expired(state: DiagramState, event: e.MessageExpired) -> DiagramState:
    if event.queue.endswith(DEAD_LETTER_SUFFIX):
        return replace(state, dead_lettered=max(0, state.dead_lettered - 1))
    return _gone(state, event.message_id)


def _redriven(state: DiagramState, event: e.MessagesRedriven) -> DiagramState:
    return replace(
        state,
        visible=state.visible + event.count,
        dead_lettered=max(0, state.dead_lettered - event.count),
    )


def _broken(state: DiagramState, event: e.ArrowBroken) -> DiagramState:
    state = _marked(state, event.arrow, ArrowState.IDLE)
    return replace(state, broken=state.broken | {event.arrow})


def _restored(state: DiagramState, event: e.ArrowRestored) -> DiagramState:
    state = _marked(state, event.arrow, ArrowState.IDLE)
    return replace(state, broken=state.broken - {event.arrow})


_FOLDS: Mapping[type[e.PipelineEvent], Callable[[DiagramState, Any], DiagramState]] = {
    e.RequestAuthorized: _authorized,
    e.RequestDenied: _denied,
    e.ObjectStored: _stored,
    e.DestinationTested: _sent,
    e.SandboxReady: _ready,
    e.NotificationSent: _sent,
    e.NotificationRefused: _refused,
    e.BatchReceived: _received,
    e.PollRefused: _poll_refused,
    e.FunctionInvoked: lambda state, _: replace(state, function_running=True),
    e.FunctionReturned: lambda state, _: replace(state, function_running=False),
    e.FunctionFailed: lambda state, _: replace(state, function_running=False, passing=None),
    e.ThumbnailStored: _thumbnail,
    e.ItemRecorded: _item,
    e.MessageDeleted: _deleted,
    e.DeleteRefused: _delete_refused,
    e.MessageReturned: _returned,
    e.MessageDeadLettered: _dead_lettered,
    e.MessageExpired: _expired,
    e.MappingStateChanged: lambda s, x: replace(s, mapping_enabled=x.state == "Enabled"),
    e.ArrowBroken: _broken,
    e.ArrowRestored: _restored,
    e.MessagesRedriven: _redriven,
    e.SandboxReset: lambda _state, _: DiagramState.initial(),
}
