"""Where S3's notifications go: queues, topics, functions and EventBridge, under their policies."""

from __future__ import annotations

import json
import random
from collections import deque
from typing import Any

import boto3
import pytest

from pipeline import events as e
from tests.pipeline.fidelity.s3_bucket import Bucket

CREATED = ["s3:ObjectCreated:*"]


def _on_bus(bucket: Bucket) -> list[dict[str, Any]]:
    """Let EventBridge have the bucket's events; return the list that gets them."""
    taken: list[dict[str, Any]] = []
    delivery = bucket.sandbox._parts.observation.delivery
    delivery.put_event = taken.append
    bucket.configure(EventBridgeConfiguration={})
    return taken


@pytest.mark.fidelity(
    service="s3",
    behaviour="S3 sends to queues and topics as s3.amazonaws.com, for the bucket and its account",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
    note="",
)
def test_queues_and_topics_hear_under_their_policies(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.configure(
        {"QueueArn": bucket.queue(), "Events": ["s3:ObjectCreated:Put"]},
        TopicConfigurations=[{"TopicArn": bucket.topic(), "Events": ["s3:ObjectRemoved:*"]}],
    )
    scene.events.clear()
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    bucket.s3.delete_object(Bucket=bucket.name, Key="k")

    sent = bucket.sent()
    calls = [x for x in scene.seen(e.RequestAuthorized) if x.actor == "s3"]
    assert [(x.destination_kind, x.destination) for x in sent] == [
        ("queue", "heard"),
        ("topic", "told"),
    ]
    assert all(x.message_id for x in sent)
    assert [(x.caller, x.action) for x in calls] == [
        ("s3.amazonaws.com", "sqs:SendMessage"),
        ("s3.amazonaws.com", "sns:Publish"),
    ]
    assert calls[1].request["Subject"] == "Amazon S3 Notification"
    assert json.loads(calls[1].request["Message"]) == sent[1].message


@pytest.mark.fidelity(
    service="s3",
    behaviour="S3 invokes functions asynchronously, under the function's policy",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html",
    note="",
)
def test_functions_are_invoked_asynchronously(scene: Any) -> None:
    bucket = Bucket(scene)
    calls = bucket.answer_invocations()
    entry = {"Id": "all", "LambdaFunctionArn": bucket.function(), "Events": CREATED}
    bucket.configure(LambdaFunctionConfigurations=[entry])
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")

    (sent,) = bucket.sent()
    invoked = calls[-1].parameters
    assert (sent.destination_kind, sent.destination) == ("function", "thumbnail")
    assert sent.message_id == "invocation"
    assert invoked["InvocationType"] == "Event"
    assert json.loads(invoked["Payload"]) == sent.message


@pytest.mark.fidelity(
    service="s3",
    behaviour="What a destination's policy refuses later is lost; the upload succeeds",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
    note="AWS documents neither a retry nor a dead-letter queue for S3's own notifications; that "
    "one refusal loses the event is how it is commonly read.",
)
def test_a_refused_notification_is_announced_and_lost(scene: Any) -> None:
    bucket = Bucket(scene)
    arn = bucket.queue()
    bucket.configure(arn)
    sqs = scene.sandbox.client("sqs")
    url = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")

    assert bucket.sent() == []
    (refused,) = scene.seen(e.NotificationRefused)
    assert (refused.destination_kind, refused.destination) == ("queue", "heard")
    sqs.set_queue_attributes(QueueUrl=url, Attributes=policy)
    assert bucket.sent() == []


@pytest.mark.fidelity(
    service="s3",
    behaviour="A notification arrives at least once, and in no certain order",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
    note="Each arrives once, in order and at once, unless faults are asked for.",
)
def test_notifications_arrive_once_unless_disturbed(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.configure(bucket.queue())
    keys = [f"{number}" for number in range(8)]
    for key in keys:
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"x")
    assert [sent.key for sent in bucket.sent()] == keys

    dice = random.Random(3)  # noqa: S311 - a repeatable disorder

    def disturb(due: deque[Any]) -> None:
        shuffled = [*due, due[0]]
        dice.shuffle(shuffled)
        due.clear()
        due.extend(shuffled)

    scene.events.clear()
    scene.sandbox._parts.observation.delivery.disturb = disturb
    for key in keys:
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"x")
    heard = [sent.key for sent in bucket.sent()]
    assert len(heard) == 9
    assert set(heard) == set(keys)
    assert heard != sorted(heard)


def test_moto_alone_gives_eventbridge_a_constant_id_and_a_null_version(
    moto: boto3.Session,
) -> None:
    s3, sqs, events = moto.client("s3"), moto.client("sqs"), moto.client("events")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    events.put_rule(Name="r", EventPattern='{"source": ["aws.s3"]}')
    events.put_targets(
        Rule="r", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}]
    )
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    for key in ("a", "b"):
        s3.put_object(Bucket="bucket", Key=key, Body=b"x")

    found = [
        json.loads(message["Body"])
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    ]
    assert len({event["id"] for event in found}) == 1
    assert {event["detail"]["object"]["version-id"] for event in found} == {"null"}


@pytest.mark.fidelity(
    service="s3",
    behaviour="EventBridge gets every event of the bucket, in an envelope of its own",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
    note="",
)
def test_the_bus_gets_what_is_documented(scene: Any) -> None:
    bucket = Bucket(scene)
    taken = _on_bus(bucket)
    bucket.s3.put_object(Bucket=bucket.name, Key="a/b c", Body=b"four")
    bucket.s3.copy_object(
        Bucket=bucket.name, Key="copy", CopySource={"Bucket": bucket.name, "Key": "a/b c"}
    )
    bucket.s3.delete_object(Bucket=bucket.name, Key="copy")

    sent = bucket.sent()
    assert [x.message for x in sent] == taken
    assert [x.message_id for x in sent] == [event["id"] for event in taken]
    assert {(x.destination_kind, x.destination) for x in sent} == {("bus", "default")}
    assert len({event["id"] for event in taken}) == 3
    assert [event["detail-type"] for event in taken] == [
        "Object Created",
        "Object Created",
        "Object Deleted",
    ]
    assert [event["detail"]["reason"] for event in taken] == [
        "PutObject",
        "CopyObject",
        "DeleteObject",
    ]
    first, last = taken[0], taken[2]
    assert (first["source"], first["account"]) == ("aws.s3", bucket.account)
    assert first["resources"] == [f"arn:aws:s3:::{bucket.name}"]
    assert first["detail"]["object"]["key"] == "a/b c"
    assert set(first["detail"]["object"]) == {"key", "size", "etag", "sequencer"}
    assert first["detail"]["requester"] == bucket.account
    assert last["detail"]["deletion-type"] == "Permanently Deleted"


@pytest.mark.fidelity(
    service="s3",
    behaviour="EventBridge hears of delete markers and tags, with version ids where there are any",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
    note="",
)
def test_the_bus_hears_of_markers_and_tags(scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    taken = _on_bus(bucket)
    version = bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")["VersionId"]
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    bucket.s3.put_object_tagging(Bucket=bucket.name, Key="k", Tagging=tags)
    marker = bucket.s3.delete_object(Bucket=bucket.name, Key="k")["VersionId"]
    bucket.sent()

    created, tagged, deleted = taken
    assert created["detail"]["object"]["version-id"] == version
    assert tagged["detail-type"] == "Object Tags Added"
    assert "sequencer" not in tagged["detail"]["object"]
    assert deleted["detail"]["deletion-type"] == "Delete Marker Created"
    assert deleted["detail"]["object"]["version-id"] == marker
