from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.documents import MAX_CHARACTERS
from pipeline.iam.policy import Effect, PolicyError, PolicyKind, parse_policy
from pipeline.topology import thumbnails_topology

CASE_FILE = "malformed.json"

WORDS = st.sampled_from(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
        "Allow",
        "Deny",
        "2012-10-17",
        "s3:GetObject",
        "*",
        "AWS",
        "Service",
        "StringEquals",
        "Null",
        "aws:username",
        "ForAllValues:StringLike",
        "NumericEquals",
        "IpAddress",
        "arn:aws:s3:::${aws:username}/*",
        "${",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=6)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=20,
)
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
ATTACHED = {**STATEMENT, "Principal": "*"}


def refusal(document: Any, kind: PolicyKind | None = None) -> str:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document, kind=kind)
    return str(caught.value)


def test_a_malformed_policy_is_refused_with_its_place(case: dict[str, Any]) -> None:
    kind = PolicyKind(case["kind"]) if "kind" in case else None
    message = refusal(json.dumps(case["document"]), kind)
    assert case["says"] in message
    assert message.endswith(".")
    assert len(message) < 300


@given(JSON | st.builds(lambda body: {"Statement": body}, JSON))
def test_the_parser_raises_nothing_but_policy_errors_on_json(document: Any) -> None:
    for given_as in (document, json.dumps(document)):
        with contextlib.suppress(PolicyError):
            parse_policy(given_as)


@given(st.text() | st.binary())
def test_the_parser_raises_nothing_but_policy_errors_on_text(document: str | bytes) -> None:
    with pytest.raises(PolicyError):
        parse_policy(document)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "not JSON: Expecting value at line 1, column 1"),
        ("{", "not JSON"),
        (b"\xff{}", "not UTF-8 text (at byte 0)"),
        ('{"Statement": [], "Statement": []}', '"Statement" appears twice'),
        ("[" * 60_000, "nested too deeply"),
        ('{"Statement": NaN}', "NaN is not a JSON number"),
        ('{"Statement": ' + "9" * 5_000 + "}", "number that is too long"),
        (" " * (MAX_CHARACTERS + 1), "the limit is 65,536"),
        ({"Statement": float("nan")}, "JSON does not have"),
        ({"Statement": {1, 2}}, "JSON does not have"),
        ({1: "x", "1": "y"}, "appears twice"),
        (None, "not NoneType"),
    ],
)
def test_what_is_no_document_is_refused(document: Any, says: str) -> None:
    assert says in refusal(document)


def test_a_mapping_that_is_nested_too_deeply_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"Statement": deep}
    message = refusal(deep)
    while deep:
        deep = deep["Statement"]
    assert "nested too deeply" in message


@pytest.mark.parametrize(
    ("kind", "statement", "says"),
    [
        (PolicyKind.IDENTITY, ATTACHED, "an identity-based policy takes none"),
        (PolicyKind.IDENTITY, TRUST, "an identity-based policy takes none"),
        (PolicyKind.RESOURCE, STATEMENT, "has no Principal; a resource-based policy needs one"),
        (PolicyKind.RESOURCE, TRUST, "has no Resource"),
        (PolicyKind.TRUST, STATEMENT, "has a Resource; a role trust policy takes none"),
        (PolicyKind.IDENTITY, {**STATEMENT, "Sid": "with space"}, "letters A–Z"),
    ],
)
def test_a_kind_of_policy_has_its_own_elements(
    kind: PolicyKind, statement: dict[str, Any], says: str
) -> None:
    assert says in refusal({"Statement": [statement]}, kind)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (PolicyKind.IDENTITY, STATEMENT),
        (PolicyKind.RESOURCE, {**ATTACHED, "Sid": "with space"}),
        (PolicyKind.TRUST, TRUST),
    ],
)
def test_a_policy_that_fits_its_kind_is_read(kind: PolicyKind, statement: dict[str, Any]) -> None:
    assert len(parse_policy({"Statement": statement}, kind=kind).statements) == 1


def test_a_policy_without_statements_is_refused_when_it_is_put() -> None:
    assert parse_policy({"Statement": []}).statements == ()
    assert "must not be empty" in refusal({"Statement": []}, PolicyKind.RESOURCE)


def test_the_topologys_policies_are_read_with_their_kinds() -> None:
    topology = thumbnails_topology()
    kinds = {
        "queue-policy": PolicyKind.RESOURCE,
        "execution-role-policy": PolicyKind.IDENTITY,
        "trust-policy": PolicyKind.TRUST,
    }
    for place, kind in kinds.items():
        document = topology.policies[place]
        expected = [statement["Sid"] for statement in document["Statement"]]
        policy = parse_policy(json.dumps(document).encode(), kind=kind)
        assert expected == [statement.sid for statement in policy.statements]


def test_a_policy_is_a_value() -> None:
    document = {"Version": "2012-10-17", "Id": "x", "Statement": STATEMENT}
    policy = parse_policy(document)
    assert policy == parse_policy(json.dumps(document))
    assert hash(policy) == hash(parse_policy(document))
    assert (
        policy.version,
        policy.id,
        policy.statements[0].effect,
    ) == ("2012-10-17", "x", Effect.ALLOW)
