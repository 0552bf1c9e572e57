"""The mapping of a table's stream: order, retries, splits, giving up, and refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.cloud.stored_streams import unread
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.stream_batches import StreamSettings
from pipeline.lambda_service.stream_reading import StreamReader
from pipeline.lambda_service.stream_source import StreamMapping

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:greeting"
DESTINATION = "arn:aws:sqs:us-east-1:123456789012:given-up"
DAY = 24 * 3600


class Rig:
    """A table with a stream in a sandbox, and a mapping with a function that can be told to fail.

    The function gets the values of ``v`` of each record; ``poison`` are those it fails on.
    """

    def __init__(self, scene: Any, **settings: Any) -> None:
        self.sandbox = scene.sandbox
        self.events: list[e.PipelineEvent] = []
        self.invoked: list[list[str]] = []
        self.times: list[float] = []
        self.documents: list[Any] = []
        self.poison: set[str] = set()
        self.reports = bool(settings.get("report_batch_item_failures"))
        self.answer: Callable[[Any], Invocation] | None = None
        self.refusal: ClientError | None = None
        self.dynamodb = self.sandbox.client("dynamodb")
        self.create()
        stored = self.sandbox._emulator.stored
        self.mapping = StreamMapping(
            reader=StreamReader(
                "people",
                settings.get("starting_position", "TRIM_HORIZON"),
                self.connect,
                partial(unread, stored, "people"),
            ),
            function_arn=FUNCTION,
            settings=StreamSettings(**settings),
            clock=self.sandbox.clock,
            emit=self.events.append,
            invoke=self.invoke,
            send_failure=self.send,
            new_id=lambda: "new-id",
        )

    def create(self) -> None:
        self.dynamodb.create_table(
            TableName="people",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )

    def connect(self) -> Any:
        if self.refusal is not None:
            raise self.refusal
        return self.sandbox.client("dynamodbstreams")

    def send(self, document: Any) -> str:
        self.documents.append(document)
        return "message-1"

    def put(self, *values: str) -> None:
        for value in values:
            self.dynamodb.put_item(TableName="people", Item={"k": {"S": "k"}, "v": {"S": value}})

    def invoke(self, event: Any) -> Invocation:
        if self.answer is not None:
            return self.answer(event)
        values = [r["dynamodb"]["NewImage"]["v"]["S"] for r in event["Records"]]
        self.invoked.append(values)
        self.times.append(self.sandbox.clock.now())
        bad = [r for r in event["Records"] if r["dynamodb"]["NewImage"]["v"]["S"] in self.poison]
        if bad and self.reports:
            names = [{"itemIdentifier": r["dynamodb"]["SequenceNumber"]} for r in reversed(bad)]
            return Invocation("request-1", response={"batchItemFailures": names})
        if bad:
            return Invocation("request-1", error_type="ValueError", error_message="it broke")
        return Invocation("request-1", response=None)

    def run(self, most: int = 500) -> None:
        """Let the mapping act until nothing waits, skipping time."""
        for _ in range(most):
            due = self.mapping.due_at()
            if due is None:
                return
            self.sandbox.clock.skip(max(0.0, due - self.sandbox.clock.now()))
            self.mapping.act()
        raise AssertionError("The mapping did not come to an end.")

    def seen(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.mark.fidelity(
    service="streams",
    behaviour="A stream's records reach the function in order and in batches",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
    note=(
        "One shard is read by one invocation at a time, once something is in it; "
        "ParallelizationFactor and tumbling windows are not modelled."
    ),
)
def test_records_reach_the_function_in_order_and_in_batches(scene: Any) -> None:
    rig = Rig(scene, batch_size=2)
    assert rig.mapping.due_at() is None
    assert not rig.mapping.act()
    rig.put("a", "b", "c")

    rig.run()

    assert rig.invoked == [["a", "b"], ["c"]]
    assert [len(x.records) for x in rig.seen(e.StreamRecordsReceived)] == [2, 1]
    rig.put("d")
    rig.run()
    assert rig.invoked[-1] == ["d"]


def test_a_disabled_mapping_leaves_the_records_and_reads_them_later(scene: Any) -> None:
    rig = Rig(scene)
    rig.mapping.enabled = False
    rig.put("a")
    assert rig.mapping.due_at() is None
    assert not rig.mapping.act()

    rig.mapping.enabled = True
    rig.run()

    assert rig.invoked == [["a"]]


@pytest.mark.fidelity(
    service="streams",
    behaviour="A mapping starts at the oldest record or with what comes from now on",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
    note="",
)
@pytest.mark.parametrize(
    ("position", "values"), [("TRIM_HORIZON", ["old", "new"]), ("LATEST", ["new"])]
)
def test_the_starting_position_decides_about_older_records(
    scene: Any, position: str, values: list[str]
) -> None:
    rig = Rig(scene, starting_position=position)
    rig.put("old")
    rig.mapping.reader.unread()
    rig.put("new")

    rig.run()

    assert rig.invoked == [values]


@pytest.mark.fidelity(
    service="streams",
    behaviour="A batching window waits for a stream's batch to fill",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
    note="",
)
def test_a_batching_window_waits_for_a_batch_to_fill(scene: Any) -> None:
    rig = Rig(scene, batch_size=3, batching_window=20)
    rig.put("a")
    due = rig.mapping.due_at()
    assert due is not None
    assert 18 < due - scene.sandbox.clock.now() <= 20
    assert not rig.mapping.act()

    rig.put("b", "c")
    assert rig.mapping.due_at() == scene.sandbox.clock.now()
    assert rig.mapping.act()

    rig.put("d")
    rig.run()
    assert rig.invoked == [["a", "b", "c"], ["d"]]


@pytest.mark.fidelity(
    service="streams",
    behaviour="A failed batch holds up its shard until it succeeds or is given up",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html",
    note=(
        "AWS does not document how long it waits between two tries; here 1, 2, 4 "
        "seconds and so on, at most 5 minutes."
    ),
)
def test_a_failed_batch_holds_up_the_shard_until_it_succeeds(scene: Any) -> None:
    rig = Rig(scene, batch_size=1)
    rig.poison = {"a"}
    rig.put("a", "b")
    for _ in range(3):
        scene.sandbox.clock.skip(rig.mapping.due_at() - scene.sandbox.clock.now())
        rig.mapping.act()
    assert rig.invoked == [["a"]] * 3
    assert [(x.attempt, x.wait) for x in rig.seen(e.StreamBatchRetried)] == [(2, 1), (3, 2), (4, 4)]
    assert not rig.mapping.act()

    rig.poison.clear()
    rig.run()

    assert rig.invoked == [["a"]] * 4 + [["b"]]


@pytest.mark.fidelity(
    service="streams",
    behaviour="Without a limit a stream's batch is retried until its records expire",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html",
    note="",
)
def test_without_a_limit_a_batch_is_retried_until_its_records_are_a_day_old(scene: Any) -> None:
    rig = Rig(scene)
    rig.poison = {"a"}
    rig.put("a")
    written = scene.sandbox.clock.now()

    rig.run()

    (given_up,) = rig.seen(e.StreamRecordsDiscarded)
    assert given_up.reason == "RecordAgeExceeded"
    assert (given_up.destination, given_up.message_id) == (None, None)
    assert abs(scene.sandbox.clock.now() - written - DAY) < 2
    assert len(rig.invoked) > 100
    assert rig.documents == []


@pytest.mark.fidelity(
    service="streams",
    behaviour=(
        "A batch given up after its retries is told to the destination on failure, without its data"
    ),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html",
    note="",
)
def test_a_batch_is_given_up_after_its_retries_and_the_destination_is_told(scene: Any) -> None:
    rig = Rig(scene, batch_size=2, maximum_retry_attempts=2, on_failure=DESTINATION)
    rig.poison = {"b"}
    rig.put("a", "b", "c")

    rig.run()

    assert rig.invoked == [["a", "b"]] * 3 + [["c"]]
    (given_up,) = rig.seen(e.StreamRecordsDiscarded)
    assert (given_up.reason, given_up.destination) == ("RetryAttemptsExhausted", DESTINATION)
    assert given_up.message_id == "message-1"
    (document,) = rig.documents
    numbers = [record["dynamodb"]["SequenceNumber"] for record in given_up.records]
    assert document["requestContext"] == {
        "requestId": "request-1",
        "functionArn": FUNCTION,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 3,
    }
    assert document["responseContext"]["functionError"] == "Unhandled"
    batch = document["DDBStreamBatchInfo"]
    assert [batch["startSequenceNumber"], batch["endSequenceNumber"]] == numbers
    assert batch["batchSize"] == 2
    assert batch["streamArn"].startswith("arn:aws:dynamodb:us-east-1:")
    assert "NewImage" not in json.dumps(document)


def test_a_destination_that_refuses_is_told_of(scene: Any) -> None:
    rig = Rig(scene, maximum_retry_attempts=0, on_failure=DESTINATION)
    rig.poison = {"a"}

    def refuse(_: Any) -> str:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendMessage")

    rig.mapping.send_failure = refuse
    rig.put("a")
    rig.run()

    (given_up,) = rig.seen(e.StreamRecordsDiscarded)
    assert (given_up.destination, given_up.note) == (None, "no")


@pytest.mark.fidelity(
    service="streams",
    behaviour="Records older than the greatest age set are given up",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
    note="",
)
def test_records_past_the_greatest_age_are_given_up_unseen(scene: Any) -> None:
    rig = Rig(scene, maximum_record_age=60, on_failure=DESTINATION)
    rig.put("a")
    scene.sandbox.clock.skip(61)
    rig.put("b")

    rig.run()

    assert rig.invoked == [["b"]]
    assert rig.documents[0]["requestContext"]["condition"] == "RecordAgeExceeded"
    assert rig.documents[0]["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in rig.documents[0]


@pytest.mark.fidelity(
    service="streams",
    behaviour=("A failed batch is split in two when the mapping bisects, at no cost of a retry"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
    note="",
)
def test_bisecting_finds_the_record_at_fault_and_loses_no_other(scene: Any) -> None:
    rig = Rig(scene, bisects_batch=True, maximum_retry_attempts=1)
    rig.poison = {"c"}
    rig.put("a", "b", "c", "d")

    rig.run()

    assert rig.invoked == [
        ["a", "b", "c", "d"],
        ["a", "b"],
        ["c", "d"],
        ["c"],
        ["c"],
        ["d"],
    ]
    assert [x.sizes for x in rig.seen(e.StreamBatchSplit)] == [(2, 2), (1, 1)]
    (given_up,) = rig.seen(e.StreamRecordsDiscarded)
    assert len(given_up.records) == 1


@pytest.mark.fidelity(
    service="streams",
    behaviour=("The lowest sequence number reported is where a stream's batch is tried again from"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html",
    note="",
)
def test_a_partial_batch_response_goes_on_from_its_lowest_sequence_number(scene: Any) -> None:
    rig = Rig(scene, report_batch_item_failures=True, maximum_retry_attempts=1)
    rig.poison = {"b", "d"}
    rig.put("a", "b", "c", "d")
    rig.mapping.act()
    rig.poison.clear()

    rig.run()

    assert rig.invoked == [["a", "b", "c", "d"], ["b", "c", "d"]]
    assert rig.seen(e.StreamRecordsDiscarded) == []


def test_a_partial_batch_response_is_not_heard_unless_it_is_asked_for(scene: Any) -> None:
    rig = Rig(scene)
    rig.put("a")
    rig.answer = lambda _: Invocation("r", response={"batchItemFailures": [{"itemIdentifier": ""}]})

    rig.run()

    assert rig.seen(e.StreamBatchRetried) == []


@pytest.mark.fidelity(
    service="streams",
    behaviour="A throttled invocation uses up no retry of a stream's batch",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
    note="",
)
def test_a_throttle_uses_up_no_retry(scene: Any) -> None:
    rig = Rig(scene, maximum_retry_attempts=0)
    rig.answer = lambda _: Invocation("r", error_type=THROTTLED, error_message="Rate Exceeded.")
    rig.put("a")
    rig.mapping.act()
    rig.answer = None

    rig.run()

    assert rig.invoked == [["a"]]
    assert rig.seen(e.StreamRecordsDiscarded) == []


@pytest.mark.fidelity(
    service="streams",
    behaviour="A role that may not read a stream leaves its records waiting",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
    note=(
        "AWS does not document what becomes of a mapping whose role loses the "
        "permission later; here it goes on trying."
    ),
)
def test_a_refused_read_leaves_the_records_until_it_is_allowed(scene: Any) -> None:
    rig = Rig(scene)
    rig.put("a")
    error = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
    rig.refusal = ClientError(error, "AssumeRole")

    assert not rig.mapping.act()
    (refused,) = rig.seen(e.StreamPollRefused)
    assert (refused.code, refused.reason, refused.waiting) == (
        "AccessDeniedException",
        "not authorized",
        1,
    )

    rig.refusal = None
    rig.run()
    assert rig.invoked == [["a"]]


def test_an_expired_iterator_is_replaced_without_losing_the_place(scene: Any) -> None:
    rig = Rig(scene)
    rig.put("a")
    rig.run()
    scene.sandbox.clock.skip(3600)
    rig.put("b")

    rig.run()

    assert rig.invoked == [["a"], ["b"]]
    assert rig.seen(e.StreamPollRefused) == []


def test_reading_goes_on_with_the_oldest_record_left_when_the_stream_dropped_some(
    scene: Any,
) -> None:
    rig = Rig(scene)
    rig.put("a")
    rig.run()
    rig.put("lost")
    rig.mapping.enabled = False
    scene.sandbox.clock.skip(DAY + 1)
    rig.put("b")
    rig.mapping.enabled = True

    rig.run()

    assert rig.invoked == [["a"], ["b"]]


def test_a_new_stream_is_begun_anew(scene: Any) -> None:
    rig = Rig(scene)
    rig.put("a")
    rig.run()
    rig.dynamodb.delete_table(TableName="people")
    assert rig.mapping.due_at() is None
    rig.create()
    rig.put("b")

    rig.run()

    assert rig.invoked == [["a"], ["b"]]


def test_what_is_forgotten_is_read_again(scene: Any) -> None:
    rig = Rig(scene)
    rig.put("a")
    rig.run()
    rig.mapping.enabled = False

    rig.mapping.forget()
    rig.run()

    assert rig.invoked == [["a"], ["a"]]
