"""The rules that hold for the whole table of operations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pipeline.iam.actions.tags import tag_keys
from pipeline.iam.operations import UnknownOperationError, requirements
from pipeline.iam.requirement import as_value, passing
from tests.pipeline.iam.service_models import ACCOUNT, REGION, needed, pairs


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "CreateSession"), ("s3", "putObject"), ("ec2", "RunInstances"), ("", "PutObject")],
)
def test_an_operation_that_is_not_in_the_table_is_refused(service: str, operation: str) -> None:
    with pytest.raises(UnknownOperationError, match=operation):
        needed(service, operation, Bucket="photos")


def test_an_error_is_the_sentence_itself() -> None:
    with pytest.raises(UnknownOperationError) as caught:
        needed("s3", "PutBucketNotifications")
    assert str(caught.value).startswith("Which permissions s3:PutBucketNotifications needs")


def test_what_is_needed_twice_is_asked_for_once() -> None:
    part = {"TableName": "images", "Item": {}}
    found = pairs("dynamodb", "TransactWriteItems", TransactItems=[{"Put": part}, {"Put": part}])
    assert len(found) == 1


def test_the_same_action_in_another_context_is_asked_for_again() -> None:
    entries = [{"Source": "shop"}, {"Source": "bank"}, {"Source": "shop"}]
    found = needed("events", "PutEvents", Entries=entries)
    assert [r.context["events:source"] for r in found] == ["shop", "bank"]


def test_names_without_an_account_are_in_the_callers() -> None:
    (found,) = requirements(
        "sqs", "GetQueueUrl", {"QueueName": "jobs"}, account="999999999999", region="eu-west-1"
    )
    assert found.resource == "arn:aws:sqs:eu-west-1:999999999999:jobs"


# -- tags ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        [{"Key": "team", "Value": "photos"}, {"Key": "stage", "Value": "test"}],
        [{"TagKey": "team", "TagValue": "photos"}, {"TagKey": "stage", "TagValue": "test"}],
        {"team": "photos", "stage": "test"},
        "team=photos&stage=test",
    ],
    ids=["pairs", "tag pairs", "map", "query"],
)
def test_tags_are_condition_keys_in_every_shape(written: object) -> None:
    assert tag_keys(written) == {
        "aws:RequestTag/team": "photos",
        "aws:RequestTag/stage": "test",
        "aws:TagKeys": ("team", "stage"),
    }


def test_tags_taken_off_have_keys_and_no_values() -> None:
    assert tag_keys(["team", "stage"]) == {"aws:TagKeys": ("team", "stage")}


@pytest.mark.parametrize("written", [[], {}, ""])
def test_no_tags_are_no_condition_keys(written: object) -> None:
    assert tag_keys(written) == {}


PAIRS = [{"Key": "team", "Value": "photos"}]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("sqs", "CreateQueue", {"QueueName": "q", "tags": {"team": "photos"}}, "sqs:TagQueue"),
        ("sns", "CreateTopic", {"Name": "t", "Tags": PAIRS}, "sns:TagResource"),
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", "Role": "r", "Tags": {"team": "photos"}},
            "lambda:TagResource",
        ),
        ("dynamodb", "CreateTable", {"TableName": "t", "Tags": PAIRS}, "dynamodb:TagResource"),
        ("events", "PutRule", {"Name": "r", "Tags": PAIRS}, "events:TagResource"),
        ("events", "CreateEventBus", {"Name": "b", "Tags": PAIRS}, "events:TagResource"),
        (
            "logs",
            "CreateLogGroup",
            {"logGroupName": "g", "tags": {"team": "photos"}},
            "logs:TagResource",
        ),
        ("iam", "CreateRole", {"RoleName": "r", "Tags": PAIRS}, "iam:TagRole"),
        ("iam", "CreatePolicy", {"PolicyName": "p", "Tags": PAIRS}, "iam:TagPolicy"),
        (
            "kms",
            "CreateKey",
            {"Tags": [{"TagKey": "team", "TagValue": "photos"}]},
            "kms:TagResource",
        ),
        (
            "s3",
            "CreateBucket",
            {"Bucket": "b", "CreateBucketConfiguration": {"Tags": PAIRS}},
            "s3:TagResource",
        ),
    ],
)
def test_tags_at_creation_need_an_action_of_their_own(
    service: str, operation: str, parameters: dict[str, Any], expected: str
) -> None:
    found = needed(service, operation, **parameters)
    tagged = {r.action: r.context for r in found if "aws:TagKeys" in r.context}
    assert {found[0].action, expected} == set(tagged)
    assert all(keys["aws:RequestTag/team"] == "photos" for keys in tagged.values())
    without = {name: value for name, value in parameters.items() if name not in {"Tags", "tags"}}
    without.pop("CreateBucketConfiguration", None)
    assert expected not in [r.action for r in needed(service, operation, **without)]


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (False, "false"),
        (30, "30"),
        (["a", "b"], ("a", "b")),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),  # noqa: DTZ001 - boto3 takes it
        (
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))),
            "2026-01-02T02:04:05Z",
        ),
    ],
)
def test_a_parameter_is_written_as_policies_write_it(value: object, expected: object) -> None:
    assert expected == as_value(value)


def test_a_role_is_passed_to_the_service_that_gets_it() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/{REGION}"
    (found,) = passing(role, "lambda.amazonaws.com")
    assert ("iam:PassRole", role) == (found.action, found.resource)
    assert found.context == {"iam:PassedToService": "lambda.amazonaws.com"}


@pytest.mark.parametrize("role", [None, ""])
def test_no_role_is_passed_when_none_is_given(role: str | None) -> None:
    assert passing(role, "lambda.amazonaws.com") == ()
