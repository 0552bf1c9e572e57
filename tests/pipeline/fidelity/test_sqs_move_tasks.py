"""SQS: message move tasks, the way back from a dead-letter queue."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest

from pipeline import events as e
from tests.pipeline.fidelity.queue_clients import Queues


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


def _with_dead_letters(queues: Queues, count: int) -> tuple[str, str]:
    """Create a queue and its dead-letter queue with so many dead letters; return both URLs."""
    source, dead = queues.with_dead_letters()
    for number in range(count):
        queues.send(source, str(number))
    while queues.receive(source, 10, VisibilityTimeout=0):
        pass
    assert queues.counts(dead) == (count, 0, 0)
    return source, dead


def test_moto_alone_has_no_move_tasks(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    source, dead = queues.with_dead_letters()
    assert source
    with pytest.raises(NotImplementedError):
        queues.sqs.start_message_move_task(SourceArn=queues.arn(dead))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A move task brings dead letters back to their source queue, as new messages",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html",
    note="",
)
def test_a_move_task_brings_dead_letters_back_as_new_messages(scene: Any, queues: Queues) -> None:
    source, dead = _with_dead_letters(queues, 3)
    before = {m["MessageId"] for m in queues.receive(dead, 10, VisibilityTimeout=0)}
    queues.sqs.start_message_move_task(SourceArn=queues.arn(dead))

    assert queues.counts(dead) == (0, 0, 0)
    back = queues.receive(source, 10)
    assert [m["Body"] for m in back] == ["0", "1", "2"]
    assert {m["Attributes"]["ApproximateReceiveCount"] for m in back} == {"1"}
    assert not before & {m["MessageId"] for m in back}
    assert [(told.queue, told.count) for told in scene.seen(e.MessagesRedriven)] == [("source", 3)]
    (task,) = queues.sqs.list_message_move_tasks(SourceArn=queues.arn(dead))["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 3)
    assert "TaskHandle" not in task


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A move task can have another destination, of the same kind of queue",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html",
    note="",
)
def test_a_move_task_can_have_another_destination(queues: Queues) -> None:
    source, dead = _with_dead_letters(queues, 2)
    other = queues.create("other")
    fifo = queues.create("other.fifo")

    code, text = queues.refusal(
        "start_message_move_task", SourceArn=queues.arn(dead), DestinationArn=queues.arn(fifo)
    )
    assert (code, "same queue type" in text) == ("InvalidParameterValue", True)
    queues.sqs.start_message_move_task(SourceArn=queues.arn(dead), DestinationArn=queues.arn(other))
    assert queues.bodies(other) == ["0", "1"]
    assert queues.bodies(source) == []


@pytest.mark.fidelity(
    service="sqs",
    behaviour="With a rate, a move task moves so many messages a second, up to 500",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html",
    note="",
)
def test_a_move_task_with_a_rate_takes_the_sandboxs_time(scene: Any, queues: Queues) -> None:
    scene.sandbox.set_mapping_enabled(enabled=False)
    source, dead = _with_dead_letters(queues, 4)
    arn = queues.arn(dead)
    before = scene.sandbox.clock.now()
    handle = queues.sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=2)
    assert queues.counts(source) == (0, 0, 0)
    (task,) = queues.sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["TaskHandle"]) == ("RUNNING", handle["TaskHandle"])
    assert task["ApproximateNumberOfMessagesToMove"] == 4

    scene.sandbox.run_until_idle()

    assert 2.0 <= scene.sandbox.clock.now() - before < 2.5
    assert queues.counts(source) == (4, 0, 0)
    (task,) = queues.sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 4)
    code, _ = queues.refusal(
        "start_message_move_task", SourceArn=arn, MaxNumberOfMessagesPerSecond=501
    )
    assert code == "InvalidParameterValue"


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A queue has one active move task; cancelling it leaves what was moved where it is",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html",
    note="",
)
def test_a_running_task_is_the_only_one_and_can_be_cancelled(scene: Any, queues: Queues) -> None:
    source, dead = _with_dead_letters(queues, 5)
    arn = queues.arn(dead)
    start = queues.sqs.start_message_move_task
    handle = start(SourceArn=arn, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    code, text = queues.refusal("start_message_move_task", SourceArn=arn)
    assert code == "InvalidParameterValue"
    assert text.startswith("There is already a task running.")

    scene.sandbox.skip(2.5)
    cancelled = queues.sqs.cancel_message_move_task(TaskHandle=handle)
    assert cancelled == {**cancelled, "ApproximateNumberOfMessagesMoved": 2}
    assert queues.counts(source) == (2, 0, 0)
    assert queues.counts(dead) == (3, 0, 0)
    (task,) = queues.sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert task["Status"] == "CANCELLED"
    assert queues.refusal("cancel_message_move_task", TaskHandle=handle)[0] == (
        "InvalidParameterValue"
    )
    unknown = base64.b64encode(json.dumps({"taskId": "t", "sourceArn": arn}).encode()).decode()
    assert queues.refusal("cancel_message_move_task", TaskHandle=unknown)[0] == (
        "ResourceNotFoundException"
    )
    start(SourceArn=arn)
    assert queues.counts(dead) == (0, 0, 0)
    found = queues.sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"]
    assert [task["Status"] for task in found] == ["COMPLETED", "CANCELLED"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A move task fails where a message was sent to the dead-letter queue directly",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html",
    note="",
)
def test_a_message_without_a_source_fails_the_task_and_stays(queues: Queues) -> None:
    _, dead = queues.with_dead_letters()
    queues.send(dead, "sent by hand")
    queues.sqs.start_message_move_task(SourceArn=queues.arn(dead))

    (task,) = queues.sqs.list_message_move_tasks(SourceArn=queues.arn(dead))["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert queues.counts(dead) == (1, 0, 0)


def test_a_task_whose_source_queue_was_deleted_fails_and_loses_nothing(queues: Queues) -> None:
    source, dead = _with_dead_letters(queues, 1)
    policy = queues.attribute(source, "RedrivePolicy")
    queues.create("another", RedrivePolicy=policy)
    queues.sqs.delete_queue(QueueUrl=source)
    queues.sqs.start_message_move_task(SourceArn=queues.arn(dead))

    (task,) = queues.sqs.list_message_move_tasks(SourceArn=queues.arn(dead))["Results"]
    assert task["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert queues.counts(dead) == (1, 0, 0)


def test_only_a_dead_letter_queue_can_be_moved_from(queues: Queues) -> None:
    url = queues.create()
    assert queues.refusal("start_message_move_task", SourceArn=queues.arn(url)) == (
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
    )
    gone = queues.arn(url) + "-none"
    assert queues.refusal("start_message_move_task", SourceArn=gone)[0] == (
        "ResourceNotFoundException"
    )


def test_a_reset_forgets_the_tasks(scene: Any, queues: Queues) -> None:
    _, dead = _with_dead_letters(queues, 3)
    arn = queues.arn(dead)
    queues.sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=1)

    scene.sandbox.reset()
    fresh = Queues(scene.sandbox.client("sqs"))
    fresh.with_dead_letters()
    assert fresh.sqs.list_message_move_tasks(SourceArn=arn).get("Results", []) == []
    scene.sandbox.run_until_idle()
