"""SQS: queues, their attributes, and who may use them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from tests.pipeline.fidelity.queue_clients import Queues

PREFIX = "AWS.SimpleQueueService."

OUT_OF_RANGE = (
    ("VisibilityTimeout", "43201"),
    ("VisibilityTimeout", "-1"),
    ("MessageRetentionPeriod", "59"),
    ("MessageRetentionPeriod", "1209601"),
    ("DelaySeconds", "901"),
    ("ReceiveMessageWaitTimeSeconds", "21"),
)


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


def test_moto_alone_takes_any_number_for_an_attribute(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    for number, (name, value) in enumerate(OUT_OF_RANGE):
        url = queues.create(f"q{number}", **{name: value})
        assert queues.attribute(url, name) == value


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue's attributes stay within their documented ranges",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    note="",
)
@pytest.mark.parametrize(
    ("name", "value"),
    [*OUT_OF_RANGE, ("MaximumMessageSize", "1023"), ("MaximumMessageSize", "1048577")],
)
def test_attributes_stay_within_their_ranges(queues: Queues, name: str, value: str) -> None:
    attributes = {name: value}
    refusal = ("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    assert queues.refusal("create_queue", QueueName="q", Attributes=attributes) == refusal
    url = queues.create()
    assert queues.refusal("set_queue_attributes", QueueUrl=url, Attributes=attributes) == refusal
    assert queues.refusal("create_queue", QueueName="r", Attributes={name: "much"}) == refusal


def test_moto_alone_takes_an_attribute_that_does_not_exist(moto: boto3.Session) -> None:
    assert Queues(moto.client("sqs")).create("q", Visibility="1")


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue has no attributes but those that exist",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="",
)
def test_an_attribute_that_does_not_exist_is_refused(queues: Queues) -> None:
    url, attributes = queues.create(), {"Visibility": "1"}
    refusal = ("InvalidAttributeName", "Unknown Attribute Visibility.")

    assert queues.refusal("create_queue", QueueName="r", Attributes=attributes) == refusal
    assert queues.refusal("set_queue_attributes", QueueUrl=url, Attributes=attributes) == refusal


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("MaxNumberOfMessages", 11), ("MaxNumberOfMessages", 0), ("WaitTimeSeconds", 21)],
)
def test_a_receive_stays_within_its_ranges(queues: Queues, parameter: str, value: int) -> None:
    url = queues.create()
    code, text = queues.refusal("receive_message", QueueUrl=url, **{parameter: value})
    assert code == "InvalidParameterValue"
    assert text.startswith(f"Value {value} for parameter {parameter} is invalid.")


@pytest.mark.parametrize(("delay", "kind"), [(901, "q"), (-1, "q"), (5, "q.fifo")])
def test_a_messages_delay_is_checked(queues: Queues, delay: int, kind: str) -> None:
    url = queues.create(kind)
    fifo = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if kind == "q.fifo" else {}
    code, text = queues.refusal(
        "send_message", QueueUrl=url, MessageBody="a", DelaySeconds=delay, **fifo
    )
    assert (code, "DelaySeconds" in text) == ("InvalidParameterValue", True)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A purge deletes all messages, those in flight too, and is allowed once a minute",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html",
    note="A purge is done at once; on AWS it takes up to 60 seconds.",
)
def test_a_purge_empties_the_queue_once_a_minute(scene: Any, queues: Queues) -> None:
    url = queues.create()
    for delay in (0, 0, 60):
        queues.send(url, DelaySeconds=delay)
    queues.receive(url)
    assert queues.counts(url) == (1, 1, 1)
    queues.sqs.purge_queue(QueueUrl=url)
    assert queues.counts(url) == (0, 0, 0)

    assert queues.refusal("purge_queue", QueueUrl=url) == (
        f"{PREFIX}PurgeQueueInProgress",
        "Only one PurgeQueue operation on q is allowed every 60 seconds.",
    )
    scene.sandbox.skip(60)
    queues.sqs.purge_queue(QueueUrl=url)


def test_moto_alone_tells_fractions_of_seconds(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    assert "." in queues.attribute(queues.create(), "CreatedTimestamp")


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue tells when it was created and changed, in whole seconds",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
    note="",
)
def test_a_queue_tells_whole_seconds(scene: Any, queues: Queues) -> None:
    url = queues.create()
    for name in ("CreatedTimestamp", "LastModifiedTimestamp"):
        assert 0 <= scene.sandbox.clock.now() - int(queues.attribute(url, name)) < 2


@pytest.mark.fidelity(
    service="sqs",
    behaviour="The numbers of visible, hidden and delayed messages are approximate",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
    note="They are exact, at once.",
)
def test_the_numbers_of_messages_are_exact(queues: Queues) -> None:
    url = queues.create()
    for number in range(25):
        queues.send(url, DelaySeconds=60 if number < 5 else 0)
    queues.receive(url, 10)

    assert queues.counts(url) == (10, 10, 5)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A standard queue delivers at least once, now and then twice or out of order",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html",
    note="Within its visibility timeout a message comes once, in the order of sending.",
)
def test_a_standard_queue_hands_out_in_order_and_once(queues: Queues) -> None:
    url = queues.create()
    for number in range(20):
        queues.send(url, str(number))

    received = queues.bodies(url) + queues.bodies(url) + queues.bodies(url)
    assert received == [str(number) for number in range(20)]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue of the same name can be created 60 seconds after its deletion",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
    note="It can be created at once, and is empty.",
)
def test_a_deleted_queue_can_be_created_at_once_and_is_empty(queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    queues.sqs.delete_queue(QueueUrl=url)
    assert queues.refusal("receive_message", QueueUrl=url)[0] == f"{PREFIX}NonExistentQueue"

    assert queues.counts(queues.create()) == (0, 0, 0)


def test_a_standard_queues_name_does_not_end_in_fifo(queues: Queues) -> None:
    code, _ = queues.refusal("create_queue", QueueName="q.fifo")
    assert code == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("send_message", {"MessageBody": "a"}),
        ("send_message_batch", {"Entries": [{"Id": "a", "MessageBody": "a"}]}),
        ("receive_message", {}),
        ("delete_message", {"ReceiptHandle": "x"}),
        ("change_message_visibility", {"ReceiptHandle": "x", "VisibilityTimeout": 1}),
        ("purge_queue", {}),
    ],
)
def test_a_queue_that_does_not_exist_is_told_as_such(
    queues: Queues, operation: str, more: dict[str, Any]
) -> None:
    url = queues.create()
    gone = url.replace("/q", "/none")
    assert queues.refusal(operation, QueueUrl=gone, **more)[0] == f"{PREFIX}NonExistentQueue"


DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    ],
}


def test_moto_alone_never_asks_a_queues_policy(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    queues.send(queues.create(Policy=json.dumps(DENY)))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue's policy decides who may send to it, receive from it and delete",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies.html",
    note="",
)
def test_a_queues_policy_decides(queues: Queues) -> None:
    url = queues.create(Policy=json.dumps(DENY))

    code, text = queues.refusal("send_message", QueueUrl=url, MessageBody="a")
    assert code == "AccessDenied"
    assert "with an explicit deny in a resource-based policy" in text
    assert queues.bodies(url) == []


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Messages are encrypted at rest, with SQS's key or one of KMS",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    note="The attributes are kept; nothing is encrypted.",
)
def test_encryption_is_an_attribute_and_nothing_more(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url, "plain")

    assert queues.attribute(url, "SqsManagedSseEnabled") == "true"
    (kept,) = scene.sandbox._emulator.stored.queues.stored_messages("q")
    assert kept.body == "plain"


def test_moto_alone_drops_the_policy_when_another_attribute_is_set(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create(Policy=json.dumps(_LETS_S3_SEND))
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    assert (
        "Policy"
        not in queues.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    )


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Setting one attribute of a queue leaves the others, its policy too",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="",
)
def test_setting_one_attribute_leaves_the_policy(queues: Queues) -> None:
    url = queues.create(Policy=json.dumps(_LETS_S3_SEND))
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    assert json.loads(queues.attribute(url, "Policy")) == _LETS_S3_SEND
    assert queues.attribute(url, "VisibilityTimeout") == "60"
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert (
        "Policy"
        not in queues.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    )


_LETS_S3_SEND = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "S3ToQueue",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
    ],
}
