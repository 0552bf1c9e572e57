"""What a target gets: paths into an event, and templates filled in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.target_input import compact, fill_in, find, target_input

EVENT = {
    "id": "e-1",
    "time": "2026-01-05T09:00:00Z",
    "detail-type": "Order",
    "resources": ["arn:a", "arn:b"],
    "detail": {"total": 5, "lines": [{"sku": "x"}, {"sku": "y"}], "of a kind": 1},
}
RULE = "arn:aws:events:us-east-1:123456789012:rule/orders"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [EVENT]),
        ("$.detail-type", ["Order"]),
        ("$.detail.total", [5]),
        ("$.resources[1]", ["arn:b"]),
        ("$.resources[9]", []),
        ("$.resources[*]", ["arn:a", "arn:b"]),
        ("$.detail.lines[*].sku", ["x", "y"]),
        ("$.detail.lines[0].*", ["x"]),
        ("$['detail']['of a kind']", [1]),
        ("$.gone.deeper", []),
        ("$.detail.total.deeper", []),
    ],
)
def test_a_path_finds_what_it_names(path: str, found: list[Any]) -> None:
    assert find(EVENT, path) == found


@pytest.mark.parametrize("path", ["detail", "", "$detail", "$..detail", "$.detail[", "$[?(@.a)]"])
def test_a_path_that_eventbridge_does_not_know_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|begins"):
        find(EVENT, path)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ('{"a": <text>}', '{"a": "say \\"hi\\""}'),
        ('{"a": "<text>!"}', '{"a": "say \\"hi\\"!"}'),
        ('{"a": <number>, "b": "<number>"}', '{"a": 5, "b": "5"}'),
        ('{"a": <list>}', '{"a": [1,"x"]}'),
        ('{"a": "<list>"}', '{"a": "[1,\\"x\\"]"}'),
        ('"<text> is <number>"', '"say \\"hi\\" is 5"'),
        ('{"a": <unknown>}', '{"a": <unknown>}'),
        ('"no \\"<number>\\" quotes"', '"no \\"5\\" quotes"'),
    ],
)
def test_a_placeholder_becomes_text_within_quotes_and_json_outside(
    template: str, filled: str
) -> None:
    values = {"text": 'say "hi"', "number": 5, "list": [1, "x"]}

    assert fill_in(template, values) == filled


def test_eventbridges_own_variables_are_known() -> None:
    template = (
        '{"rule": "<aws.events.rule-name>", "arn": "<aws.events.rule-arn>", '
        '"at": <aws.events.event.ingestion-time>, "event": <aws.events.event>, '
        '"all": <aws.events.event.json>}'
    )
    made = target_input({"InputTransformer": {"InputTemplate": template}}, EVENT, RULE)

    assert json.loads(made) == {
        "rule": "orders",
        "arn": RULE,
        "at": EVENT["time"],
        "event": {name: value for name, value in EVENT.items() if name != "detail"},
        "all": EVENT,
    }


def test_a_wildcard_finds_a_list_however_many_there_are() -> None:
    settings = {
        "InputTransformer": {
            "InputPathsMap": {"all": "$.detail.lines[*].sku", "none": "$.detail.gone[*]"},
            "InputTemplate": '{"all": <all>, "none": <none>}',
        }
    }

    assert json.loads(target_input(settings, EVENT, RULE)) == {"all": ["x", "y"], "none": []}


def test_without_settings_the_event_itself_is_the_input() -> None:
    assert json.loads(target_input({}, EVENT, RULE)) == EVENT
    assert target_input({"Input": '{"a": 1}'}, EVENT, RULE) == '{"a": 1}'
    assert json.loads(target_input({"InputPath": "$.detail.total"}, EVENT, RULE)) == 5
    assert target_input({"InputPath": "$.gone"}, EVENT, RULE) == "null"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_template_with_any_value_stays_json(value: Any) -> None:
    filled = json.loads(fill_in('{"json": <v>, "text": "<v>"}', {"v": value}))

    assert filled == {"json": value, "text": value if isinstance(value, str) else compact(value)}
