"""What an architecture is made of, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PolicyDocument = dict[str, Any]
"""An IAM policy as the JSON document that the services take."""

POLICY_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket."""

    name: str

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
    index: Index


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
    timeout: int
    """Seconds."""

    memory: int
    """MB."""

    environment: Mapping[str, str]
    log_group: str


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """An event source mapping from the queue to the function."""

    batch_size: int
    batching_window: int
    """Seconds."""

    maximum_concurrency: int
    report_batch_item_failures: bool = True


@dataclass(frozen=True, slots=True)
class Arrow:
    """One permission that the architecture rests on."""

    number: int
    name: str
    source: str
    """The node the arrow leaves, as the diagram names it."""

    target: str
    """The node it points to."""

    actor: str
    """Who calls: the ``actor`` of the request's events."""

    caller: str
    """The principal the policies see: an ARN or a service principal."""

    policy: str
    """Where the permission stands: a place in ``Topology.policies``."""

    sid: str
    """The statement that grants it."""

    actions: tuple[str, ...]
    resource: str
    """What the actions are about: an ARN, for objects with ``/*``."""

    meaning: str
    """One sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Topology:
    """One architecture in one account and Region."""

    name: str
    account: str
    region: str
    uploads: Bucket
    thumbnails: Bucket
    queue: Queue
    dead_letter_queue: Queue
    table: Table
    function: Function
    execution_role: Role
    front_end_role: Role
    """Reads the table as a web front end would: GetItem and Query, nothing else."""

    mapping: EventSourceMapping
    policies: Mapping[str, PolicyDocument]
    """The policies that a learner may change, by place."""

    arrows: tuple[Arrow, ...]

    def arrow(self, name: str) -> Arrow:
        """Return the arrow of that name; ``KeyError`` when there is none."""
        for arrow in self.arrows:
            if arrow.name == name:
                return arrow
        raise KeyError(name)

    def arrow_of(self, actor: str, action: str) -> str | None:
        """Return the name of the arrow that this actor's action travels, or None."""
        for arrow in self.arrows:
            if arrow.actor == actor and action in arrow.actions:
                return arrow.name
        return None
