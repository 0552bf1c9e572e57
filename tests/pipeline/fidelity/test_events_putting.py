"""What PutEvents takes, and what it answers for what it does not take."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from tests.pipeline.messaging import Messaging, messaging

GOOD = {"Source": "shop", "DetailType": "Order", "Detail": "{}"}


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


@pytest.mark.fidelity(
    service="events",
    behaviour="PutEvents answers for each entry by itself: some are taken, others are not",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html",
    note="",
)
@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "no json"}, "MalformedDetail"),
    ],
)
def test_an_entry_that_is_not_taken_does_not_keep_the_others(
    cloud: Messaging, entry: dict[str, str], code: str
) -> None:
    answer = cloud.bus.put_events(Entries=[GOOD, {**GOOD, **entry}, GOOD])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][1]["ErrorCode"] == code
    taken = [answer["Entries"][0]["EventId"], answer["Entries"][2]["EventId"]]
    assert [x.event_id for x in cloud.seen(e.EventPut)] == taken


def test_moto_alone_takes_events_in_the_name_of_aws_and_details_of_any_kind(
    moto: boto3.Session,
) -> None:
    bus = moto.client("events")

    assert bus.put_events(Entries=[{**GOOD, "Source": "aws.s3"}])["FailedEntryCount"] == 0
    with pytest.warns(UserWarning, match="ignored by AWS"):
        assert bus.put_events(Entries=[{**GOOD, "Detail": "[]"}])["FailedEntryCount"] == 0


@pytest.mark.fidelity(
    service="events",
    behaviour="Sources that begin with aws. are the services' own, and a detail is an object",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html",
    note="",
)
def test_nobody_puts_events_in_the_name_of_aws(cloud: Messaging) -> None:
    answer = cloud.bus.put_events(Entries=[{**GOOD, "Source": "aws.s3"}, {**GOOD, "Detail": "[]"}])

    codes = [entry["ErrorCode"] for entry in answer["Entries"]]
    assert codes == ["NotAuthorizedForSourceException", "MalformedDetail"]
    assert cloud.seen(e.EventPut) == []


def test_moto_alone_takes_events_of_any_size(moto: boto3.Session) -> None:
    big = {**GOOD, "Detail": json.dumps({"text": "x" * 1_100_000})}

    assert moto.client("events").put_events(Entries=[big])["FailedEntryCount"] == 0


@pytest.mark.fidelity(
    service="events",
    behaviour="PutEvents takes ten entries, of less than 1 MB together",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html",
    note="",
)
@pytest.mark.parametrize(
    "entries",
    [
        [GOOD] * 11,
        [{**GOOD, "Detail": json.dumps({"text": "x" * 530_000})}] * 2,
        [{**GOOD, "Detail": json.dumps({"text": "é" * 530_000}, ensure_ascii=False)}],
    ],
)
def test_too_much_at_once_is_refused_as_a_whole(
    cloud: Messaging, entries: list[dict[str, str]]
) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.bus.put_events(Entries=entries)

    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert cloud.seen(e.EventPut) == []


@pytest.mark.fidelity(
    service="events",
    behaviour="An event carries the time that its sender gave it, to the second",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html",
    note="",
)
@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 1, 1, 13, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        dt.datetime(2026, 1, 1, 12, 30, tzinfo=dt.UTC).timestamp(),
        "2026-01-01T12:30:00Z",
    ],
)
def test_an_event_carries_its_senders_time(cloud: Messaging, moment: Any) -> None:
    cloud.put({}, Time=moment)

    (put,) = cloud.seen(e.EventPut)
    assert put.envelope["time"] == "2026-01-01T12:30:00Z"


@pytest.mark.fidelity(
    service="events",
    behaviour="An event for a bus that does not exist is taken and goes nowhere",
    verdict="simplified",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html",
    note="AWS has answered so when it was tried; its documentation does not say.",
)
def test_an_event_for_a_missing_bus_goes_nowhere(cloud: Messaging) -> None:
    cloud.rule("r", {"source": ["shop"]}, {"Arn": cloud.queue("q", cloud.rule_arn("r"))})

    answer = cloud.put({}, EventBusName="nowhere")

    assert answer["FailedEntryCount"] == 0
    assert cloud.received("q") == []
    assert [x.bus for x in cloud.seen(e.EventUnmatched)] == ["nowhere"]


@pytest.mark.fidelity(
    service="events",
    behaviour="A custom bus has rules of its own",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html",
    note="",
)
@pytest.mark.parametrize("named_by", ["name", "arn"])
def test_a_custom_bus_has_rules_of_its_own(cloud: Messaging, named_by: str) -> None:
    bus = cloud.bus.create_event_bus(Name="shop")["EventBusArn"]
    name = bus if named_by == "arn" else "shop"
    rule = cloud.bus.put_rule(Name="r", EventBusName=name, EventPattern='{"source": ["shop"]}')
    target = {"Id": "1", "Arn": cloud.queue("q", rule["RuleArn"])}
    cloud.bus.put_targets(Rule="r", EventBusName=name, Targets=[target])

    cloud.put({"on": "default"})
    cloud.put({"on": "shop"}, EventBusName=name)

    assert [json.loads(body)["detail"] for body in cloud.bodies("q")] == [{"on": "shop"}]


@pytest.mark.fidelity(
    service="events",
    behaviour="Who puts events needs events:PutEvents",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    note="",
)
def test_who_puts_events_needs_permission(cloud: Messaging) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{cloud.account}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = cloud.sandbox.client("iam").create_role(
        RoleName="shop", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    session = cloud.sandbox.client("sts").assume_role(RoleArn=role, RoleSessionName="till")
    keys = session["Credentials"]
    client = boto3.client(
        "events",
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )

    with pytest.raises(ClientError) as refused:
        client.put_events(Entries=[GOOD])

    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert "events:PutEvents" in error["Message"]
    assert cloud.seen(e.EventPut) == []
