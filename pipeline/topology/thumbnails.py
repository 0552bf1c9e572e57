"""The thumbnail pipeline: S3 → SQS → Lambda → S3 and DynamoDB.

Sources: the queue policy is the one S3 documents
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html);
the visibility timeout is six times the function's timeout and the receive count at least five, as
Lambda advises (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
"""

from __future__ import annotations

from pipeline.topology.statements import allow, policy
from pipeline.topology.values import (
    Arrow,
    Bucket,
    EventSourceMapping,
    Function,
    Index,
    Queue,
    Role,
    Table,
    Topology,
)

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
        trust_policy=policy(
            allow("LambdaAssumes", "sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
        ),
        policy_name="thumbnail-function",
        policy=policy(
            allow(
                "QueueToFunction",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                Resource=queue.arn,
            ),
            allow("FunctionReadsUploads", "s3:GetObject", Resource=f"{uploads.arn}/*"),
            allow("FunctionWritesThumbnails", "s3:PutObject", Resource=f"{thumbnails.arn}/*"),
            allow("FunctionWritesMetadata", "dynamodb:PutItem", Resource=table.arn),
            allow(
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
        trust_policy=policy(
            allow(
                "AccountAssumes",
                "sts:AssumeRole",
                Principal={"AWS": f"arn:aws:iam::{account}:root"},
            )
        ),
        policy_name="gallery-front-end",
        policy=policy(
            allow("ItemByKey", "dynamodb:GetItem", Resource=table.arn),
            allow(
                "ItemsByStatus", "dynamodb:Query", Resource=f"{table.arn}/index/{table.index.name}"
            ),
        ),
    )
    queue_policy = policy(
        allow(
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
        arrows=_arrows(
            uploads=uploads,
            thumbnails=thumbnails,
            queue=queue,
            table=table,
            role=execution_role,
            function=function,
        ),
    )


def _arrows(
    *,
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
            meaning="One conditional write per image: repeating it does no harm.",
        ),
    )
