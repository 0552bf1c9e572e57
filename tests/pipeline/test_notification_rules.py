"""What a configuration's entries cover, and when two of them overlap."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.notification_refusals import AMBIGUOUS, EVENTS, OVERLAP, refusal
from pipeline.notification_rules import NotificationRule, event_matches, overlap, rules_of

ARN = "arn:aws:sqs:us-east-1:123456789012:jobs"
PIECES = st.text("ab/.", max_size=3)
NAMES = sorted(EVENTS)
HAPPENED = [name.removeprefix("s3:") for name in NAMES if not name.endswith("*")]


def rule(*events: str, prefix: str = "", suffix: str = "") -> NotificationRule:
    return NotificationRule("", "queue", ARN, events, prefix, suffix, bool(prefix or suffix))


def entry(*events: str, **values: Any) -> dict[str, Any]:
    return {"QueueArn": ARN, "Events": list(events or ["s3:ObjectCreated:*"]), **values}


def refused(*entries: dict[str, Any]) -> str | None:
    found = refusal({"QueueConfigurations": list(entries)}, "us-east-1")
    return None if found is None else found.message


RULES = st.builds(rule, st.sampled_from(NAMES), prefix=PIECES, suffix=PIECES)


def test_the_events_are_those_of_the_api_model() -> None:
    model = botocore.session.get_session().get_service_model("s3")

    assert set(model.shape_for("Event").enum) == EVENTS


@given(RULES, RULES, st.sampled_from(HAPPENED), st.text("ab/.", max_size=6))
@example(
    rule("s3:ObjectCreated:*", prefix="a"),
    rule("s3:ObjectCreated:Put", suffix="b"),
    "ObjectCreated:Put",
    "ab",
)
def test_what_two_rules_both_want_makes_them_overlap(
    one: NotificationRule, other: NotificationRule, name: str, key: str
) -> None:
    if one.wants(name, key) and other.wants(name, key):
        assert overlap(one, other)


@given(RULES, RULES)
def test_rules_that_overlap_have_a_key_and_an_event_in_common(
    one: NotificationRule, other: NotificationRule
) -> None:
    key = max(one.prefix, other.prefix, key=len) + max(one.suffix, other.suffix, key=len)
    both = any(one.wants(name, key) and other.wants(name, key) for name in HAPPENED)

    assert overlap(one, other) == overlap(other, one) == both


@given(RULES)
def test_a_rule_overlaps_itself(one: NotificationRule) -> None:
    assert overlap(one, one)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([entry()], None),
        ([entry(), entry()], OVERLAP),
        ([entry(), entry("s3:ObjectCreated:Put")], OVERLAP),
        ([entry(), entry("s3:ObjectRemoved:*")], None),
        ([entry("s3:ObjectCreated:*", "s3:ObjectCreated:Put")], OVERLAP),
        ([entry("s3:ObjectCreated:Copy", "s3:ObjectCreated:Put")], None),
        (
            [
                entry(),
                entry(Filter={"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}]}}),
            ],
            AMBIGUOUS,
        ),
        (
            [entry(Id="x"), entry("s3:ObjectRemoved:*", Id="x")],
            "Same ID used for multiple configurations. IDs must be unique.",
        ),
    ],
)
def test_pairs_are_refused_when_they_share_an_event(
    entries: list[dict[str, Any]], message: str | None
) -> None:
    assert message == refused(*entries)


def test_destinations_of_all_kinds_are_held_against_one_another() -> None:
    topic = {"TopicArn": ARN.replace("sqs", "sns"), "Events": ["s3:ObjectCreated:Put"]}
    configuration = {"QueueConfigurations": [entry()], "TopicConfigurations": [topic]}

    found = refusal(configuration, "us-east-1")
    assert found is not None
    assert found.message == OVERLAP
    assert [x.kind for x in rules_of(configuration)] == ["topic", "queue"]


@pytest.mark.parametrize(
    ("kind", "arn", "name"),
    [
        ("queue", "arn:aws:sqs:us-east-1:123456789012:jobs", "jobs"),
        ("topic", "arn:aws:sns:us-east-1:123456789012:photos", "photos"),
        ("function", "arn:aws:lambda:us-east-1:123456789012:function:make", "make"),
        ("function", "arn:aws:lambda:us-east-1:123456789012:function:make:live", "make"),
        ("bus", "arn:aws:events:us-east-1:123456789012:event-bus/default", "default"),
    ],
)
def test_a_destination_is_named_by_its_resource(kind: str, arn: str, name: str) -> None:
    assert name == NotificationRule("", kind, arn).destination


def test_the_bus_wants_everything() -> None:
    bus = NotificationRule("", "bus", "arn:aws:events:us-east-1:123456789012:event-bus/default")

    assert all(bus.wants(name, "any key") for name in HAPPENED)


@given(st.sampled_from(HAPPENED))
def test_every_event_is_covered_by_its_own_name(name: str) -> None:
    assert event_matches(f"s3:{name}", name)
