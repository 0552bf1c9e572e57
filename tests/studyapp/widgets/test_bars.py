from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.bars import Bar, Bars, Threshold, bars_text
from tests.studyapp.widgets.samples import screen_text

ROWS = (
    Bar("Secure", 0.8, "12 of 15"),
    Bar("Resilient", 8 / 13, "8 of 13"),
    Bar("High-performing", None, "0 of 0"),
    Bar("Cost-optimized", 1.0, "10 of 10"),
)
EXPECTED = {
    60: (
        "Secure           ██████████████████████░░░░░  80 %  12 of 15",
        "Resilient        █████████████████░░░░░░░░░░  62 %  8 of 13",
        "High-performing                                  —  0 of 0",
        "Cost-optimized   ███████████████████████████ 100 %  10 of 10",
    ),
    24: (
        "Secure      █████░  80 %",
        "Resilient   ████░░  62 %",
        "High-perf…             —",
        "Cost-opti…  ██████ 100 %",
    ),
    12: ("Secure  80 %", "Resil…  62 %", "High-…     —", "Cost-… 100 %"),
}


def lines_of(rows: tuple[Bar, ...], width: int, threshold: Threshold | None = None) -> list[str]:
    text = bars_text(rows, width, threshold)
    return [line.rstrip() for line in text.plain.split("\n")]


@pytest.mark.parametrize("width", EXPECTED)
def test_a_bar_has_its_share_in_per_cent_beside_it(width: int) -> None:
    assert list(EXPECTED[width]) == lines_of(ROWS, width)


@pytest.mark.parametrize("width", [80, 120])
def test_bars_do_not_grow_without_end(width: int) -> None:
    assert lines_of(ROWS, 80)[0] == lines_of(ROWS, width)[0]


def test_a_threshold_is_marked_in_the_bar_and_told_in_words() -> None:
    shown = lines_of(ROWS[:2], 50, Threshold(0.72, "would pass"))
    assert shown == [
        "Secure     ███████████████┃█░░░░  80 % ✓  12 of 15",
        "Resilient  █████████████░░┃░░░░░  62 %    8 of 13",
        "┃ 72 %: would pass ✓",
    ]


@pytest.mark.parametrize(
    ("threshold", "style"),
    [
        (None, "$text-accent"),
        (Threshold(0.8, "would pass"), "$text-success"),
        (Threshold(0.81, "would pass"), "$text-warning"),
    ],
)
def test_a_bar_has_the_colour_of_what_it_reaches(threshold: Threshold | None, style: str) -> None:
    text = bars_text(ROWS[:1], 60, threshold)
    first = text.plain.index("█")
    assert style in {str(span.style) for span in text.spans if span.start == first}


def test_no_rows_are_no_text() -> None:
    assert bars_text((), 80, Threshold(0.72, "would pass")).plain == ""


BARS = st.builds(Bar, st.text(max_size=40), st.none() | st.floats(-1, 2), st.text(max_size=20))


@given(
    rows=st.lists(BARS, max_size=5),
    width=st.integers(0, 130),
    threshold=st.none() | st.builds(Threshold, st.floats(-1, 2), st.text(max_size=20)),
)
def test_no_line_is_wider_than_the_room(
    rows: list[Bar], width: int, threshold: Threshold | None
) -> None:
    text = bars_text(rows, width, threshold)
    assert all(line.cell_length <= width for line in text.split("\n"))


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_widget_is_as_high_as_its_bars(show: Any, width: int) -> None:
    bars = Bars(ROWS, Threshold(0.72, "would pass"))
    app = show(bars)
    async with app.run_test(size=(width, 10)) as pilot:
        assert bars.size.height == 5
        assert "12 of 15" in screen_text(app)
        assert "┃ 72 %: would pass ✓" in screen_text(app)
        bars.rows = ROWS[:1]
        await pilot.pause()
        assert bars.size.height == 2
