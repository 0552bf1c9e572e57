"""Decisions as data: who asks for what under which policies, what comes out, and why.

In ``documented/`` a policy is written as its statements, or as a whole document where its Version
matters. A resource belongs to the account below unless the case says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.iam.evaluation import Decision, NamedPolicy, Policies, evaluate
from pipeline.iam.policy import Policy, parse_policy
from pipeline.iam.request import Principal, Request, request_context

CASES = Path(__file__).parent / "documented"
ACCOUNT = "123456789012"
NEW_YEAR_2026 = 1_767_225_600.0
FIELDS = {"name", "request", "policies", "expected", "because", "address"}


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def _policy(written: list[Any] | dict[str, Any]) -> Policy:
    if isinstance(written, list):
        return parse_policy({"Version": "2012-10-17", "Statement": written})
    return parse_policy(written)


def _decide(documented: dict[str, Any]) -> Decision:
    request, policies = documented["request"], documented["policies"]
    principal = Principal.parse(request["principal"])
    extra = {
        key: value if isinstance(value, str) else tuple(value)
        for key, value in request.get("context", {}).items()
    }
    attached = policies.get("trust", policies.get("resource"))
    return evaluate(
        Request(
            principal,
            request["action"],
            request["resource"],
            request.get("resource_account", ACCOUNT),
            request_context(principal, region="us-east-1", time=NEW_YEAR_2026, extra=extra),
        ),
        Policies(
            identity=tuple(
                NamedPolicy(f"identity {n}", _policy(p))
                for n, p in enumerate(policies.get("identity", []))
            ),
            resource=NamedPolicy("attached", _policy(attached)) if attached else None,
            is_trust_policy=request["action"] == "sts:AssumeRole",
        ),
    )


@pytest.mark.fidelity(
    service="iam",
    behaviour=(
        "Identity, resource and session policies and boundaries together decide as documented"
    ),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
)
@pytest.mark.parametrize("documented", list(_cases()))
def test_it_comes_out_as_documented(documented: dict[str, Any]) -> None:
    decision = _decide(documented)
    outcome = {"result": str(decision.result), "layer": str(decision.layer)}
    assert documented["expected"] == outcome, f"{documented['because']}\n{decision.as_document()}"


@pytest.mark.parametrize("documented", list(_cases()))
def test_a_decision_explains_itself(documented: dict[str, Any]) -> None:
    decision = _decide(documented)
    document = json.loads(json.dumps(decision.as_document()))
    assert decision.reason
    assert documented["request"]["action"] in decision.message or "root" in decision.message
    assert all(statement["detail"] for statement in document["statements"])
    assert all(
        (statement["failed_element"] is None) == statement["matched"]
        for statement in document["statements"]
    )


def test_every_case_is_complete_and_says_where_it_can_be_checked() -> None:
    cases = [case.values[0] for case in _cases()]
    assert len(cases) >= 80
    assert [case["name"] for case in cases if set(case) != FIELDS] == []
    assert [
        case["name"]
        for case in cases
        if not case["address"].startswith("https://docs.aws.amazon.com/")
    ] == []
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names)
