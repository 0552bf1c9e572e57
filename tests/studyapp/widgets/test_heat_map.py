from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.heat_map import HeatMap, heat_map_text, summary
from tests.studyapp.widgets.samples import screen_text

WEDNESDAY = dt.date(2026, 11, 25)


def before(days: int) -> dt.date:
    return WEDNESDAY - dt.timedelta(days=days)


DAYS = {before(0): 3, before(1): 12, before(2): 5, before(6): 40, before(14): 1, before(400): 9}


def lines_of(days: dict[dt.date, int], width: int) -> list[str]:
    return [line.rstrip() for line in heat_map_text(days, WEDNESDAY, width).plain.split("\n")]


def test_weeks_are_columns_and_the_days_to_come_are_blank() -> None:
    assert lines_of(DAYS, 22)[:8] == [
        "    Oct     Nov",
        "M · · · · · · · · · ▒",
        "T · · · · · · · · · ▓",
        "W · · · · · · · ░ · ░",
        "T · · · · · · · · █",
        "F · · · · · · · · ·",
        "S · · · · · · · · ·",
        "S · · · · · · · · ·",
    ]


@pytest.mark.parametrize(
    ("width", "weeks", "months"),
    [
        (60, 29, "  May   Jun     Jul     Aug       Sep     Oct     Nov"),
        (80, 39, "  Mar     Apr     May       Jun     Jul     Aug       Sep     Oct     Nov"),
        (120, 53, "    Dec     Jan     Feb     Mar       Apr     May       Jun     Jul"),
    ],
)
def test_as_many_weeks_as_fit_are_shown(width: int, weeks: int, months: str) -> None:
    lines = lines_of(DAYS, width)
    assert lines[0].startswith(months)
    assert len(lines[1].split()) == 1 + weeks
    assert f"of the last {weeks} weeks" in " ".join(lines)


def test_the_legend_says_what_each_glyph_counts() -> None:
    assert "· none  ░ 1–4  ▒ 5–9  ▓ 10–19  █ 20+ answers a day" in lines_of({}, 60)


@pytest.mark.parametrize(
    ("count", "glyph"),
    [(0, "·"), (1, "░"), (4, "░"), (5, "▒"), (9, "▒"), (10, "▓"), (19, "▓"), (20, "█"), (999, "█")],
)
def test_a_day_with_more_answers_is_denser(count: int, glyph: str) -> None:
    assert lines_of({WEDNESDAY: count}, 4)[3] == f"W {glyph}"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({}, "No answer in the last 4 weeks."),
        ({before(100): 5, before(-1): 5}, "No answer in the last 4 weeks."),
        ({before(0): 1}, "1 answer on 1 day of the last 4 weeks."),
        ({before(1): 1, before(2): 1}, "2 answers on 2 days of the last 4 weeks, 2 days in a row."),
        ({before(2): 700, before(3): 800}, "1,500 answers on 2 days of the last 4 weeks."),
        (DAYS, "61 answers on 5 days of the last 4 weeks, 3 days in a row."),
    ],
)
def test_a_sentence_says_what_the_calendar_shows(days: Any, expected: str) -> None:
    assert expected == summary(days, WEDNESDAY, 4)


@given(
    days=st.dictionaries(st.dates(), st.integers(-5, 10**9), max_size=20),
    until=st.dates() | st.sampled_from((dt.date.min, dt.date.max)),
    width=st.integers(0, 130),
)
def test_any_day_can_be_the_last_and_no_line_is_wider_than_the_room(
    days: dict[dt.date, int], until: dt.date, width: int
) -> None:
    text = heat_map_text(days, until, width)
    assert all(line.cell_length <= width for line in text.split("\n"))


@given(until=st.dates(dt.date(1, 6, 1)), width=st.integers(30, 130))
def test_no_name_of_a_month_is_cut_or_runs_into_the_next(until: dt.date, width: int) -> None:
    names = heat_map_text({}, until, width).plain.split("\n")[0].split()
    assert all(len(name) == 3 for name in names)
    assert len(names) >= 3


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_widget_is_as_high_as_its_lines(show: Any, width: int) -> None:
    shown = HeatMap()
    app = show(shown)
    async with app.run_test(size=(width, 14)) as pilot:
        assert not screen_text(app).strip()
        shown.until, shown.days = WEDNESDAY, DAYS
        await pilot.pause()
        assert shown.size.height == 10
        assert "3 days in a row." in screen_text(app)
