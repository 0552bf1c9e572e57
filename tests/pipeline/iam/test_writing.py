from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.evaluation import NamedPolicy, Policies, evaluate
from pipeline.iam.policy import Policy, parse_policy
from pipeline.iam.request import Principal, Request
from pipeline.iam.writing import to_document

ACCOUNT = "123456789012"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/maker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/maker/one"


def one_or_more(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | list[str]]:
    return values | st.lists(values, min_size=1, max_size=3)


ACTIONS = one_or_more(st.sampled_from(["s3:GetObject", "S3:*", "sqs:Send*", "*", "s3:?etObject"]))
RESOURCES = one_or_more(
    st.sampled_from(
        [
            "*",
            "arn:aws:s3:::uploads/*",
            "arn:aws:s3:::${aws:username}/*",
            "arn:aws:s3:::${k, 'x'}/a",
            "arn:aws:sqs:*:*:q?",
        ]
    )
)
PRINCIPALS = st.just("*") | st.dictionaries(
    st.just("AWS"), one_or_more(st.sampled_from([ALICE, ROLE, SESSION, ACCOUNT, "*"])), min_size=1
).flatmap(
    lambda named: st.sampled_from(
        [named, {**named, "Service": "s3.amazonaws.com"}, {**named, "Federated": "example.org"}]
    )
)
TEXTS = one_or_more(st.sampled_from(["alice", "a*", "${aws:username}", "Ünï", "${*}"]))
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "StringEquals": st.dictionaries(st.sampled_from(["aws:username", "team"]), TEXTS),
        "StringNotLikeIfExists": st.fixed_dictionaries({"AWS:UserName": TEXTS}),
        "ForAnyValue:StringLike": st.fixed_dictionaries({"aws:TagKeys": TEXTS | st.just([])}),
        "NumericLessThan": st.fixed_dictionaries({"size": st.integers(0, 9) | st.just(1.50)}),
        "Bool": st.fixed_dictionaries({"secure": st.booleans()}),
        "Null": st.fixed_dictionaries({"team": st.sampled_from(["true", "False"])}),
    },
)


@st.composite
def statements(draw: st.DrawFn, *, attached: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(ACTIONS)
    statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(RESOURCES)
    if attached:
        statement[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    if draw(st.booleans()):
        statement["Condition"] = draw(CONDITIONS)
    return statement


def documents(*, attached: bool) -> st.SearchStrategy[dict[str, Any]]:
    one = statements(attached=attached)
    return st.fixed_dictionaries(
        {"Statement": one | st.lists(one, max_size=3)},
        optional={
            "Version": st.sampled_from(["2012-10-17", "2008-10-17"]),
            "Id": st.text("ab", max_size=2),
        },
    )


REQUESTS = st.builds(
    Request,
    principal=st.sampled_from([ALICE, SESSION, "s3.amazonaws.com", "anonymous"]).map(
        Principal.parse
    ),
    action=st.sampled_from(["s3:GetObject", "sqs:SendMessage"]),
    resource=st.sampled_from(
        ["arn:aws:s3:::uploads/a", "arn:aws:s3:::alice/a", "arn:aws:sqs:eu-west-1:1:q1"]
    ),
    resource_account=st.just(ACCOUNT),
    context=st.fixed_dictionaries(
        {},
        optional={
            "aws:username": st.sampled_from(["alice", "bob"]),
            "aws:TagKeys": st.sampled_from([("a",), ("alice", "b"), ()]),
            "size": st.sampled_from(["1", "7"]),
            "secure": st.sampled_from(["true", "false"]),
            "team": st.sampled_from(["alice", "*"]),
        },
    ),
)


def _decided(request: Request, identity: Policy, attached: Policy) -> dict[str, Any]:
    policies = Policies(
        identity=(NamedPolicy("identity", identity),), resource=NamedPolicy("attached", attached)
    )
    return evaluate(request, policies).as_document()


@given(documents(attached=False), documents(attached=True), st.lists(REQUESTS, min_size=1))
def test_a_parsed_policy_written_back_evaluates_the_same(
    identity: dict[str, Any], attached: dict[str, Any], requests: list[Request]
) -> None:
    read = parse_policy(identity), parse_policy(attached)
    again = tuple(parse_policy(json.dumps(to_document(policy))) for policy in read)
    for request in requests:
        assert _decided(request, *read) == _decided(request, *again)


@given(documents(attached=True))
def test_what_is_written_once_is_written_the_same_again(document: dict[str, Any]) -> None:
    written = to_document(parse_policy(document))
    assert written == to_document(parse_policy(written))


@pytest.mark.parametrize("file", sorted(Path(__file__).parent.glob("*/*.json")), ids=str)
def test_the_policies_of_the_cases_are_read_the_same_when_written_back(file: Path) -> None:
    for case in json.loads(file.read_text("utf-8")):
        for document in _documents_in(case):
            policy = parse_policy(document)
            assert policy == parse_policy(to_document(policy))


def _documents_in(value: Any) -> list[dict[str, Any]]:
    """Return every well-formed policy that stands anywhere in a case."""
    if isinstance(value, list):
        return [found for entry in value for found in _documents_in(entry)]
    if not isinstance(value, dict):
        return []
    if "Statement" in value:
        try:
            parse_policy(value)
        except ValueError:
            return []
        return [value]
    return [found for entry in value.values() for found in _documents_in(entry)]


def test_a_policy_is_written_in_the_order_that_people_write_it() -> None:
    document = {
        "Version": "2012-10-17",
        "Id": "uploads",
        "Statement": [
            {
                "Sid": "Send",
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": ["arn:aws:sqs:eu-west-1:1:q1", "arn:aws:sqs:eu-west-1:1:q2"],
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            },
            {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "s3:*", "NotResource": "*"},
        ],
    }
    assert json.dumps(document) == json.dumps(to_document(parse_policy(document)))
