"""SQS: a queue that a customer managed key encrypts, and who needs the key."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from pipeline import events as e
from pipeline.topology import with_statement
from tests.pipeline.fidelity.queue_clients import Queues


def _encrypt(scene: Any, *statements: dict[str, Any]) -> str:
    """Let a key encrypt the jobs queue, with these statements beside its owner's; return it."""
    sandbox = scene.sandbox
    kms, sqs = sandbox.client("kms"), sandbox.client("sqs")
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{sandbox.topology.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [owner, *statements]}
    key = str(kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"])
    url = sqs.get_queue_url(QueueName=sandbox.topology.queue.name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": key})
    return key


def _let_in(service: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
    }


def test_moto_alone_asks_for_no_key(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q", KmsMasterKeyId="no-such-key")
    queues.send(url)

    assert queues.bodies(url) == ["hello"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Who sends to an encrypted queue needs to generate data keys and to decrypt",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    note="Nothing is encrypted, and the refusal has the code AccessDenied.",
)
def test_s3_cannot_send_to_an_encrypted_queue_whose_key_does_not_let_it(
    scene: Any, photo: Any
) -> None:
    key = _encrypt(scene)
    scene.sandbox.upload(photo(), "photo.jpg")

    refused = scene.seen(e.NotificationRefused)[-1]
    assert "not authorized to perform: kms:GenerateDataKey" in refused.reason
    assert key in refused.reason


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Who receives from an encrypted queue needs to decrypt",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    note="Nothing is encrypted, and the refusal has the code AccessDenied.",
)
def test_a_role_cannot_receive_from_an_encrypted_queue_before_it_may_decrypt(
    scene: Any, photo: Any
) -> None:
    sandbox, place = scene.sandbox, "execution-role-policy"
    key = _encrypt(scene, _let_in("s3.amazonaws.com"))
    sandbox.upload(photo(), "photo.jpg")
    sandbox.poll()
    refused = scene.seen(e.PollRefused)
    decrypts = {"Sid": "Key", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}
    sandbox.set_policy(place, with_statement(sandbox.policy(place), decrypts))
    sandbox.run_until_idle()

    assert "not authorized to perform: kms:Decrypt" in refused[-1].reason
    assert len(scene.seen(e.ThumbnailStored)) == 1


def test_aws_own_key_asks_nobody_for_a_permission(scene: Any, photo: Any) -> None:
    sqs = scene.sandbox.client("sqs")
    url = sqs.get_queue_url(QueueName=scene.sandbox.topology.queue.name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    scene.run(photo())

    assert len(scene.seen(e.ThumbnailStored)) == 1
