"""The event source mapping of a queue: poll, batch, invoke, delete what succeeded, leave the rest.

Plays the Lambda service as AWS documents it. It polls with the execution role's credentials
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html), invokes the function once per batch,
and honours a partial batch response
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A failed message is
left alone: its visibility timeout brings it back, and the queue's redrive policy ends the matter.

Its pollers know the mapping's maximum concurrency and nothing of the function's reserved
concurrency: they receive as many batches at once as they may, and those that the function has no
room for are throttled (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).

Simplified: one poll is one command and does not wait; what a long poll would wait for, the sandbox
skips. A throttled batch is not tried again before its visibility timeout ends. Not documented by
AWS: how long the mapping backs off after an error, and what becomes of a mapping whose role loses
``sqs:ReceiveMessage``; the events say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredMapping
from pipeline.cloud.stored_queues import QueueState
from pipeline.lambda_service.batches import failed_message_ids, function_record, split_by_payload
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.recursion import RecursionDetection
from pipeline.lambda_service.runtime import Runtime
from pipeline.lambda_service.scaling import Scaling
from pipeline.lambda_service.settling import Settling, SourceQueue

RECEIVE_LIMIT = 10
"""The most messages that one ReceiveMessage returns."""

LONGEST_BACK_OFF = 60.0
"""Seconds. AWS documents that the mapping backs off after errors, not for how long."""

WAITING_NOTE = (
    "The messages wait in the queue and the function's log stays empty. AWS does not document "
    "what else becomes of a mapping whose role loses this permission later."
)

Batch = list[dict[str, Any]]
"""Messages as ReceiveMessage returned them, for one invocation."""


class Polled(Enum):
    """How one poll ended."""

    WORKED = auto()
    EMPTY = auto()
    REFUSED = auto()
    NOT_POLLING = auto()
    """The mapping is disabled or backing off."""


@dataclass(slots=True)
class QueuePoller:
    """Polls one queue for one function."""

    waits_for: ClassVar[str] = "a message becomes visible again"

    uuid: str
    mapping: Callable[[], StoredMapping | None]
    """The mapping as it is set now; None when it is deleted."""

    queue: SourceQueue
    clock: Clock
    emit: e.Emit
    connect: Callable[[], Any]
    """Returns an SQS client with the execution role's credentials; ``ClientError`` if refused."""

    runtime: Callable[[], Runtime | None]
    settling: Settling
    recursion: RecursionDetection
    state: Callable[[], QueueState | None]
    """The queue's counters; None when the queue is gone."""

    wait: Callable[[float, str], None]
    """Lets the batching window pass."""

    _scaling: Scaling = field(default_factory=Scaling)
    _sqs: Any = None
    _errors: int = 0
    _retry_at: float = 0.0

    # -- what the sandbox asks --

    def forget_credentials(self) -> None:
        """Assume the role again before the next poll."""
        self._sqs = None

    def due_at(self) -> float | None:
        """Return when the mapping can receive something, in epoch seconds; None: nothing waits."""
        state = self.state()
        if state is None:
            return None
        if state.can_receive:
            return max(self.clock.now(), self._retry_at)
        if state.next_visible_at is None:
            return None
        # A message is visible once its timeout is over, not at the very moment it ends.
        return max(self._retry_at, state.next_visible_at + 0.001)

    def act(self) -> bool:
        """Poll once; tell whether messages were received and worked on."""
        return self.poll() is Polled.WORKED

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.settling.reasons.clear()

    @property
    def concurrency(self) -> int:
        """How many batches may be worked on at once, now."""
        mapping = self.mapping()
        return self._scaling.concurrency(mapping.maximum_concurrency if mapping else None)

    def poll(self) -> Polled:
        """Receive as many batches at once as may be worked on, and see each to its end.

        The batches are worked on one after another, yet count as running at once: the function's
        reserved concurrency leaves room for the first of them.
        """
        outcome, batches = self.receive(self.concurrency)
        runtime = self.runtime()
        room = runtime.room if runtime is not None else None
        for number, batch in enumerate(batches):
            if room is not None and number >= room:
                self._throttle(batch)
            else:
                self.work(batch)
        return outcome

    def receive(self, most: int) -> tuple[Polled, list[Batch]]:
        """Receive up to so many batches; tell how it went."""
        mapping = self.mapping()
        if mapping is None or not mapping.enabled or self.clock.now() < self._retry_at:
            return Polled.NOT_POLLING, []
        batches: list[Batch] = []
        try:
            while len(batches) < most and (messages := self._gather(mapping)):
                batches += self._batches(messages)
                if len(messages) < mapping.batch_size:
                    break
        except ClientError as error:
            self._announce_refusal(error)
            return Polled.REFUSED, batches
        self._scaling = self._scaling.after(
            self.clock.now(), has_backlog=len(batches) >= self.concurrency
        )
        return (Polled.WORKED if batches else Polled.EMPTY), batches

    # -- receiving --

    def _gather(self, mapping: StoredMapping) -> Batch:
        """Receive up to a batch; with a batching window, wait for more when it is not full."""
        if self._sqs is None:
            self._sqs = self.connect()
            self._sqs.get_queue_attributes(QueueUrl=self.queue.url, AttributeNames=["All"])
        messages = self._receive_up_to(mapping.batch_size)
        if messages and mapping.batching_window and len(messages) < mapping.batch_size:
            self.wait(mapping.batching_window, "the batching window")
            messages += self._receive_up_to(mapping.batch_size - len(messages))
        return messages

    def _receive_up_to(self, count: int) -> Batch:
        messages: Batch = []
        while len(messages) < count:
            answer = self._sqs.receive_message(
                QueueUrl=self.queue.url,
                MaxNumberOfMessages=min(RECEIVE_LIMIT, count - len(messages)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            received = answer.get("Messages", [])
            messages += received
            if len(received) < RECEIVE_LIMIT:
                break
        return messages

    def _batches(self, messages: Batch) -> Iterator[Batch]:
        for batch in split_by_payload(messages):
            self.emit(
                e.BatchReceived(
                    time=self.clock.elapsed(), queue=self.queue.name, messages=tuple(batch)
                )
            )
            yield batch

    def _announce_refusal(self, error: ClientError) -> None:
        self.forget_credentials()
        state = self.state()
        self.emit(
            e.PollRefused(
                time=self.clock.elapsed(),
                queue=self.queue.name,
                code=error.response["Error"]["Code"],
                reason=error.response["Error"]["Message"],
                waiting=state.total if state is not None else 0,
                note=WAITING_NOTE,
            )
        )

    # -- one batch --

    def work(self, messages: Batch) -> None:
        """Invoke the function on a batch, delete what succeeded and leave the rest."""
        runtime, mapping = self.runtime(), self.mapping()
        if runtime is None or mapping is None:
            self.settling.leave(messages, "The function or its mapping has been deleted.")
            return
        name, chain = mapping.function, self.recursion.chain_of(*(m["MessageId"] for m in messages))
        if not self.recursion.allows(name, chain):
            self.recursion.announce(name, chain)
            self.settling.leave(messages, "Lambda stopped a recursive loop.")
            return
        with self.recursion.running(name, chain):
            invocation = runtime.invoke(self._function_event(messages))
        if invocation.error_type == THROTTLED:
            self._throttle(messages)
            return
        failed = _failed_ids(mapping, invocation, [m["MessageId"] for m in messages])
        self._note_errors(invocation)
        self.settling.delete(self._sqs, [m for m in messages if m["MessageId"] not in failed])
        default = invocation.error_message or "The function reported the message as failed."
        self.settling.leave([m for m in messages if m["MessageId"] in failed], default, invocation)

    def _throttle(self, messages: Batch) -> None:
        runtime = self.runtime()
        limit = (runtime.reserved_concurrency if runtime is not None else None) or 0
        mapping = self.mapping()
        self.emit(
            e.FunctionThrottled(
                time=self.clock.elapsed(),
                function=mapping.function if mapping is not None else "",
                reserved_concurrency=limit,
            )
        )
        self.settling.leave(
            messages, f"The function was throttled: its reserved concurrency is {limit}."
        )

    def _function_event(self, messages: Iterable[dict[str, Any]]) -> dict[str, Any]:
        arn, region = self.queue.arn, self.queue.region
        return {"Records": [function_record(message, arn, region) for message in messages]}

    def _note_errors(self, invocation: Invocation) -> None:
        if invocation.error_type is None:
            self._errors = 0
            return
        self._errors += 1
        seconds = min(2.0 ** (self._errors - 1), LONGEST_BACK_OFF)
        self._retry_at = self.clock.now() + seconds
        self.emit(
            e.MappingBackedOff(
                time=self.clock.elapsed(),
                consecutive_errors=self._errors,
                seconds=seconds,
                note="AWS documents that the mapping backs off, not for how long.",
            )
        )


def _failed_ids(
    mapping: StoredMapping, invocation: Invocation, message_ids: Sequence[str]
) -> frozenset[str]:
    if invocation.error_type is not None:
        return frozenset(message_ids)
    if not mapping.report_batch_item_failures:
        return frozenset()
    return failed_message_ids(invocation.response, message_ids)
