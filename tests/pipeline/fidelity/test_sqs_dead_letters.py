"""SQS: dead-letter queues, whom they take from, and the way back."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from pipeline import events as e
from tests.pipeline.fidelity.queue_clients import Queues


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="The receive after maxReceiveCount moves a message to the dead-letter queue",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    note="",
)
def test_the_receive_after_the_most_receives_moves_a_message(scene: Any, queues: Queues) -> None:
    source, dead = queues.with_dead_letters(receives=2)
    sent = queues.send(source)

    assert queues.bodies(source, VisibilityTimeout=0) == ["hello"]
    assert queues.bodies(source, VisibilityTimeout=0) == ["hello"]
    assert queues.counts(dead) == (0, 0, 0)
    assert queues.bodies(source, VisibilityTimeout=0) == []

    (message,) = queues.receive(dead)
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "3"
    (told,) = scene.seen(e.MessageDeadLettered)
    assert (told.queue, told.dead_letter_queue, told.receive_count) == ("source", "dead", 2)


def test_moto_alone_does_not_say_where_a_dead_letter_comes_from(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    source, dead = queues.with_dead_letters()
    queues.send(source)
    queues.receive(source, VisibilityTimeout=0)
    queues.receive(source)

    assert "DeadLetterQueueSourceArn" not in queues.receive(dead)[0]["Attributes"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A dead-lettered message carries the ARN of the queue it comes from",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
    note="",
)
def test_a_dead_letter_says_where_it_comes_from(queues: Queues) -> None:
    source, dead = queues.with_dead_letters()
    queues.send(source)
    queues.receive(source, VisibilityTimeout=0)
    queues.receive(source)

    attributes = queues.receive(dead)[0]["Attributes"]
    assert attributes["DeadLetterQueueSourceArn"] == queues.arn(source)


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A standard queue's dead letter expires by the time it was first sent",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
    note="",
)
def test_a_dead_letter_keeps_its_age(scene: Any, queues: Queues) -> None:
    source, dead = queues.with_dead_letters()
    queues.send(source)
    scene.sandbox.skip(3 * 86_400)
    queues.receive(source, VisibilityTimeout=0)
    queues.receive(source)
    assert queues.counts(dead) == (1, 0, 0)

    scene.sandbox.skip(86_400 + 1)
    assert queues.counts(dead) == (0, 0, 0)


def test_moto_alone_keeps_a_fifo_dead_letters_age_and_deduplication_id(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    letter, sent = _fifo_dead_letter(queues)

    assert letter["Attributes"]["MessageDeduplicationId"] == "once"
    assert letter["Attributes"]["SentTimestamp"] == sent


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A FIFO queue's dead letter starts a new age, deduplicated by its message id",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html",
    note="",
)
def test_a_fifo_dead_letter_starts_a_new_age(queues: Queues) -> None:
    letter, sent = _fifo_dead_letter(queues)

    assert letter["Attributes"]["MessageDeduplicationId"] == letter["MessageId"]
    assert letter["Attributes"]["SentTimestamp"] > sent


def _fifo_dead_letter(queues: Queues) -> tuple[Any, str]:
    """Return a dead letter of a FIFO queue, and when it was sent at first."""
    dead = queues.create("dead.fifo")
    policy = json.dumps({"deadLetterTargetArn": queues.arn(dead), "maxReceiveCount": 1})
    source = queues.create("source.fifo", RedrivePolicy=policy)
    queues.put(source, "a", "g", MessageDeduplicationId="once")
    (message,) = queues.receive(source, VisibilityTimeout=0)
    queues.receive(source)
    return queues.receive(dead)[0], message["Attributes"]["SentTimestamp"]


def _redrive(name: str, target: str, count: object) -> dict[str, Any]:
    policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": count})
    attributes = {"RedrivePolicy": policy}
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    return {"QueueName": name, "Attributes": attributes}


def test_moto_alone_takes_any_number_of_receives_and_a_dead_letter_queue_of_another_kind(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    standard = queues.arn(queues.create("dead"))
    fifo = queues.arn(queues.create("dead.fifo"))
    for number, (target, count) in enumerate(((standard, 0), (standard, 1001), (fifo, 5))):
        queues.sqs.create_queue(**_redrive(f"q{number}", target, count))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="maxReceiveCount is 1 to 1,000, and a dead-letter queue is of its source's kind",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="Of the kind, AWS documents the rule; the words of the refusal are ours.",
)
def test_the_number_of_receives_and_the_kind_of_the_dead_letter_queue_are_checked(
    queues: Queues,
) -> None:
    standard = queues.arn(queues.create("dead"))
    fifo = queues.arn(queues.create("dead.fifo"))
    for count in (0, -1, 1001, "many"):
        code, text = queues.refusal("create_queue", **_redrive("q", standard, count))
        assert code == "InvalidParameterValue"
        assert "valid values are from 1 to 1000 both inclusive" in text
    for name, target in (("q", fifo), ("q.fifo", standard)):
        code, text = queues.refusal("create_queue", **_redrive(name, target, 5))
        assert (code, "same type" in text) == ("InvalidParameterValue", True)
    gone = standard.replace(":dead", ":none")
    code, text = queues.refusal("create_queue", **_redrive("q", gone, 5))
    assert (code, "does not exist" in text) == ("InvalidParameterValue", True)


def test_moto_alone_lets_any_queue_name_any_other_its_dead_letter_queue(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    dead = queues.create("dead", RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
    queues.sqs.create_queue(**_redrive("q", queues.arn(dead), 5))
    found = queues.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert "RedriveAllowPolicy" not in found


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A redrive allow policy says which queues may use a dead-letter queue",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="The words of the refusal are ours.",
)
def test_a_redrive_allow_policy_is_honoured(queues: Queues) -> None:
    dead = queues.create("dead", RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
    arn = queues.arn(dead)
    assert json.loads(queues.attribute(dead, "RedriveAllowPolicy")) == {
        "redrivePermission": "denyAll"
    }
    assert queues.refusal("create_queue", **_redrive("q", arn, 5))[0] == ("InvalidParameterValue")

    by_queue = {"redrivePermission": "byQueue", "sourceQueueArns": [arn.replace(":dead", ":q")]}
    queues.sqs.set_queue_attributes(
        QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(by_queue)}
    )
    queues.sqs.create_queue(**_redrive("q", arn, 5))
    assert queues.refusal("create_queue", **_redrive("other", arn, 5))[0] == (
        "InvalidParameterValue"
    )


@pytest.mark.parametrize(
    "policy",
    [
        '{"redrivePermission": "some"}',
        '{"redrivePermission": "byQueue"}',
        '{"redrivePermission": "allowAll", "sourceQueueArns": ["a"]}',
        json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["a"] * 11}),
        "no JSON",
    ],
)
def test_a_redrive_allow_policy_is_checked(queues: Queues, policy: str) -> None:
    code, text = queues.refusal(
        "create_queue", QueueName="q", Attributes={"RedriveAllowPolicy": policy}
    )
    assert code == "InvalidParameterValue"
    assert "for parameter RedriveAllowPolicy is invalid" in text
