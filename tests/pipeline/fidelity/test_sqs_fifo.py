"""SQS: order and deduplication in FIFO queues."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.pipeline.fidelity.queue_clients import Queues


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A FIFO queue hands out a group in order, and locks it while a message is in flight",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html",
    note="",
)
def test_a_group_is_in_order_and_locked_while_a_message_is_in_flight(
    scene: Any, queues: Queues
) -> None:
    url = queues.create("q.fifo")
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        queues.put(url, body, group)

    (first,) = queues.receive(url)
    assert first["Body"] == "a1"
    assert queues.bodies(url) == ["b1"]
    assert queues.bodies(url) == []
    queues.delete(url, first)
    assert queues.bodies(url) == ["a2"]
    scene.sandbox.skip(31)
    assert queues.bodies(url, 1) == ["a2"]


def test_moto_alone_mixes_the_groups_of_a_receive(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q.fifo")
    for body, group in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        queues.put(url, body, group)

    assert queues.bodies(url, 2) == ["a1", "b1"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="One receive takes as many messages of one group as it can before another group's",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html",
    note="",
)
def test_a_receive_prefers_messages_of_one_group(queues: Queues) -> None:
    url = queues.create("q.fifo")
    for body, group in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        queues.put(url, body, group)

    assert queues.bodies(url, 2) == ["a1", "a2"]
    assert queues.bodies(url, 10) == ["b1"]


def test_moto_alone_forgets_a_deleted_message_and_gives_duplicates_ids_of_their_own(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q.fifo")
    first, second = queues.put(url, "a", "g"), queues.put(url, "a", "g")
    assert first["MessageId"] != second["MessageId"]

    queues.delete(url, queues.receive(url)[0])
    queues.put(url, "a", "g")
    assert queues.bodies(url) == ["a"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A duplicate within five minutes is dropped, also after the first is deleted",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html",
    note="",
)
def test_a_duplicate_is_dropped_for_five_minutes_also_after_the_first_is_deleted(
    scene: Any, queues: Queues
) -> None:
    url = queues.create("q.fifo")
    first = queues.put(url, "a", "g")
    queues.delete(url, queues.receive(url)[0])
    scene.sandbox.skip(290)

    again = queues.put(url, "a", "g")
    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    assert queues.bodies(url) == []

    scene.sandbox.skip(20)
    assert queues.put(url, "a", "g")["MessageId"] != first["MessageId"]
    assert queues.bodies(url) == ["a"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="With content-based deduplication, messages of the same body are duplicates",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html",
    note="",
)
def test_the_same_body_is_a_duplicate_with_content_based_deduplication(queues: Queues) -> None:
    url = queues.create("q.fifo", ContentBasedDeduplication="true")
    for body in ("same", "same", "other"):
        queues.send(url, body, MessageGroupId="g")

    assert queues.bodies(url) == ["same", "other"]


def test_moto_alone_drops_duplicates_across_groups_whatever_the_scope(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q.fifo", DeduplicationScope="messageGroup")
    queues.put(url, "1", "a", MessageDeduplicationId="same")
    queues.put(url, "2", "b", MessageDeduplicationId="same")

    assert queues.bodies(url) == ["1"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="With the scope messageGroup, duplicates are told apart by group",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    note="",
)
def test_duplicates_are_told_apart_by_group_where_the_scope_says_so(queues: Queues) -> None:
    url = queues.create("q.fifo", DeduplicationScope="messageGroup")
    for body, group in (("1", "a"), ("2", "b"), ("3", "a")):
        queues.put(url, body, group, MessageDeduplicationId="same")

    assert queues.bodies(url) == ["1", "2"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message of a FIFO queue needs a group and a deduplication id, and gets a number",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
    note="",
)
def test_a_fifo_message_needs_a_group_and_an_id_and_gets_a_rising_number(queues: Queues) -> None:
    url = queues.create("q.fifo")
    send = {"QueueUrl": url, "MessageBody": "a"}

    assert queues.refusal("send_message", **send) == (
        "MissingParameter",
        "The request must contain the parameter MessageGroupId.",
    )
    code, text = queues.refusal("send_message", MessageGroupId="g", **send)
    assert (code, "ContentBasedDeduplication" in text) == ("InvalidParameterValue", True)
    first, second = queues.put(url, "1", "g"), queues.put(url, "2", "g")
    assert first["SequenceNumber"] < second["SequenceNumber"]
    assert len(first["SequenceNumber"]) == 20
    (received,) = queues.receive(url)
    assert received["Attributes"]["SequenceNumber"] == first["SequenceNumber"]
    assert received["Attributes"]["MessageGroupId"] == "g"


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A standard queue refuses a deduplication id and takes a group (fair queues)",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html",
    note="A group is kept and told, but does not change who is handed out first.",
)
def test_a_standard_queue_takes_a_group_but_no_deduplication_id(queues: Queues) -> None:
    url = queues.create()
    queues.send(url, "a", MessageGroupId="tenant")

    assert queues.receive(url)[0]["Attributes"]["MessageGroupId"] == "tenant"
    code, text = queues.refusal(
        "send_message", QueueUrl=url, MessageBody="a", MessageDeduplicationId="x"
    )
    assert code == "InvalidParameterValue"
    assert "not valid for this queue type" in text


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A FIFO queue throttles above 300 calls a second, unless it has high throughput",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
    note="The sandbox never throttles SQS.",
)
def test_a_fifo_queue_is_never_throttled(queues: Queues) -> None:
    url = queues.create("q.fifo")
    for number in range(320):
        queues.put(url, str(number), str(number))

    assert queues.counts(url) == (320, 0, 0)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A receive repeated with the same attempt id gives the same messages again",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html",
    note="The attempt id is taken and ignored.",
)
def test_an_attempt_id_is_ignored(queues: Queues) -> None:
    url = queues.create("q.fifo")
    queues.put(url, "a", "g")

    assert queues.bodies(url, ReceiveRequestAttemptId="once") == ["a"]
    assert queues.bodies(url, ReceiveRequestAttemptId="once") == []
