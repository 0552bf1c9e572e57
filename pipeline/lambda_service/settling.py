"""What becomes of a batch's messages: deleted, or left to their visibility timeout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.lambda_service.invocation import Invocation

ENTRIES_LIMIT = 10
"""The most messages that one DeleteMessageBatch takes."""

Message = dict[str, Any]
"""As ReceiveMessage returned it."""


@dataclass(frozen=True, slots=True)
class SourceQueue:
    """A queue that is polled."""

    arn: str
    read_max_receive_count: Callable[[], int | None]
    """Tells how often a message may be received; None without a redrive policy."""

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.arn.rpartition(":")[2]

    @property
    def region(self) -> str:
        """The queue's Region."""
        return self.arn.split(":")[3]

    @property
    def url(self) -> str:
        """The queue's URL."""
        _, _, _, region, account, name = self.arn.split(":")
        return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


@dataclass(slots=True)
class Settling:
    """Deletes a queue's messages, or leaves them and keeps the reason."""

    queue: SourceQueue
    clock: Clock
    emit: e.Emit
    visible_at: Callable[[str], float]
    """For a message id: when it can be received again, in epoch seconds."""

    reasons: MutableMapping[str, str]
    """For messages that failed, by message id: the last error the function met with it."""

    def delete(self, sqs: Any, messages: Sequence[Message]) -> None:
        """Delete messages whose work is done, with the poller's client."""
        for start in range(0, len(messages), ENTRIES_LIMIT):
            part = messages[start : start + ENTRIES_LIMIT]
            entries = [
                {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(part)
            ]
            try:
                answer = sqs.delete_message_batch(QueueUrl=self.queue.url, Entries=entries)
            except ClientError as error:
                self._announce_undeleted(part, error.response["Error"])
                continue
            refused = {int(failure["Id"]): failure for failure in answer.get("Failed", ())}
            for number, message in enumerate(part):
                if number in refused:
                    self._announce_undeleted([message], refused[number])
                else:
                    self._announce_deleted(message)

    def _announce_deleted(self, message: Message) -> None:
        self.reasons.pop(message["MessageId"], None)
        self.emit(
            e.MessageDeleted(
                time=self.clock.elapsed(),
                queue=self.queue.name,
                message_id=message["MessageId"],
            )
        )

    def _announce_undeleted(self, messages: Iterable[Message], refusal: Mapping[str, Any]) -> None:
        """Tell of messages that stay; ``refusal`` has the Code and the Message of the error."""
        text = refusal.get("Message", "")
        for message in messages:
            self.reasons[message["MessageId"]] = f"Processed, but it could not be deleted: {text}"
            self.emit(
                e.DeleteRefused(
                    time=self.clock.elapsed(),
                    queue=self.queue.name,
                    message_id=message["MessageId"],
                    code=refusal.get("Code", ""),
                    reason=text,
                    visible_in=self._visible_in(message),
                )
            )

    def leave(
        self,
        messages: Iterable[Message],
        default_reason: str,
        invocation: Invocation | None = None,
    ) -> None:
        """Leave messages in the queue, each with the reason that the function logged for it."""
        known = invocation.reasons if invocation is not None else {}
        for message in messages:
            message_id = message["MessageId"]
            self.reasons[message_id] = known.get(message_id, default_reason)
            self.emit(
                e.MessageReturned(
                    time=self.clock.elapsed(),
                    queue=self.queue.name,
                    message_id=message_id,
                    receive_count=int(message["Attributes"]["ApproximateReceiveCount"]),
                    max_receive_count=self.queue.read_max_receive_count() or 0,
                    visible_in=self._visible_in(message),
                )
            )

    def _visible_in(self, message: Message) -> float:
        return round(max(0.0, self.visible_at(message["MessageId"]) - self.clock.now()), 3)
