"""Messages in queues, and the mapping that polls them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReceived(PipelineEvent):
    """The Lambda service received messages from the queue for the function."""

    queue: str
    messages: tuple[Json, ...]
    """As ReceiveMessage returned them: MessageId, ReceiptHandle, Body, Attributes …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRefused(PipelineEvent):
    """The execution role may not receive from the queue: messages wait, no function runs."""

    queue: str
    code: str
    reason: str
    waiting: int
    """Messages waiting in the queue, visible or not."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(PipelineEvent):
    """The Lambda service deleted a message whose work succeeded."""

    queue: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRefused(PipelineEvent):
    """The role may not delete: a message whose work succeeded will come again."""

    queue: str
    message_id: str
    code: str
    reason: str
    visible_in: float
    """Seconds until the message can be received again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReturned(PipelineEvent):
    """A message whose work failed stays in the queue; it can be received again later."""

    queue: str
    message_id: str
    receive_count: int
    max_receive_count: int
    visible_in: float
    """Seconds until the message can be received again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeadLettered(PipelineEvent):
    """The redrive policy moved a message to the dead-letter queue."""

    queue: str
    dead_letter_queue: str
    message_id: str
    receive_count: int
    """How often it had been received."""

    body: Json
    reason: str
    """The last error that the function met with it, in the words of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExpired(PipelineEvent):
    """A message reached its queue's retention period and is gone."""

    queue: str
    message_id: str
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingBackedOff(PipelineEvent):
    """The function failed as a whole, so the mapping waits before it polls again."""

    consecutive_errors: int
    seconds: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingStateChanged(PipelineEvent):
    """The event source mapping was enabled or disabled."""

    state: str
    """Enabled or Disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRedriven(PipelineEvent):
    """Messages were moved from the dead-letter queue back to their source queue."""

    queue: str
    count: int
