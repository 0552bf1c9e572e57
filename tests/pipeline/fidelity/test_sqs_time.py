"""SQS: delays, retention, and polls that wait."""

from __future__ import annotations

import threading
import time
from typing import Any

import boto3
import pytest

from pipeline import events as e
from pipeline.fidelity.entered import EMULATOR_LOCK
from pipeline.sandbox import Sandbox
from tests.pipeline.fidelity.queue_clients import Queues


@pytest.fixture
def queues(scene: Any) -> Queues:
    return Queues(scene.sandbox.client("sqs"))


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message's own delay, or else the queue's, postpones its first receive",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html",
    note="",
)
def test_a_delay_postpones_the_first_receive(scene: Any, queues: Queues) -> None:
    url = queues.create(DelaySeconds="60")
    queues.send(url, "late")
    queues.send(url, "later", DelaySeconds=600)
    queues.send(url, "now", DelaySeconds=0)

    assert queues.counts(url) == (1, 0, 2)
    assert queues.bodies(url, VisibilityTimeout=3600) == ["now"]
    scene.sandbox.skip(60)
    assert queues.bodies(url, VisibilityTimeout=3600) == ["late"]
    scene.sandbox.skip(540)
    assert queues.bodies(url) == ["later"]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A change of the queue's delay counts for waiting messages in FIFO queues alone",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html",
    note="",
)
def test_a_changed_delay_counts_for_waiting_messages_of_fifo_queues_alone(queues: Queues) -> None:
    standard = queues.create("q", DelaySeconds="900")
    fifo = queues.create("q.fifo", DelaySeconds="900")
    queues.send(standard, "a")
    queues.put(fifo, "a", "g")
    for url in (standard, fifo):
        queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})

    assert queues.bodies(standard) == []
    assert queues.bodies(fifo) == ["a"]


def test_moto_alone_keeps_a_fifo_message_to_the_delay_it_was_sent_with(
    moto: boto3.Session,
) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create("q.fifo", DelaySeconds="900")
    queues.put(url, "a", "g")
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})

    assert queues.bodies(url) == []


def test_moto_alone_keeps_an_expired_message_for_ever(moto: boto3.Session) -> None:
    queues = Queues(moto.client("sqs"))
    url = queues.create(MessageRetentionPeriod="0")
    queues.send(url, "old")

    assert queues.bodies(url) == []
    assert sum(queues.counts(url)) == 1


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A message is deleted at its queue's retention period, whatever its state",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="",
)
def test_a_message_is_gone_at_the_retention_period(scene: Any, queues: Queues) -> None:
    url = queues.create(MessageRetentionPeriod="3600", VisibilityTimeout="43200")
    queues.send(url, "in flight")
    queues.receive(url)
    queues.send(url, "visible")
    scene.sandbox.skip(3590)
    assert queues.counts(url) == (1, 1, 0)

    scene.sandbox.skip(20)
    assert queues.counts(url) == (0, 0, 0)
    scene.sandbox.run_until_idle()
    told = [(each.queue, each.body) for each in scene.seen(e.MessageExpired)]
    assert told == [("q", "in flight"), ("q", "visible")]


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A shorter retention period also ends messages that wait already",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    note="Changes of attributes count at once; on AWS this one takes up to 15 minutes.",
)
def test_a_shorter_retention_period_counts_for_waiting_messages(scene: Any, queues: Queues) -> None:
    url = queues.create()
    queues.send(url)
    scene.sandbox.skip(100)
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})

    assert queues.bodies(url) == []
    assert queues.counts(url) == (0, 0, 0)


# -- polls --


@pytest.mark.fidelity(
    service="sqs",
    behaviour="A short poll answers at once, a long poll waits up to 20 seconds for a message",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html",
    note="A short poll sees every message; on AWS it samples servers and may miss some.",
)
def test_a_long_poll_waits_and_a_short_poll_does_not(scene: Any, queues: Queues) -> None:
    url = queues.create()
    clock = scene.sandbox.clock
    before = clock.now()
    assert queues.bodies(url) == []
    assert clock.now() - before < 0.1

    assert queues.bodies(url, WaitTimeSeconds=20) == []
    assert 20 <= clock.now() - before < 20.2
    queues.send(url, "later", DelaySeconds=5)
    before = clock.now()
    assert queues.bodies(url, WaitTimeSeconds=20) == ["later"]
    assert 4.9 <= clock.now() - before < 5.1


def test_a_queues_own_wait_makes_every_receive_a_long_poll(scene: Any, queues: Queues) -> None:
    url = queues.create(ReceiveMessageWaitTimeSeconds="10")
    before = scene.sandbox.clock.now()

    assert queues.bodies(url) == []
    assert 10 <= scene.sandbox.clock.now() - before < 10.2
    assert queues.bodies(url, WaitTimeSeconds=0) == []
    assert scene.sandbox.clock.now() - before < 10.3


def test_a_long_poll_that_waits_holds_nobody_up_burns_no_cpu_and_wakes_on_a_send() -> None:
    with Sandbox() as sandbox:
        queues = Queues(sandbox.client("sqs"))
        url = queues.create()
        spent: list[float] = []
        received: list[str] = []
        waiting = threading.Event()
        plain = sandbox._parts.gate.checks["sqs", "ReceiveMessage"]

        def poll() -> None:
            started = time.thread_time()
            received.extend(queues.bodies(url, WaitTimeSeconds=20))
            spent.append(time.thread_time() - started)

        def noted(call: Any) -> Any:
            waiting.set()
            return plain(call)

        sandbox._parts.gate.checks["sqs", "ReceiveMessage"] = noted
        thread = threading.Thread(target=poll)
        thread.start()
        assert waiting.wait(10)
        for _ in range(20):
            assert EMULATOR_LOCK.acquire(timeout=10)
            EMULATOR_LOCK.release()
            assert queues.counts(url) == (0, 0, 0)
        queues.send(url, "now")
        thread.join(timeout=15)

    assert received == ["now"]
    assert spent[0] < 0.5


def test_a_long_poll_sees_what_a_skip_made_visible() -> None:
    with Sandbox() as sandbox:
        queues = Queues(sandbox.client("sqs"))
        url = queues.create()
        queues.send(url, "later", DelaySeconds=600)
        received: list[str] = []
        poll = threading.Thread(
            target=lambda: received.extend(queues.bodies(url, WaitTimeSeconds=20))
        )
        sandbox.skip(590)
        poll.start()
        sandbox.skip(10)
        poll.join(timeout=15)

    assert received == ["later"]


def test_a_long_poll_ends_when_its_queue_is_deleted() -> None:
    with Sandbox() as sandbox:
        queues = Queues(sandbox.client("sqs"))
        url = queues.create()
        received: list[str] = ["nothing yet"]

        def poll() -> None:
            received[:] = queues.bodies(url, WaitTimeSeconds=20)

        thread = threading.Thread(target=poll)
        thread.start()
        queues.sqs.delete_queue(QueueUrl=url)
        thread.join(timeout=15)
        assert not thread.is_alive()
