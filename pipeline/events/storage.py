"""Objects, the notifications of them, and items."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStored(PipelineEvent):
    """An object is in a bucket."""

    bucket: str
    key: str
    size: int
    """In bytes."""

    event_name: str
    """S3's name for it: ``ObjectCreated:Put``, ``ObjectCreated:CompleteMultipartUpload`` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFailed(PipelineEvent):
    """A file could not be read, or S3 did not take it; nothing was stored."""

    key: str
    reason: str
    """One sentence: which file, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationTested(PipelineEvent):
    """S3 sent its ``s3:TestEvent`` to a destination of a new notification configuration."""

    bucket: str
    destination: str
    """The queue's or topic's name."""

    destination_kind: str
    """queue or topic: S3 tests no others."""

    message: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSent(PipelineEvent):
    """S3 gave an event notification to a destination, which took it."""

    bucket: str
    key: str
    destination: str
    """The name of the queue, topic, function or event bus."""

    destination_kind: str
    """queue, topic, function or bus."""

    message_id: str
    """What the destination answered; a function's request id, or the event's id on a bus."""

    message: Json
    """The message's body: the S3 event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRefused(PipelineEvent):
    """A destination did not take what S3 sent, mostly for its policy: the notification is lost."""

    bucket: str
    key: str
    destination: str
    """The name of the queue, topic, function or event bus."""

    destination_kind: str
    """queue, topic, function or bus."""

    message: Json
    """The S3 event that did not arrive."""

    code: str
    reason: str
    """The refusal, as the destination's service words it."""

    note: str
    """What AWS documents about it, and what it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailStored(PipelineEvent):
    """The function stored a thumbnail."""

    bucket: str
    key: str
    size: int
    """In bytes."""

    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecorded(PipelineEvent):
    """The function wrote the image's item."""

    table: str
    image_id: str
    status: str
    item: Json
    """The item with plain values (no DynamoDB type tags)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateSkipped(PipelineEvent):
    """The conditional write failed: the image is already done, or an older event came late."""

    table: str
    image_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsRead(PipelineEvent):
    """The front end looked something up in the table."""

    operation: str
    """GetItem, Query or Scan."""

    count: int
    """Items returned."""

    scanned: int
    """Items read to find them."""

    items: tuple[Json, ...]
