"""Where everything is that entered an architecture: folded from events, branch by branch.

One order becomes a shipment, an invoice and a count; one upload a thumbnail, an index entry and an
audit record. Each of these is a branch, named after its function, and ends by itself. Message ids
link the hops: what left S3, a topic or a rule is known again where it arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline import events as e
from pipeline.topology import Topology


class State(StrEnum):
    """How far a branch is."""

    UNDER_WAY = "under way"
    DONE = "done"
    FILTERED = "filtered out"
    REFUSED = "refused"
    WAITING = "waiting"
    GIVEN_UP = "given up"
    NOT_SUBMITTED = "not submitted"


GOOD = frozenset({State.DONE, State.FILTERED})
"""The ends that nobody has to look after."""


@dataclass(frozen=True, slots=True)
class End:
    """Where one branch of one input is."""

    state: State
    reason: str = ""

    def words(self) -> str:
        """Return it in a few words."""
        return f"{self.state}: {self.reason}" if self.reason else str(self.state)


@dataclass(slots=True)
class Journeys:
    """Subscribe it to a sandbox's events; name each input before it is submitted."""

    topology: Topology
    inputs: dict[str, dict[str, End]] = field(default_factory=dict)
    """For each input, by name: its branches."""

    _current: str = ""
    _name_of: dict[str, str] = field(default_factory=dict)
    """The input that a message, an event or an invocation is about, by its id."""

    _records: dict[str, str] = field(default_factory=dict)
    """The input that an item is, by its partition key."""

    def begin(self, name: str, record_key: str | None = None) -> None:
        """What happens from now on and has no known cause is about this input."""
        self._current = name
        self.inputs.setdefault(name, {})
        if record_key is not None:
            self._records[record_key] = name

    def fail(self, name: str, reason: str) -> None:
        """An input could not be submitted."""
        self.inputs.setdefault(name, {})["entry"] = End(State.NOT_SUBMITTED, reason)

    def has_ended_well(self, name: str) -> bool:
        """Say whether every branch of an input came to a good end, and one was done."""
        states = [end.state for end in self.inputs[name].values()]
        return State.DONE in states and all(state in GOOD for state in states)

    def sentence(self, name: str) -> str:
        """Return where an input is, branch by branch."""
        ends = self.inputs[name]
        if not ends:
            return "nothing happened: no rule or subscription asked for it"
        return "; ".join(f"{branch} {end.words()}" for branch, end in sorted(ends.items()))

    def __call__(self, event: e.PipelineEvent) -> None:
        """Take one event."""
        fold = _FOLDS.get(type(event))
        if fold is not None:
            fold(self, event)

    # -- where a message is about which input --

    def _about(self, *ids: str) -> str:
        return next((self._name_of[i] for i in ids if i in self._name_of), self._current)

    def _links(self, new: str, *known: str) -> str:
        name = self._name_of[new] = self._about(*known)
        return name

    def _set(self, name: str, branch: str, state: State, reason: str = "") -> None:
        ends = self.inputs.setdefault(name, {})
        before = ends.get(branch)
        if before is None or before.state is not State.DONE:
            ends[branch] = End(state, reason)

    def _branch(self, queue: str) -> str:
        """Return the function behind a queue (name or ARN); the queue's name where none is."""
        queue = queue.rpartition(":")[2]
        for each in self.topology.queues:
            mapping = self.topology.mapping_of(each.arn)
            if each.name == queue and mapping is not None:
                return mapping.function
        return queue

    # -- one small fold for each event that moves an input --

    def _notified(self, event: e.NotificationSent) -> None:
        name = self._links(event.message_id)
        if event.destination_kind == "queue":
            self._set(name, self._branch(event.destination), State.UNDER_WAY)

    def _published(self, event: e.MessagePublished) -> None:
        self._links(event.message_id)

    def _put(self, event: e.EventPut) -> None:
        self._links(event.event_id)

    def _arrived(self, event: e.SubscriptionDelivered | e.TargetInvoked) -> None:
        name = self._links(event.message_id, event.source_message_id)
        place = event.endpoint if isinstance(event, e.SubscriptionDelivered) else event.target
        self._set(name, self._branch(place), State.UNDER_WAY)

    def _filtered(self, event: e.SubscriptionFiltered) -> None:
        name = self._about(event.source_message_id)
        self._set(name, self._branch(event.endpoint), State.FILTERED)

    def _refused(self, event: e.NotificationRefused) -> None:
        self._set(self._current, self._branch(event.destination), State.REFUSED, event.reason)

    def _subscription_refused(self, event: e.SubscriptionRefused) -> None:
        name = self._about(event.source_message_id)
        self._set(name, self._branch(event.endpoint), State.REFUSED, event.reason)

    def _target_refused(self, event: e.TargetRefused) -> None:
        name = self._about(event.event_id)
        self._set(name, self._branch(event.target), State.REFUSED, event.reason)

    def _deleted(self, event: e.MessageDeleted) -> None:
        self._set(self._about(event.message_id), self._branch(event.queue), State.DONE)

    def _returned(self, event: e.MessageReturned) -> None:
        self._set(self._about(event.message_id), self._branch(event.queue), State.UNDER_WAY)

    def _poll_refused(self, event: e.PollRefused) -> None:
        self._waits(self._branch(event.queue), event.reason)

    def _dead_lettered(self, event: e.MessageDeadLettered) -> None:
        name = self._about(event.message_id)
        self._set(name, self._branch(event.queue), State.GIVEN_UP, event.reason)

    def _queued(self, event: e.InvocationQueued) -> None:
        self._set(self._links(event.request_id), event.function, State.UNDER_WAY)

    def _succeeded(self, event: e.FunctionReturned) -> None:
        if event.request_id in self._name_of:
            self._set(self._name_of[event.request_id], event.function, State.DONE)

    def _discarded(self, event: e.InvocationDiscarded) -> None:
        self._set(self._about(event.request_id), event.function, State.GIVEN_UP, event.reason)

    # -- streams --

    def _received(self, event: e.StreamRecordsReceived) -> None:
        for name in self._named(event.records):
            self._set(name, self._reader(event.table), State.UNDER_WAY)

    def _processed(self, event: e.StreamRecordsProcessed) -> None:
        for name in self._named(event.records):
            self._set(name, self._reader(event.table), State.DONE)

    def _given_up(self, event: e.StreamRecordsDiscarded) -> None:
        for name in self._named(event.records):
            self._set(name, self._reader(event.table), State.GIVEN_UP, event.reason)

    def _stream_refused(self, event: e.StreamPollRefused) -> None:
        self._waits(self._reader(event.table), event.reason)

    def _named(self, records: Iterable[Any]) -> Iterable[str]:
        for record in records:
            key = next(iter(record["dynamodb"]["Keys"].values()))
            name = self._records.get(str(next(iter(key.values()))))
            if name is not None:
                yield name

    def _reader(self, table: str) -> str:
        arn = next(t.arn for t in self.topology.tables if t.name == table)
        mapping = self.topology.mapping_of(arn)
        return mapping.function if mapping is not None else table

    def _waits(self, branch: str, reason: str) -> None:
        for ends in self.inputs.values():
            if branch not in ends or ends[branch].state is State.UNDER_WAY:
                ends[branch] = End(State.WAITING, reason)


_FOLDS: Mapping[type[e.PipelineEvent], Callable[[Journeys, Any], None]] = {
    e.NotificationSent: Journeys._notified,  # noqa: SLF001 - a table of this module's own folds
    e.NotificationRefused: Journeys._refused,  # noqa: SLF001
    e.MessagePublished: Journeys._published,  # noqa: SLF001
    e.SubscriptionDelivered: Journeys._arrived,  # noqa: SLF001
    e.SubscriptionFiltered: Journeys._filtered,  # noqa: SLF001
    e.SubscriptionRefused: Journeys._subscription_refused,  # noqa: SLF001
    e.EventPut: Journeys._put,  # noqa: SLF001
    e.TargetInvoked: Journeys._arrived,  # noqa: SLF001
    e.TargetRefused: Journeys._target_refused,  # noqa: SLF001
    e.MessageDeleted: Journeys._deleted,  # noqa: SLF001
    e.MessageReturned: Journeys._returned,  # noqa: SLF001
    e.MessageDeadLettered: Journeys._dead_lettered,  # noqa: SLF001
    e.PollRefused: Journeys._poll_refused,  # noqa: SLF001
    e.InvocationQueued: Journeys._queued,  # noqa: SLF001
    e.FunctionReturned: Journeys._succeeded,  # noqa: SLF001
    e.InvocationDiscarded: Journeys._discarded,  # noqa: SLF001
    e.StreamRecordsReceived: Journeys._received,  # noqa: SLF001
    e.StreamRecordsProcessed: Journeys._processed,  # noqa: SLF001
    e.StreamRecordsDiscarded: Journeys._given_up,  # noqa: SLF001
    e.StreamPollRefused: Journeys._stream_refused,  # noqa: SLF001
}
