"""The steps that create a topology, in the order that works on AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.provisioning.functions import function_step, log_group_step, mapping_step, role_step
from pipeline.provisioning.storage import (
    Client,
    bucket_step,
    notification_step,
    queue_step,
    rule_step,
    subscription_step,
    table_step,
    topic_step,
)
from pipeline.topology import POLICY_VERSION, Function, PolicyDocument, Queue, Topic, Topology

LEARNER = "learner"
ADMINISTRATOR_POLICY = {
    "Version": POLICY_VERSION,
    "Statement": [{"Sid": "Administrator", "Effect": "Allow", "Action": "*", "Resource": "*"}],
}

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
    yield from _holders(topology, client)
    yield from _functions(topology, client)
    yield from _connections(topology, client)


def _holders(topology: Topology, client: Client) -> Iterator[Step]:
    """What holds messages, events, objects and items; a dead-letter queue before its source."""
    for queue in sorted(topology.queues, key=lambda q: q.dead_letters_to is not None):
        yield "queue", queue.name, queue_step(queue, _policy(topology, "queue", queue), client)
    for topic in topology.topics:
        yield "topic", topic.name, topic_step(topic, _policy(topology, "topic", topic), client)
    for bucket in topology.buckets:
        yield "bucket", bucket.name, bucket_step(bucket, client)
    for table in topology.tables:
        yield "table", table.name, table_step(table, client)


def _functions(topology: Topology, client: Client) -> Iterator[Step]:
    for role in (*(f.role for f in topology.functions), *topology.other_roles):
        yield "role", role.name, role_step(role, client)
    for function in topology.functions:
        yield "log group", function.log_group, log_group_step(function, client)
        permissions = _policy(topology, "function", function)
        yield "function", function.name, function_step(function, permissions, client)


def _connections(topology: Topology, client: Client) -> Iterator[Step]:
    """What leads from one to the next: each is tested by its service against what stands."""
    for topic in topology.topics:
        for subscription in topic.subscriptions:
            endpoint = subscription.endpoint.rpartition(":")[2]
            yield "subscription", endpoint, subscription_step(topic, subscription, client)
    for rule in topology.rules:
        yield "rule", rule.name, rule_step(rule, client)
    for bucket in topology.buckets:
        if bucket.notifications or bucket.to_event_bus:
            name = bucket.notifications[0].notification_id if bucket.notifications else bucket.name
            yield "notification", name, notification_step(bucket, client)
    for mapping in topology.mappings:
        source = mapping.source.rpartition(":")[2].rpartition("/")[2]
        yield "event source mapping", source, mapping_step(mapping, client)


def _policy(topology: Topology, kind: str, holder: Queue | Topic | Function) -> PolicyDocument:
    """Return the policy that stands on a resource; an empty document where none does."""
    for name, place in topology.places.items():
        if place.kind == kind and place.name == holder.name:
            return topology.policies[name]
    return {}
