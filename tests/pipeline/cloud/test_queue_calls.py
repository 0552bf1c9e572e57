"""Queues under many threads, and what is read of them beside the calls."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline import events as e
from pipeline.sandbox import Sandbox


@pytest.fixture
def switching_often() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching_often")
def test_nothing_is_lost_or_handed_out_twice_among_threads() -> None:
    senders, each = 3, 40
    with Sandbox() as sandbox:
        sqs = sandbox.client("sqs")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
        received: list[str] = []

        def send(name: int) -> None:
            for number in range(each):
                sqs.send_message(QueueUrl=url, MessageBody=f"{name}-{number}")

        def consume() -> None:
            polls = 0
            while len(received) < senders * each and polls < 60:
                polls += 1
                answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5, WaitTimeSeconds=1)
                for message in answer.get("Messages", []):
                    received.append(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

        threads = [threading.Thread(target=send, args=(n,)) for n in range(senders)]
        threads += [threading.Thread(target=consume) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        state = sandbox._emulator.stored.queues.queue_state("q")

    expected = Counter(f"{name}-{number}" for name in range(senders) for number in range(each))
    assert Counter(received) == expected
    assert state.total == 0


def test_ids_and_handles_are_the_same_in_every_seeded_run() -> None:
    def run() -> tuple[Any, ...]:
        with Sandbox(seed=7) as sandbox:
            sqs = sandbox.client("sqs")
            url = sqs.create_queue(QueueName="q")["QueueUrl"]
            sent = sqs.send_message(QueueUrl=url, MessageBody="a")
            (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
            return sent["MessageId"], message["ReceiptHandle"]

    assert run() == run()


def test_what_is_read_of_a_queue_is_what_stands_in_it(scene: Any) -> None:
    queues, clock = scene.sandbox._emulator.stored.queues, scene.sandbox.clock
    sqs = scene.sandbox.client("sqs")
    url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    ids = [
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body
        )["MessageId"]
        for body in "ab"
    ]
    scene.sandbox.skip(100)
    sqs.receive_message(QueueUrl=url)

    state = queues.queue_state("q.fifo")
    assert (state.visible, state.in_flight, state.total) == (1, 1, 2)
    assert not state.can_receive
    assert 29 < queues.visible_at("q.fifo", ids[0]) - clock.now() <= 30
    assert queues.visible_at("q.fifo", ids[1]) <= clock.now()
    assert queues.visible_at("q.fifo", "gone") == clock.now()
    assert 100 <= queues.oldest_message_age("q.fifo") < 101
    assert [m.body for m in queues.stored_messages("q.fifo")] == ["a", "b"]
    assert queues.queue_exists("q.fifo")
    assert not queues.queue_exists("none")


def test_a_message_that_leaves_any_queue_is_told_of_once(scene: Any) -> None:
    sqs = scene.sandbox.client("sqs")
    attributes = {"MessageRetentionPeriod": "60"}
    url = sqs.create_queue(QueueName="short", Attributes=attributes)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody='{"a": 1}')
    scene.sandbox.skip(61)
    scene.sandbox.run_until_idle()
    scene.sandbox.run_until_idle()

    (told,) = scene.seen(e.MessageExpired)
    assert (told.queue, told.body) == ("short", {"a": 1})
