"""SNS filter policies: which messages they accept, and which policies SNS refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.filter_policy import (
    BODY,
    ScopeError,
    attribute_document,
    combinations,
    parse_filter_policy,
)
from pipeline.matching.problems import PatternError

STRINGS = "https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html"
LIMITS = "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"
"""Where AWS documents the cases below."""


def text(value: str, kind: str = "String") -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def accepts(policy: Any, attributes: dict[str, Any], body: str = "") -> bool:
    return parse_filter_policy(json.dumps(policy)).accepts(attributes, body)


ACCEPTED: list[tuple[Any, dict[str, Any]]] = [
    ({"interest": ["rugby", "tennis"]}, {"interest": text("rugby")}),
    ({"interest": ["rugby"]}, {"interest": text('["rugby", "golf"]', "String.Array")}),
    ({"interest": [{"prefix": "bas"}]}, {"interest": text("baseball")}),
    ({"interest": [{"suffix": "ball"}]}, {"interest": text("baseball")}),
    ({"interest": [{"equals-ignore-case": "tennis"}]}, {"interest": text("TENNIS")}),
    ({"interest": [{"anything-but": ["rugby"]}]}, {"interest": text("golf")}),
    ({"interest": [{"anything-but": {"prefix": "rug"}}]}, {"interest": text("golf")}),
    ({"interest": [{"exists": True}]}, {"interest": text("x")}),
    ({"interest": [{"exists": False}]}, {"other": text("x")}),
    ({"price": [100]}, {"price": text("100", "Number")}),
    ({"price": [{"numeric": [">", 0, "<=", 150]}]}, {"price": text("150", "Number")}),
    ({"price": [{"anything-but": [100]}]}, {"price": text("99", "Number")}),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": text("10.0.0.9")}),
    ({"flags": [True]}, {"flags": text("[true, false]", "String.Array")}),
    (
        {"$or": [{"interest": ["rugby"]}, {"price": [{"numeric": ["<", 5]}]}]},
        {"price": text("4", "Number")},
    ),
    ({}, {}),
]

REJECTED: list[tuple[Any, dict[str, Any]]] = [
    ({"interest": ["rugby"]}, {}),
    ({"interest": ["rugby"]}, {"interest": text("Rugby")}),
    ({"interest": ["rugby"]}, {"interest": text('["golf"]', "String.Array")}),
    ({"interest": ["rugby"]}, {"interest": text("rugby"[:2], "String.Array")}),
    ({"interest": ["rugby"], "price": [1]}, {"interest": text("rugby")}),
    ({"interest": [{"anything-but": ["rugby"]}]}, {}),
    ({"price": [100]}, {"price": text("100")}),
    ({"price": ["100"]}, {"price": text("100", "Number")}),
    ({"data": [{"exists": True}]}, {"data": {"DataType": "Binary", "BinaryValue": b"x"}}),
]


@pytest.mark.parametrize(("policy", "attributes"), ACCEPTED)
def test_a_policy_accepts_attributes_that_it_names(policy: Any, attributes: dict[str, Any]) -> None:
    assert accepts(policy, attributes)


@pytest.mark.parametrize(("policy", "attributes"), REJECTED)
def test_a_policy_rejects_other_attributes(policy: Any, attributes: dict[str, Any]) -> None:
    assert not accepts(policy, attributes)


def test_the_scope_of_the_body_asks_the_body_and_may_be_nested() -> None:
    policy = parse_filter_policy('{"order": {"kind": [{"prefix": "ship"}]}}', BODY)

    assert policy.accepts({}, '{"order": {"kind": "shipping"}}')
    assert policy.accepts({}, '{"order": [{"kind": "billing"}, {"kind": "shipping"}]}')
    assert not policy.accepts({"order": text("shipping")}, '{"order": {"kind": "billing"}}')


@pytest.mark.parametrize("body", ["no json", "[1]", "5", "null"])
def test_a_body_that_is_no_json_object_is_never_accepted(body: str) -> None:
    assert not parse_filter_policy('{"a": [{"exists": false}]}', BODY).accepts({}, body)


def test_numbers_of_attributes_are_numbers_and_no_others() -> None:
    assert attribute_document({"n": text("NaN", "Number"), "m": text("1.5", "Number.custom")}) == {
        "n": "NaN",
        "m": 1.5,
    }


REFUSED: list[tuple[Any, str]] = [
    ({"a": "text"}, '"a" must be an object or an array'),
    ({"key": [{"suffix": 100}]}, "suffix match pattern must be a string"),
    ({c: ["x"] for c in "abcdef"}, "Filter policy can not have more than 5 keys"),
    ({"a": ["x"] * 151}, "Filter policy is too complex"),
    ({"a": ["x"] * 13, "b": ["y"] * 12}, "Filter policy is too complex"),
    ([1], "Filter is not an object"),
]


@pytest.mark.parametrize(("policy", "reason"), REFUSED)
def test_a_policy_beyond_the_limits_is_refused(policy: Any, reason: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse_filter_policy(json.dumps(policy))

    assert str(refused.value) == reason


def test_a_policy_of_attributes_may_not_be_nested() -> None:
    with pytest.raises(ScopeError, match="does not support nested filter policy"):
        parse_filter_policy('{"order": {"kind": ["x"]}}')


def test_a_policy_that_is_no_json_is_refused() -> None:
    with pytest.raises(PatternError, match="failed to parse JSON"):
        parse_filter_policy("{")


def test_the_combinations_of_a_nested_policy_count_the_depth_of_its_keys() -> None:
    nested = {"a": {"b": {"c": [1, 2, 3, 4]}}, "d": {"e": [1, 2, 3]}}

    assert combinations(nested) == 3 * 4 * 2 * 3


def test_the_combinations_of_alternatives_are_added() -> None:
    assert combinations({"a": [1, 2], "$or": [{"b": [1, 2, 3]}, {"c": [1]}]}) == 2 * (3 + 1)


@given(st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=4), st.text("ab"))
def test_one_accepted_element_of_an_array_is_enough(values: list[str], wanted: str) -> None:
    array = {"interest": text(json.dumps(values), "String.Array")}

    assert accepts({"interest": [wanted]}, array) == (wanted in values)
