"""A minimal role to which an action is added: whichever it is, the grading tells."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.grading.battery import battery
from pipeline.grading.callers import asked, decide
from pipeline.grading.places import locate
from pipeline.grading.recording import Recording, holder_of
from pipeline.grading.run import Run
from pipeline.grading.scenarios import find
from pipeline.grading.shrinking import excess
from pipeline.iam.catalogue import known_actions
from pipeline.sandbox import Sandbox

ROLE = "execution-role-policy"
WILDCARDS = ["*", "s3:*", "s3:Get*", "sqs:*Message", "dynamodb:Put*", "iam:*", "*:*"]
STATEMENTS = 5


def _each(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _known() -> list[str]:
    """Return the actions of services that the architecture uses, and of some it does not."""
    prefixes = ("s3", "sqs", "dynamodb", "logs", "iam", "lambda", "sns")
    found = (known for prefix in prefixes for known in known_actions(f"{prefix}:*") or ())
    return sorted(known.text for known in found)


@pytest.fixture(scope="module")
def worked() -> Iterator[tuple[Sandbox, Recording]]:
    """Return a sandbox in which everything worked, and the requests that it took."""
    recording = Recording()
    with Sandbox(seed=1) as sandbox, sandbox.decisions_heard_by(recording):
        run = Run(sandbox)
        sandbox.subscribe(run.take)
        find("every-upload").act(run)
        assert all(outcome.holds for outcome in run.outcomes)
        yield sandbox, recording


@settings(max_examples=60)
@given(
    statement=st.integers(0, STATEMENTS - 1),
    action=st.sampled_from(_known()) | st.sampled_from(WILDCARDS),
)
def test_any_action_more_is_named_as_superfluous_or_fails_the_battery(
    worked: tuple[Sandbox, Recording], statement: int, action: str
) -> None:
    sandbox, recording = worked
    topology = sandbox.topology
    document = copy.deepcopy(topology.policies[ROLE])
    entry = document["Statement"][statement]
    before = _each(entry["Action"])
    entry["Action"] = [*before, action]
    needed = tuple(recording.needed.values())
    holder = holder_of(topology, locate(topology, ROLE))
    named = [e.words for e in excess(ROLE, json.dumps(document), holder, needed)]
    sandbox.set_policy(ROLE, document)
    passes = [f for f in battery(topology) if decide(sandbox, asked(topology, f)).allowed]

    assert len(document["Statement"]) == STATEMENTS
    assert action in before or any(f"`{action}`" in words for words in named) or passes
