from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.evaluation import Decision, Layer, NamedPolicy, Policies, Result, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

CASE_FILE = "evaluation.json"

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/thumbnail-function"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbnail-function/thumbnail"
USER = f"arn:aws:iam::{ACCOUNT}:user/learner"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/no-uploads"

EFFECTS = st.sampled_from(["Allow", "Deny"])
ACTIONS = st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:*", "*"])
RESOURCES = st.sampled_from(["*", "arn:aws:s3:::uploads/*", "arn:aws:s3:::${aws:username}/*"])
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:username": "uploads"}},
        {"StringNotEquals": {"AWS:UserName": "uploads"}},
        {"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}},
        {"Null": {"aws:username": "true"}},
    ]
)
PRINCIPALS = st.sampled_from(
    [ACCOUNT, ROLE, SESSION, USER, "*", f"arn:aws:iam::{ACCOUNT}:root"]
).map(lambda value: {"AWS": value})
CALLERS = st.sampled_from(
    [SESSION, USER, f"arn:aws:iam::{ACCOUNT}:root", "s3.amazonaws.com", "anonymous"]
)


def statements(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "Effect": EFFECTS,
            "Action": ACTIONS,
            "Resource": RESOURCES,
            "Condition": CONDITIONS,
            **more,
        }
    )


IDENTITY = st.lists(statements(), max_size=3)
ATTACHED = st.lists(statements(Principal=PRINCIPALS), max_size=3)
REQUESTS = st.builds(
    Request,
    principal=CALLERS.map(Principal.parse),
    action=st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
    resource=st.sampled_from(["arn:aws:s3:::uploads/cat.jpg", "arn:aws:s3:::thumbnails/cat.jpg"]),
    resource_account=st.sampled_from([ACCOUNT, "210987654321", None]),
    context=st.fixed_dictionaries(
        {},
        optional={
            "aws:username": st.sampled_from(["uploads", "x"]),
            "aws:TagKeys": st.sampled_from([(), ("a",), ("a", "b")]),
        },
    ),
)


def named(name: str, statements: list[dict[str, Any]], arn: str | None = None) -> NamedPolicy:
    return NamedPolicy(name, parse_policy({"Version": "2012-10-17", "Statement": statements}), arn)


def policies(identity: list[dict[str, Any]], attached: list[dict[str, Any]]) -> Policies:
    return Policies(identity=(named("identity", identity),), resource=named("attached", attached))


def test_the_case_is_decided_as_documented(
    case: dict[str, Any], decide: Callable[[dict[str, Any]], Decision]
) -> None:
    decision = decide(case)
    assert case["expected"] == decision.result, decision.message
    assert case["layer"] == decision.layer
    if "failed_element" in case:
        assert case["failed_element"] in {trace.failed_element for trace in decision.traces}


@given(REQUESTS, IDENTITY, ATTACHED, statements())
def test_adding_a_deny_never_allows(
    request_: Request,
    identity: list[dict[str, Any]],
    attached: list[dict[str, Any]],
    more: dict[str, Any],
) -> None:
    before = evaluate(request_, policies(identity, attached))
    deny = {**more, "Effect": "Deny"}
    for after in (
        policies([*identity, deny], attached),
        policies(identity, [*attached, {**deny, "Principal": "*"}]),
    ):
        assert before.allowed or not evaluate(request_, after).allowed


@given(REQUESTS, IDENTITY, ATTACHED, statements())
def test_adding_an_allow_to_an_identity_based_policy_never_denies(
    request_: Request,
    identity: list[dict[str, Any]],
    attached: list[dict[str, Any]],
    more: dict[str, Any],
) -> None:
    before = evaluate(request_, policies(identity, attached))
    after = evaluate(request_, policies([*identity, {**more, "Effect": "Allow"}], attached))
    assert after.allowed or not before.allowed


@given(REQUESTS, IDENTITY, ATTACHED, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(
    request_: Request,
    identity: list[dict[str, Any]],
    attached: list[dict[str, Any]],
    random: Any,
) -> None:
    before = evaluate(request_, policies(identity, attached))
    random.shuffle(identity)
    random.shuffle(attached)
    after = evaluate(request_, policies(identity, attached))
    assert (before.result, before.layer) == (after.result, after.layer)


@given(REQUESTS, IDENTITY, ATTACHED)
def test_the_case_of_context_keys_does_not_matter(
    request_: Request, identity: list[dict[str, Any]], attached: list[dict[str, Any]]
) -> None:
    shouted = {key.upper(): value for key, value in request_.context.items()}
    given_policies = policies(identity, attached)
    before = evaluate(request_, given_policies)
    after = evaluate(dataclasses.replace(request_, context=shouted), given_policies)
    assert before.result == after.result


@given(REQUESTS, IDENTITY, ATTACHED)
def test_every_decision_has_its_reason_and_is_a_json_document(
    request_: Request, identity: list[dict[str, Any]], attached: list[dict[str, Any]]
) -> None:
    decision = evaluate(request_, policies(identity, attached))
    document = decision.as_document()
    assert document == json.loads(json.dumps(document))
    assert decision.reason
    assert decision.reason in decision.message
    for trace in decision.traces:
        assert trace.matched == (trace.failed_element is None)
        assert trace.detail
    if decision.statement is not None:
        assert decision.statement in decision.traces
        assert decision.statement.matched


def get_object(principal: str, **more: Any) -> Request:
    return Request(
        Principal.parse(principal), "s3:GetObject", "arn:aws:s3:::uploads/cat.jpg", **more
    )


def test_an_implicit_denial_reads_as_on_aws() -> None:
    assert evaluate(get_object(SESSION), Policies()).message == (
        f"User: {SESSION} is not authorized to perform: s3:GetObject on resource: "
        "arn:aws:s3:::uploads/cat.jpg because no identity-based policy allows the "
        "s3:GetObject action"
    )


@pytest.mark.parametrize(("arn", "suffix"), [(MANAGED, f": {MANAGED}"), (None, "")])
def test_an_explicit_denial_names_the_managed_policy(arn: str | None, suffix: str) -> None:
    deny = named("no-uploads", [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}], arn)
    decision = evaluate(get_object(USER), Policies(identity=(deny,)))
    assert decision.message.endswith(f"with an explicit deny in an identity-based policy{suffix}")
    assert decision.reason == "with an explicit deny in an identity-based policy"


def test_a_message_leaves_out_what_is_no_resource() -> None:
    request = Request(Principal.parse(USER), "lambda:ListFunctions", "*")
    message = evaluate(request, Policies()).message
    assert "perform: lambda:ListFunctions because no identity-based" in message


def test_the_root_user_reads_that_it_assumes_no_role() -> None:
    root = Principal.parse(f"arn:aws:iam::{ACCOUNT}:root")
    decision = evaluate(Request(root, "sts:AssumeRole", ROLE), Policies(is_trust_policy=True))
    assert decision.message == "Roles may not be assumed by root accounts."


def test_an_allowed_request_names_its_statement() -> None:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    with_sid = named("reader", [{**allow, "Sid": "Read"}])
    without = named("reader", [allow])
    for policy, statement in ((with_sid, "Read"), (without, "Statement[0]")):
        decision = evaluate(get_object(USER), Policies(identity=(policy,)))
        assert f"allowed by statement {statement} of reader" == decision.reason
    assert decision.as_document()["policy"] == "reader"
    assert decision.as_document()["sid"] is None


def test_every_statement_is_explained_with_the_values_compared() -> None:
    policy = named(
        "reader",
        [
            {"Effect": "Allow", "Action": ["s3:PutObject", "sqs:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::thumbnails/*"},
            {"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::uploads/*"},
            {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::${k:v}"},
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"},
            {
                "Effect": "Allow",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
        ],
    )
    request = get_object(USER, context={"aws:SecureTransport": "false"})
    decision = evaluate(request, Policies(identity=(policy,)))
    assert [(trace.failed_element, trace.detail) for trace in decision.traces] == [
        ("action", "s3:GetObject is not s3:PutObject or sqs:*"),
        ("resource", "arn:aws:s3:::uploads/cat.jpg is not arn:aws:s3:::thumbnails/*"),
        ("action", "NotAction excludes s3:Get*"),
        ("resource", "NotResource excludes arn:aws:s3:::uploads/*"),
        (
            "resource",
            "a variable of NotResource arn:aws:s3:::${k:v} has no value in this request",
        ),
        ("principal", "only a resource-based policy names principals"),
        ("condition", "aws:SecureTransport is false, the statement wants true"),
    ]


def test_statements_of_a_resource_policy_say_whom_they_name() -> None:
    allow = {"Effect": "Allow", "Action": "*"}
    policy = named(
        "bucket policy",
        [
            {**allow, "Resource": "*", "Principal": {"AWS": [ROLE, "999999999999"]}},
            {**allow, "Resource": "*"},
            {**allow, "Principal": "*"},
            {**allow, "Resource": "*", "NotPrincipal": {"AWS": USER}},
            {**allow, "Resource": "*", "Principal": {"CanonicalUser": "a1b2"}},
        ],
    )
    decision = evaluate(get_object(USER), Policies(resource=policy))
    assert [
        ("principal", f"{USER} is not {ROLE} or 999999999999"),
        ("principal", "the statement names no principal"),
        ("resource", "the statement names no resource"),
        ("principal", f"NotPrincipal excludes {USER}"),
        ("principal", f"{USER} is not a1b2"),
    ] == [(trace.failed_element, trace.detail) for trace in decision.traces]


def test_of_several_boundaries_each_must_allow() -> None:
    allow = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    wide, narrow = named("boundary", allow), named("boundary", [])
    given_policies = Policies(identity=(named("admin", allow),), boundaries=(wide, narrow))
    decision = evaluate(get_object(USER), given_policies)
    assert (decision.result, decision.layer) == (Result.IMPLICITLY_DENIED, Layer.BOUNDARY)


def test_a_key_that_is_twice_in_the_context_is_refused() -> None:
    request = get_object(USER, context={"aws:username": "a", "AWS:username": "b"})
    with pytest.raises(ValueError, match="twice"):
        evaluate(request, Policies())
