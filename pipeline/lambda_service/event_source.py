"""The event source mapping: poll, batch, invoke, delete what succeeded, leave what failed.

Plays the Lambda service as AWS documents it. It polls with the execution role's credentials
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html), invokes the function once per batch,
and honours a partial batch response
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A failed message is
left alone: its visibility timeout brings it back, and the queue's redrive policy ends the matter.

Simplified: one poll is one command and does not wait; what a long poll would wait for, the sandbox
skips. Not documented by AWS: how long the mapping backs off after an error, and what becomes of a
mapping whose role loses ``sqs:ReceiveMessage``; the events say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.lambda_service.batches import failed_message_ids, function_record, split_by_payload
from pipeline.lambda_service.runtime import Invocation
from pipeline.topology import Topology

RECEIVE_LIMIT = 10
"""The most messages that one ReceiveMessage returns."""

LONGEST_BACK_OFF = 60.0
"""Seconds. AWS documents that the mapping backs off after errors, not for how long."""

WAITING_NOTE = (
    "The messages wait in the queue and the function's log stays empty. AWS does not document "
    "what else becomes of a mapping whose role loses this permission later."
)


class Polled(Enum):
    """How one poll ended."""

    WORKED = auto()
    EMPTY = auto()
    REFUSED = auto()
    NOT_POLLING = auto()
    """The mapping is disabled or backing off."""


@dataclass(slots=True)
class EventSourceMapping:
    """Polls one queue for one function."""

    topology: Topology
    clock: Clock
    emit: e.Emit
    connect: Callable[[], Any]
    """Returns an SQS client with the execution role's credentials; ``ClientError`` if refused."""

    queue_url: str
    invoke: Callable[[e.Json], Invocation]
    visible_at: Callable[[str], float]
    """For a message id: when it can be received again, in epoch seconds."""

    messages_waiting: Callable[[], int]
    wait: Callable[[float, str], None]
    """Lets the batching window pass."""

    enabled: bool = True
    reserved_concurrency: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    """For messages that failed, by message id: the last error the function met with it."""

    _sqs: Any = None
    _errors: int = 0
    _retry_at: float = 0.0

    def forget_credentials(self) -> None:
        """Assume the role again before the next poll."""
        self._sqs = None

    def reset(self) -> None:
        """Start afresh, with an empty cloud."""
        self.forget_credentials()
        self.reasons.clear()
        self.enabled, self.reserved_concurrency = True, None
        self._errors, self._retry_at = 0, 0.0

    def next_poll_in(self) -> float:
        """Return the seconds until the mapping polls again; 0 when it does not back off."""
        return max(0.0, self._retry_at - self.clock.now())

    def poll(self) -> Polled:
        """Receive once, and see every message received to its end."""
        if not self.enabled or self.clock.now() < self._retry_at:
            return Polled.NOT_POLLING
        try:
            messages = self._gather()
        except ClientError as error:
            self._announce_refusal(error)
            return Polled.REFUSED
        if not messages:
            return Polled.EMPTY
        for batch in split_by_payload(messages):
            self._work(batch)
        return Polled.WORKED

    # -- receiving --

    def _gather(self) -> list[dict[str, Any]]:
        """Receive up to a batch; with a batching window, wait for more when it is not full."""
        settings = self.topology.mapping
        if self._sqs is None:
            self._sqs = self.connect()
            self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])
        messages = self._receive_up_to(settings.batch_size)
        if messages and settings.batching_window and len(messages) < settings.batch_size:
            self.wait(settings.batching_window, "the batching window")
            messages += self._receive_up_to(settings.batch_size - len(messages))
        return messages

    def _receive_up_to(self, count: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
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

    def _announce_refusal(self, error: ClientError) -> None:
        self.forget_credentials()
        self.emit(
            e.PollRefused(
                time=self.clock.elapsed(),
                queue=self.topology.queue.name,
                code=error.response["Error"]["Code"],
                reason=error.response["Error"]["Message"],
                waiting=self.messages_waiting(),
                note=WAITING_NOTE,
            )
        )

    # -- one batch --

    def _work(self, messages: Sequence[dict[str, Any]]) -> None:
        self.emit(
            e.BatchReceived(
                time=self.clock.elapsed(), queue=self.topology.queue.name, messages=tuple(messages)
            )
        )
        if self.reserved_concurrency == 0:
            self.emit(
                e.FunctionThrottled(
                    time=self.clock.elapsed(),
                    function=self.topology.function.name,
                    reserved_concurrency=0,
                )
            )
            self._leave(messages, "The function was throttled: its reserved concurrency is 0.")
            return
        invocation = self.invoke(self._function_event(messages))
        failed = self._failed_ids(invocation, [m["MessageId"] for m in messages])
        self._note_errors(invocation)
        self._delete([m for m in messages if m["MessageId"] not in failed])
        default = invocation.error_message or "The function reported the message as failed."
        self._leave([m for m in messages if m["MessageId"] in failed], default, invocation)

    def _function_event(self, messages: Iterable[dict[str, Any]]) -> dict[str, Any]:
        region = self.topology.region
        arn = self.topology.queue.arn
        return {"Records": [function_record(message, arn, region) for message in messages]}

    def _failed_ids(self, invocation: Invocation, message_ids: Sequence[str]) -> frozenset[str]:
        if invocation.error_type is not None:
            return frozenset(message_ids)
        if not self.topology.mapping.report_batch_item_failures:
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

    def _delete(self, messages: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(messages), RECEIVE_LIMIT):
            part = messages[start : start + RECEIVE_LIMIT]
            entries = [
                {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(part)
            ]
            try:
                self._sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
            except ClientError as error:
                self._announce_undeleted(part, error)
                continue
            for message in part:
                self.reasons.pop(message["MessageId"], None)
                self.emit(
                    e.MessageDeleted(
                        time=self.clock.elapsed(),
                        queue=self.topology.queue.name,
                        message_id=message["MessageId"],
                    )
                )

    def _announce_undeleted(self, messages: Iterable[dict[str, Any]], error: ClientError) -> None:
        text = error.response["Error"]["Message"]
        for message in messages:
            self.reasons[message["MessageId"]] = f"Processed, but it could not be deleted: {text}"
            self.emit(
                e.DeleteRefused(
                    time=self.clock.elapsed(),
                    queue=self.topology.queue.name,
                    message_id=message["MessageId"],
                    code=error.response["Error"]["Code"],
                    reason=text,
                    visible_in=self._visible_in(message),
                )
            )

    def _leave(
        self,
        messages: Iterable[dict[str, Any]],
        default_reason: str,
        invocation: Invocation | None = None,
    ) -> None:
        known = invocation.reasons if invocation is not None else {}
        for message in messages:
            message_id = message["MessageId"]
            self.reasons[message_id] = known.get(message_id, default_reason)
            self.emit(
                e.MessageReturned(
                    time=self.clock.elapsed(),
                    queue=self.topology.queue.name,
                    message_id=message_id,
                    receive_count=int(message["Attributes"]["ApproximateReceiveCount"]),
                    max_receive_count=self.topology.queue.max_receive_count or 0,
                    visible_in=self._visible_in(message),
                )
            )

    def _visible_in(self, message: dict[str, Any]) -> float:
        return round(max(0.0, self.visible_at(message["MessageId"]) - self.clock.now()), 3)
