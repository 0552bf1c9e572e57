"""SQS: what a receive hides, for how long, and what its receipt handle is good for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto.backends import get_backend

from pipeline.fidelity import sqs_queue
from pipeline.queueing.message import QueueSettings
from tests.pipeline.fidelity.queue_clients import Queues


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A received message is hidden for the visibility timeout and then comes again",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
    note="",
)
def test_a_received_message_is_hidden_for_the_visibility_timeout(
    scene: Any, queues: Queues
) -> None:
    url = queues.create(VisibilityTimeout="60")
    queues.send(url)

    assert queues.bodies(url) == ["hello"]
    assert queues.counts(url) == (0, 1, 0)
    scene.sandbox.skip(55)
    assert queues.bodies(url) == []
    scene.sandbox.skip(10)
    assert queues.bodies(url) == ["hello"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Each receive counts and gives a new receipt handle; the first receive's time stays",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
    note="",
)
def test_each_receive_counts_and_gives_a_new_handle(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url)

    (first,) = queues.receive(url)
    scene.sandbox.skip(31)
    (second,) = queues.receive(url)

    counts = [m["Attributes"]["ApproximateReceiveCount"] for m in (first, second)]
    times = {m["Attributes"]["ApproximateFirstReceiveTimestamp"] for m in (first, second)}
    assert counts == ["1", "2"]
    assert len(times) == 1
    assert first["ReceiptHandle"] != second["ReceiptHandle"]
    assert first["MessageId"] == second["MessageId"]


def test_moto_alone_deletes_with_an_old_receipt_handle(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create()
    queues.send(url)
    (first,) = queues.receive(url, VisibilityTimeout=0)
    queues.receive(url)
    queues.delete(url, first)

    assert queues.counts(url) == (0, 0, 0)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Deleting with an old receipt handle succeeds, but does not delete the message",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html",
    note="AWS says that it might not be deleted; in the sandbox it never is.",
)
def test_an_old_receipt_handle_does_not_delete(queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    (first,) = queues.receive(url, VisibilityTimeout=0)
    (last,) = queues.receive(url)

    queues.delete(url, first)
    assert queues.counts(url) == (0, 1, 0)
    queues.delete(url, last)
    assert queues.counts(url) == (0, 0, 0)
    queues.delete(url, last)


def test_a_handle_that_the_queue_never_gave_is_refused(queues: Queues) -> None:
    url, other = queues.create(), queues.create("other")
    queues.send(other)
    (of_another,) = queues.receive(other)

    for handle in ("garbage", of_another["ReceiptHandle"]):
        code, text = queues.refusal("delete_message", QueueUrl=url, ReceiptHandle=handle)
        assert code == "ReceiptHandleIsInvalid"
        assert text == f'The input receipt handle "{handle}" is not a valid receipt handle.'


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A visibility timeout can be changed, and ended, while a message is in flight",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
    note="",
)
def test_a_visibility_timeout_counts_from_its_change(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    (message,) = queues.receive(url)
    handle = message["ReceiptHandle"]
    change = queues.sqs.change_message_visibility

    change(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=600)
    scene.sandbox.skip(590)
    assert queues.bodies(url) == []
    change(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert queues.bodies(url) == ["hello"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message stays hidden for at most 12 hours after its receive",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
    note="",
)
def test_a_message_is_not_hidden_for_more_than_12_hours(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    (message,) = queues.receive(url, VisibilityTimeout=3600)
    scene.sandbox.skip(100)

    code, text = queues.refusal(
        "change_message_visibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=43_200,
    )
    assert code == "InvalidParameterValue"
    assert "Total VisibilityTimeout for the message is beyond the limit" in text


def test_the_visibility_of_a_deleted_message_cannot_be_changed(queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    (message,) = queues.receive(url)
    queues.delete(url, message)

    code, text = queues.refusal(
        "change_message_visibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=5,
    )
    assert code == "InvalidParameterValue"
    assert "is not available for visibility timeout change" in text


def test_moto_alone_deletes_with_a_fifo_queues_expired_handle(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q.fifo")
    queues.put(url, "a", "g")
    (message,) = queues.receive(url, VisibilityTimeout=0)
    queues.delete(url, message)

    assert queues.counts(url) == (0, 0, 0)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A FIFO queue refuses to delete with the handle of a message that is visible again",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html",
    note="",
)
def test_a_fifo_queue_refuses_an_expired_handle(scene: Any, queues: Queues) -> None:
    url = queues.create("q.fifo")
    queues.put(url, "a", "g")
    (message,) = queues.receive(url)
    scene.sandbox.skip(31)

    handle = message["ReceiptHandle"]
    code, text = queues.refusal("delete_message", QueueUrl=url, ReceiptHandle=handle)
    assert code == "InvalidParameterValue"
    assert text.endswith("Reason: The receipt handle has expired.")


def _limit_in_flight(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    plain = sqs_queue.settings_of
    monkeypatch.setattr(
        sqs_queue, "settings_of", lambda queue: replace(plain(queue), in_flight_limit=limit)
    )


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A standard queue with 120,000 messages in flight answers OverLimit",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
    note="On AWS the number is approximate.",
)
def test_a_standard_queue_answers_over_limit(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert QueueSettings().in_flight_limit == 120_000
    _limit_in_flight(monkeypatch, 12)
    url = queues.create()
    for _ in range(15):
        queues.send(url)

    assert len(queues.receive(url, 10)) == 10
    received = queues.receive(url, 10)
    assert len(received) == 2
    assert queues.refusal("receive_message", QueueUrl=url)[0] == "OverLimit"
    queues.delete(url, received[0])
    assert len(queues.receive(url, 10)) == 1


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A FIFO queue with 120,000 messages in flight answers without messages",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
    note="",
)
def test_a_fifo_queue_at_its_limit_answers_nothing(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit_in_flight(monkeypatch, 1)
    url = queues.create("q.fifo")
    queues.put(url, "a", "first")
    queues.put(url, "b", "second")

    assert queues.bodies(url) == ["a"]
    assert queues.bodies(url) == []


def test_moto_alone_has_no_limit_in_flight(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create()
    queues.send(url)
    queues.receive(url)
    queue = get_backend("sqs")["123456789012"]["us-east-1"].queues["q"]
    queue._messages *= 120_000
    queues.send(url, "one more")

    assert queues.bodies(url) == ["one more"]
