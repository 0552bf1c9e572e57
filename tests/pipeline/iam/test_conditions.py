from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.conditions import parse_conditions
from pipeline.iam.operators import OPERATORS

CASE_FILE = "conditions.json"

VALUES = st.text("a1.:/*?-TZ$", max_size=12) | st.sampled_from(["true", "10", "2026-11-23", "::1"])


def lowered(context: dict[str, Any]) -> dict[str, Any]:
    return {
        key.lower(): tuple(value) if isinstance(value, list) else value
        for key, value in context.items()
    }


def holds(condition: dict[str, Any], context: dict[str, Any]) -> bool:
    parsed = parse_conditions(condition, "Condition", variables=True)
    return all(entry.holds(lowered(context)) for entry in parsed)


def test_a_condition_holds_as_documented(case: dict[str, Any]) -> None:
    assert case["holds"] == holds(case["condition"], case["context"])


@given(st.sampled_from(sorted(set(OPERATORS) - {"Null"})), VALUES, VALUES)
def test_an_operator_and_its_negation_never_agree(name: str, wanted: str, given_: str) -> None:
    operator = OPERATORS[name]
    prepared = [operator.family.prepare([wanted])]
    other = type(operator)(name, operator.family, operator.compare, not operator.negated)
    assert operator.passes(given_, prepared) != other.passes(given_, prepared)


@given(st.sampled_from(sorted(OPERATORS)), VALUES)
def test_case_of_keys_does_not_matter(name: str, value: str) -> None:
    if name == "Null":
        value = "true"
    context = {"Aws:UserName": value}
    expected = holds({name: {"aws:username": value}}, context)
    assert expected == holds({name: {"AWS:USERNAME": value}}, context)


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a"}},
            {"aws:SourceArn": "arn:aws:s3:::b"},
            "aws:SourceArn is arn:aws:s3:::b, the statement wants arn:aws:s3:::a",
        ),
        (
            {"StringEquals": {"aws:SourceAccount": ["1", "2"]}},
            {},
            "aws:SourceAccount is not in the request, the statement wants 1 or 2",
        ),
        (
            {"StringNotEquals": {"k:v": ["1", "2"]}},
            {"k:v": "1"},
            "k:v is 1, the statement wants none of 1, 2",
        ),
        ({"StringNotLike": {"k:v": "1"}}, {"k:v": "1"}, "k:v is 1, the statement wants not 1"),
        ({"Null": {"k:v": "true"}}, {"k:v": "1"}, "k:v is 1, the statement wants it missing"),
        (
            {"Null": {"k:v": "false"}},
            {},
            "k:v is not in the request, the statement wants it present",
        ),
        (
            {"ForAnyValue:StringEquals": {"k:v": "c"}},
            {"k:v": ["a", "b"]},
            "k:v is a, b, the statement wants c",
        ),
        (
            {"StringEquals": {"k:v": "a"}},
            {"k:v": ["a", "b"]},
            (
                "k:v has several values (a, b), which StringEquals compares only after "
                "ForAllValues: or ForAnyValue:"
            ),
        ),
        (
            {"StringEquals": {"k:v": []}},
            {"k:v": "a"},
            "k:v is a, the statement wants a value, and names none",
        ),
    ],
)
def test_it_says_what_was_compared(
    condition: dict[str, Any], context: dict[str, Any], expected: str
) -> None:
    (parsed,) = parse_conditions(condition, "Condition", variables=True)
    assert not parsed.holds(lowered(context))
    assert expected == parsed.explain(lowered(context))
