"""Messages, as one queue holds them, and a queue's settings.

Times are seconds since the epoch. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

IN_FLIGHT_LIMIT = 120_000
"""The most messages in flight. A standard queue then answers OverLimit, a FIFO queue nothing.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

LONGEST_VISIBILITY = 43_200
"""Seconds (12 hours) that a message can stay hidden after a receive."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """What a queue's attributes say. All spans are in seconds.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    """

    fifo: bool = False
    visibility_timeout: int = 30
    delay: int = 0
    retention: int = 345_600
    content_based_deduplication: bool = False
    deduplication_per_group: bool = False
    in_flight_limit: int = IN_FLIGHT_LIMIT


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a sender hands in."""

    body: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Message attributes by name, as the API writes them."""

    system: Mapping[str, str] = field(default_factory=dict)
    """SenderId and AWSTraceHeader."""

    delay: int | None = None
    """Seconds; None for the queue's own. A FIFO queue has no delay of a message's own."""

    group_id: str | None = None
    deduplication_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender is told."""

    message_id: str
    sequence_number: str | None
    """Only in a FIFO queue."""

    is_duplicate: bool = False
    """Nothing was added: the ids are those of the first such message."""


@dataclass(slots=True, eq=False)
class Message:
    """A message in a queue."""

    message_id: str
    order: int
    """Its place in the order of arrival in this queue."""

    body: str
    attributes: Mapping[str, Any]
    system: Mapping[str, str]
    sent_at: float
    """When it was first enqueued: retention counts from here."""

    arrived_at: float
    """When it came to this queue."""

    visible_at: float
    """When it can be received: in the past or now for a visible message."""

    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    receive_count: int = 0
    first_received_at: float | None = None
    received_at: float | None = None
    """When it was received last."""

    receipt_handle: str = ""
    """Of the last receive."""

    dead_letter_source: str | None = None
    """The ARN of the queue whose redrive policy moved it here."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a queue holds, by state."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed
