"""The architecture as values: what exists, who may do what, and the arrows between.

Nothing here calls anything. ``sandbox.py`` creates these values with boto3, the gate asks which
arrow a call travels, the diagram draws them, and a lesson names them.

Sources: the queue policy is the one S3 documents
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html);
the visibility timeout is six times the function's timeout and the receive count at least five, as
Lambda advises (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
"""

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


QUEUE_POLICY = "queue-policy"
EXECUTION_ROLE_POLICY = "execution-role-policy"
TRUST_POLICY = "trust-policy"

ARROW_NAMES = (
    "s3-to-queue",
    "queue-to-function",
    "function-reads-uploads",
    "function-writes-thumbnails",
    "function-writes-metadata",
)


def without_statement(document: PolicyDocument, sid: str) -> PolicyDocument:
    """Return a policy without one of its statements."""
    return {**document, "Statement": [s for s in document["Statement"] if s.get("Sid") != sid]}


def with_statement(document: PolicyDocument, statement: Mapping[str, Any]) -> PolicyDocument:
    """Return a policy in which a statement stands in place of any of the same Sid."""
    rest = without_statement(document, statement["Sid"])
    return {**rest, "Statement": [*rest["Statement"], dict(statement)]}


def statement_of(document: PolicyDocument, sid: str) -> dict[str, Any]:
    """Return the statement with that Sid; ``KeyError`` when there is none."""
    for statement in document["Statement"]:
        if statement.get("Sid") == sid:
            return dict(statement)
    raise KeyError(sid)


def thumbnails_topology(account: str = "123456789012", region: str = "us-east-1") -> Topology:
    """Return the thumbnail pipeline: S3 → SQS → Lambda → S3 and DynamoDB."""
    uploads = Bucket(f"uploads-{account}")
    thumbnails = Bucket(f"thumbnails-{account}")
    function_name = "thumbnail"
    timeout = 30
    queue = Queue(
        "jobs",
        f"arn:aws:sqs:{region}:{account}:jobs",
        visibility_timeout=6 * timeout,
        retention=4 * 24 * 3600,
        max_receive_count=5,
    )
    dead_letter_queue = Queue(
        "jobs-dead-letter",
        f"arn:aws:sqs:{region}:{account}:jobs-dead-letter",
        visibility_timeout=30,
        retention=14 * 24 * 3600,
    )
    table = Table(
        "images",
        f"arn:aws:dynamodb:{region}:{account}:table/images",
        partition_key="image_id",
        index=Index("status-updated_at", "status", "updated_at"),
    )
    function = Function(
        function_name,
        f"arn:aws:lambda:{region}:{account}:function:{function_name}",
        handler="function.handler.handler",
        timeout=timeout,
        memory=1024,
        environment={
            "THUMBNAILS_BUCKET": thumbnails.name,
            "IMAGES_TABLE": table.name,
            "LONGEST_SIDE": "256",
        },
        log_group=f"/aws/lambda/{function_name}",
    )
    logs_arn = f"arn:aws:logs:{region}:{account}:log-group:{function.log_group}"
    execution_role = Role(
        "thumbnail-function",
        f"arn:aws:iam::{account}:role/thumbnail-function",
        trust_policy=_policy(
            _allow("LambdaAssumes", "sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
        ),
        policy_name="thumbnail-function",
        policy=_policy(
            _allow(
                "QueueToFunction",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                Resource=queue.arn,
            ),
            _allow("FunctionReadsUploads", "s3:GetObject", Resource=f"{uploads.arn}/*"),
            _allow("FunctionWritesThumbnails", "s3:PutObject", Resource=f"{thumbnails.arn}/*"),
            _allow("FunctionWritesMetadata", "dynamodb:PutItem", Resource=table.arn),
            _allow(
                "FunctionWritesLogs",
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                Resource=[logs_arn, f"{logs_arn}:*"],
            ),
        ),
    )
    front_end_role = Role(
        "gallery-front-end",
        f"arn:aws:iam::{account}:role/gallery-front-end",
        trust_policy=_policy(
            _allow(
                "AccountAssumes",
                "sts:AssumeRole",
                Principal={"AWS": f"arn:aws:iam::{account}:root"},
            )
        ),
        policy_name="gallery-front-end",
        policy=_policy(
            _allow("ItemByKey", "dynamodb:GetItem", Resource=table.arn),
            _allow(
                "ItemsByStatus", "dynamodb:Query", Resource=f"{table.arn}/index/{table.index.name}"
            ),
        ),
    )
    queue_policy = _policy(
        _allow(
            "S3ToQueue",
            "sqs:SendMessage",
            Principal={"Service": "s3.amazonaws.com"},
            Resource=queue.arn,
            Condition={
                "ArnLike": {"aws:SourceArn": uploads.arn},
                "StringEquals": {"aws:SourceAccount": account},
            },
        )
    )
    return Topology(
        name="thumbnails",
        account=account,
        region=region,
        uploads=uploads,
        thumbnails=thumbnails,
        queue=queue,
        dead_letter_queue=dead_letter_queue,
        table=table,
        function=function,
        execution_role=execution_role,
        front_end_role=front_end_role,
        mapping=EventSourceMapping(batch_size=10, batching_window=0, maximum_concurrency=10),
        policies={
            QUEUE_POLICY: queue_policy,
            EXECUTION_ROLE_POLICY: execution_role.policy,
            TRUST_POLICY: execution_role.trust_policy,
        },
        arrows=_arrows(uploads, thumbnails, queue, table, execution_role, function),
    )


def _arrows(
    uploads: Bucket,
    thumbnails: Bucket,
    queue: Queue,
    table: Table,
    role: Role,
    function: Function,
) -> tuple[Arrow, ...]:
    session = (
        f"{role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{function.name}"
    )
    return (
        Arrow(
            1,
            ARROW_NAMES[0],
            source="uploads",
            target="queue",
            actor="s3",
            caller="s3.amazonaws.com",
            policy=QUEUE_POLICY,
            sid="S3ToQueue",
            actions=("sqs:SendMessage",),
            resource=queue.arn,
            meaning="The queue's own policy lets S3 send, and only for this bucket and account.",
        ),
        Arrow(
            2,
            ARROW_NAMES[1],
            source="queue",
            target="function",
            actor="poller",
            caller=session,
            policy=EXECUTION_ROLE_POLICY,
            sid="QueueToFunction",
            actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            resource=queue.arn,
            meaning="Lambda polls the queue with the execution role; nothing is pushed.",
        ),
        Arrow(
            3,
            ARROW_NAMES[2],
            source="uploads",
            target="function",
            actor="function",
            caller=session,
            policy=EXECUTION_ROLE_POLICY,
            sid="FunctionReadsUploads",
            actions=("s3:GetObject",),
            resource=f"{uploads.arn}/*",
            meaning="The function reads the original; the event carries only its name.",
        ),
        Arrow(
            4,
            ARROW_NAMES[3],
            source="function",
            target="thumbnails",
            actor="function",
            caller=session,
            policy=EXECUTION_ROLE_POLICY,
            sid="FunctionWritesThumbnails",
            actions=("s3:PutObject",),
            resource=f"{thumbnails.arn}/*",
            meaning="The function stores the thumbnail in another bucket than it listens to.",
        ),
        Arrow(
            5,
            ARROW_NAMES[4],
            source="function",
            target="table",
            actor="function",
            caller=session,
            policy=EXECUTION_ROLE_POLICY,
            sid="FunctionWritesMetadata",
            actions=("dynamodb:PutItem",),
            resource=table.arn,
            meaning="The function writes one item per image, with a condition that makes it safe to repeat.",
        ),
    )


def _policy(*statements: dict[str, Any]) -> PolicyDocument:
    return {"Version": POLICY_VERSION, "Statement": list(statements)}


def _allow(sid: str, *actions: str, **elements: Any) -> dict[str, Any]:
    action = actions[0] if len(actions) == 1 else list(actions)
    return {"Sid": sid, "Effect": "Allow", "Action": action, **elements}
