"""What could go from a policy, decided from requests alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.grading.recording import Holder, Needed
from pipeline.grading.shrinking import excess, whole_of
from pipeline.iam.evaluation import NamedPolicy, Policies
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
OF_ROLE = Holder("role", ROLE, "worker")
OF_QUEUE = Holder("resource", QUEUE, "queue policy")

READ = ("s3:GetObject", "arn:aws:s3:::uploads/a.jpg")
WRITE = ("s3:PutObject", "arn:aws:s3:::thumbnails/a.jpg")


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _by_role(*requests: tuple[str, str]) -> list[Needed]:
    principal = Principal.parse(f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/session")
    return [Needed(Request(principal, *request), Policies()) for request in requests]


def _by(service: str) -> Needed:
    request = Request(Principal.parse(service), "sqs:SendMessage", QUEUE, ACCOUNT)
    return Needed(request, Policies())


def _words(text: str, needed: list[Needed], holder: Holder = OF_ROLE) -> list[str]:
    return [found.words for found in excess("place", text, holder, needed)]


def test_a_policy_of_what_is_needed_has_nothing_superfluous() -> None:
    text = _policy(
        _allow("s3:GetObject", "arn:aws:s3:::uploads/*"),
        _allow(["s3:PutObject"], ["arn:aws:s3:::thumbnails/*"]),
    )

    assert _words(text, _by_role(READ, WRITE)) == []


@pytest.mark.parametrize(
    ("action", "resource", "words"),
    [
        (
            ["s3:GetObject", "s3:DeleteObject"],
            "arn:aws:s3:::uploads/*",
            "`s3:DeleteObject` in Reads is not needed.",
        ),
        (
            "s3:*",
            "arn:aws:s3:::uploads/*",
            "`s3:*` in Reads is wider than needed: `s3:GetObject` would do.",
        ),
        (
            "s3:Get*",
            "arn:aws:s3:::uploads/*",
            "`s3:Get*` in Reads is wider than needed: `s3:GetObject` would do.",
        ),
        (
            "s3:GetObject",
            "*",
            "`*` in Reads is wider than needed: `arn:aws:s3:::uploads/*` would do.",
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:::uploads*",
            (
                "`arn:aws:s3:::uploads*` in Reads is wider than needed: `arn:aws:s3:::uploads/*` "
                "would do."
            ),
        ),
        (
            "s3:GetObject",
            ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"],
            "`arn:aws:s3:::uploads` in Reads is not needed.",
        ),
        (
            ["s3:GetObject", "s3:*"],
            "arn:aws:s3:::uploads/*",
            "`s3:*` in Reads is not needed.",
        ),
    ],
)
def test_what_is_wider_than_what_was_asked_for_is_named(
    action: Any, resource: Any, words: str
) -> None:
    text = _policy(_allow(action, resource, Sid="Reads"))

    assert _words(text, _by_role(READ)) == [words]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::uploads/*",
        "arn:aws:s3:::uploads/a.jpg",
        "arn:aws:s3:::uploads/a*",
        "arn:aws:s3:::uploads/?.jpg",
    ],
)
def test_the_objects_of_one_bucket_are_narrow_enough(resource: str) -> None:
    assert _words(_policy(_allow("s3:GetObject", resource)), _by_role(READ)) == []


def test_a_statement_that_nothing_needs_is_named_once() -> None:
    text = _policy(
        _allow("s3:GetObject", "arn:aws:s3:::uploads/*"), _allow(["sqs:*", "sns:*"], ["*"])
    )

    assert _words(text, _by_role(READ)) == ["Nothing needs this statement."]


def test_of_two_statements_that_allow_the_same_one_is_superfluous() -> None:
    same = _allow("s3:GetObject", "arn:aws:s3:::uploads/*")

    assert _words(_policy(same, same), _by_role(READ)) == ["Nothing needs this statement."]


def test_everything_named_can_go_together() -> None:
    text = _policy(_allow("*", "*", Sid="All"))

    assert _words(text, _by_role(READ, WRITE)) == [
        "`*` in All is wider than needed: `s3:GetObject`, `s3:PutObject` would do.",
        (
            "`*` in All is wider than needed: `arn:aws:s3:::uploads/*`, "
            "`arn:aws:s3:::thumbnails/*` would do."
        ),
    ]


def test_an_allow_of_everything_but_something_is_named_with_what_would_do() -> None:
    statement = {
        "Sid": "Most",
        "Effect": "Allow",
        "NotAction": "iam:*",
        "Resource": "arn:aws:s3:::uploads/*",
    }

    assert _words(_policy(statement), _by_role(READ)) == [
        "NotAction in Most allows all the rest: `s3:GetObject` would do."
    ]


def test_a_deny_is_never_superfluous() -> None:
    deny = {"Effect": "Deny", "Action": "sns:*", "Resource": "*"}

    assert (
        _words(_policy(_allow("s3:GetObject", "arn:aws:s3:::uploads/*"), deny), _by_role(READ))
        == []
    )


def test_a_condition_stays_and_is_never_superfluous() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    text = _policy(_allow("s3:GetObject", "arn:aws:s3:::uploads/*", Condition=condition))
    principal = Principal.parse(f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/session")
    request = Request(principal, *READ, context={"aws:RequestedRegion": "us-east-1"})

    assert _words(text, [Needed(request, Policies())]) == []


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        (
            "*",
            ["`*` in Lets is wider than needed: `s3.amazonaws.com` would do."],
        ),
        (
            {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]},
            ["`sns.amazonaws.com` in Lets is not needed."],
        ),
        ({"Service": "s3.amazonaws.com"}, []),
    ],
)
def test_principals_are_taken_away_and_narrowed(principal: Any, words: list[str]) -> None:
    text = _policy(_allow("sqs:SendMessage", QUEUE, Sid="Lets", Principal=principal))

    assert _words(text, [_by("s3.amazonaws.com")], OF_QUEUE) == words


def test_another_policy_that_allows_the_same_makes_this_one_superfluous() -> None:
    text = _policy(_allow("s3:GetObject", "arn:aws:s3:::uploads/*"))
    other = NamedPolicy("other", parse_policy(text))
    needed = [Needed(each.request, Policies(identity=(other,))) for each in _by_role(READ)]

    assert _words(text, needed) == ["Nothing needs this statement."]


def test_the_account_stays_in_a_key_policy_and_its_resource_is_the_key_itself() -> None:
    owner = f"arn:aws:iam::{ACCOUNT}:root"
    sends = {"Service": "s3.amazonaws.com"}
    text = _policy(
        _allow("kms:*", "*", Sid="Owner", Principal={"AWS": owner}),
        _allow("kms:Decrypt", "*", Sid="Sends", Principal=sends),
    )
    request = Request(Principal.parse("s3.amazonaws.com"), "kms:Decrypt", KEY, ACCOUNT)
    holder = Holder("resource", KEY, "key policy")

    assert _words(text, [Needed(request, Policies())], holder) == []


@pytest.mark.parametrize(
    ("resource", "whole"),
    [
        ("arn:aws:s3:::uploads/a/b.jpg", "arn:aws:s3:::uploads/*"),
        ("arn:aws:s3:::uploads", "arn:aws:s3:::uploads"),
        (QUEUE, QUEUE),
        ("*", "*"),
        (
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/a:log-stream:2026/01/01/[1]b",
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/a:*",
        ),
        (
            f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t/stream/2026-01-05T09:00:00.020",
            f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t/stream/*",
        ),
    ],
)
def test_a_resource_is_named_as_narrowly_as_a_policy_can(resource: str, whole: str) -> None:
    assert whole_of(resource) == whole
