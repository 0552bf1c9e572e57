"""What nobody may in each architecture, held against the architecture's own policies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.grading.battery import OUTSIDER, battery, key_battery
from pipeline.grading.callers import asked, decide, principal_of
from pipeline.grading.values import Forbidden
from pipeline.sandbox import Sandbox
from pipeline.topology import TOPOLOGY_NAMES, make_topology


@pytest.fixture(scope="module", params=TOPOLOGY_NAMES)
def architecture(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(topology=request.param, seed=1) as sandbox:
        yield sandbox


def test_every_architectures_own_policies_deny_the_whole_battery(architecture: Sandbox) -> None:
    topology = architecture.topology
    allowed = [
        (forbidden.why, decision.message)
        for forbidden in battery(topology)
        if (decision := decide(architecture, asked(topology, forbidden))).allowed
    ]

    assert allowed == []


def test_no_arrow_is_in_the_battery(architecture: Sandbox) -> None:
    topology = architecture.topology
    needed = [
        forbidden
        for forbidden in battery(topology)
        if not forbidden.context
        and topology.arrow_of(
            principal_of(topology, forbidden.caller).arn, forbidden.action, forbidden.resource
        )
    ]

    assert needed == []


def test_every_way_in_is_asked_for_in_the_name_of_somebody_else(architecture: Sandbox) -> None:
    topology = architecture.topology
    entered = {a.resource for a in topology.arrows if a.caller.endswith(".amazonaws.com")}
    asked_for = {f.resource for f in battery(topology) if "aws:SourceArn" in f.context}

    assert asked_for == entered


def test_every_function_is_asked_for_other_buckets_scans_and_deletions(
    architecture: Sandbox,
) -> None:
    topology = architecture.topology
    asked_for = {(f.caller, f.action) for f in battery(topology)}

    for function in topology.functions:
        caller = f"function {function.name}"
        assert {(caller, "s3:GetObject"), (caller, "iam:PutRolePolicy")} <= asked_for
        if topology.tables:
            assert (caller, "dynamodb:Scan") in asked_for
        if topology.buckets:
            assert (caller, "s3:DeleteObject") in asked_for


def test_every_request_says_in_a_sentence_what_it_would_let_happen(architecture: Sandbox) -> None:
    requests = (*battery(architecture.topology), *key_battery("arn:aws:kms:::key/1"))

    assert all(f.why[0].isalnum() and f.why.endswith(".") for f in requests)


# -- who asks --


def test_callers_are_named_in_the_architectures_words_or_in_awss() -> None:
    topology = make_topology("fanout")
    named = {
        name: principal_of(topology, name).arn
        for name in ("learner", "function", "function audit", "s3.amazonaws.com", "anonymous")
    }

    assert named == {
        "learner": f"arn:aws:iam::{topology.account}:user/learner",
        "function": topology.function.caller,
        "function audit": topology.function_named("audit").caller,
        "s3.amazonaws.com": "s3.amazonaws.com",
        "anonymous": "anonymous",
    }


@pytest.mark.parametrize("caller", ["function nobody", "somebody", "arn:aws:s3:::bucket", ""])
def test_a_caller_whom_nobody_knows_is_refused(caller: str) -> None:
    with pytest.raises(ValueError, match=r"no function|not the ARN"):
        principal_of(make_topology("thumbnails"), caller)


def test_whoever_is_of_another_account_is_stopped_by_our_policies_alone() -> None:
    stranger = f"arn:aws:iam::{OUTSIDER}:user/somebody"
    with Sandbox(seed=1) as sandbox:
        queue = sandbox.topology.queue.arn
        request = asked(sandbox.topology, Forbidden(stranger, "sqs:SendMessage", queue, "Why."))
        before = decide(sandbox, request).allowed
        lets_in = {
            "Effect": "Allow",
            "Principal": {"AWS": OUTSIDER},
            "Action": "sqs:SendMessage",
            "Resource": queue,
        }
        sandbox.set_policy("queue-policy", {"Version": "2012-10-17", "Statement": [lets_in]})
        after = decide(sandbox, request).allowed

    assert (before, after) == (False, True)
