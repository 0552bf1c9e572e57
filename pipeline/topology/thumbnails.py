"""The thumbnail pipeline: S3 → SQS → Lambda → S3 and DynamoDB.

Sources: the queue policy is the one S3 documents
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html);
the visibility timeout is six times the function's timeout and the receive count at least five, as
Lambda advises (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
"""

from __future__ import annotations

from pipeline.topology.building import POLLING, Draft, arrow, numbered, polls
from pipeline.topology.resources import (
    Bucket,
    EventSourceMapping,
    Function,
    Index,
    Notification,
    Queue,
    Role,
    Table,
)
from pipeline.topology.statements import allow, policy
from pipeline.topology.values import Arrow, Entry, Node, Place, Topology

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

EVERY_CREATION = ("s3:ObjectCreated:*",)
"""All of them: ``s3:ObjectCreated:Put`` alone misses multipart uploads."""

LONGEST_SIDE = "256"
"""Pixels of a thumbnail."""


def thumbnails_topology(account: str = "123456789012", region: str = "us-east-1") -> Topology:
    """Return the thumbnail pipeline: S3 → SQS → Lambda → S3 and DynamoDB."""
    draft = Draft(account, region)
    queue, dead_letter_queue = draft.queue_with_dead_letters("jobs")
    uploads = Bucket(
        f"uploads-{account}",
        notifications=(Notification("uploads-to-jobs", queue.arn, EVERY_CREATION),),
    )
    thumbnails = Bucket(f"thumbnails-{account}")
    table = images_table(draft)
    function = draft.function(
        "thumbnail",
        "handler",
        (polls("QueueToFunction", queue), *photo_statements(uploads, thumbnails, table)),
        photo_environment(thumbnails, table),
        memory=1024,
    )
    return Topology(
        name="thumbnails",
        summary="S3 → SQS → Lambda → S3 and DynamoDB",
        account=account,
        region=region,
        entry=Entry("upload", uploads.name, "photo"),
        buckets=(uploads, thumbnails),
        queues=(queue, dead_letter_queue),
        tables=(table,),
        functions=(function,),
        mappings=(
            EventSourceMapping(queue.arn, function.name, batch_size=10, maximum_concurrency=10),
        ),
        other_roles=(gallery_front_end(draft, table),),
        policies={
            QUEUE_POLICY: policy(draft.sends("S3ToQueue", "s3.amazonaws.com", queue, uploads.arn)),
            EXECUTION_ROLE_POLICY: function.role.policy,
            TRUST_POLICY: function.role.trust_policy,
        },
        places={
            QUEUE_POLICY: Place("queue", queue.name),
            EXECUTION_ROLE_POLICY: Place("role", function.role.name),
            TRUST_POLICY: Place("trust", function.role.name),
        },
        nodes=(
            Node("uploads", "bucket", uploads.name, "uploads"),
            Node("queue", "queue", queue.name, "jobs queue"),
            Node("function", "function", function.name, "thumbnail"),
            Node("thumbnails", "bucket", thumbnails.name, "thumbnails"),
            Node("table", "table", table.name, "images"),
        ),
        arrows=numbered(
            arrow(
                ARROW_NAMES[0],
                "uploads",
                "queue",
                by=("s3", "s3.amazonaws.com"),
                grant=(QUEUE_POLICY, "S3ToQueue"),
                actions="sqs:SendMessage",
                resource=queue.arn,
                meaning="The queue's own policy lets S3 send, and only for this bucket and "
                "account.",
            ),
            queue_to_function(ARROW_NAMES[1], queue, function),
            *photo_arrows(uploads, thumbnails, table, function),
        ),
    )


def queue_to_function(
    name: str,
    queue: Queue,
    function: Function,
    *,
    source: str = "queue",
    target: str = "function",
    place: str = EXECUTION_ROLE_POLICY,
    sid: str = "QueueToFunction",
) -> Arrow:
    """Return the arrow along which Lambda polls a queue for a function."""
    return arrow(
        name,
        source,
        target,
        by=("poller", function.caller),
        grant=(place, sid),
        actions=POLLING,
        resource=queue.arn,
        meaning="Lambda polls the queue with the execution role; nothing is pushed.",
    )


# -- what every architecture with photos has --


def images_table(draft: Draft) -> Table:
    """Return the table of images, with the index that finds them by status."""
    index = Index("status-updated_at", "status", "updated_at")
    return draft.table("images", "image_id", index=index)


def gallery_front_end(draft: Draft, table: Table) -> Role:
    """Return the web front end's role: by key and by status, never the whole table."""
    name = table.index.name if table.index else ""
    return draft.reader(
        "gallery-front-end",
        allow("ItemByKey", "dynamodb:GetItem", Resource=table.arn),
        allow("ItemsByStatus", "dynamodb:Query", Resource=f"{table.arn}/index/{name}"),
    )


def photo_environment(thumbnails: Bucket, table: Table) -> dict[str, str]:
    """Return the environment variables of a function that makes thumbnails."""
    return {
        "THUMBNAILS_BUCKET": thumbnails.name,
        "IMAGES_TABLE": table.name,
        "LONGEST_SIDE": LONGEST_SIDE,
    }


def photo_statements(
    uploads: Bucket, thumbnails: Bucket, table: Table
) -> tuple[dict[str, object], ...]:
    """Return what a function may that makes thumbnails: one statement for each of its arrows."""
    return (
        allow("FunctionReadsUploads", "s3:GetObject", Resource=f"{uploads.arn}/*"),
        allow("FunctionWritesThumbnails", "s3:PutObject", Resource=f"{thumbnails.arn}/*"),
        allow("FunctionWritesMetadata", "dynamodb:PutItem", Resource=table.arn),
    )


def photo_arrows(
    uploads: Bucket,
    thumbnails: Bucket,
    table: Table,
    function: Function,
    *,
    node: str = "function",
    place: str = EXECUTION_ROLE_POLICY,
    name_prefix: str = "",
) -> tuple[Arrow, ...]:
    """Return the arrows of a function that makes thumbnails: it reads, stores and records."""
    by = ("function", function.caller)
    return (
        arrow(
            name_prefix + ARROW_NAMES[2],
            "uploads",
            node,
            by=by,
            grant=(place, "FunctionReadsUploads"),
            actions="s3:GetObject",
            resource=f"{uploads.arn}/*",
            meaning="The function reads the original; the event carries only its name.",
        ),
        arrow(
            name_prefix + ARROW_NAMES[3],
            node,
            "thumbnails",
            by=by,
            grant=(place, "FunctionWritesThumbnails"),
            actions="s3:PutObject",
            resource=f"{thumbnails.arn}/*",
            meaning="The function stores the thumbnail in another bucket than it listens to.",
        ),
        arrow(
            name_prefix + ARROW_NAMES[4],
            node,
            "table",
            by=by,
            grant=(place, "FunctionWritesMetadata"),
            actions="dynamodb:PutItem",
            resource=table.arn,
            meaning="One conditional write per image: repeating it does no harm.",
        ),
    )
