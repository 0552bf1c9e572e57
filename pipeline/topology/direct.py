"""S3 → Lambda, asynchronously: the shortest way, with Lambda's own queue and retries between.

S3 pushes, so the permission stands on the function: its resource-based policy
(https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html). What fails for good goes to the
on-failure destination, sent with the execution role
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
"""

from __future__ import annotations

from pipeline.topology.building import Draft, arrow, numbered
from pipeline.topology.resources import Bucket, Notification
from pipeline.topology.statements import allow, policy
from pipeline.topology.thumbnails import (
    EVERY_CREATION,
    EXECUTION_ROLE_POLICY,
    TRUST_POLICY,
    gallery_front_end,
    images_table,
    photo_arrows,
    photo_environment,
    photo_statements,
)
from pipeline.topology.values import Entry, Node, Place, Topology

FUNCTION_POLICY = "function-policy"


def direct_topology(account: str, region: str) -> Topology:
    """Return S3 → Lambda → S3 and DynamoDB, with a queue for what failed for good."""
    draft = Draft(account, region)
    failures = draft.dead_letters("failed-invocations")
    function_arn = draft.arn("lambda", "function:thumbnail")
    uploads = Bucket(
        f"uploads-{account}",
        notifications=(Notification("uploads-to-function", function_arn, EVERY_CREATION),),
    )
    thumbnails = Bucket(f"thumbnails-{account}")
    table = images_table(draft)
    function = draft.function(
        "thumbnail",
        "direct",
        (
            *photo_statements(uploads, thumbnails, table),
            allow("LambdaReportsFailures", "sqs:SendMessage", Resource=failures.arn),
        ),
        photo_environment(thumbnails, table),
        memory=1024,
        on_failure=failures.arn,
    )
    return Topology(
        name="direct",
        summary="S3 → Lambda → S3 and DynamoDB",
        account=account,
        region=region,
        entry=Entry("upload", uploads.name, "photo"),
        buckets=(uploads, thumbnails),
        queues=(failures,),
        tables=(table,),
        functions=(function,),
        other_roles=(gallery_front_end(draft, table),),
        policies={
            FUNCTION_POLICY: policy(
                draft.invokes("S3ToFunction", "s3.amazonaws.com", function, uploads.arn)
            ),
            EXECUTION_ROLE_POLICY: function.role.policy,
            TRUST_POLICY: function.role.trust_policy,
        },
        places={
            FUNCTION_POLICY: Place("function", function.name),
            EXECUTION_ROLE_POLICY: Place("role", function.role.name),
            TRUST_POLICY: Place("trust", function.role.name),
        },
        nodes=(
            Node("uploads", "bucket", uploads.name, "uploads"),
            Node("function", "function", function.name, "thumbnail"),
            Node("thumbnails", "bucket", thumbnails.name, "thumbnails"),
            Node("table", "table", table.name, "images"),
            Node("failures", "queue", failures.name, "failures"),
        ),
        arrows=numbered(
            arrow(
                "s3-to-function",
                "uploads",
                "function",
                by=("s3", "s3.amazonaws.com"),
                grant=(FUNCTION_POLICY, "S3ToFunction"),
                actions="lambda:InvokeFunction",
                resource=function.arn,
                meaning="The function's own policy lets S3 invoke it, and only for this bucket.",
            ),
            *photo_arrows(uploads, thumbnails, table, function),
            arrow(
                "function-to-failures",
                "function",
                "failures",
                by=("function", function.caller),
                grant=(EXECUTION_ROLE_POLICY, "LambdaReportsFailures"),
                actions="sqs:SendMessage",
                resource=failures.arn,
                meaning="After two retries Lambda sends what failed to the on-failure destination, "
                "with the execution role.",
            ),
        ),
    )
