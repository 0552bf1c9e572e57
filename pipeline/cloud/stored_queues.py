"""What stands in the queues of one account: for the gate, the diagram and whoever counts.

Everything but the list of messages costs the same at any length of the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pipeline.clock import Clock
from pipeline.fidelity.entered import entered
from pipeline.fidelity.sqs_queue import store_of
from pipeline.queueing.departures import Departure, Listener
from pipeline.queueing.store import MessageStore


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue's counters."""

    visible: int
    in_flight: int
    delayed: int
    next_visible_at: float | None
    """When the next hidden message can be received, in epoch seconds; None when none is hidden."""

    can_receive: bool
    """Whether a receive finds a message now: a FIFO queue's visible ones may all be locked."""

    @property
    def total(self) -> int:
        """All messages, whatever their state."""
        return self.visible + self.in_flight + self.delayed


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message in a queue, whatever its state."""

    message_id: str
    body: str
    receive_count: int
    visible_at: float
    """Epoch seconds."""

    sent_at: float
    """Epoch seconds."""


@dataclass(slots=True)
class StoredQueues:
    """A reader of one account's queues, at one clock's time."""

    waits_for: ClassVar[str] = "messages leave a queue"

    clock: Clock
    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region."""

    announce: Listener = lambda _: None
    """Told by ``act`` of messages that were dead-lettered or expired."""

    _departures: list[Departure] = field(default_factory=list)

    # -- queues --

    def queue(self, name: str) -> Any:
        """Return the emulator's record of a queue; None when there is none of that name."""
        return self.backend("sqs", self.region).queues.get(name)

    def queue_exists(self, name: str) -> bool:
        """Tell whether a queue of that name exists in this account and Region."""
        return self.queue(name) is not None

    def store(self, name: str) -> MessageStore:
        """Return a queue's messages, to act on while the emulator is held; ``KeyError`` without.

        Its settings are those of the queue's attributes at this moment.
        """
        store = store_of(self.backend("sqs", self.region).queues[name])
        if store is None:
            raise KeyError(name)
        store.listener = self._departures.append
        if store.redrive is not None:
            store.redrive.target.listener = self._departures.append
        return store

    def largest_message(self, name: str) -> int:
        """Return a queue's MaximumMessageSize, in bytes."""
        return int(self.queue(name).maximum_message_size)

    def receive_wait(self, name: str) -> int:
        """Return a queue's ReceiveMessageWaitTimeSeconds."""
        return int(self.queue(name).receive_message_wait_time_seconds)

    def max_receive_count(self, name: str) -> int | None:
        """Return how often a queue's message may be received; None without a redrive policy."""
        redrive = self.store(name).redrive
        return redrive.max_receive_count if redrive is not None else None

    def source_of_dead_letters(self, name: str) -> str | None:
        """Return a queue whose redrive policy names this dead-letter queue, if one does."""
        for queue in self.backend("sqs", self.region).queues.values():
            if queue.dead_letter_queue is not None and queue.dead_letter_queue.name == name:
                return str(queue.name)
        return None

    # -- messages --

    def queue_state(self, name: str) -> QueueState:
        """Return a queue's counters at the clock's time."""
        with entered(self.clock):
            store, now = self.store(name), self.clock.now()
            counts = store.counts(now)
            return QueueState(
                counts.visible,
                counts.in_flight,
                counts.delayed,
                store.next_visible_at(now),
                store.next_message(now) is not None,
            )

    def stored_messages(self, name: str) -> tuple[StoredMessage, ...]:
        """Return every message in a queue, oldest arrival first."""
        with entered(self.clock):
            store = self.store(name)
            store.settle(self.clock.now())
            return tuple(
                StoredMessage(m.message_id, m.body, m.receive_count, m.visible_at, m.sent_at)
                for m in store
            )

    def visible_at(self, queue: str, message_id: str) -> float:
        """Return when a message can be received again, in epoch seconds; now if it is not there."""
        with entered(self.clock):
            message = self.store(queue).find(message_id)
            return self.clock.now() if message is None else message.visible_at

    def oldest_message_age(self, name: str) -> float:
        """Return for how many seconds the oldest message has been in a queue; 0 without one.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
        """
        with entered(self.clock):
            return self.store(name).oldest_age(self.clock.now())

    # -- departures, which are told when nobody holds the emulator --

    def due_at(self) -> float | None:
        """Return now, in epoch seconds, when messages left that nobody was told of; else None."""
        with entered(self.clock):
            now = self.clock.now()
            for name in self.backend("sqs", self.region).queues:
                self.store(name).settle(now)
            return now if self._departures else None

    def act(self) -> bool:
        """Tell of what left the queues since the last time; tell whether anything had."""
        with entered(self.clock):
            told, self._departures[:] = tuple(self._departures), ()
        for departure in told:
            self.announce(departure)
        return bool(told)

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self._departures.clear()
