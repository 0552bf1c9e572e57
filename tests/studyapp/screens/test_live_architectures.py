"""Every architecture on the Live screen: opened, something brought in, an arrow broken."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp import commands as c
from studyapp.app import StudyApp
from studyapp.reports import Activity
from studyapp.screens.live import LiveScreen

NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
EVERY = pytest.mark.parametrize("name", TOPOLOGY_NAMES)

BROKEN = {
    "thumbnails": "function-writes-metadata",
    "direct": "s3-to-function",
    "fanout": "topic-to-index-queue",
    "eventbridge": "small-rule-to-small-queue",
    "orders": "billing-writes-invoices",
    "logs": "summary-reads-logs",
    "documents": "documents-to-validation-queue",
    "records": "stream-to-function",
}
"""Of each architecture an arrow to break, so that every kind of caller is denied once."""


def _screen(seeing: Any) -> LiveScreen:
    screen = seeing.pilot.app.screen_stack[0]
    assert isinstance(screen, LiveScreen)
    return screen


async def _ready(seeing: Any) -> None:
    await seeing.until(lambda: _screen(seeing).live.is_ready)


async def _rest(seeing: Any) -> None:
    await seeing.until(lambda: _screen(seeing).live.status.activity is Activity.RESTING)


async def _bring_in(seeing: Any) -> None:
    """Choose the first of what is bundled."""
    entry = _screen(seeing).live.topology.entry
    await seeing.press("u")
    await seeing.sees(f"{entry.kind} a sample")
    before = _screen(seeing).live.key
    await seeing.press("enter")
    await seeing.until(lambda: _screen(seeing).live.key != before or before is not None)


@SIZES
@EVERY
async def test_something_goes_through_every_architecture(
    name: str, size: tuple[int, int], look_at: Any
) -> None:
    topology = make_topology(name)
    async with look_at(StudyApp("live", topology=name), size) as seeing:
        await seeing.sees(f"Live   {name}", f"{topology.entry.kind} a sample")
        await _ready(seeing)
        await seeing.press("p")
        await _bring_in(seeing)
        live = _screen(seeing).live
        await seeing.until(lambda: live.journeys is not None and live.key in live.journeys.inputs)
        await seeing.until(
            lambda: (
                live.status.activity is Activity.RESTING
                and live.status.next_visible_in is None
                and live.journeys.has_ended_well(live.key)
            )
        )

        allowed = {a for a, state in live.diagram.arrows.items() if state == "allowed"}
        assert len(allowed) >= len(topology.arrows) // 2
        assert not live.diagram.broken
        assert live.denied is None
        assert live.diagram.entered == 1
        assert max(len(line.rstrip()) for line in seeing.text.splitlines()) <= size[0]


@EVERY
async def test_a_broken_arrow_s_denial_is_shown_in_every_architecture(
    name: str, look_at: Any
) -> None:
    topology = make_topology(name)
    arrow = topology.arrow(BROKEN[name])
    async with look_at(StudyApp("live", topology=name), NARROW) as seeing:
        await _ready(seeing)
        screen = _screen(seeing)
        await seeing.press(str(arrow.number % 10), "b")
        await seeing.until(lambda: arrow.name in screen.live.diagram.broken)
        await seeing.sees("╳ No statement")
        screen.ask(c.Play(0.0, skips_time=False))
        await _bring_in(seeing)
        await seeing.until(lambda: screen.live.denied is not None)
        await _rest(seeing)

        assert screen.live.denied is not None
        assert screen.live.denied.arrow == arrow.name
        await seeing.sees("mplicitly denied", f"restore arrow {arrow.number}", "[r]")
        await seeing.press("r")
        await seeing.until(lambda: not screen.live.diagram.broken)


async def test_another_architecture_is_chosen_and_opens_empty(look_at: Any) -> None:
    async with look_at(StudyApp("live"), NARROW) as seeing:
        await _ready(seeing)
        await seeing.press("p")
        await _bring_in(seeing)
        await _rest(seeing)
        await seeing.press("o")
        await seeing.sees("choose an architecture", "▸ 1  thumbnails", "8  records", "thrown away")
        await seeing.press("5")
        await seeing.sees("Live   orders", "publish a sample order", "SNS orders")
        await _ready(seeing)
        await _rest(seeing)

        live = _screen(seeing).live
        assert live.topology.name == "orders"
        assert live.diagram.entered == 0
        assert "ObjectStored" not in seeing.text
        assert "s burst" not in seeing.text
        await seeing.press("question_mark")
        await seeing.sees("Arrow 1 · orders topic and shipping queue", "SNS does not retry")
        await seeing.press("escape")
        await seeing.press("f")
        await seeing.sees("publish a file, or a folder of orders")


async def test_choosing_can_be_given_up(look_at: Any) -> None:
    async with look_at(StudyApp("live"), NARROW) as seeing:
        await _ready(seeing)
        await seeing.press("o")
        await seeing.sees("choose an architecture")
        await seeing.press("down", "escape")
        await seeing.sees("u sample")
        assert _screen(seeing).live.topology.name == "thumbnails"


async def test_the_tenth_arrow_is_selected_by_0_and_the_next_by_going_on(look_at: Any) -> None:
    async with look_at(StudyApp("live", topology="fanout"), NARROW) as seeing:
        await _ready(seeing)
        await seeing.press("0")
        await seeing.sees("▸ 10 · idle")
        await seeing.press("right", "right")
        await seeing.sees("▸ 11 · idle")


async def test_a_dead_letter_in_a_branch_is_seen_at_its_queue_and_redriven(look_at: Any) -> None:
    async with look_at(StudyApp("live", topology="orders"), NARROW) as seeing:
        await _ready(seeing)
        await seeing.press("p", "u")
        await seeing.sees("publish a sample")
        await seeing.press("down", "enter")
        await seeing.sees("†1", "redrive 1 dead-lettered message", "[d]")
        await seeing.press("p", "d")
        await seeing.sees("MessagesRedriven")


async def test_the_smallest_terminal_shows_the_largest_architecture(look_at: Any) -> None:
    async with look_at(StudyApp("live", topology="eventbridge"), (60, 16)) as seeing:
        await _ready(seeing)
        await seeing.sees("small", "large", "[u]", "u sample", "events")
