"""The resources that an architecture is made of, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

PolicyDocument = dict[str, Any]
"""An IAM policy as the JSON document that the services take."""

POLICY_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Notification:
    """One entry of a bucket's notification configuration."""

    notification_id: str
    destination: str
    """ARN of a queue, a topic or a function."""

    events: tuple[str, ...]
    """``s3:ObjectCreated:*`` …"""

    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket."""

    name: str
    notifications: tuple[Notification, ...] = ()
    to_event_bus: bool = False
    """Whether S3 tells the default event bus of everything that happens here."""

    @property
    def arn(self) -> str:
        """The bucket's ARN; its objects are ``arn/*``."""
        return f"arn:aws:s3:::{self.name}"


@dataclass(frozen=True, slots=True)
class Queue:
    """An SQS standard queue. Times are in seconds."""

    name: str
    arn: str
    visibility_timeout: int
    retention: int
    max_receive_count: int | None = None
    """How often a message may be received before it is dead-lettered; None without redrive."""

    dead_letters_to: str | None = None
    """ARN of its dead-letter queue."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A queue's or a function's subscription to a topic."""

    endpoint: str
    """ARN of a queue or a function."""

    raw: bool = False
    """Whether a queue gets the message as it was published, without SNS's envelope."""

    filter_policy: Mapping[str, Any] | None = None
    filter_scope: Literal["MessageAttributes", "MessageBody"] = "MessageAttributes"


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS standard topic."""

    name: str
    arn: str
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule sends what matches."""

    target_id: str
    arn: str
    dead_letters_to: str | None = None
    """ARN of the queue for events that cannot be delivered."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An EventBridge rule on the default event bus."""

    name: str
    arn: str
    pattern: Mapping[str, Any]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index over two string attributes."""

    name: str
    partition_key: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table with a string partition key, billed on demand."""

    name: str
    arn: str
    partition_key: str
    index: Index | None = None
    has_stream: bool = False
    """Whether its changes are kept in a stream, with new and old images."""


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role with one inline policy."""

    name: str
    arn: str
    trust_policy: PolicyDocument
    policy_name: str
    policy: PolicyDocument


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function."""

    name: str
    arn: str
    handler: str
    """``function.<module>.handler``: the module is one of ``pipeline/function``."""

    timeout: int
    """Seconds."""

    memory: int
    """MB."""

    environment: Mapping[str, str]
    log_group: str
    role: Role
    on_failure: str | None = None
    """ARN of the destination for asynchronous invocations that failed for good."""

    @property
    def caller(self) -> str:
        """The ARN of the session in which the function, and who polls for it, calls."""
        role = self.role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
        return f"{role}/{self.name}"


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """An event source mapping from a queue or a table's stream to a function."""

    source: str
    """ARN of the queue, or of the table whose stream is read."""

    function: str
    """The function's name."""

    batch_size: int
    batching_window: int = 0
    """Seconds."""

    maximum_concurrency: int | None = None
    """None: without a limit of its own. A stream's shard is read by one invocation at a time."""

    report_batch_item_failures: bool = True
    maximum_retry_attempts: int = -1
    """For a stream: -1 retries until the record expires."""

    bisects_batch: bool = False
    """For a stream: whether a failed batch is split in two."""

    on_failure: str | None = None
    """For a stream: ARN of the destination of records given up."""
