"""Each correction: moto without it, moto with it. A moto that needs one no longer turns it red."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from pipeline import events as e


def test_moto_alone_delivers_past_a_queue_policy_that_denies_everything(
    moto: boto3.Session,
) -> None:
    sqs, s3 = moto.client("sqs"), moto.client("s3")
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
    }
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": json.dumps(deny)})["QueueUrl"]
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_notification_configuration(
        Bucket="bucket",
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:q",
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")

    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    assert len(received) == 2


@pytest.mark.fidelity(
    service="s3",
    behaviour="S3 sends a notification only where the queue's policy lets it",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
)
def test_in_a_sandbox_s3_delivers_only_what_the_queue_policy_allows(scene: Any) -> None:
    scene.sandbox.break_arrow("s3-to-queue")
    scene.sandbox.upload(b"x", "k")

    assert scene.sandbox.snapshot().visible == 0
    assert len(scene.seen(e.NotificationRefused)) == 1


def test_moto_alone_sends_two_events_for_a_multipart_upload(moto: boto3.Session) -> None:
    sqs, s3 = moto.client("sqs"), moto.client("s3")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    s3.create_bucket(Bucket="bucket")
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    s3.put_bucket_notification_configuration(
        Bucket="bucket",
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    sqs.purge_queue(QueueUrl=url)
    upload = s3.create_multipart_upload(Bucket="bucket", Key="k")["UploadId"]
    part = s3.upload_part(
        Bucket="bucket", Key="k", UploadId=upload, PartNumber=1, Body=bytes(5 * 1024 * 1024)
    )
    s3.complete_multipart_upload(
        Bucket="bucket",
        Key="k",
        UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
    )

    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    assert len(received) > 1


def test_a_skip_moves_visibility_timeouts_delays_and_log_times(scene: Any) -> None:
    sqs = scene.sandbox.client("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert scene.sandbox.snapshot().delayed == 1

    scene.sandbox.skip(601)
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert scene.sandbox.snapshot().in_flight == 1

    scene.sandbox.skip(scene.sandbox.topology.queue.visibility_timeout + 1)
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_moto_outside_a_sandbox_keeps_the_machines_time(scene: Any) -> None:
    import time

    from moto.core import utils

    scene.sandbox.skip(10_000_000)

    assert abs(utils.unix_time() - time.time()) < 60
