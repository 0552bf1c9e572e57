"""Time that runs on, is skipped, counted or held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clock import SEEDED_START, Clock


class Source:
    """A running time that the test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_time_runs_on_by_itself_and_skips_on_demand() -> None:
    source = Source()
    clock = Clock(source=source, started_at=1000.0)

    source.seconds += 5
    clock.skip(60)

    assert (clock.elapsed(), clock.now()) == (65.0, 1065.0)


def test_time_stands_still_while_it_is_held_and_goes_on_from_there() -> None:
    source = Source()
    clock = Clock(source=source, started_at=0.0)

    with clock.held():
        source.seconds += 300
        assert clock.elapsed() == 0.0
        with clock.held():
            source.seconds += 300
        assert clock.elapsed() == 0.0
        clock.skip(10)
        assert clock.elapsed() == 10.0
    source.seconds += 1

    assert clock.elapsed() == 11.0


def test_counted_time_passes_only_with_calls() -> None:
    clock = Clock.seeded()
    assert clock.now() == SEEDED_START

    clock.tick()

    assert 0 < clock.elapsed() < 1
    assert not clock.runs


def test_time_cannot_be_skipped_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        Clock.seeded().skip(-1)


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_skips_add_up_and_never_go_back(skips: list[float]) -> None:
    clock = Clock.seeded()
    times = [clock.now()]
    for seconds in skips:
        clock.skip(seconds)
        times.append(clock.now())

    assert times == sorted(times)
    assert clock.elapsed() == pytest.approx(sum(skips))


def test_times_are_shown_in_utc_with_milliseconds() -> None:
    assert Clock.seeded().iso() == "2026-01-05T09:00:00.000Z"
