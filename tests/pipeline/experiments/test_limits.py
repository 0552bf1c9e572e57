"""A limit that changes in botocore's models is noticed, and the report says from what to what."""

from __future__ import annotations

import pytest

from pipeline.experiments import limits, run_experiment
from pipeline.experiments.limit import Limit, LimitGroup
from pipeline.experiments.limits import Member, limit_experiment, read_member
from pipeline.experiments.limits_of_compute import COMPUTE
from pipeline.experiments.limits_of_messaging import MESSAGING
from pipeline.experiments.limits_of_storage import STORAGE

GROUPS = (*MESSAGING, *COMPUTE, *STORAGE)
LIMITS = [(group.id, limit) for group in GROUPS for limit in group.limits]


def _seen(experiment: str, observed: str) -> str:
    report = run_experiment(experiment)
    (observation,) = (o for o in report.observations if o.id == observed)
    assert not observation.holds
    return observation.seen


@pytest.mark.parametrize(
    ("group", "limit"), LIMITS, ids=[f"{group}-{limit.observed}" for group, limit in LIMITS]
)
def test_a_model_that_says_nothing_of_a_limit_is_noticed(
    group: str, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "read_member", lambda _: Member(("", ""), "Nothing of the kind."))

    assert _seen(group, limit.observed).endswith(f", to: nothing, where: {limit.place}")


@pytest.mark.parametrize(
    ("group", "limit"),
    [(group, limit) for group, limit in LIMITS if limit.pattern is None],
    ids=lambda value: value if isinstance(value, str) else value.observed,
)
def test_a_bound_that_moved_is_told_from_what_to_what(
    group: str, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "read_member", lambda _: Member(("0", "77777"), ""))

    before = " to ".join(limit.expected)
    assert _seen(group, limit.observed) == (
        f"changed from: {before}, to: 0 to 77777, where: {limit.place}"
    )


@pytest.mark.parametrize(
    ("group", "observed", "old", "new", "expected"),
    [
        ("lambda-function-limits", "timeout-15-minutes", "900 seconds", "1,800 seconds", "1,800"),
        ("sqs-message-limits", "message-1-mib", "1,048,576", "4,194,304", "4,194,304"),
        ("dynamodb-limits", "item-400-kb", "400 KB once", "800 KB once", "800"),
        ("dynamodb-limits", "ttl-within-two-days", "two days", "five days", "five"),
        ("s3-limits", "put-replaces-notifications", "action replaces", "action adds to", "nothing"),
    ],
)
def test_words_that_changed_are_told_from_what_to_what(
    group: str,
    observed: str,
    old: str,
    new: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def changed(place: str) -> Member:
        member = read_member(place)
        return Member(member.bounds, member.text.replace(old, new))

    monkeypatch.setattr(limits, "read_member", changed)

    assert f", to: {expected}, where: " in _seen(group, observed)


@pytest.mark.parametrize(
    "place",
    [
        "sqs:NoSuchOperation",
        "sqs:CreateQueue.NoSuchMember",
        "sqs:CreateQueue.Attributes.NoSuchMember",
        "lambda:CreateFunction.Timeout.NoSuchMember",
    ],
)
def test_a_place_that_is_not_in_the_model_says_nothing(place: str) -> None:
    assert read_member(place) == Member(("", ""), "")


def test_a_member_has_bounds_and_plain_text() -> None:
    member = read_member("lambda:CreateEventSourceMapping.MaximumBatchingWindowInSeconds")

    assert member.bounds == ("0", "300")
    assert "The maximum amount of time, in seconds, that Lambda spends" in member.text
    assert "<" not in member.text
    assert "  " not in member.text


def test_the_entries_of_a_list_are_passed_over() -> None:
    assert "source of the event" in read_member("events:PutEvents.Entries.Source").text


def test_an_operation_has_text_and_no_bounds() -> None:
    assert read_member("sqs:SendMessageBatch").bounds == ("", "")
    assert read_member("sqs:SendMessageBatch").text.startswith("You can use SendMessageBatch")


def test_a_limit_names_the_page_of_the_api_reference() -> None:
    limit = Limit("a", "b", "lambda:CreateFunction.Timeout", None, ("1", "2"))

    assert limit.address == "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"


def test_limits_of_one_operation_name_their_page_once() -> None:
    group = LimitGroup(
        "timeouts",
        "A function has a time limit.",
        (
            Limit("bounds", "x", "lambda:CreateFunction.Timeout", None, ("1", "5400")),
            Limit("least", "y", "lambda:CreateFunction.MemorySize", None, ("128", "32768")),
        ),
    )

    experiment = limit_experiment(group)

    assert experiment.addresses == (
        "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
    )
    assert experiment.run(lambda _: None).holds
