"""What happened in the sandbox, as frozen values.

The pipeline announces facts to whoever listens: the headless front end prints them, the Live
screen draws them, a test collects them. Nothing here knows who listens, so the same sandbox runs
under all three.

Every event carries ``time``: seconds since the sandbox opened, on the sandbox's own clock (skipped
time included). Payloads are the genuine ones: what the caller sent, what the service answered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
"""Anything the json module writes: the payloads of the services are such documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineEvent:
    """One fact."""

    time: float
    """Seconds since the sandbox opened, on its own clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCreated(PipelineEvent):
    """A resource of the topology exists."""

    kind: str
    """Its kind in the words of the service: bucket, queue, table, role, function …"""

    name: str

    number: int
    """Which of ``total`` this is, from 1."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReady(PipelineEvent):
    """The topology is created and takes commands."""

    account: str
    """Twelve digits; no other open sandbox has the same."""

    region: str

    started_at: str
    """The sandbox's date and time at ``time`` 0, ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request(PipelineEvent):
    """An API call that the gate has decided."""

    actor: str
    """Who acts, in the architecture's words: learner, s3, lambda, poller, function, front-end."""

    caller: str
    """The caller's ARN as AWS prints it, or a service principal such as ``s3.amazonaws.com``."""

    service: str
    """The service's name in boto3: s3, sqs, dynamodb …"""

    operation: str
    """The API operation: PutObject, ReceiveMessage …"""

    action: str
    """The IAM action it needs: ``s3:PutObject``."""

    resource: str
    """The ARN it is about, or ``*``."""

    arrow: str | None
    """The arrow of the topology this call travels, if any: ``s3-to-queue`` …"""

    decision: Mapping[str, Json]
    """The decision as a document; its keys are those of ``iam.explanation.Explanation``."""

    request: Mapping[str, Json]
    """The call's parameters, with bodies replaced by their length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAuthorized(_Request):
    """The policies allow the call; it goes on to the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDenied(_Request):
    """The policies do not allow the call; the caller gets the service's own error."""

    status: int
    """The HTTP status of the answer."""

    code: str
    """The error code that boto3 shows: ``AccessDenied``, ``AccessDeniedException`` …"""

    message: str
    """The error text, as the service words it. Empty for HEAD, which has no body."""


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
    queue: str
    message: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSent(PipelineEvent):
    """S3 put an event notification into the queue."""

    bucket: str
    key: str
    queue: str
    message_id: str
    message: Json
    """The message's body: the S3 event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRefused(PipelineEvent):
    """The queue's policy does not let S3 send: the notification is lost."""

    bucket: str
    key: str
    queue: str
    message: Json
    """The S3 event that did not arrive."""

    code: str
    reason: str
    """The refusal, as SQS words it."""

    note: str
    """What AWS documents about it, and what it does not."""


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
class FunctionInvoked(PipelineEvent):
    """The function runs on a batch."""

    function: str
    request_id: str
    payload: Json
    """The event that the handler gets."""

    cold_start: bool
    """Whether a new execution environment was made for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionThrottled(PipelineEvent):
    """Reserved concurrency left no room: the batch goes back when its visibility timeout ends."""

    function: str
    reserved_concurrency: int


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
class LogsWritten(PipelineEvent):
    """The function's log lines are in CloudWatch Logs (or why they are not)."""

    log_group: str
    log_stream: str
    request_id: str
    lines: tuple[str, ...]
    stored: bool
    """False when the role may not write logs: then nobody on AWS would see these lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionReturned(PipelineEvent):
    """The handler returned."""

    function: str
    request_id: str
    response: Json
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFailed(PipelineEvent):
    """The handler raised, ran out of time, or could not start: the whole batch failed."""

    function: str
    request_id: str
    error_type: str
    error_message: str
    duration_ms: float


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
class TimeSkipped(PipelineEvent):
    """The sandbox's clock jumped; nobody waited."""

    seconds: float
    until: str
    """What the jump waits for, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(PipelineEvent):
    """A policy was put."""

    policy: str
    """Its place in the topology: ``queue-policy``, ``execution-role-policy`` …"""

    document: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowBroken(PipelineEvent):
    """The permission under an arrow was taken away."""

    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowRestored(PipelineEvent):
    """The permission under an arrow is back."""

    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRedriven(PipelineEvent):
    """Messages were moved from the dead-letter queue back to their source queue."""

    queue: str
    count: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReset(PipelineEvent):
    """Everything in the sandbox was thrown away and created anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(PipelineEvent):
    """Nothing is left to happen in a headless run."""

    uploaded: int
    thumbnails: int
    failed: int
    """Photos that did not become thumbnails: the four below."""

    dead_lettered: int
    refused: int
    """Notifications the queue refused."""

    waiting: int
    """Photos whose message still waits in the queue."""

    not_uploaded: int
    """Files that could not be read or that S3 did not take."""

    photos: Mapping[str, str] = field(default_factory=dict)
    """For every input: where it is now, as one sentence."""


Emit = Callable[[PipelineEvent], object]
"""Takes each event as it happens, on the sandbox's thread."""

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def event_document(event: PipelineEvent) -> dict[str, Json]:
    """Return an event as a JSON document: ``event``, ``time`` and its own fields in snake_case."""
    document: dict[str, Json] = {"event": type(event).__name__, "time": round(event.time, 3)}
    for entry in dataclasses.fields(event):
        if entry.name != "time":
            value = getattr(event, entry.name)
            document[entry.name] = dict(value) if isinstance(value, Mapping) else value
    return document


def event_words(event: PipelineEvent) -> str:
    """Return an event's name as words: ``ObjectStored`` gives ``object stored``."""
    return _WORD_START.sub(" ", type(event).__name__).lower()
