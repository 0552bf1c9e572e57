"""Creates queues, topics, rules, buckets and tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.topology import (
    Bucket,
    PolicyDocument,
    Queue,
    Rule,
    Subscription,
    Table,
    Topic,
)

Client = Callable[[str], Any]
"""Returns the learner's boto3 client of a service."""


def queue_step(queue: Queue, policy: PolicyDocument, client: Client) -> Callable[[], object]:
    """Return what creates a queue."""
    attributes = {
        "VisibilityTimeout": str(queue.visibility_timeout),
        "MessageRetentionPeriod": str(queue.retention),
    }
    if queue.dead_letters_to:
        attributes["RedrivePolicy"] = json.dumps(
            {
                "deadLetterTargetArn": queue.dead_letters_to,
                "maxReceiveCount": queue.max_receive_count,
            }
        )
    if policy:
        attributes["Policy"] = json.dumps(policy)
    return lambda: client("sqs").create_queue(QueueName=queue.name, Attributes=attributes)


def topic_step(topic: Topic, policy: PolicyDocument, client: Client) -> Callable[[], object]:
    """Return what creates a topic."""
    attributes = {"Policy": json.dumps(policy)} if policy else {}
    return lambda: client("sns").create_topic(Name=topic.name, Attributes=attributes)


def subscription_step(
    topic: Topic, subscription: Subscription, client: Client
) -> Callable[[], object]:
    """Return what creates a subscription."""
    attributes: dict[str, str] = {}
    if subscription.raw:
        attributes["RawMessageDelivery"] = "true"
    if subscription.filter_policy is not None:
        attributes["FilterPolicyScope"] = subscription.filter_scope
        attributes["FilterPolicy"] = json.dumps(subscription.filter_policy)
    return lambda: client("sns").subscribe(
        TopicArn=topic.arn,
        Protocol=subscription.endpoint.split(":")[2],
        Endpoint=subscription.endpoint,
        Attributes=attributes,
    )


def rule_step(rule: Rule, client: Client) -> Callable[[], object]:
    """Return what creates a rule."""
    targets = [
        {
            "Id": target.target_id,
            "Arn": target.arn,
            **(
                {"DeadLetterConfig": {"Arn": target.dead_letters_to}}
                if target.dead_letters_to
                else {}
            ),
        }
        for target in rule.targets
    ]

    def create() -> None:
        events = client("events")
        events.put_rule(Name=rule.name, EventPattern=json.dumps(rule.pattern), State="ENABLED")
        events.put_targets(Rule=rule.name, Targets=targets)

    return create


def bucket_step(bucket: Bucket, client: Client) -> Callable[[], object]:
    """Return what creates a bucket."""
    return lambda: client("s3").create_bucket(Bucket=bucket.name)


def notification_step(bucket: Bucket, client: Client) -> Callable[[], object]:
    """Return what creates a notification."""
    configuration: dict[str, Any] = {}
    for notification in bucket.notifications:
        kind, member = _DESTINATIONS[notification.destination.split(":")[2]]
        entry: dict[str, Any] = {
            "Id": notification.notification_id,
            member: notification.destination,
            "Events": list(notification.events),
        }
        rules = [
            {"Name": name, "Value": value}
            for name, value in (("prefix", notification.prefix), ("suffix", notification.suffix))
            if value
        ]
        if rules:
            entry["Filter"] = {"Key": {"FilterRules": rules}}
        configuration.setdefault(kind, []).append(entry)
    if bucket.to_event_bus:
        configuration["EventBridgeConfiguration"] = {}
    return lambda: client("s3").put_bucket_notification_configuration(
        Bucket=bucket.name, NotificationConfiguration=configuration
    )


_DESTINATIONS: Mapping[str, tuple[str, str]] = {
    "sqs": ("QueueConfigurations", "QueueArn"),
    "sns": ("TopicConfigurations", "TopicArn"),
    "lambda": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
}
"""By the service in a destination's ARN: its list in the configuration, and its member there."""


def table_step(table: Table, client: Client) -> Callable[[], object]:
    """Return what creates a table."""
    index = table.index
    names = [table.partition_key]
    extra: dict[str, Any] = {}
    if index is not None:
        names += [index.partition_key, index.sort_key]
        extra["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": [
                    {"AttributeName": index.partition_key, "KeyType": "HASH"},
                    {"AttributeName": index.sort_key, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ]
    if table.has_stream:
        extra["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
    return lambda: client("dynamodb").create_table(
        TableName=table.name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": table.partition_key, "KeyType": "HASH"}],
        **extra,
    )
