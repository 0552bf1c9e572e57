"""S3's notifications: tested when configured, delivered under the queue's policy, in S3's shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.sandbox import Sandbox

Photo = Callable[..., bytes]


def configure(scene: Any, queue_arn: str, **filters: str) -> None:
    """Put a notification configuration with one queue and, if given, prefix and suffix."""
    entry: dict[str, Any] = {"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"]}
    if filters:
        rules = [{"Name": name, "Value": value} for name, value in filters.items()]
        entry["Filter"] = {"Key": {"FilterRules": rules}}
    scene.sandbox.client("s3").put_bucket_notification_configuration(
        Bucket=scene.sandbox.topology.uploads.name,
        NotificationConfiguration={"QueueConfigurations": [entry]},
    )


def test_opening_tests_the_destination_and_the_function_takes_the_test() -> None:
    events: list[e.PipelineEvent] = []
    with Sandbox(emit=events.append, seed=1) as sandbox:
        (tested,) = (x for x in events if isinstance(x, e.DestinationTested))
        assert tested.message["Event"] == "s3:TestEvent"
        assert {"RequestId", "HostId", "Bucket"} <= set(tested.message)
        assert sandbox.snapshot().visible == 0


def test_the_message_has_the_fields_that_s3_documents(scene: Any, photo: Photo) -> None:
    scene.sandbox.upload(photo(), "cats/my cat.jpg")

    (sent,) = scene.seen(e.NotificationSent)
    (record,) = sent.message["Records"]
    assert record["eventVersion"].startswith("2.")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["userIdentity"]["principalId"].startswith("AWS:")
    assert {"x-amz-request-id", "x-amz-id-2"} <= set(record["responseElements"])
    assert record["s3"]["object"]["key"] == "cats/my+cat.jpg"
    assert "versionId" not in record["s3"]["object"]
    assert int(record["s3"]["object"]["sequencer"], 16) > 0


def test_later_uploads_of_a_key_have_greater_sequencers(scene: Any, photo: Photo) -> None:
    for _ in range(3):
        scene.sandbox.upload(photo(), "photo.jpg")

    sequencers = [
        sent.message["Records"][0]["s3"]["object"]["sequencer"]
        for sent in scene.seen(e.NotificationSent)
    ]
    assert sequencers == sorted(set(sequencers))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("no policy", "Permissions on the destination queue do not allow S3 to publish"),
        ("no queue", "The destination queue does not exist"),
    ],
)
def test_a_configuration_whose_queue_cannot_be_reached_is_refused_as_a_whole(
    change: str, problem: str, scene: Any
) -> None:
    queue_arn = scene.sandbox.topology.queue.arn
    if change == "no policy":
        scene.sandbox.break_arrow("s3-to-queue")
    else:
        queue_arn += "-that-is-missing"

    with pytest.raises(ClientError) as refusal:
        configure(scene, queue_arn, prefix="new/")

    error = refusal.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert error["ArgumentName1"] == queue_arn
    assert error["ArgumentValue1"].startswith(problem)
    kept = scene.sandbox.client("s3").get_bucket_notification_configuration(
        Bucket=scene.sandbox.topology.uploads.name
    )
    assert "Filter" not in kept["QueueConfigurations"][0]


@pytest.mark.parametrize(
    ("condition", "arrives"),
    [
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, 1),
        ({"StringEquals": {"aws:SourceAccount": "210987654321"}}, 0),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:uploads-*"}}, 1),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::another-bucket"}}, 0),
        ({"Bool": {"aws:SecureTransport": "true"}}, 1),
    ],
)
def test_the_queue_policys_conditions_decide_about_the_delivery(
    condition: dict[str, Any], arrives: int, scene: Any, photo: Photo
) -> None:
    policy = scene.sandbox.policy("queue-policy")
    policy["Statement"][0]["Condition"] = condition
    scene.sandbox.set_policy("queue-policy", policy)

    scene.sandbox.upload(photo(), "photo.jpg")

    assert len(scene.seen(e.NotificationSent)) == arrives
    assert len(scene.seen(e.NotificationRefused)) == 1 - arrives


def test_prefix_and_suffix_choose_what_is_notified(scene: Any, photo: Photo) -> None:
    configure(scene, scene.sandbox.topology.queue.arn, prefix="photos/", suffix=".jpg")
    scene.events.clear()

    for key in ("photos/a.jpg", "photos/b.png", "other/c.jpg"):
        scene.sandbox.upload(photo(), key)

    assert [sent.key for sent in scene.seen(e.NotificationSent)] == ["photos/a.jpg"]


def test_a_copy_raises_an_event_of_its_own(scene: Any, photo: Photo) -> None:
    uploads = scene.sandbox.topology.uploads.name
    scene.sandbox.upload(photo(), "photo.jpg")
    scene.sandbox.client("s3").copy_object(
        Bucket=uploads, Key="copy.jpg", CopySource={"Bucket": uploads, "Key": "photo.jpg"}
    )
    scene.sandbox.run_until_idle()

    assert [x.event_name for x in scene.seen(e.ObjectStored)] == [
        "ObjectCreated:Put",
        "ObjectCreated:Copy",
    ]
    assert scene.sandbox.snapshot().thumbnails == 2


def test_a_mapping_is_refused_when_the_execution_role_may_not_poll(scene: Any) -> None:
    scene.sandbox.break_arrow("queue-to-function")

    with pytest.raises(ClientError) as refusal:
        scene.sandbox.client("lambda").create_event_source_mapping(
            FunctionName="thumbnail",
            EventSourceArn=scene.sandbox.topology.queue.arn,
            Enabled=False,
        )

    assert refusal.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": "The function execution role does not have permissions to call "
        "ReceiveMessage on SQS",
    }


def test_a_queue_that_is_no_dead_letter_queue_cannot_be_redriven(scene: Any) -> None:
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        scene.sandbox.client("sqs").start_message_move_task(
            SourceArn=scene.sandbox.topology.queue.arn
        )


def test_the_deployment_package_is_stored_with_the_function(scene: Any) -> None:
    stored = scene.sandbox.client("lambda").get_function(FunctionName="thumbnail")

    assert stored["Configuration"]["Handler"] == "function.handler.handler"
    assert stored["Configuration"]["CodeSize"] > 1000
    json.dumps(stored["Configuration"]["Environment"])
