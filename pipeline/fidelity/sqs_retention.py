"""moto keeps expired messages for ever, in flight; SQS deletes them at the retention period.

moto notices an expired message while it receives, stops receiving there and leaves it in flight.
SQS deletes a message that has been in the queue for its retention period, whatever its state, and
keeps the first enqueue time when a standard queue's message is dead-lettered.
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html)
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Message, Queue, SQSBackend

from pipeline.fidelity.entered import entered_clock

_receive_message = SQSBackend.receive_message


def remove_expired(queue: Queue, now: float) -> list[Message]:
    """Remove and return the messages that reached the retention period at ``now`` (seconds)."""
    retention = int(queue.message_retention_period)  # type: ignore[attr-defined]
    expired = [m for m in queue._messages if _sent_at(m) + retention <= now]  # noqa: SLF001
    if expired:
        gone = set(map(id, expired))
        queue._messages = [m for m in queue._messages if id(m) not in gone]  # noqa: SLF001
        queue._pending_messages.difference_update(expired)  # noqa: SLF001
    return expired


def _sent_at(message: Message) -> float:
    sent_at: float | None = message.sent_timestamp
    return (sent_at or 0) / 1000


def receive_message(backend: SQSBackend, queue_name: str, *arguments: Any, **named: Any) -> Any:
    """Receive as moto does, from a queue that holds no expired message."""
    clock = entered_clock()
    if clock is not None:
        remove_expired(backend.get_queue(queue_name), clock.now())
    return _receive_message(backend, queue_name, *arguments, **named)


def apply() -> None:
    """Put the removal before every receive."""
    SQSBackend.receive_message = receive_message  # type: ignore[method-assign, assignment]
