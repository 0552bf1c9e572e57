"""The store against a naive model of what SQS documents: a list of messages and loops over it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.queueing.departures import (
    DeadLettered,
    Departure,
    Expired,
    HiddenTooLongError,
    InFlightLimitError,
    MessageGoneError,
    ReceiptExpiredError,
)
from pipeline.queueing.message import Outgoing, QueueSettings
from pipeline.queueing.store import MessageStore, Redrive

TIMEOUT, RETENTION, LIMIT, MOST = 30, 600, 4, 2


@dataclass(eq=False)
class Kept:
    """A message of the model."""

    body: str
    sent_at: float
    visible_at: float
    group: str | None
    handles: list[str] = field(default_factory=list)
    received_at: float = 0.0

    def is_hidden(self, now: float) -> bool:
        return self.visible_at > now

    def is_in_flight(self, now: float) -> bool:
        return self.is_hidden(now) and bool(self.handles)


class Queues(RuleBasedStateMachine):
    """Two queues, the second the first's dead-letter queue."""

    fifo = False

    @initialize(queue_delay=st.sampled_from((0, 5)))
    def open(self, queue_delay: int) -> None:
        self.now = 1000.0
        numbers = itertools.count(1)
        options = QueueSettings(
            fifo=self.fifo,
            visibility_timeout=TIMEOUT,
            retention=RETENTION,
            delay=queue_delay,
            in_flight_limit=LIMIT,
        )
        self.delay = queue_delay
        self.dead = MessageStore("arn:dead", lambda: f"d{next(numbers)}", b"dead", options)
        self.store = MessageStore("arn:jobs", lambda: f"m{next(numbers)}", b"jobs", options)
        self.store.redrive = Redrive(self.dead, MOST)
        self.left: list[Departure] = []
        self.store.listener = self.left.append
        self.model: list[Kept] = []
        self.dead_model: list[Kept] = []
        self.gone_handles: list[str] = []
        self.expected_left: list[tuple[str, str]] = []
        self.bodies = itertools.count(1)
        self.sent_at: dict[str, float] = {}

    # -- the model's own turn --

    def expire(self) -> None:
        for kept in sorted(self.model, key=lambda each: each.sent_at):
            if kept.sent_at + RETENTION <= self.now:
                self.model.remove(kept)
                self.gone_handles += kept.handles
                self.expected_left.append(("expired", kept.body))
        self.dead_model = [k for k in self.dead_model if k.sent_at + RETENTION > self.now]

    def candidates(self) -> list[Kept]:
        """Return who may be received, in the order of handing out."""
        ready = [kept for kept in self.model if not kept.is_hidden(self.now)]
        if not self.fifo:
            return ready
        locked = {kept.group for kept in self.model if kept.is_in_flight(self.now)}
        free = [kept for kept in ready if kept.group not in locked]
        heads = list(dict.fromkeys(kept.group for kept in free))
        return [kept for group in heads for kept in free if kept.group == group]

    def by_handle(self, handle: str) -> Kept | None:
        return next((kept for kept in self.model if handle in kept.handles), None)

    # -- rules --

    @rule(delay=st.sampled_from((None, 0, 7)), group=st.sampled_from("ab"))
    def send(self, delay: int | None, group: str) -> None:
        body = str(next(self.bodies))
        chosen = group if self.fifo else None
        self.store.send(
            Outgoing(body, delay=delay, group_id=chosen, deduplication_id=body), self.now
        )
        self.expire()
        wait = self.delay if delay is None or self.fifo else delay
        self.model.append(Kept(body, self.now, self.now + wait, chosen))

    @rule(count=st.integers(1, 10), timeout=st.sampled_from((None, 0, 12)))
    def receive(self, count: int, timeout: int | None) -> None:
        self.expire()
        room = LIMIT - sum(kept.is_in_flight(self.now) for kept in self.model)
        if room <= 0 and not self.fifo:
            with pytest.raises(InFlightLimitError):
                self.store.receive(count, self.now, timeout)
            return
        received = self.store.receive(count, self.now, timeout)
        expected: list[Kept] = []
        for kept in self.candidates() if room > 0 else []:
            if len(kept.handles) >= MOST:
                self.model.remove(kept)
                kept.sent_at = self.now if self.fifo else kept.sent_at
                self.dead_model.append(kept)
                self.gone_handles += kept.handles
                self.expected_left.append(("dead", kept.body))
                continue
            expected.append(kept)
            if len(expected) == min(count, room):
                break
        assert [kept.body for kept in expected] == [message.body for message in received]
        for kept, message in zip(expected, received, strict=True):
            kept.handles.append(message.receipt_handle)
            kept.received_at = self.now
            kept.visible_at = self.now + (TIMEOUT if timeout is None else timeout)
            assert message.receive_count == len(kept.handles)

    def some_handle(self, data: Any) -> str | None:
        handles = [handle for kept in self.model for handle in kept.handles] + self.gone_handles
        return data.draw(st.sampled_from(handles)) if handles else None

    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        self.expire()
        handle = self.some_handle(data)
        if handle is None:
            return
        kept = self.by_handle(handle)
        if kept is None:
            assert not self.store.delete(handle, self.now)
            return
        is_last = handle == kept.handles[-1]
        if self.fifo and not (is_last and kept.is_in_flight(self.now)):
            with pytest.raises(ReceiptExpiredError):
                self.store.delete(handle, self.now)
            return
        assert self.store.delete(handle, self.now) == is_last
        if is_last:
            self.model.remove(kept)
            self.gone_handles += kept.handles

    @rule(data=st.data(), timeout=st.sampled_from((0, 3, 43_200)))
    def change_visibility(self, data: Any, timeout: int) -> None:
        self.expire()
        handle = self.some_handle(data)
        if handle is None:
            return
        kept = self.by_handle(handle)
        refusal: type[Exception] | None = None
        is_last = kept is not None and handle == kept.handles[-1]
        if kept is None:
            refusal = MessageGoneError
        elif self.fifo and not (is_last and kept.is_in_flight(self.now)):
            refusal = ReceiptExpiredError
        elif is_last and self.now + timeout > kept.received_at + 43_200:
            refusal = HiddenTooLongError
        if refusal is not None:
            with pytest.raises(refusal):
                self.store.change_visibility(handle, timeout, self.now)
            return
        self.store.change_visibility(handle, timeout, self.now)
        if kept is not None and is_last:
            kept.visible_at = self.now + timeout

    @rule(seconds=st.sampled_from((1, 6, 13, 31, 200)))
    def skip(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def purge(self) -> None:
        self.expire()
        self.store.settle(self.now)
        self.gone_handles += [handle for kept in self.model for handle in kept.handles]
        self.model.clear()
        self.store.purge()

    # -- what always holds --

    @invariant()
    def stands_alike(self) -> None:
        if not hasattr(self, "store"):
            return
        self.expire()
        counts = self.store.counts(self.now)
        hidden = [kept for kept in self.model if kept.is_hidden(self.now)]
        in_flight = [kept for kept in hidden if kept.handles]
        assert len(self.model) - len(hidden) == counts.visible
        assert len(in_flight) == counts.in_flight
        assert len(hidden) - len(in_flight) == counts.delayed
        assert [kept.body for kept in self.model] == [message.body for message in self.store]
        assert min((kept.visible_at for kept in hidden), default=None) == (
            self.store.next_visible_at(self.now)
        )
        expected = next((kept.body for kept in self.candidates()), None)
        found = self.store.next_message(self.now)
        assert expected == (found and found.body)
        self.dead.settle(self.now)
        assert [kept.body for kept in self.dead_model] == [message.body for message in self.dead]

    @invariant()
    def tells_what_left(self) -> None:
        if not hasattr(self, "store"):
            return
        told = [
            ("dead" if isinstance(each, DeadLettered) else "expired", each.message.body)
            for each in self.left
        ]
        assert sorted(self.expected_left) == sorted(told)
        assert all(isinstance(each, DeadLettered | Expired) for each in self.left)


class FifoQueues(Queues):
    """The same, with groups in order."""

    fifo = True


OFTEN = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestStandardQueues = Queues.TestCase
TestStandardQueues.settings = OFTEN
TestFifoQueues = FifoQueues.TestCase
TestFifoQueues.settings = OFTEN
