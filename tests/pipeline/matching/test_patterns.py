"""Event patterns: which events they match, and which patterns EventBridge refuses."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.patterns import Pattern, parse_pattern
from pipeline.matching.problems import PatternError

OPERATORS = (
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
)
ARRAYS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html"
"""Where AWS documents the cases below."""


def pattern(document: Any) -> Pattern:
    return parse_pattern(json.dumps(document))


def field(entries: Any, value: Any) -> bool:
    """Hold one value against one list of entries."""
    return pattern({"detail": {"field": entries}}).matches({"detail": {"field": value}})


MATCHING: list[tuple[list[Any], Any]] = [
    (["a"], "a"),
    ([""], ""),
    ([None], None),
    ([True], True),
    ([5], 5),
    ([300], 3.0e2),
    (["a", "b"], "b"),
    ([{"prefix": "us-"}], "us-east-1"),
    ([{"prefix": {"equals-ignore-case": "EVENTB"}}], "eventbridge"),
    ([{"suffix": ".png"}], "cat.png"),
    ([{"suffix": {"equals-ignore-case": ".PNG"}}], "cat.png"),
    ([{"equals-ignore-case": "alice"}], "ALICE"),
    ([{"anything-but": "initializing"}], "running"),
    ([{"anything-but": "initializing"}], None),
    ([{"anything-but": 123}], 124),
    ([{"anything-but": ["stopped", "overloaded"]}], "running"),
    ([{"anything-but": [100, 200]}], 300),
    ([{"anything-but": {"prefix": "us-"}}], "eu-west-1"),
    ([{"anything-but": {"prefix": "us-"}}], 5),
    ([{"anything-but": {"prefix": ["us-", "eu-"]}}], "ap-south-1"),
    ([{"anything-but": {"suffix": ".png"}}], "cat.jpg"),
    ([{"anything-but": {"suffix": [".png", ".gif"]}}], "cat.jpg"),
    ([{"anything-but": {"equals-ignore-case": "INIT"}}], "run"),
    ([{"anything-but": {"equals-ignore-case": ["INIT", "STOP"]}}], "run"),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/bin/x"),
    ([{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}], "/usr/share/x"),
    ([{"numeric": ["=", 100]}], 100),
    ([{"numeric": [">", 0]}], 0.5),
    ([{"numeric": [">", 10, "<=", 20]}], 20),
    ([{"exists": True}], ""),
    ([{"exists": True}], None),
    ([{"cidr": "10.0.0.0/24"}], "10.0.0.255"),
    ([{"cidr": "2001:db8::/32"}], "2001:db8::1"),
    ([{"wildcard": "dir/*.png"}], "dir/a/b.png"),
    ([{"wildcard": "a\\*b"}], "a*b"),
    ([{"wildcard": "a\\\\b"}], "a\\b"),
    (["a"], ["b", "a"]),
    ([{"prefix": "a"}], ["b", "ab"]),
    ([{"exists": False}], {"deeper": 1}),
    ([{"exists": False}], []),
]

NOT_MATCHING: list[tuple[list[Any], Any]] = [
    (["a"], "A"),
    (["a"], "ab"),
    ([5], "5"),
    ([1], True),
    ([True], 1),
    ([None], ""),
    ([{"prefix": "us-"}], "eu-us-"),
    ([{"prefix": "1"}], 10),
    ([{"suffix": ".png"}], "cat.PNG"),
    ([{"equals-ignore-case": "alice"}], "alicia"),
    ([{"anything-but": "initializing"}], "initializing"),
    ([{"anything-but": [100, 200]}], 200.0),
    ([{"anything-but": {"prefix": ["us-", "eu-"]}}], "eu-west-1"),
    ([{"anything-but": {"suffix": ".png"}}], "cat.png"),
    ([{"anything-but": {"equals-ignore-case": "INIT"}}], "init"),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/lib/x"),
    ([{"numeric": ["=", 100]}], "100"),
    ([{"numeric": [">", 10, "<=", 20]}], 10),
    ([{"numeric": ["<", 5]}], True),
    ([{"exists": True}], {"deeper": 1}),
    ([{"exists": False}], "there"),
    ([{"cidr": "10.0.0.0/24"}], "10.0.1.0"),
    ([{"cidr": "10.0.0.0/24"}], "no address"),
    ([{"wildcard": "dir/*.png"}], "dir/a.jpg"),
    ([{"wildcard": "a.c"}], "abc"),
    (["a"], ["b"]),
    (["a"], {"a": "a"}),
]


@pytest.mark.parametrize(("entries", "value"), MATCHING)
def test_a_value_that_one_entry_accepts_matches(entries: list[Any], value: Any) -> None:
    assert field(entries, value)


@pytest.mark.parametrize(("entries", "value"), NOT_MATCHING)
def test_a_value_that_no_entry_accepts_does_not_match(entries: list[Any], value: Any) -> None:
    assert not field(entries, value)


def test_every_field_of_the_pattern_must_match_and_others_are_ignored() -> None:
    asked = pattern({"source": ["aws.s3"], "detail": {"bucket": {"name": ["uploads"]}}})
    event = {"source": "aws.s3", "region": "x", "detail": {"bucket": {"name": "uploads", "n": 1}}}

    assert asked.matches(event)
    assert not asked.matches({**event, "source": "aws.ec2"})
    assert not asked.matches({**event, "detail": {"bucket": "uploads"}})
    assert not asked.matches({"source": "aws.s3"})


@pytest.mark.parametrize("entry", ["a", None, {"anything-but": "a"}, {"exists": True}])
def test_a_field_that_is_missing_satisfies_only_its_absence(entry: Any) -> None:
    assert not pattern({"field": [entry]}).matches({"other": 1})
    assert pattern({"field": [entry, {"exists": False}]}).matches({"other": 1})


def test_an_absent_field_is_absent_too_when_what_should_hold_it_is_missing() -> None:
    assert pattern({"detail": {"a": {"b": [{"exists": False}]}}}).matches({"detail": {}})


def test_or_asks_for_one_of_its_patterns_beside_the_other_fields() -> None:
    asked = pattern(
        {
            "source": ["shop"],
            "detail": {"$or": [{"count": [{"numeric": [">", 5]}]}, {"kind": ["big"]}]},
        }
    )

    assert asked.matches({"source": "shop", "detail": {"count": 6}})
    assert asked.matches({"source": "shop", "detail": {"kind": "big"}})
    assert not asked.matches({"source": "shop", "detail": {"count": 5, "kind": "small"}})
    assert not asked.matches({"source": "else", "detail": {"count": 6}})


def test_fields_of_one_object_in_a_list_are_held_against_the_same_element() -> None:
    asked = pattern({"people": {"first": ["Anna"], "last": ["Jones"]}})

    assert asked.matches({"people": [{"first": "Bo"}, {"first": "Anna", "last": "Jones"}]})
    assert not asked.matches(
        {"people": [{"first": "Anna", "last": "Smith"}, {"first": "Bo", "last": "Jones"}]}
    )


MIXED = (
    "Inside anything but list, either all values are number or string, mixed type is not supported"
)
REFUSED: list[tuple[str, str]] = [
    ('["not", "a", "dict"]', "Filter is not an object"),
    ('{"a": 42}', '"a" must be an object or an array'),
    ('{"a": "text"}', '"a" must be an object or an array'),
    ('{"a": []}', "Empty arrays are not allowed"),
    ('{"a": {}}', "Empty objects are not allowed"),
    ("{}", "Empty objects are not allowed"),
    ('{"a": [["x"]]}', "Match value must be String, number, true, false, or null"),
    ('{"a": [{}]}', "Match expression name not found"),
    ('{"a": [{"EXISTS": true}]}', "Unrecognized match type EXISTS"),
    ('{"a": [{"suffix": "x", "prefix": "y"}]}', "Only one key allowed in match expression"),
    ('{"a": [{"prefix": 1}]}', "prefix match pattern must be a string"),
    ('{"a": [{"prefix": ["x"]}]}', "prefix match pattern must be a string"),
    ('{"a": [{"suffix": 1}]}', "suffix match pattern must be a string"),
    (
        '{"a": [{"equals-ignore-case": ["x"]}]}',
        "equals-ignore-case match pattern must be a string",
    ),
    ('{"a": [{"wildcard": 1}]}', "wildcard match pattern must be a string"),
    ('{"a": [{"wildcard": "ab**c"}]}', "Consecutive wildcard characters at pos 3"),
    ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false."),
    ('{"a": [{"cidr": "10.0.0.1"}]}', "Malformed CIDR, one '/' required"),
    ('{"a": [{"numeric": 5}]}', "Value of numeric must be an array."),
    ('{"a": [{"numeric": []}]}', "Invalid member in numeric match: ]"),
    ('{"a": [{"numeric": [1, "<="]}]}', "Invalid member in numeric match: 1"),
    ('{"a": [{"numeric": ["near"]}]}', "Unrecognized numeric range operator: near"),
    ('{"a": [{"numeric": ["=", "0"]}]}', "Value of equals must be numeric"),
    ('{"a": [{"numeric": [">", 0, "<"]}]}', "Value of < must be numeric"),
    ('{"a": [{"numeric": [">", 0, ">", 0]}]}', "Bad numeric range operator: >"),
    ('{"a": [{"numeric": [">", 20, 30]}]}', "Bad value in numeric range: 30"),
    ('{"a": [{"numeric": ["<", 9, ">", 1]}]}', "Too many elements in numeric expression"),
    ('{"a": [{"numeric": [">", 3, "<", 1]}]}', "Bottom must be less than top"),
    (
        '{"a": [{"numeric": [">", 2, "<", 3, "<", 5]}]}',
        "Too many terms in numeric range expression",
    ),
    (
        '{"a": [{"anything-but": null}]}',
        "Value of anything-but must be an array or single string/number value.",
    ),
    (
        '{"a": [{"anything-but": [null]}]}',
        "Inside anything but list, start|null|boolean is not supported.",
    ),
    (
        '{"a": [{"anything-but": ["x", 1]}]}',
        MIXED,
    ),
    ('{"a": [{"anything-but": {"cidr": "x"}}]}', "Unsupported anything-but pattern: cidr"),
    (
        '{"a": [{"anything-but": {"prefix": [1, "x"]}}]}',
        "prefix/suffix match pattern must be a string",
    ),
    ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
    (
        '{"a": [{"anything-but": {"equals-ignore-case": 123}}]}',
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    ),
    (
        '{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}',
        "Value of anything-but must be an array or single string/number value.",
    ),
    ('{"$or": {"a": ["x"]}}', "It must be an Array followed with $or."),
    ('{"$or": ["a", "b"]}', "Only JSON object is allowed in array of $or relationship."),
    ('{"$or": [{"a": ["x"]}]}', "There must have at least 2 Objects in $or relationship."),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_malformed_pattern_is_refused_with_the_services_reason(text: str, reason: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse_pattern(text)

    assert str(refused.value) == reason


def test_a_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(PatternError, match="not JSON"):
        parse_pattern("{'bad': 'quotation'}")


names = st.sampled_from(["a", "b", "c"])
scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text("xyz", max_size=3)
documents = st.recursive(
    st.dictionaries(names, scalars, max_size=3),
    lambda inner: st.dictionaries(names, scalars | inner, max_size=3),
    max_leaves=6,
)


def exact(document: dict[str, Any]) -> dict[str, Any]:
    """Return the pattern that asks for every field of a document."""
    return {
        name: exact(value) if isinstance(value, dict) else [value]
        for name, value in document.items()
        if value != {}
    }


def has_leaf(document: Any) -> bool:
    return not isinstance(document, dict) or any(map(has_leaf, document.values()))


def without_empty(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name: without_empty(value) if isinstance(value, dict) else value
        for name, value in document.items()
        if has_leaf(value)
    }


@given(documents.map(without_empty).filter(bool))
def test_an_event_matches_the_pattern_of_all_its_own_fields(document: dict[str, Any]) -> None:
    assert pattern(exact(document)).matches(document)


@given(scalars, scalars)
def test_anything_but_a_text_is_the_opposite_of_the_text(value: Any, other: Any) -> None:
    excluded = other if isinstance(other, str) else "x"

    assert field([{"anything-but": excluded}], value) != field([excluded], value)


@given(st.text("ab*\\", max_size=6), st.text("ab*\\", max_size=6))
def test_a_wildcard_without_stars_is_equality(text: str, value: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("*", "\\*")

    assert field([{"wildcard": escaped}], value) == (text == value)


@given(st.text("ab", max_size=4), st.text("ab", max_size=4), st.text("ab", max_size=8))
def test_a_wildcard_between_two_texts_is_a_prefix_and_a_suffix(
    start: str, end: str, value: str
) -> None:
    expected = value.startswith(start) and value.endswith(end)

    assert field([{"wildcard": f"{start}*{end}"}], value) == (
        expected and len(value) >= len(start) + len(end)
    )


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9))
def test_a_range_is_both_of_its_comparisons(value: int, bottom: int, width: int) -> None:
    top = bottom + width

    assert field([{"numeric": [">=", bottom, "<", top]}], value) == (bottom <= value < top)


@given(st.recursive(scalars, lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8))
def test_any_json_is_a_pattern_or_refused(document: Any) -> None:
    with contextlib.suppress(PatternError):
        assert pattern(document).matches({}) in {True, False}
