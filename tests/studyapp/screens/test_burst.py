"""A burst on the Live screen: asked for, watched, paused, cancelled, and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from studyapp import commands as c
from studyapp.app import StudyApp
from studyapp.reports import Activity
from studyapp.screens.live import LiveScreen

NARROW, WIDE = (80, 24), (120, 40)
BOTH = pytest.mark.parametrize("live", [NARROW, WIDE], indirect=True)


@pytest.fixture
async def live(
    request: pytest.FixtureRequest, look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Any]:
    """Return eyes on a Live screen whose bursts are of 12 or of 2,000 photos."""
    monkeypatch.setattr("studyapp.screens.burst.SIZES", (12, 2_000))
    size = getattr(request, "param", NARROW)
    async with look_at(StudyApp("live"), size) as seeing:
        await seeing.until(lambda: _screen(seeing).live.is_ready)
        await seeing.press("s")
        await seeing.sees("How many photos at once?", "1  12", "2  2,000")
        yield seeing


def _screen(live: Any) -> LiveScreen:
    screen = live.pilot.app.screen_stack[0]
    assert isinstance(screen, LiveScreen)
    return screen


def _key(live: Any, key: str) -> None:
    """Press a key without waiting for rest: there is none while a burst runs."""
    live.pilot.app.simulate_key(key)


def _activity(live: Any) -> Activity:
    return _screen(live).live.status.activity


@BOTH
async def test_a_burst_is_drawn_while_it_runs_and_accounted_for_at_its_end(live: Any) -> None:
    await live.press("1")
    await live.sees("12 photos", "queue", "oldest message", "concurrency", "throughput")
    await live.sees("12 uploaded = 12 thumbnails + 0 dead-lettered + 0 refused", "n another")
    await live.press("n")
    await live.sees("How many photos at once?")
    await live.press("escape")

    await live.sees("BurstProgressed", "BurstFinished")
    assert _screen(live).live.diagram.thumbnails == 12
    assert "RequestAuthorized" not in live.text


async def test_a_burst_pauses_goes_on_and_is_cancelled(live: Any) -> None:
    _key(live, "2")
    await live.sees("under way", "uploaded")
    _key(live, "space")
    await live.sees("paused", "go on")
    _key(live, "space")
    await live.sees("under way")
    _key(live, "x")
    await live.sees("Cancelled.")
    await live.until(lambda: _activity(live) is Activity.RESTING)

    left = _screen(live).live.diagram
    assert left.thumbnails < 2_000


async def test_leaving_lets_the_burst_go_on_and_coming_back_shows_it(live: Any) -> None:
    _key(live, "2")
    await live.sees("under way")
    _key(live, "escape")
    await live.sees("watch the burst", "[s]", "▲ burst")
    _key(live, "s")
    await live.sees("2,000 photos", "under way")
    _key(live, "x")
    await live.sees("Cancelled.")


async def test_settings_act_at_once_and_what_aws_refuses_is_said(live: Any) -> None:
    _key(live, "2")
    await live.sees("under way", "batch size           ◀     10 ▶")
    _key(live, "left")
    await live.sees("◀      5 ▶")
    _key(live, "right")
    await live.sees("◀     10 ▶  messages")
    _key(live, "right")
    await live.sees("✗ InvalidParameterValueException", "◀     10 ▶")
    _key(live, "down")
    _key(live, "right")
    await live.sees("◀      1 ▶  s to wait")
    _key(live, "down")
    _key(live, "left")
    await live.sees("◀      5 ▶  invocations")
    assert _activity(live) is Activity.BURSTING

    _screen(live).ask(c.CancelWork())
    await live.sees("Cancelled.")
