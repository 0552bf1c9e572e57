"""Creates a topology with boto3, resource by resource, as its owner would.

The account's root user makes one IAM user, the learner, with an administrator's policy; the learner
makes everything else. The order is the one that works on AWS: a queue's policy before the bucket's
notification configuration, whose destinations S3 tests, and the role before the function.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

from pipeline.topology import POLICY_VERSION, QUEUE_POLICY, Queue, Role, Topology

LEARNER = "learner"
ADMINISTRATOR_POLICY = {
    "Version": POLICY_VERSION,
    "Statement": [{"Sid": "Administrator", "Effect": "Allow", "Action": "*", "Resource": "*"}],
}
NOTIFICATION_ID = "uploads-to-jobs"
NOTIFICATION_EVENT = "s3:ObjectCreated:*"
"""All of them: ``s3:ObjectCreated:Put`` alone misses multipart uploads."""

Client = Callable[[str], Any]
"""Returns the learner's boto3 client of a service."""

Step = tuple[str, str, Callable[[], object]]
"""A resource's kind and name, and what creates it."""


def create_learner(iam: Any) -> dict[str, str]:
    """Create the learner as root; return its AccessKeyId, SecretAccessKey, Arn and UserId."""
    user = iam.create_user(UserName=LEARNER)["User"]
    iam.put_user_policy(
        UserName=LEARNER,
        PolicyName="Administrator",
        PolicyDocument=json.dumps(ADMINISTRATOR_POLICY),
    )
    key = iam.create_access_key(UserName=LEARNER)["AccessKey"]
    return {
        "AccessKeyId": key["AccessKeyId"],
        "SecretAccessKey": key["SecretAccessKey"],
        "Arn": user["Arn"],
        "UserId": user["UserId"],
    }


def creation_steps(topology: Topology, client: Client) -> Iterator[Step]:
    """Yield the steps that create a topology, in order."""
    yield from _storage_steps(topology, client)
    for role in (topology.execution_role, topology.front_end_role):
        yield "role", role.name, _role_step(role, client)
    yield "log group", topology.function.log_group, _log_group_step(topology, client)
    yield "function", topology.function.name, _function_step(topology, client)
    yield "notification", NOTIFICATION_ID, _notification_step(topology, client)
    yield "event source mapping", topology.queue.name, _mapping_step(topology, client)


def _storage_steps(topology: Topology, client: Client) -> Iterator[Step]:
    dead_letters, queue = topology.dead_letter_queue, topology.queue
    yield "queue", dead_letters.name, _queue_step(dead_letters, client, {})
    extra = {
        "RedrivePolicy": json.dumps(
            {
                "deadLetterTargetArn": dead_letters.arn,
                "maxReceiveCount": queue.max_receive_count,
            }
        ),
        "Policy": json.dumps(topology.policies[QUEUE_POLICY]),
    }
    yield "queue", queue.name, _queue_step(queue, client, extra)
    for bucket in (topology.uploads, topology.thumbnails):
        yield "bucket", bucket.name, _bucket_step(bucket.name, client)
    yield "table", topology.table.name, _table_step(topology, client)


def _queue_step(queue: Queue, client: Client, extra: dict[str, str]) -> Callable[[], object]:
    attributes = {
        "VisibilityTimeout": str(queue.visibility_timeout),
        "MessageRetentionPeriod": str(queue.retention),
        **extra,
    }
    return lambda: client("sqs").create_queue(QueueName=queue.name, Attributes=attributes)


def _bucket_step(name: str, client: Client) -> Callable[[], object]:
    return lambda: client("s3").create_bucket(Bucket=name)


def _table_step(topology: Topology, client: Client) -> Callable[[], object]:
    table = topology.table
    index = table.index
    names = (table.partition_key, index.partition_key, index.sort_key)
    return lambda: client("dynamodb").create_table(
        TableName=table.name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": table.partition_key, "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index.name,
                "KeySchema": [
                    {"AttributeName": index.partition_key, "KeyType": "HASH"},
                    {"AttributeName": index.sort_key, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def _role_step(role: Role, client: Client) -> Callable[[], object]:
    def create() -> None:
        iam = client("iam")
        iam.create_role(RoleName=role.name, AssumeRolePolicyDocument=json.dumps(role.trust_policy))
        iam.put_role_policy(
            RoleName=role.name,
            PolicyName=role.policy_name,
            PolicyDocument=json.dumps(role.policy),
        )

    return create


def _log_group_step(topology: Topology, client: Client) -> Callable[[], object]:
    return lambda: client("logs").create_log_group(logGroupName=topology.function.log_group)


def _function_step(topology: Topology, client: Client) -> Callable[[], object]:
    function = topology.function
    return lambda: client("lambda").create_function(
        FunctionName=function.name,
        Runtime="python3.13",
        Role=topology.execution_role.arn,
        Handler=function.handler,
        Code={"ZipFile": deployment_package()},
        Timeout=function.timeout,
        MemorySize=function.memory,
        Environment={"Variables": dict(function.environment)},
    )


def _notification_step(topology: Topology, client: Client) -> Callable[[], object]:
    return lambda: client("s3").put_bucket_notification_configuration(
        Bucket=topology.uploads.name,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "Id": NOTIFICATION_ID,
                    "QueueArn": topology.queue.arn,
                    "Events": [NOTIFICATION_EVENT],
                }
            ]
        },
    )


def _mapping_step(topology: Topology, client: Client) -> Callable[[], object]:
    """Create the mapping disabled in the emulator: moto's own would poll past the gate."""
    settings = topology.mapping
    return lambda: client("lambda").create_event_source_mapping(
        FunctionName=topology.function.name,
        EventSourceArn=topology.queue.arn,
        Enabled=False,
        BatchSize=settings.batch_size,
        MaximumBatchingWindowInSeconds=settings.batching_window,
        ScalingConfig={"MaximumConcurrency": settings.maximum_concurrency},
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def deployment_package() -> bytes:
    """Return the function's code as the zip file that Lambda takes: one package, ``function``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in sorted(resources.files("pipeline.function").iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".py"):
                # A fixed date, so that the same code gives the same package.
                name = zipfile.ZipInfo(f"function/{entry.name}", (2026, 1, 1, 0, 0, 0))
                package.writestr(name, entry.read_bytes())
    return buffer.getvalue()
