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
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import QueueState
from pipeline.lambda_service.batches import failed_message_ids, function_record, split_by_payload
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.runtime import Runtime
from pipeline.lambda_service.scaling import Scaling
from pipeline.lambda_service.settling import Settling
from pipeline.topology import EventSourceMapping, Queue

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

    settings: EventSourceMapping
    queue: Queue
    region: str
    clock: Clock
    emit: e.Emit
    connect: Callable[[], Any]
    """Returns an SQS client with the execution role's credentials; ``ClientError`` if refused."""

    queue_url: str
    runtime: Runtime
    settling: Settling
    state: Callable[[], QueueState]
    wait: Callable[[float, str], None]
    """Lets the batching window pass."""

    enabled: bool = True
    _scaling: Scaling = field(default_factory=Scaling)
    _sqs: Any = None
    _errors: int = 0
    _retry_at: float = 0.0

    # -- what the sandbox asks --

    def forget_credentials(self) -> None:
        """Assume the role again before the next poll."""
        self._sqs = None

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.forget_credentials()
        self.settling.reasons.clear()
        self.enabled = True
        self._errors, self._retry_at = 0, 0.0
        self._scaling = Scaling()

    def due_at(self) -> float | None:
        """Return when the mapping can receive something, in epoch seconds; None: nothing waits."""
        state = self.state()
        if state.visible:
            return max(self.clock.now(), self._retry_at)
        if state.next_visible_at is None:
            return None
        # A message is visible once its timeout is over, not at the very moment it ends.
        return max(self._retry_at, state.next_visible_at + 0.001)

    def act(self) -> bool:
        """Poll once; tell whether messages were received and worked on."""
        return self.poll() is Polled.WORKED

    @property
    def concurrency(self) -> int:
        """How many batches may be worked on at once, now."""
        return self._scaling.concurrency(self.settings.maximum_concurrency)

    def poll(self) -> Polled:
        """Receive as many batches at once as may be worked on, and see each to its end.

        The batches are worked on one after another, yet count as running at once: the function's
        reserved concurrency leaves room for the first of them.
        """
        outcome, batches = self.receive(self.concurrency)
        room = self.runtime.room
        for number, batch in enumerate(batches):
            if room is not None and number >= room:
                self._throttle(batch)
            else:
                self.work(batch)
        return outcome

    def receive(self, most: int) -> tuple[Polled, list[Batch]]:
        """Receive up to so many batches; tell how it went."""
        if not self.enabled or self.clock.now() < self._retry_at:
            return Polled.NOT_POLLING, []
        batches: list[Batch] = []
        try:
            while len(batches) < most and (messages := self._gather()):
                batches += self._batches(messages)
                if len(messages) < self.settings.batch_size:
                    break
        except ClientError as error:
            self._announce_refusal(error)
            return Polled.REFUSED, batches
        self._scaling = self._scaling.after(
            self.clock.now(), has_backlog=len(batches) >= self.concurrency
        )
        return (Polled.WORKED if batches else Polled.EMPTY), batches

    # -- receiving --

    def _gather(self) -> Batch:
        """Receive up to a batch; with a batching window, wait for more when it is not full."""
        if self._sqs is None:
            self._sqs = self.connect()
            self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])
        messages = self._receive_up_to(self.settings.batch_size)
        window = self.settings.batching_window
        if messages and window and len(messages) < self.settings.batch_size:
            self.wait(window, "the batching window")
            messages += self._receive_up_to(self.settings.batch_size - len(messages))
        return messages

    def _receive_up_to(self, count: int) -> Batch:
        messages: Batch = []
        while len(messages) < count:
            answer = self._sqs.receive_message(
                QueueUrl=self.queue_url,
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
                waiting=state.visible + state.in_flight + state.delayed,
                note=WAITING_NOTE,
            )
        )

    # -- one batch --

    def work(self, messages: Batch) -> None:
        """Invoke the function on a batch, delete what succeeded and leave the rest."""
        invocation = self.runtime.invoke(self._function_event(messages))
        if invocation.error_type == THROTTLED:
            self._throttle(messages)
            return
        failed = self._failed_ids(invocation, [m["MessageId"] for m in messages])
        self._note_errors(invocation)
        self.settling.delete(self._sqs, [m for m in messages if m["MessageId"] not in failed])
        default = invocation.error_message or "The function reported the message as failed."
        self.settling.leave([m for m in messages if m["MessageId"] in failed], default, invocation)

    def _throttle(self, messages: Batch) -> None:
        self.emit(
            e.FunctionThrottled(
                time=self.clock.elapsed(),
                function=self.settings.function,
                reserved_concurrency=self.runtime.reserved_concurrency or 0,
            )
        )
        limit = self.runtime.reserved_concurrency
        self.settling.leave(
            messages, f"The function was throttled: its reserved concurrency is {limit}."
        )

    def _function_event(self, messages: Iterable[dict[str, Any]]) -> dict[str, Any]:
        return {"Records": [function_record(m, self.queue.arn, self.region) for m in messages]}

    def _failed_ids(self, invocation: Invocation, message_ids: Sequence[str]) -> frozenset[str]:
        if invocation.error_type is not None:
            return frozenset(message_ids)
        if not self.settings.report_batch_item_failures:
            return frozenset()
        return failed_message_ids(invocation.response, message_ids)

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
