"""The mapping: batches, whole failures and backing off, and the batching window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline import events as e
from pipeline.lambda_service.invocation import Invocation

Photo = Callable[..., bytes]


def set_mapping(scene: Any, **changes: Any) -> None:
    """Change the mapping as its owner does."""
    functions = scene.sandbox.client("lambda")
    (mapping,) = functions.list_event_source_mappings()["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], **changes)


def fails(scene: Any, message: str) -> None:
    """Let each invocation fail as a whole."""
    runtime = scene.sandbox._parts.functions.runtimes.runtime("thumbnail")
    runtime.invoke = lambda _: Invocation("id", error_type="Boom", error_message=message)


def test_a_batch_holds_at_most_as_many_messages_as_configured(scene: Any) -> None:
    for number in range(12):
        scene.send(f"junk {number}")

    assert scene.sandbox.poll()

    assert [len(batch.messages) for batch in scene.seen(e.BatchReceived)] == [10, 2]
    assert [len(x.payload["Records"]) for x in scene.seen(e.FunctionInvoked)] == [10, 2]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A batch of more than ten messages is gathered from several receives",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
)
def test_a_batch_larger_than_one_receive_is_gathered_from_several(scene: Any) -> None:
    set_mapping(scene, BatchSize=25, MaximumBatchingWindowInSeconds=1)
    for number in range(23):
        scene.send(f"junk {number}")

    scene.sandbox.poll()

    assert [len(batch.messages) for batch in scene.seen(e.BatchReceived)] == [23]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A batching window collects messages until it ends or the batch is full",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
)
def test_a_batching_window_is_skipped_and_collects_what_comes_meanwhile(scene: Any) -> None:
    set_mapping(scene, MaximumBatchingWindowInSeconds=20)
    scene.send("now")
    url = scene.sandbox.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    scene.sandbox.client("sqs").send_message(QueueUrl=url, MessageBody="soon", DelaySeconds=10)

    scene.sandbox.poll()

    assert [len(batch.messages) for batch in scene.seen(e.BatchReceived)] == [2]
    assert [skip.until for skip in scene.seen(e.TimeSkipped)] == ["the batching window"]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="After a function error the mapping backs off",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    note="AWS does not document for how long; here longer after each error.",
)
def test_a_failed_invocation_returns_the_whole_batch_and_backs_off_longer_each_time(
    scene: Any, photo: Photo
) -> None:
    fails(scene, "it broke")

    scene.run(photo())

    waits = [backed.seconds for backed in scene.seen(e.MappingBackedOff)]
    assert waits == [1, 2, 4, 8, 16]
    assert len(scene.seen(e.MessageReturned)) == 5
    assert scene.seen(e.MessageDeadLettered)[0].reason == "it broke"


def test_a_poll_while_backing_off_does_nothing(scene: Any) -> None:
    fails(scene, "")
    scene.send("a")
    scene.sandbox.poll()
    scene.send("b")

    assert not scene.sandbox.poll()
    assert 0 < scene.sandbox.next_event_at() <= 1


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A partial batch response counts only with ReportBatchItemFailures",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting",
)
def test_without_partial_responses_what_the_function_reports_is_not_heard(scene: Any) -> None:
    set_mapping(scene, FunctionResponseTypes=[])
    scene.send("junk")

    scene.sandbox.poll()

    assert len(scene.seen(e.MessageDeleted)) == 1


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Of a batch only the messages that failed come back",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting",
)
def test_one_bad_message_of_a_batch_comes_back_alone(scene: Any, photo: Photo) -> None:
    for number in range(4):
        scene.sandbox.upload(photo((64, 64)), f"{number}.jpg")
    bad = scene.send("junk")

    scene.sandbox.poll()

    assert len(scene.seen(e.MessageDeleted)) == 4
    assert [message.message_id for message in scene.seen(e.MessageReturned)] == [bad]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Pollers know nothing of reserved concurrency: what finds no room is throttled",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    note="",
)
def test_pollers_know_nothing_of_reserved_concurrency_and_what_finds_no_room_is_throttled(
    scene: Any, photo: Photo
) -> None:
    for number in range(60):
        scene.sandbox.upload(photo((8, 8)), f"{number}.jpg")
    scene.sandbox.set_reserved_concurrency(2)

    scene.sandbox.poll()

    assert len(scene.seen(e.BatchReceived)) == 5
    assert len(scene.seen(e.FunctionInvoked)) == 2
    assert [x.reserved_concurrency for x in scene.seen(e.FunctionThrottled)] == [2, 2, 2]
    assert len(scene.seen(e.MessageReturned)) == 30


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A mapping's maximum concurrency bounds the batches that are worked on at once",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    note="",
)
def test_maximum_concurrency_bounds_the_batches_that_are_received_at_once(scene: Any) -> None:
    scene.sandbox.configure_mapping(maximum_concurrency=2)
    for number in range(60):
        scene.send(f"junk {number}")

    scene.sandbox.poll()

    assert len(scene.seen(e.BatchReceived)) == 2
