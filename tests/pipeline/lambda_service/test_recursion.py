"""Chains of requests: what carries them on, and when a function is stopped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.gate.calls import ApiCall, Caller
from pipeline.iam.request import Principal
from pipeline.lambda_service.recursion import MOST_INVOCATIONS, Chain, RecursionDetection, merged

CALLER = Caller("function", Principal.parse("arn:aws:iam::123456789012:user/someone"))


def detection() -> tuple[RecursionDetection, list[e.PipelineEvent]]:
    events: list[e.PipelineEvent] = []
    return RecursionDetection(Clock.seeded(), events.append), events


def call(service: str, operation: str, **parameters: Any) -> ApiCall:
    return ApiCall(CALLER, service, operation, parameters, "json")


def test_a_message_that_a_running_function_sends_carries_its_chain() -> None:
    recursion, _ = detection()

    with recursion.running("f", Chain({"f": 2})):
        recursion.note(call("sqs", "SendMessage"), {"MessageId": "m"}, 200)

    assert recursion.chain_of("m").count("f") == 3


def test_batches_and_objects_carry_it_too() -> None:
    recursion, _ = detection()

    with recursion.running("f", Chain()):
        recursion.note(
            call("sns", "PublishBatch"),
            {"Successful": [{"MessageId": "a"}, {"MessageId": "b"}]},
            200,
        )
        recursion.note(call("s3", "PutObject", Bucket="photos", Key="cat.jpg"), {}, 200)

    assert [recursion.chain_of(x).count("f") for x in ("a", "b", "photos/cat.jpg")] == [1, 1, 1]


def test_what_the_learner_sends_begins_a_new_chain() -> None:
    recursion, _ = detection()

    recursion.note(call("sqs", "SendMessage"), {"MessageId": "m"}, 200)

    assert recursion.chain_of("m") == Chain()


def test_a_call_that_failed_carries_nothing() -> None:
    recursion, _ = detection()

    with recursion.running("f", Chain()):
        recursion.note(call("s3", "PutObject", Bucket="photos", Key="cat.jpg"), {}, 403)

    assert recursion.chain_of("photos/cat.jpg") == Chain()


def test_a_notification_passes_the_objects_chain_on() -> None:
    recursion, _ = detection()
    with recursion.running("f", Chain()):
        recursion.note(call("s3", "PutObject", Bucket="photos", Key="cat.jpg"), {}, 200)

    recursion.pass_on("photos/cat.jpg", "m")

    assert recursion.chain_of("m").count("f") == 1


def test_a_service_that_takes_no_part_breaks_the_chain() -> None:
    recursion, _ = detection()

    with recursion.running("f", Chain()):
        recursion.note(call("events", "PutEvents"), {"Entries": [{"EventId": "x"}]}, 200)
        recursion.note(call("dynamodb", "PutItem", TableName="t"), {}, 200)

    assert recursion.chain_of("x", "t") == Chain()


def test_the_function_is_stopped_after_sixteen_invocations_and_no_sooner() -> None:
    recursion, events = detection()
    chain, runs = Chain(), 0
    while recursion.allows("f", chain):
        with recursion.running("f", chain):
            recursion.note(call("sqs", "SendMessage"), {"MessageId": f"m{runs}"}, 200)
        chain = recursion.chain_of(f"m{runs}")
        runs += 1
    recursion.announce("f", chain)

    assert runs == MOST_INVOCATIONS
    assert [x.count for x in events if isinstance(x, e.RecursionStopped)] == [MOST_INVOCATIONS]


def test_a_function_may_be_excepted() -> None:
    recursion, _ = detection()
    recursion.allowed.add("f")

    assert recursion.allows("f", Chain({"f": 100}))


def test_another_function_in_the_chain_is_counted_by_itself() -> None:
    recursion, _ = detection()

    assert recursion.allows("g", Chain({"f": 100, "g": 1}))


def test_the_oldest_chains_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.lambda_service.recursion.REMEMBERED", 2)
    recursion, _ = detection()

    with recursion.running("f", Chain()):
        for name in ("a", "b", "a", "c"):
            recursion.note(call("sqs", "SendMessage"), {"MessageId": name}, 200)

    assert [recursion.chain_of(name).count("f") for name in "abc"] == [1, 0, 1]


def test_a_reset_forgets_chains() -> None:
    recursion, _ = detection()
    with recursion.running("f", Chain()):
        recursion.note(call("sqs", "SendMessage"), {"MessageId": "m"}, 200)

    recursion.forget()

    assert recursion.chain_of("m") == Chain()


CHAINS = st.dictionaries(st.sampled_from("fgh"), st.integers(0, 20)).map(Chain)


@given(st.lists(CHAINS))
def test_a_batch_counts_each_functions_highest_count(chains: list[Chain]) -> None:
    batch = merged(chains)

    for function in "fgh":
        assert batch.count(function) == max((c.count(function) for c in chains), default=0)
