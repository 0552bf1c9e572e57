"""Cases for each service, answered by the command's own reader: ``services/*.json``.

They are written as the command takes them, with what is expected, why, and where to check it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.iam.questions import answer_line

CASES = Path(__file__).parent / "services"
SERVICES = (
    "s3",
    "sqs",
    "sns",
    "lambda",
    "dynamodb",
    "events",
    "logs",
    "sts",
    "iam",
    "kms",
    "cloudformation",
)
TOLD = {"name", "request", "expected", "because", "address"}
POLICIES = {
    "identityPolicies",
    "resourcePolicy",
    "permissionBoundaries",
    "sessionPolicy",
    "scps",
    "rcps",
    "endpointPolicies",
}


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    return answer_line(json.dumps({"id": case["name"], **case}).encode())


@pytest.mark.parametrize("case", list(_cases()))
def test_the_service_decides_as_documented(case: dict[str, Any]) -> None:
    answer = _answer(case)
    outcome = {"result": answer.get("result"), "layer": answer.get("layer")}
    assert case["expected"] == outcome, f"{case['because']}\n{json.dumps(answer, indent=1)}"


@pytest.mark.parametrize("case", list(_cases()))
def test_what_decided_is_among_the_statements_and_every_other_says_why_not(
    case: dict[str, Any],
) -> None:
    answer = _answer(case)
    effects = {"Allowed": "Allow", "ExplicitlyDenied": "Deny"}
    matched = [s["effect"] for s in answer["statements"] if s["matched"]]
    if answer["policy"] is not None:
        assert effects[answer["result"]] in matched
    assert all(
        s["detail"] and s["matched"] != bool(s["failed_element"]) for s in answer["statements"]
    )


def test_there_are_enough_cases_for_every_service_and_each_says_where_to_check_it() -> None:
    cases = [case.values[0] for case in _cases()]
    asked = Counter(case["request"]["action"].partition(":")[0].lower() for case in cases)
    assert [service for service in SERVICES if asked[service] < 15] == []
    assert len(cases) >= 300
    assert [c["name"] for c in cases if not set(c) >= TOLD or set(c) - TOLD - POLICIES] == []
    home = "https://docs.aws.amazon.com/"
    assert [c["name"] for c in cases if not c["address"].startswith(home)] == []
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names))
