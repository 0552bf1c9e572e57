"""The architecture as values: its arrows rest on statements that stand in its policies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topology import (
    ARROW_NAMES,
    Arrow,
    statement_of,
    thumbnails_topology,
    with_statement,
    without_statement,
)

TOPOLOGY = thumbnails_topology()


@pytest.mark.parametrize("arrow", TOPOLOGY.arrows, ids=lambda arrow: arrow.name)
def test_each_arrow_rests_on_a_statement_that_allows_its_actions_on_its_resource(
    arrow: Arrow,
) -> None:
    statement = statement_of(TOPOLOGY.policies[arrow.policy], arrow.sid)
    actions = statement["Action"]

    assert statement["Effect"] == "Allow"
    assert tuple([actions] if isinstance(actions, str) else actions) == arrow.actions
    assert statement["Resource"] == arrow.resource


def test_the_arrows_have_the_names_and_numbers_that_the_command_line_takes() -> None:
    assert tuple(arrow.name for arrow in TOPOLOGY.arrows) == ARROW_NAMES
    assert [arrow.number for arrow in TOPOLOGY.arrows] == [1, 2, 3, 4, 5]


def test_the_queue_waits_six_times_the_functions_time_and_five_receives() -> None:
    assert TOPOLOGY.queue.visibility_timeout == 6 * TOPOLOGY.function.timeout
    assert TOPOLOGY.queue.max_receive_count == 5
    assert TOPOLOGY.dead_letter_queue.retention > TOPOLOGY.queue.retention


def test_the_queue_policy_is_limited_to_the_bucket_and_its_account() -> None:
    (statement,) = TOPOLOGY.policies["queue-policy"]["Statement"]

    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": TOPOLOGY.uploads.arn},
        "StringEquals": {"aws:SourceAccount": TOPOLOGY.account},
    }


def test_an_unknown_arrow_or_statement_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        TOPOLOGY.arrow("s3-to-lambda")
    with pytest.raises(KeyError):
        statement_of(TOPOLOGY.policies["queue-policy"], "Nothing")


@given(st.sampled_from(TOPOLOGY.arrows))
def test_taking_a_statement_out_and_putting_it_back_gives_an_equal_policy(arrow: Arrow) -> None:
    policy = TOPOLOGY.policies[arrow.policy]
    statement = statement_of(policy, arrow.sid)

    back = with_statement(without_statement(policy, arrow.sid), statement)

    def by_sid(entry: dict[str, str]) -> str:
        return entry["Sid"]

    assert sorted(back["Statement"], key=by_sid) == sorted(policy["Statement"], key=by_sid)
    assert with_statement(back, statement) == back
