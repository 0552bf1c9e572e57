from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.request import Principal, PrincipalKind, request_context

ACCOUNT = "123456789012"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbnail-function/thumbnail"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arn", "kind", "account", "role_arn"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/learner", PrincipalKind.USER, ACCOUNT, None),
        (f"arn:aws:iam::{ACCOUNT}:user/team/learner", PrincipalKind.USER, ACCOUNT, None),
        (f"arn:aws:iam::{ACCOUNT}:root", PrincipalKind.ROOT, ACCOUNT, None),
        (
            SESSION,
            PrincipalKind.ROLE_SESSION,
            ACCOUNT,
            f"arn:aws:iam::{ACCOUNT}:role/thumbnail-function",
        ),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", PrincipalKind.FEDERATED, ACCOUNT, None),
        (
            f"arn:aws:iam::{ACCOUNT}:role/team/thumbnail-function",
            PrincipalKind.ROLE_SESSION,
            ACCOUNT,
            f"arn:aws:iam::{ACCOUNT}:role/team/thumbnail-function",
        ),
        (
            f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com",
            PrincipalKind.PROVIDER,
            ACCOUNT,
            None,
        ),
        ("s3.amazonaws.com", PrincipalKind.SERVICE, None, None),
        ("anonymous", PrincipalKind.ANONYMOUS, None, None),
    ],
)
def test_a_principal_is_read_from_how_aws_prints_it(
    arn: str, kind: PrincipalKind, account: str | None, role_arn: str | None
) -> None:
    assert Principal(arn, kind, account, role_arn) == Principal.parse(arn)


@given(
    st.text(max_size=30)
    | st.sampled_from(
        [
            f"arn:aws:iam::{ACCOUNT}:role",
            f"arn:aws:iam::{ACCOUNT}:group/g",
            f"arn:aws:iam::{ACCOUNT}:root/x",
            f"arn:aws:iam::{ACCOUNT}:user",
            f"arn:aws:sts::{ACCOUNT}:assumed-role/r",
            f"arn:aws:sts::{ACCOUNT}:user/x",
            "arn:aws:s3:::uploads",
            "*",
        ]
    )
)
def test_who_makes_no_requests_is_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert Principal.parse(text).kind in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS)


def test_a_session_carries_its_roles_arn() -> None:
    context = request_context(Principal.parse(SESSION), region="us-east-1", time=NOON)
    assert {
        "aws:CurrentTime": "2026-11-23T12:00:00Z",
        "aws:EpochTime": "1795435200",
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/thumbnail-function",
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": "us-east-1",
        "aws:SecureTransport": "true",
    } == context


def test_a_user_carries_its_name() -> None:
    user = Principal.parse(f"arn:aws:iam::{ACCOUNT}:user/team/learner")
    context = request_context(user, region="us-east-1", time=0.0)
    assert ("learner", "1970-01-01T00:00:00Z", user.arn) == (
        context["aws:username"],
        context["aws:CurrentTime"],
        context["aws:PrincipalArn"],
    )


def test_a_service_has_no_principal_arn_and_brings_its_source() -> None:
    source = {"aws:SourceArn": "arn:aws:s3:::uploads", "aws:SourceAccount": ACCOUNT}
    s3 = Principal.parse("s3.amazonaws.com")
    context = request_context(s3, region="us-east-1", time=NOON, extra=source)
    assert "aws:PrincipalArn" not in context
    assert "aws:PrincipalAccount" not in context
    assert context["aws:PrincipalIsAWSService"] == "true"
    assert source == {key: context[key] for key in source}


def test_an_anonymous_caller_has_neither_arn_nor_account() -> None:
    nobody = Principal.parse("anonymous")
    context = request_context(nobody, region="us-east-1", time=NOON)
    assert context["aws:PrincipalType"] == "Anonymous"
    assert not {"aws:PrincipalArn", "aws:PrincipalAccount"} & set(context)


def test_what_is_given_wins_over_what_is_made_whatever_its_case() -> None:
    user = Principal.parse(f"arn:aws:iam::{ACCOUNT}:user/learner")
    context = request_context(
        user, region="us-east-1", time=NOON, extra={"AWS:securetransport": "false"}
    )
    assert context["AWS:securetransport"] == "false"
    assert "aws:SecureTransport" not in context
