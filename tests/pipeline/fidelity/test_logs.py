"""CloudWatch Logs: groups, streams, what is kept and for how long."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import events as e

PLACE = {"logGroupName": "/aws/lambda/audit", "logStreamName": "2026/01/05/[$LATEST]1"}
GROUP = {"logGroupName": PLACE["logGroupName"]}
DAY = 24 * 3600


def with_stream(client: Any) -> Any:
    """Return a Logs client, with a stream to use it on."""
    logs = client("logs")
    logs.create_log_group(**GROUP)
    logs.create_log_stream(**PLACE)
    return logs


@pytest.fixture
def logs(scene: Any) -> Any:
    """A Logs client of a sandbox, with a stream."""
    return with_stream(scene.sandbox.client)


def put(logs: Any, *events: tuple[float, str]) -> dict[str, Any]:
    """Put events of times in epoch seconds; return what was rejected."""
    answer = logs.put_log_events(
        **PLACE, logEvents=[{"timestamp": int(at * 1000), "message": text} for at, text in events]
    )
    return dict(answer.get("rejectedLogEventsInfo", {}))


def messages(logs: Any) -> list[str]:
    return [event["message"] for event in logs.get_log_events(**PLACE)["events"]]


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fidelity(
    service="logs",
    behaviour="Events are put into a stream of a group, read in order of time and searched",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/WhatIsCloudWatchLogs.html",
    note="",
)
def test_events_are_put_read_and_searched(scene: Any, logs: Any) -> None:
    now = scene.sandbox.clock.now()
    put(logs, (now - 2, "first"), (now - 1, "[ERROR] second"))
    put(logs, (now - 5, "earliest"))

    assert messages(logs) == ["earliest", "first", "[ERROR] second"]
    found = logs.filter_log_events(**GROUP, filterPattern='"[ERROR]"')["events"]
    assert [(event["message"], event["logStreamName"]) for event in found] == [
        ("[ERROR] second", PLACE["logStreamName"])
    ]
    late = logs.get_log_events(**PLACE, startTime=int((now - 2) * 1000), limit=1)
    assert [event["message"] for event in late["events"]] == ["[ERROR] second"]


@pytest.mark.fidelity(
    service="logs",
    behaviour="A group or stream that is missing or there already is told by name",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html",
    note="",
)
def test_a_missing_group_and_a_missing_stream_are_told_apart(logs: Any) -> None:
    other_group = PLACE | {"logGroupName": "nope"}
    other_stream = PLACE | {"logStreamName": "nope"}
    events = [{"timestamp": 1, "message": "x"}]
    group = ("ResourceNotFoundException", "The specified log group does not exist.")
    stream = ("ResourceNotFoundException", "The specified log stream does not exist.")

    assert refusal(logs.put_log_events, **other_group, logEvents=events) == group
    assert refusal(logs.put_log_events, **other_stream, logEvents=events) == stream
    assert refusal(logs.get_log_events, **other_group) == group
    assert refusal(logs.get_log_events, **other_stream) == stream
    assert refusal(logs.create_log_stream, **other_group) == group
    assert refusal(logs.filter_log_events, logGroupName="nope") == group
    already = "ResourceAlreadyExistsException"
    assert refusal(logs.create_log_stream, **PLACE) == (
        already,
        "The specified log stream already exists",
    )
    assert refusal(logs.create_log_group, **GROUP) == (
        already,
        "The specified log group already exists",
    )


def test_moto_alone_takes_a_missing_stream_for_a_missing_group(moto: boto3.Session) -> None:
    logs = with_stream(moto.client)

    _, message = refusal(logs.get_log_events, **PLACE | {"logStreamName": "nope"})

    assert message == "The specified log group does not exist."


@pytest.mark.fidelity(
    service="logs",
    behaviour="A group keeps events for its retention period, or for ever",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    note="An expired event is gone at the next look; AWS deletes it within 72 hours.",
)
def test_an_event_is_gone_after_the_retention_period(scene: Any, logs: Any) -> None:
    put(logs, (scene.sandbox.clock.now(), "old"))
    scene.sandbox.skip(400 * DAY)
    assert messages(logs) == ["old"]
    logs.put_retention_policy(**GROUP, retentionInDays=1)
    put(logs, (scene.sandbox.clock.now(), "new"))

    assert messages(logs) == ["new"]
    scene.sandbox.skip(DAY - 60)
    assert [event["message"] for event in logs.filter_log_events(**GROUP)["events"]] == ["new"]
    scene.sandbox.skip(61)
    assert logs.filter_log_events(**GROUP)["events"] == []
    (stream,) = logs.describe_log_streams(**GROUP)["logStreams"]
    assert "lastEventTimestamp" not in stream

    logs.delete_retention_policy(**GROUP)
    put(logs, (scene.sandbox.clock.now(), "kept"))
    scene.sandbox.skip(4000 * DAY)
    assert messages(logs) == ["kept"]


def test_moto_alone_keeps_an_event_past_its_retention_period(moto: boto3.Session) -> None:
    import time

    logs = with_stream(moto.client)
    logs.put_retention_policy(**GROUP, retentionInDays=1)
    put(logs, (time.time() - 2 * DAY, "old"))

    assert messages(logs) == ["old"]


@pytest.mark.fidelity(
    service="logs",
    behaviour="A retention period is one of a list of days",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    note="",
)
def test_a_retention_period_that_there_is_not_is_refused(logs: Any) -> None:
    code, _ = refusal(logs.put_retention_policy, **GROUP, retentionInDays=2)

    assert code == "InvalidParameterException"
    logs.put_retention_policy(**GROUP, retentionInDays=3)
    (group,) = logs.describe_log_groups(logGroupNamePrefix=PLACE["logGroupName"])["logGroups"]
    assert group["retentionInDays"] == 3


def test_moto_alone_takes_any_number_of_days(moto: boto3.Session) -> None:
    with_stream(moto.client).put_retention_policy(**GROUP, retentionInDays=2)


@pytest.mark.fidelity(
    service="logs",
    behaviour="Events over 14 days old, 2 hours ahead or expired are rejected and told by index",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html",
    note="",
)
def test_events_too_old_too_new_or_expired_are_rejected(scene: Any, logs: Any) -> None:
    logs.put_retention_policy(**GROUP, retentionInDays=1)
    now = scene.sandbox.clock.now()

    rejected = put(
        logs,
        (now - 15 * DAY, "too old"),
        (now - 15 * DAY, "too old"),
        (now - 2 * DAY, "expired"),
        (now, "kept"),
        (now + 3 * 3600, "too new"),
        (now + 4 * 3600, "too new"),
    )

    assert rejected == {
        "tooOldLogEventEndIndex": 2,
        "expiredLogEventEndIndex": 3,
        "tooNewLogEventStartIndex": 4,
    }
    assert messages(logs) == ["kept"]


def test_moto_alone_counts_the_rejected_otherwise(moto: boto3.Session) -> None:
    import time

    logs = with_stream(moto.client)
    now = time.time()

    rejected = put(logs, (now - 15 * DAY, "too old"), (now, "kept"))

    assert rejected["tooOldLogEventEndIndex"] == 0


@pytest.mark.fidelity(
    service="logs",
    behaviour="Events of one call are in order of time",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html",
    note="",
)
def test_events_out_of_order_are_refused(scene: Any, logs: Any) -> None:
    now = scene.sandbox.clock.now()

    with pytest.raises(ClientError, match="chronological order"):
        put(logs, (now, "later"), (now - 1, "earlier"))


@pytest.mark.fidelity(
    service="logs",
    behaviour="Subscription filters send events on",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/SubscriptionFilters.html",
    note="A filter is kept, and nothing is sent on.",
)
def test_a_subscription_filter_does_not_run_a_function(scene: Any, logs: Any) -> None:
    function = scene.sandbox.topology.function

    logs.put_subscription_filter(
        **GROUP, filterName="f", filterPattern="", destinationArn=function.arn
    )
    put(logs, (scene.sandbox.clock.now(), "x"))

    assert messages(logs) == ["x"]
    assert scene.seen(e.FunctionInvoked) == []


@pytest.mark.fidelity(
    service="logs",
    behaviour="Lambda makes a function's log group where it is missing, if the role may",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    note="",
)
def test_lambda_makes_a_log_group_that_is_missing_with_the_execution_role(
    scene: Any, photo: Any
) -> None:
    sandbox, place = scene.sandbox, "execution-role-policy"
    logs, group = sandbox.client("logs"), {"logGroupName": "/aws/lambda/thumbnail"}
    logs.delete_log_group(**group)
    full = sandbox.policy(place)
    without = json.loads(json.dumps(full).replace('"logs:CreateLogGroup", ', ""))
    sandbox.set_policy(place, without)
    scene.run(photo(), "first.jpg")
    sandbox.set_policy(place, full)
    scene.run(photo(), "second.jpg")

    assert without != full
    assert [written.stored for written in scene.seen(e.LogsWritten)] == [False, True]
    assert logs.describe_log_streams(**group)["logStreams"]
