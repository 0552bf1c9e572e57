"""The diagram's state, folded from the sandbox's events.

``advance`` is the only way forward and has no side effects, so the diagram of any moment can be
had again by folding the events up to it: that is how a lesson goes back in time. No architecture
is named here: an arrow is the one that a request carries, a node the one of a resource.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from pipeline import events as e
from pipeline.counts import QueueCount
from studyapp.widgets.diagram_state import ArrowState, DiagramState

Decided = e.RequestAuthorized | e.RequestDenied
"""An API call that the gate has decided."""


def advance(state: DiagramState, event: e.PipelineEvent) -> DiagramState:
    """Return the diagram after one more event."""
    state = _resurfaced(state, event.time)
    fold = _FOLDS.get(type(event))
    return fold(state, event) if fold is not None else state


def start_passing(state: DiagramState, arrow: str | None) -> DiagramState:
    """Return the diagram while a call waits on an arrow, before the gate has decided it."""
    arrows: dict[str, ArrowState]
    arrows = {n: ArrowState.IDLE if s is ArrowState.PASSING else s for n, s in state.arrows.items()}
    if arrow in arrows:
        arrows[arrow] = ArrowState.PASSING
    return replace(state, arrows=arrows, passing=arrow)


def with_counts(
    state: DiagramState,
    *,
    queues: Mapping[str, QueueCount],
    objects: Mapping[str, int],
    table_items: Mapping[str, int],
    broken: Collection[str],
) -> DiagramState:
    """Return the diagram with its counters as the services themselves report them."""
    hidden: dict[str, tuple[str, float]] = {}
    for name, count in queues.items():
        latest = sorted(
            (entry for entry in state.hidden.items() if entry[1][0] == name),
            key=lambda entry: entry[1][1],
            reverse=True,
        )
        hidden |= dict(latest[: count.in_flight])
    return replace(
        state,
        queues=queues,
        objects=objects,
        table_items=table_items,
        broken=frozenset(broken),
        hidden=hidden,
    )


# -- messages in queues --


def _in_queue(
    state: DiagramState, queue: str, *, visible: int = 0, in_flight: int = 0, delayed: int = 0
) -> DiagramState:
    """Add to a queue's counters, none of which falls below zero."""
    count = state.queue(queue)
    moved = QueueCount(
        max(0, count.visible + visible),
        max(0, count.in_flight + in_flight),
        max(0, count.delayed + delayed),
    )
    return replace(state, queues={**state.queues, queue: moved})


def _resurfaced(state: DiagramState, time: float) -> DiagramState:
    due = {message: queue for message, (queue, at) in state.hidden.items() if at <= time}
    if not due:
        return state
    for queue in due.values():
        state = _in_queue(state, queue, visible=1, in_flight=-1)
    return replace(state, hidden={m: to for m, to in state.hidden.items() if m not in due})


def _arrived(state: DiagramState, queue: str, count: int = 1) -> DiagramState:
    return replace(_in_queue(state, queue, visible=count), passing=None)


def _sent(state: DiagramState, event: e.NotificationSent | e.DestinationTested) -> DiagramState:
    if event.destination_kind == "queue":
        return _arrived(state, event.destination)
    return replace(state, passing=None)


def _to_arn(state: DiagramState, arn: str | None) -> DiagramState:
    """Count a message at a queue that is named by its ARN, or by its name."""
    name = (arn or "").rpartition(":")[2]
    if any(queue.name == name for queue in state.topology.queues):
        return _arrived(state, name)
    return replace(state, passing=None)


def _received(state: DiagramState, event: e.BatchReceived) -> DiagramState:
    ids = [str(message.get("MessageId", "")) for message in event.messages]
    new = sum(message not in state.hidden for message in ids)
    state = _in_queue(state, event.queue, visible=-new, in_flight=new)
    hidden = {**state.hidden, **dict.fromkeys(ids, (event.queue, math.inf))}
    return replace(state, hidden=hidden, passing=None)


def _gone(state: DiagramState, queue: str, message: str) -> DiagramState:
    """Take a message out of its queue, wherever in it it is counted."""
    if message in state.hidden or not state.queue(queue).visible:
        state = _in_queue(state, queue, in_flight=-1)
    else:
        state = _in_queue(state, queue, visible=-1)
    hidden = {m: to for m, to in state.hidden.items() if m != message}
    return replace(state, hidden=hidden, passing=None)


def _hidden_again(state: DiagramState, event: e.MessageReturned | e.DeleteRefused) -> DiagramState:
    until = (event.queue, event.time + event.visible_in)
    return replace(state, hidden={**state.hidden, event.message_id: until}, passing=None)


def _dead_lettered(state: DiagramState, event: e.MessageDeadLettered) -> DiagramState:
    return _arrived(_gone(state, event.queue, event.message_id), event.dead_letter_queue)


def _redriven(state: DiagramState, event: e.MessagesRedriven) -> DiagramState:
    source = next((q for q in state.topology.queues if q.name == event.queue), None)
    for queue in state.topology.queues:
        if source is not None and queue.arn == source.dead_letters_to:
            state = _in_queue(state, queue.name, visible=-event.count)
    return _in_queue(state, event.queue, visible=event.count)


def _ready(state: DiagramState, _: e.SandboxReady) -> DiagramState:
    """Empty the queues: S3's test messages are received and deleted while the sandbox opens."""
    return replace(state, queues={}, hidden={}, passed={})


# -- calls --


def _decided(state: DiagramState, event: Decided) -> DiagramState:
    if event.arrow is None or event.arrow not in state.arrows:
        return state
    is_allowed = isinstance(event, e.RequestAuthorized)
    mark = ArrowState.ALLOWED if is_allowed else ArrowState.DENIED
    return replace(
        state,
        arrows={**state.arrows, event.arrow: mark},
        passing=event.arrow if is_allowed else None,
        last_decision_by_arrow={**state.last_decision_by_arrow, event.arrow: event},
    )


def _quiet(state: DiagramState, _: e.PipelineEvent) -> DiagramState:
    return replace(state, passing=None)


def _changed(state: DiagramState, event: e.ArrowBroken | e.ArrowRestored) -> DiagramState:
    """Break or mend an arrow, which then forgets its last call."""
    arrows = state.arrows
    if event.arrow in arrows:
        arrows = {**arrows, event.arrow: ArrowState.IDLE}
    named = frozenset((event.arrow,))
    is_broken = isinstance(event, e.ArrowBroken)
    broken = state.broken | named if is_broken else state.broken - named
    return replace(state, arrows=arrows, broken=broken)


# -- what is stored, what goes through, what runs --


def _object(state: DiagramState, event: e.ObjectStored | e.ThumbnailStored) -> DiagramState:
    new = (event.bucket, event.key)
    if new in state.known:
        return replace(state, passing=None)
    objects = {**state.objects, event.bucket: state.objects.get(event.bucket, 0) + 1}
    return replace(state, objects=objects, known=state.known | {new}, passing=None)


def _item(state: DiagramState, event: e.ItemRecorded) -> DiagramState:
    new = (event.table, event.image_id)
    if new in state.known:
        return replace(state, passing=None)
    items = {**state.table_items, event.table: state.table_items.get(event.table, 0) + 1}
    return replace(state, table_items=items, known=state.known | {new}, passing=None)


def _went_through(state: DiagramState, kind: str, resource: str, count: int = 1) -> DiagramState:
    """Count what went through a node of a kind that keeps nothing itself."""
    for node in state.topology.nodes:
        if node.kind == kind and node.resource == resource:
            passed = {**state.passed, node.name: state.passed.get(node.name, 0) + count}
            return replace(state, passed=passed, passing=None)
    return state


def _invoked(state: DiagramState, event: e.FunctionInvoked) -> DiagramState:
    return replace(state, running={**state.running, event.request_id: event.function})


def _ended(state: DiagramState, event: e.FunctionReturned | e.FunctionFailed) -> DiagramState:
    running = {rid: name for rid, name in state.running.items() if rid != event.request_id}
    return replace(state, running=running, passing=None)


_FOLDS: Mapping[type[e.PipelineEvent], Callable[[DiagramState, Any], DiagramState]] = {
    e.RequestAuthorized: _decided,
    e.RequestDenied: _decided,
    e.ObjectStored: _object,
    e.ThumbnailStored: _object,
    e.ItemRecorded: _item,
    e.DestinationTested: _sent,
    e.SandboxReady: _ready,
    e.NotificationSent: _sent,
    e.NotificationRefused: _quiet,
    e.MessagePublished: lambda s, x: _went_through(s, "topic", x.topic),
    e.SubscriptionDelivered: lambda s, x: _to_arn(s, x.endpoint),
    e.SubscriptionRefused: lambda s, x: _to_arn(s, x.dead_letter_queue),
    e.EventPut: lambda s, x: _went_through(s, "bus", x.bus),
    e.EventMatched: lambda s, x: _went_through(s, "rule", x.rule),
    e.TargetInvoked: lambda s, x: _to_arn(s, x.target),
    e.TargetRefused: lambda s, x: _to_arn(s, x.dead_letter_queue),
    e.StreamRecordsReceived: lambda s, x: _went_through(s, "stream", x.table, len(x.records)),
    e.StreamRecordsDiscarded: lambda s, x: _to_arn(s, x.destination),
    e.StreamPollRefused: _quiet,
    e.DestinationSent: lambda s, x: _to_arn(s, x.destination),
    e.BatchReceived: _received,
    e.PollRefused: _quiet,
    e.FunctionInvoked: _invoked,
    e.FunctionReturned: _ended,
    e.FunctionFailed: _ended,
    e.MessageDeleted: lambda s, x: _gone(s, x.queue, x.message_id),
    e.DeleteRefused: _hidden_again,
    e.MessageReturned: _hidden_again,
    e.MessageDeadLettered: _dead_lettered,
    e.MessageExpired: lambda s, x: _gone(s, x.queue, x.message_id),
    e.MappingStateChanged: lambda s, x: replace(s, mapping_enabled=x.state == "Enabled"),
    e.ArrowBroken: _changed,
    e.ArrowRestored: _changed,
    e.MessagesRedriven: _redriven,
    e.SandboxReset: lambda s, _: DiagramState.initial(s.topology),
}
