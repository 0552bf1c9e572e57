"""The words of the Live screen."""

from __future__ import annotations

import json

import pytest

from pipeline.topology import (
    TOPOLOGY_NAMES,
    make_topology,
    thumbnails_topology,
    without_statement,
)
from studyapp.explaining import explanation_of
from studyapp.explanations import EXPLANATIONS
from studyapp.live_words import clock_words, statement_lines, title_line
from studyapp.reports import Activity, Status
from studyapp.widgets.diagram_nodes import tree_of

TOPOLOGY = thumbnails_topology()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "0:00:00"), (3723.9, "1:02:03"), (90_061.0, "1 d 1:01:01")]
)
def test_the_clock_is_said_in_hours_minutes_and_seconds(seconds: float, words: str) -> None:
    assert clock_words(seconds) == words


def test_the_title_fills_the_width_and_ends_with_the_clock() -> None:
    status = Status(Activity.RESTING, playing=True, seconds_per_hop=0.0)

    line = title_line("Live", TOPOLOGY, status, 12, 78)

    assert len(line) == 78
    assert line.startswith("Live   thumbnails")
    assert line.endswith("▶ playing, fast   0:00:12")
    assert TOPOLOGY.summary in title_line("Live", TOPOLOGY, status, 12, 118)


def test_an_arrow_s_statement_is_the_one_that_is_stored() -> None:
    for arrow in TOPOLOGY.arrows:
        heading, statement = statement_lines(arrow, TOPOLOGY.policies)
        assert heading.startswith(str(arrow.number))
        assert json.loads(statement)["Sid"] == arrow.sid


def test_a_broken_arrow_s_statement_is_said_to_be_missing() -> None:
    arrow = TOPOLOGY.arrows[3]
    policies = {arrow.policy: without_statement(TOPOLOGY.policies[arrow.policy], arrow.sid)}

    assert statement_lines(arrow, policies)[1].startswith("╳ No statement")


def test_everything_in_the_thumbnail_pipeline_is_explained_for_itself() -> None:
    assert set(EXPLANATIONS) == set(tree_of(TOPOLOGY).reading_order)


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_every_node_and_every_arrow_is_explained_with_its_source(name: str) -> None:
    topology = make_topology(name)
    for subject in tree_of(topology).reading_order:
        explanation = explanation_of(topology, subject)
        assert explanation is not None
        assert explanation.is_arrow == (subject in topology.arrow_names)
        assert explanation.source.startswith("https://docs.aws.amazon.com/")
        assert explanation.what.endswith(".")
        assert explanation.exam.endswith(".")


def test_what_is_nowhere_is_not_explained() -> None:
    assert explanation_of(TOPOLOGY, "nothing") is None
    assert explanation_of(make_topology("orders"), "nothing") is None
