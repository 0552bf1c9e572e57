"""The architecture as values: its arrows rest on statements that stand in its policies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topology import (
    ARROW_NAMES,
    TOPOLOGY_NAMES,
    Arrow,
    Topology,
    make_topology,
    statement_of,
    thumbnails_topology,
    with_statement,
    without_statement,
)

TOPOLOGY = thumbnails_topology()
ALL = tuple(make_topology(name) for name in TOPOLOGY_NAMES)
ALL_ARROWS = [
    pytest.param(topology, arrow, id=f"{topology.name}: {arrow.name}")
    for topology in ALL
    for arrow in topology.arrows
]
each_topology = pytest.mark.parametrize("topology", ALL, ids=lambda topology: topology.name)


@pytest.mark.parametrize(("topology", "arrow"), ALL_ARROWS)
def test_each_arrow_rests_on_a_statement_that_allows_its_actions_on_its_resource(
    topology: Topology, arrow: Arrow
) -> None:
    statement = statement_of(topology.policies[arrow.policy], arrow.sid)
    actions = statement["Action"]

    assert statement["Effect"] == "Allow"
    assert tuple([actions] if isinstance(actions, str) else actions) == arrow.actions
    assert statement["Resource"] == arrow.resource


@pytest.mark.parametrize(("topology", "arrow"), ALL_ARROWS)
def test_each_arrow_leads_from_node_to_node_and_a_call_along_it_is_known_by_its_caller(
    topology: Topology, arrow: Arrow
) -> None:
    nodes = {node.name for node in topology.nodes}
    resource = arrow.resource.replace("*", "anything")

    assert {arrow.source, arrow.target} <= nodes
    assert topology.arrow_of(arrow.caller, arrow.actions[0], resource) == arrow.name
    assert topology.arrow_of("arn:aws:iam::123456789012:user/x", arrow.actions[0], resource) is None


@each_topology
def test_names_are_unique_and_arrows_are_numbered_in_order(topology: Topology) -> None:
    names = [arrow.name for arrow in topology.arrows]
    nodes = [node.name for node in topology.nodes]

    assert len(set(names)) == len(names)
    assert len(set(nodes)) == len(nodes)
    assert [arrow.number for arrow in topology.arrows] == list(range(1, len(names) + 1))


@each_topology
def test_every_policy_has_its_place(topology: Topology) -> None:
    assert set(topology.policies) == set(topology.places)


@each_topology
def test_every_function_has_exactly_the_permissions_of_its_arrows_and_its_logs(
    topology: Topology,
) -> None:
    for function in topology.functions:
        granted = {s["Sid"] for s in function.role.policy["Statement"]} - {"FunctionWritesLogs"}
        needed = {a.sid for a in topology.arrows if a.caller == function.caller}

        assert granted == needed


@each_topology
def test_every_queue_that_a_function_is_polled_for_has_a_dead_letter_queue_kept_longer(
    topology: Topology,
) -> None:
    queues = {queue.arn: queue for queue in topology.queues}
    for mapping in topology.mappings:
        queue = queues.get(mapping.source)
        if queue is not None:
            assert queue.visibility_timeout == 6 * topology.function_named(mapping.function).timeout
            assert queues[queue.dead_letters_to or ""].retention > queue.retention


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
