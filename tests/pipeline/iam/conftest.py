"""Builds requests and policies from the cases beside the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.iam.evaluation import Decision, NamedPolicy, Policies, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

CASES = Path(__file__).parent / "cases"


def _named(name: str, document: Any) -> NamedPolicy | None:
    return NamedPolicy(name, parse_policy(document)) if document else None


def _request(given: dict[str, Any]) -> Request:
    return Request(
        principal=Principal.parse(given["principal"]),
        action=given["action"],
        resource=given["resource"],
        resource_account=given["resource_account"],
        context=given["context"],
    )


def _policies(given: dict[str, Any]) -> Policies:
    boundary = _named("boundary", given.get("boundary"))
    return Policies(
        identity=tuple(
            NamedPolicy(f"identity-{n}", parse_policy(document))
            for n, document in enumerate(given.get("identity", ()))
        ),
        resource=_named("attached", given.get("resource") or given.get("trust")),
        boundaries=(boundary,) if boundary else (),
        session=_named("session", given.get("session")),
        is_trust_policy="trust" in given,
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes ``case`` every case of the file that its module names."""
    name = getattr(metafunc.module, "CASE_FILE", None)
    if name is not None and "case" in metafunc.fixturenames:
        cases = json.loads((CASES / name).read_text("utf-8"), parse_float=Decimal)
        metafunc.parametrize("case", cases, ids=[case["name"] for case in cases])


@pytest.fixture
def decide() -> Callable[[dict[str, Any]], Decision]:
    def decide(case: dict[str, Any]) -> Decision:
        return evaluate(_request(case["request"]), _policies(case["policies"]))

    return decide
