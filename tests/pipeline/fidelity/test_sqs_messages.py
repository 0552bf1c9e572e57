"""SQS: what a message may be, and what becomes of a batch."""

from __future__ import annotations

import hashlib
from typing import Any

import boto3
import pytest

from tests.pipeline.fidelity.queue_clients import Queues

PREFIX = "AWS.SimpleQueueService."
LARGEST = 1_048_576


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


def test_moto_alone_counts_characters_and_takes_empty_and_invalid_bodies(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create()
    for body in ("é" * 600_000, "", "\x00"):
        queues.send(url, body)

    assert queues.counts(url) == (3, 0, 0)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message has at most 1 MiB, in bytes of UTF-8 and with its attributes",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
    note="",
)
def test_a_messages_size_is_in_bytes_and_counts_its_attributes(queues: Queues) -> None:
    url = queues.create()
    queues.send(url, "é" * (LARGEST // 2))
    code, text = queues.refusal("send_message", QueueUrl=url, MessageBody="é" * 600_000)
    assert code == "InvalidParameterValue"
    assert text.endswith(f"Message must be shorter than {LARGEST} bytes.")
    code, _ = queues.refusal(
        "send_message",
        QueueUrl=url,
        MessageBody="x" * (LARGEST - 10),
        MessageAttributes={"a": {"DataType": "String", "StringValue": "value"}},
    )
    assert code == "InvalidParameterValue"

    small = queues.create("small", MaximumMessageSize="1024")
    queues.send(small, "x" * 1024)
    assert queues.refusal("send_message", QueueUrl=small, MessageBody="x" * 1025)[0] == (
        "InvalidParameterValue"
    )


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A body is not empty and holds only the characters that XML can hold",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
    note="",
)
@pytest.mark.parametrize("body", ["\x00", "a\x1fb", "\ufffe", "\uffff"])
def test_invalid_characters_are_refused(queues: Queues, body: str) -> None:
    url = queues.create()
    code, _ = queues.refusal("send_message", QueueUrl=url, MessageBody=body)
    assert code == "InvalidMessageContents"
    assert queues.refusal("send_message", QueueUrl=url, MessageBody="") == (
        "MissingParameter",
        "The request must contain the parameter MessageBody.",
    )
    queues.send(url, "tab\t line\n return\r \U0001f600")
    assert queues.bodies(url) == ["tab\t line\n return\r \U0001f600"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message has up to 10 attributes, typed, with digests of body and attributes",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html",
    note="",
)
def test_attributes_come_back_as_they_were_sent_with_their_digest(
    queues: Queues, moto_digest: str
) -> None:
    url = queues.create()
    sent = queues.send(url, "hello", MessageAttributes=ATTRIBUTES)
    (received,) = queues.receive(url)

    assert received["MessageAttributes"] == ATTRIBUTES
    assert sent["MD5OfMessageAttributes"] == received["MD5OfMessageAttributes"] == moto_digest
    body = hashlib.md5(b"hello", usedforsecurity=False).hexdigest()
    assert sent["MD5OfMessageBody"] == received["MD5OfBody"] == body


ATTRIBUTES = {
    "size": {"DataType": "Number", "StringValue": "12"},
    "name": {"DataType": "String", "StringValue": "é"},
    "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    "kind": {"DataType": "String.custom", "StringValue": "x"},
}


@pytest.fixture
def moto_digest() -> str:
    """Return what moto computes of the same attributes."""
    from moto.sqs.models import Message

    message = Message("id", "hello")
    message.message_attributes = ATTRIBUTES
    return message.attribute_md5


def test_only_the_attributes_that_are_asked_for_are_returned(queues: Queues) -> None:
    url = queues.create(VisibilityTimeout="0")
    queues.send(url, MessageAttributes=ATTRIBUTES)
    receive = queues.sqs.receive_message

    (plain,) = receive(QueueUrl=url)["Messages"]
    assert {"Attributes", "MessageAttributes"}.isdisjoint(plain)
    (some,) = receive(QueueUrl=url, MessageAttributeNames=["na.*", "raw"])["Messages"]
    assert set(some["MessageAttributes"]) == {"name", "raw"}
    (timed,) = receive(QueueUrl=url, AttributeNames=["SentTimestamp"])["Messages"]
    assert set(timed["Attributes"]) == {"SentTimestamp"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS.mine", {"DataType": "String", "StringValue": "x"}),
        ("with space", {"DataType": "String", "StringValue": "x"}),
        ("a", {"DataType": "Text", "StringValue": "x"}),
        ("a", {"DataType": "String", "StringValue": ""}),
        ("a", {"DataType": "Binary", "StringValue": "x"}),
    ],
)
def test_attributes_are_checked(queues: Queues, name: str, value: dict[str, str]) -> None:
    url = queues.create()
    code, text = queues.refusal(
        "send_message", QueueUrl=url, MessageBody="a", MessageAttributes={name: value}
    )
    assert (code, name in text) == ("InvalidParameterValue", True)
    many = {f"a{n}": {"DataType": "String", "StringValue": "x"} for n in range(11)}
    code, _ = queues.refusal("send_message", QueueUrl=url, MessageBody="a", MessageAttributes=many)
    assert code == "InvalidParameterValue"


def test_a_trace_header_travels_with_the_message(queues: Queues) -> None:
    url = queues.create()
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-x"}}
    sent = queues.send(url, MessageSystemAttributes=header)

    assert "MD5OfMessageSystemAttributes" in sent
    assert queues.receive(url)[0]["Attributes"]["AWSTraceHeader"] == "Root=1-x"


def test_the_sender_is_told_by_its_unique_id(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url)

    who = scene.sandbox.client("sts").get_caller_identity()["UserId"]
    assert queues.receive(url)[0]["Attributes"]["SenderId"] == who


# -- batches --


def _entries(*bodies: str, **more: Any) -> list[dict[str, Any]]:
    return [{"Id": f"e{n}", "MessageBody": body, **more} for n, body in enumerate(bodies)]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A batch with no, too many, repeated or invalid ids, or too large, is refused whole",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html",
    note="",
)
@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        (_entries(*"abcdefghijk"), "TooManyEntriesInBatchRequest"),
        ([{"Id": "x", "MessageBody": "a"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "not an id", "MessageBody": "a"}], "InvalidBatchEntryId"),
        (_entries("x" * 600_000, "x" * 600_000), "BatchRequestTooLong"),
    ],
)
def test_a_bad_batch_is_refused_whole(queues: Queues, entries: Any, code: str) -> None:
    url = queues.create()
    assert queues.refusal("send_message_batch", QueueUrl=url, Entries=entries)[0] == PREFIX + code
    assert queues.counts(url) == (0, 0, 0)
    with pytest.raises(getattr(queues.sqs.exceptions, code)):
        queues.sqs.send_message_batch(QueueUrl=url, Entries=entries)


def test_moto_alone_lets_one_bad_entry_spoil_a_batch(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create(MaximumMessageSize="1024")
    entries = _entries("good", "x" * 1025)

    assert queues.refusal("send_message_batch", QueueUrl=url, Entries=entries)[0]
    assert queues.counts(url) == (0, 0, 0)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Of a batch, each entry succeeds or fails by itself",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html",
    note="",
)
def test_each_entry_of_a_batch_succeeds_or_fails_by_itself(queues: Queues) -> None:
    url = queues.create(MaximumMessageSize="1024")
    answer = queues.sqs.send_message_batch(
        QueueUrl=url, Entries=_entries("good", "x" * 1025, "\x00", "fine")
    )

    assert [each["Id"] for each in answer["Successful"]] == ["e0", "e3"]
    assert [(each["Id"], each["Code"], each["SenderFault"]) for each in answer["Failed"]] == [
        ("e1", "InvalidParameterValue", True),
        ("e2", "InvalidMessageContents", True),
    ]
    received = queues.receive(url, 10)
    handles = [message["ReceiptHandle"] for message in received]
    entries = [{"Id": f"d{n}", "ReceiptHandle": each} for n, each in enumerate([*handles, "no"])]
    change = queues.sqs.change_message_visibility_batch(
        QueueUrl=url, Entries=[{**each, "VisibilityTimeout": 5} for each in entries]
    )
    deleted = queues.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    for each in (change, deleted):
        assert [done["Id"] for done in each["Successful"]] == ["d0", "d1"]
        assert [(f["Id"], f["Code"]) for f in each["Failed"]] == [("d2", "ReceiptHandleIsInvalid")]
    assert queues.counts(url) == (0, 0, 0)
