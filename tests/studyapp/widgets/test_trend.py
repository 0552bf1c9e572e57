from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.trend import Trend, line_rows
from tests.studyapp.widgets.samples import screen_text


@pytest.mark.parametrize(
    ("values", "width", "rows"),
    [
        ((), 4, ["    ", "▁▁▁▁"]),
        ((0, 0), 4, ["  ", "▁▁▁▁"]),
        ((0, 1, 2), 3, ["  █", "▁██"]),
        ((1, 8, 2, 4), 2, ["█ ", "██"]),
        ((1, 1_000), 2, [" █", "▁█"]),
    ],
)
def test_a_line_is_as_high_as_its_greatest_value(
    values: tuple[float, ...], width: int, rows: list[str]
) -> None:
    assert [row.rstrip() for row in line_rows(values, width, 2)] == [row.rstrip() for row in rows]


@given(
    values=st.lists(st.floats(0, 1e9), max_size=300),
    width=st.integers(1, 60),
    height=st.integers(1, 8),
)
def test_a_line_fills_its_width_and_nothing_else(
    values: list[float], width: int, height: int
) -> None:
    rows = line_rows(values, width, height)

    assert len(rows) == height
    assert all(len(row) <= width for row in rows)
    assert len(rows[-1]) == width
    assert " " not in rows[-1]


async def test_a_number_rises_and_can_begin_anew(show: Any) -> None:
    app = show(Trend("queue", id="depth"))
    async with app.run_test(size=(20, 5)) as pilot:
        trend = app.query_one(Trend)
        assert "█" not in screen_text(app)
        for value in (2.0, 8.0, 4.0):
            trend.add(value, f"▤ {value:g}")
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert lines[0].strip() == "queue  ▤ 4"
        assert "█" in lines[1]
        trend.clear()
        await pilot.pause()
        assert "█" not in screen_text(app)
