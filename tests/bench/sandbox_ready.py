"""Sandbox ready: against importing boto3 and moto and creating the same resources by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Measure, paired, printed_by

from pipeline.provisioning import deployment_package

OURS = """
import time; started = time.perf_counter()
from pipeline.sandbox import Sandbox
with Sandbox():
    print(time.perf_counter() - started)
"""

BY_HAND = """
import time; started = time.perf_counter()
import json
import boto3
from moto import mock_aws
from pipeline.topology import thumbnails_topology
package = open({package!r}, "rb").read()
t = thumbnails_topology()
with mock_aws():
    session = boto3.Session("testing", "testing", region_name=t.region)
    clients = {{}}
    def client(service):
        if service not in clients:
            clients[service] = session.client(service)
        return clients[service]
    sqs, s3, iam = client("sqs"), client("s3"), client("iam")
    user = iam.create_user(UserName="learner")
    everything = {{"Effect": "Allow", "Action": "*", "Resource": "*"}}
    allow_all = json.dumps({{"Version": "2012-10-17", "Statement": [everything]}})
    iam.put_user_policy(UserName="learner", PolicyName="Administrator", PolicyDocument=allow_all)
    iam.create_access_key(UserName="learner")
    sqs.create_queue(QueueName=t.dead_letter_queue.name)
    sqs.create_queue(QueueName=t.queue.name, Attributes={{
        "VisibilityTimeout": "180", "Policy": json.dumps(t.policies["queue-policy"]),
        "RedrivePolicy": json.dumps(
            {{"deadLetterTargetArn": t.dead_letter_queue.arn, "maxReceiveCount": 5}})}})
    s3.create_bucket(Bucket=t.uploads.name)
    s3.create_bucket(Bucket=t.thumbnails.name)
    index = t.table.index
    names = (t.table.partition_key, index.partition_key, index.sort_key)
    client("dynamodb").create_table(
        TableName=t.table.name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{{"AttributeName": n, "AttributeType": "S"}} for n in names],
        KeySchema=[{{"AttributeName": t.table.partition_key, "KeyType": "HASH"}}],
        GlobalSecondaryIndexes=[{{
            "IndexName": index.name, "Projection": {{"ProjectionType": "ALL"}},
            "KeySchema": [{{"AttributeName": index.partition_key, "KeyType": "HASH"}},
                          {{"AttributeName": index.sort_key, "KeyType": "RANGE"}}]}}])
    for role in (t.execution_role, t.front_end_role):
        iam.create_role(
            RoleName=role.name, AssumeRolePolicyDocument=json.dumps(role.trust_policy))
        iam.put_role_policy(
            RoleName=role.name, PolicyName=role.policy_name, PolicyDocument=json.dumps(role.policy))
    client("sts").assume_role(RoleArn=t.execution_role.arn, RoleSessionName="thumbnail")
    client("logs").create_log_group(logGroupName=t.function.log_group)
    client("lambda").create_function(
        FunctionName=t.function.name, Runtime="python3.13", Role=t.execution_role.arn,
        Handler=t.function.handler, Code={{"ZipFile": package}})
    s3.put_bucket_notification_configuration(
        Bucket=t.uploads.name, NotificationConfiguration={{"QueueConfigurations": [
            {{"QueueArn": t.queue.arn, "Events": ["s3:ObjectCreated:*"]}}]}})
    client("lambda").create_event_source_mapping(
        FunctionName=t.function.name, EventSourceArn=t.queue.arn, Enabled=False)
    print(time.perf_counter() - started)
"""


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield opening a sandbox against making the same by hand."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.zip"
        package.write_bytes(deployment_package())
        by_hand = BY_HAND.format(package=str(package))
        yield paired(
            "sandbox ready / by hand on moto",
            lambda: float(printed_by(OURS)),
            lambda: float(printed_by(by_hand)),
            limit=1.3,
            runs=11 if full else 5,
        )
