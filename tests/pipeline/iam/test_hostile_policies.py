"""What a policy may not hold, and what a request may not smuggle into one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.evaluation import Decision, NamedPolicy, Policies, evaluate
from pipeline.iam.policy import PolicyError, parse_policy
from pipeline.iam.request import Principal, Request

ALICE = Principal.parse("arn:aws:iam::123456789012:user/alice")
NAMES = st.text(st.sampled_from("ab:/*?${}'\\"), min_size=1, max_size=12)


def _decide(resource: str, pattern: str, **context: str) -> Decision:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": pattern}
    policy = parse_policy({"Version": "2012-10-17", "Statement": [statement]})
    request = Request(ALICE, "s3:GetObject", resource, "123456789012", context)
    return evaluate(request, Policies(identity=(NamedPolicy("inline", policy),)))


def _document(**more: Any) -> str:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    "document",
    [
        _document(Sid="\ud800"),
        _document(Condition={"StringEquals": {"aws:username": "\udfff"}}),
        _document(Condition={"StringEquals": {"\ud83d": "x"}}),
        '{"Version": "2012-10-17", "Id": "\ud800", "Statement": []}',
    ],
)
def test_half_a_character_is_refused(document: str) -> None:
    with pytest.raises(PolicyError, match="half a character"):
        parse_policy(document)


def test_a_whole_character_beyond_the_first_plane_is_kept() -> None:
    (statement,) = parse_policy(_document(Sid="😀")).statements
    assert statement.sid == "😀"


@pytest.mark.parametrize(
    "document",
    [
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "{" + " " * 6_000_000 + "}",
        '{"Statement": ' + "9" * 10_000 + "}",
        '{"Statement": 1e99999999999999999999}',
        '{"Statement": NaN}',
        '{"Statement": -Infinity}',
        b"\xff\xfe",
        '{"Statement": [], "Statement": []}',
        "null",
        "",
    ],
)
def test_a_hostile_document_is_refused_in_one_short_sentence(document: str | bytes) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document)
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


@given(NAMES, NAMES)
def test_a_value_from_the_request_covers_itself_and_nothing_else(team: str, key: str) -> None:
    pattern = "arn:aws:s3:::photos/${aws:PrincipalTag/team}"
    decision = _decide(f"arn:aws:s3:::photos/{key}", pattern, **{"aws:PrincipalTag/team": team})
    assert decision.allowed == (team == key)


@given(NAMES)
def test_an_object_never_passes_for_another_bucket(key: str) -> None:
    patterns = ("arn:aws:s3:::photos/*", "arn:*:s3:::photos*", "arn:aws:s3:::photos/*:photos/*")
    resource = f"arn:aws:s3:::private/{key}:photos/{key}"
    assert not any(_decide(resource, pattern).allowed for pattern in patterns)


@pytest.mark.parametrize("pattern", ["arn:aws:s3:*", "arn:aws:s3:::*", "arn:*:s3:*:*:*", "*"])
def test_a_pattern_that_ends_early_in_a_star_covers_what_follows(pattern: str) -> None:
    assert _decide("arn:aws:s3:::photos/a:b/c", pattern).allowed
