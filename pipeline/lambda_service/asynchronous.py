"""Lambda's own queue: asynchronous invocations, their retries, and what becomes of lost ones.

An invocation of the type ``Event`` is answered at once and queued. A function that fails is tried
again after one minute and once more after two; one that is throttled goes back to the queue, for up
to six hours, after one second at first and five minutes at most. An event that is given up goes to
the function's dead-letter queue, its record to the on-failure destination; without either it is
lost. A function whose reserved concurrency is zero is not retried at all.
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html)

Not documented: by what factor the wait of a throttled event grows (it doubles here), and the moment
at which an old event is given up (here, when its age is reached). Simplified: events are taken in
the order they are due, and Lambda does not slow down when many wait.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredFunction
from pipeline.lambda_service.destinations import Destinations, Parcel
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.invocation_records import (
    EVENT_AGE_EXCEEDED,
    RECURSION,
    RETRIES_EXHAUSTED,
    SUCCESS,
    ZERO_CONCURRENCY,
    dead_letter_attributes,
    invocation_record,
)
from pipeline.lambda_service.recursion import Chain, RecursionDetection, merged

FIRST_THROTTLE_WAIT = 1.0
LONGEST_THROTTLE_WAIT = 300.0
"""Seconds that a throttled event waits, at first and at most."""

SECONDS_A_RETRY = 60.0
"""After the first failure one minute, after the second two."""


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An asynchronous invocation in Lambda's queue."""

    function: str
    request_id: str
    payload: e.Json
    queued_at: float
    """Epoch seconds."""

    chain: Chain = field(default_factory=Chain)
    attempts: int = 0
    failures: int = 0
    """How many of the attempts were failures of the function."""

    last: Invocation | None = None
    """How the last attempt ended."""


@dataclass(slots=True)
class AsynchronousInvocations:
    """The queue of one account's asynchronous invocations."""

    waits_for: ClassVar[str] = "Lambda tries an event again"

    clock: Clock
    emit: e.Emit
    new_id: Callable[[], str]
    settings: Callable[[str], StoredFunction | None]
    """For a function's name: its configuration, now; None when it is gone."""

    invoke: Callable[[str, e.Json, str], Invocation]
    """Runs a function (name, event, request id)."""

    destinations: Destinations
    recursion: RecursionDetection
    duplicates: Callable[[QueuedEvent], bool] = lambda _: False
    """Asked after a success: whether the event is delivered once more, as may happen on AWS."""

    _waiting: list[tuple[float, int, QueuedEvent]] = field(default_factory=list)
    _number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # -- what the sandbox asks --

    @property
    def count(self) -> int:
        """How many events wait in the queue."""
        return len(self._waiting)

    def queue(
        self, function: str, payload: e.Json, *, source: str, chain: Chain | None = None
    ) -> str:
        """Take an asynchronous invocation, and return its request id.

        Args:
            function: The function's name.
            payload: The event.
            source: Who invokes: an ARN or a service principal.
            chain: The chain of requests that it belongs to.
        """
        request_id = self.new_id()
        event = QueuedEvent(function, request_id, payload, self.clock.now(), chain or Chain())
        self.emit(
            e.InvocationQueued(
                time=self.clock.elapsed(),
                function=function,
                request_id=request_id,
                payload=payload,
                source=source,
            )
        )
        self._put(event, self.clock.now())
        return request_id

    def due_at(self) -> float | None:
        """Return when the next event is due, in epoch seconds; None when the queue is empty."""
        with self._lock:
            return max(self._waiting[0][0], self.clock.now()) if self._waiting else None

    def act(self) -> bool:
        """Work on every event that is due now; tell whether there was one."""
        worked = False
        due = [event for _ in range(self.count) if (event := self.take()) is not None]
        for event in due:
            self.work(event)
            worked = True
        return worked

    def forget(self) -> None:
        """Drop everything: the cloud was reset."""
        with self._lock:
            self._waiting.clear()

    # -- one event --

    def take(self) -> QueuedEvent | None:
        """Take the first event that is due out of the queue, or None; any thread may."""
        with self._lock:
            if self._waiting and self._waiting[0][0] <= self.clock.now():
                return heapq.heappop(self._waiting)[2]
            return None

    def work(self, event: QueuedEvent) -> None:
        """See an event to its end: it succeeds, goes back to the queue, or is given up."""
        settings = self.settings(event.function)
        if settings is None:
            self._discard(event, None, RETRIES_EXHAUSTED, "The function does not exist.")
            return
        if self.clock.now() >= event.queued_at + settings.maximum_event_age:
            reason = f"It waited {settings.maximum_event_age:,} seconds, the most that it may."
            self._discard(event, settings, EVENT_AGE_EXCEEDED, reason)
            return
        # A service that delivers to a function tells what it delivered once it has the request id.
        chain = merged((event.chain, self.recursion.chain_of(event.request_id)))
        event = replace(event, chain=chain)
        if not self.recursion.allows(event.function, chain):
            self.recursion.announce(event.function, chain)
            self._discard(event, settings, RECURSION, "Lambda stopped a recursive loop.")
            return
        with self.recursion.running(event.function, chain):
            ended = self.invoke(event.function, event.payload, event.request_id)
        tried = replace(event, attempts=event.attempts + 1, last=ended)
        if ended.error_type is None:
            self._succeed(tried, settings)
        elif ended.error_type == THROTTLED:
            self._throttled(event, tried, settings)
        else:
            self._failed(replace(tried, failures=event.failures + 1), settings)

    def _succeed(self, event: QueuedEvent, settings: StoredFunction) -> None:
        if settings.on_success:
            self._send_record(event, settings, SUCCESS, settings.on_success)
        if self.duplicates(event):
            self._put(event, self.clock.now())

    def _throttled(self, before: QueuedEvent, event: QueuedEvent, settings: StoredFunction) -> None:
        reason = event.last.error_message if event.last is not None else ""
        if settings.reserved_concurrency == 0:
            self._discard(replace(before, last=event.last), settings, ZERO_CONCURRENCY, reason)
            return
        throttles = event.attempts - event.failures
        wait = min(FIRST_THROTTLE_WAIT * 2.0 ** (throttles - 1), LONGEST_THROTTLE_WAIT)
        self._retry(event, settings, wait, reason)

    def _failed(self, event: QueuedEvent, settings: StoredFunction) -> None:
        ended = event.last
        reason = f"{ended.error_type}: {ended.error_message}" if ended is not None else ""
        if event.failures > settings.maximum_retry_attempts:
            self._discard(event, settings, RETRIES_EXHAUSTED, reason)
        else:
            self._retry(event, settings, SECONDS_A_RETRY * event.failures, reason)

    def _retry(
        self, event: QueuedEvent, settings: StoredFunction, wait: float, reason: str
    ) -> None:
        self.emit(
            e.InvocationRetried(
                time=self.clock.elapsed(),
                function=event.function,
                request_id=event.request_id,
                attempt=event.attempts,
                wait=wait,
                reason=reason,
            )
        )
        expires = event.queued_at + settings.maximum_event_age
        self._put(event, min(self.clock.now() + wait, expires))

    def _discard(
        self, event: QueuedEvent, settings: StoredFunction | None, condition: str, reason: str
    ) -> None:
        kept = (settings.dead_letters_to, settings.on_failure) if settings is not None else ()
        self.emit(
            e.InvocationDiscarded(
                time=self.clock.elapsed(),
                function=event.function,
                request_id=event.request_id,
                condition=condition,
                reason=reason,
                kept_by=tuple(arn for arn in kept if arn),
            )
        )
        if settings is None:
            return
        if settings.dead_letters_to:
            parcel = Parcel(
                event.function,
                event.request_id,
                condition,
                "dead-letter queue",
                event.payload,
                dead_letter_attributes(event.request_id, event.last, reason),
            )
            self.destinations.send(parcel, settings.dead_letters_to)
        if settings.on_failure:
            self._send_record(event, settings, condition, settings.on_failure)

    def _send_record(
        self, event: QueuedEvent, settings: StoredFunction, condition: str, destination: str
    ) -> None:
        record = invocation_record(
            function_arn=settings.arn,
            request_id=event.request_id,
            condition=condition,
            attempts=event.attempts,
            payload=event.payload,
            ended=event.last,
            at=self.clock.iso(),
        )
        purpose: e.Purpose = (
            "on-success destination" if condition == SUCCESS else "on-failure destination"
        )
        parcel = Parcel(event.function, event.request_id, condition, purpose, record)
        with self.recursion.running(event.function, event.chain):
            self.destinations.send(parcel, destination)

    def _put(self, event: QueuedEvent, due: float) -> None:
        with self._lock:
            self._number += 1
            heapq.heappush(self._waiting, (due, self._number, event))
