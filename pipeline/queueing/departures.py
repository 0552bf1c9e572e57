"""How messages leave a queue otherwise than by being deleted, and what receipts are refused for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.queueing.message import Message


@dataclass(frozen=True, slots=True)
class DeadLettered:
    """The redrive policy moved a message that was received too often."""

    queue: str
    """The ARN of the queue it left."""

    target: str
    """The ARN of the dead-letter queue."""

    message: Message
    """As it was in the queue it left."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A message reached the retention period."""

    queue: str
    """The ARN of the queue it left."""

    message: Message


Departure = DeadLettered | Expired
Listener = Callable[[Departure], object]


class QueueingError(Exception):
    """What a queue refuses.

    QueueingError
    ├── InFlightLimitError     a standard queue has as many messages in flight as it may
    ├── ReceiptUnknownError    the queue never gave this receipt handle
    ├── ReceiptExpiredError    a FIFO queue's message became visible since, or was received again
    ├── MessageGoneError       a message whose visibility is to be changed is not there any more
    └── HiddenTooLongError     a message would be hidden for more than 12 hours after its receive
    """


class InFlightLimitError(QueueingError):
    """A standard queue has as many messages in flight as it may."""


class ReceiptUnknownError(QueueingError):
    """The queue never gave this receipt handle."""


class ReceiptExpiredError(QueueingError):
    """A FIFO queue's message became visible since the receive, or was received again."""


class MessageGoneError(QueueingError):
    """A message whose visibility is to be changed is not there any more."""


class HiddenTooLongError(QueueingError):
    """A message would be hidden for more than 12 hours after its receive."""
