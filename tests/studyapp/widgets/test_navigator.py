from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.app import App, ComposeResult

from studyapp.widgets.navigator import Cell, Grid, Navigator, Showing, columns, navigator_text
from tests.studyapp.widgets.samples import screen_text

CELLS = tuple(
    Cell(n, is_answered=n % 3 != 0, is_flagged=n in {4, 12, 33}, is_current=n == 4)
    for n in range(1, 66)
)


class Shown(App[None]):
    def __init__(self, cells: tuple[Cell, ...] = CELLS) -> None:
        super().__init__()
        self.chosen: list[int] = []
        self.navigator = Navigator()
        self.navigator.cells = cells

    def compose(self) -> ComposeResult:
        yield self.navigator

    @on(Navigator.Chosen)
    def _chosen(self, message: Navigator.Chosen) -> None:
        self.chosen.append(message.number)


def lines_of(width: int, showing: Showing = Showing.ALL, cells: Any = CELLS) -> list[str]:
    return [line.rstrip() for line in navigator_text(cells, showing, 4, width).plain.split("\n")]


@pytest.mark.parametrize("width", [60, 80])
def test_each_question_shows_its_state_without_colour(width: int) -> None:
    lines = lines_of(width)
    assert lines[0] == "▪ all 65    unanswered 21    flagged 3"
    assert lines[2] == "  1●    2●    3·  ▸ 4●⚑   5●    6·    7●    8●    9·   10●"
    assert lines[3].startswith(" 11●   12·⚑  13●")
    assert lines[-1] == "● answered  · unanswered  ⚑ flagged  4 where you are"
    assert len(lines) == 2 + 7 + 2


def test_a_wide_terminal_shows_twenty_in_a_row() -> None:
    assert lines_of(120)[3].startswith(" 21·   22●")


def test_the_question_at_hand_is_underlined_so_that_it_shows_without_colour() -> None:
    text = navigator_text(CELLS, Showing.ALL, 1, 80)
    underlined = {
        text.plain[span.start : span.end] for span in text.spans if "underline" in str(span.style)
    }
    assert underlined == {"4"}


@pytest.mark.parametrize(
    ("showing", "cells", "expected"),
    [
        (Showing.FLAGGED, CELLS, "▸ 4●⚑  12·⚑  33·⚑"),
        (Showing.FLAGGED, (Cell(1),), "No question is flagged."),
        (Showing.UNANSWERED, (Cell(1, is_answered=True),), "Every question is answered."),
        (Showing.ALL, (), "There are no questions."),
    ],
)
def test_a_filter_shows_its_questions_or_says_that_there_are_none(
    showing: Showing, cells: Any, expected: str
) -> None:
    assert expected == lines_of(60, showing, cells)[2]
    assert f"▪ {showing}" in lines_of(60, showing, cells)[0]


@given(
    cells=st.lists(
        st.builds(Cell, st.integers(1, 9_999), st.booleans(), st.booleans(), st.booleans()),
        max_size=30,
    ),
    showing=st.sampled_from(Showing),
    cursor=st.integers(0, 9_999),
    width=st.integers(0, 130),
)
def test_no_line_is_wider_than_the_room(
    cells: list[Cell], showing: Showing, cursor: int, width: int
) -> None:
    text = navigator_text(cells, showing, cursor, width)
    assert all(line.cell_length <= width for line in text.split("\n"))
    assert columns(cells, width) >= 1


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], 4),
        (["right"], 5),
        (["left"], 3),
        (["down"], 14),
        (["down", "up"], 4),
        (["up"], 4),
        (["home"], 1),
        (["home", "left"], 1),
        (["end"], 65),
        (["end", "right"], 65),
        (["end", "down"], 65),
        (["u"], 3),
        (["f", "right"], 12),
        (["f", "end", "a", "right"], 34),
    ],
)
async def test_arrow_keys_move_and_enter_chooses(keys: list[str], expected: int) -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys, "enter")
        assert [expected] == app.chosen
        assert f"▸{expected:>2}" in screen_text(app)


async def test_a_filter_without_questions_chooses_none_and_comes_back_to_the_same() -> None:
    app = Shown(tuple(dataclasses.replace(cell, is_flagged=False) for cell in CELLS))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "down", "end", "enter")
        assert app.chosen == []
        assert "No question is flagged." in screen_text(app)
        await pilot.press("a", "enter")
        assert app.chosen == [4]


@pytest.mark.parametrize(
    ("offset", "expected"), [((1, 2), 1), ((7, 2), 2), ((55, 2), 10), ((1, 3), 11), ((26, 8), 65)]
)
async def test_a_click_on_a_question_chooses_it(offset: Any, expected: int) -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(Grid, offset=offset)
        assert [expected] == app.chosen


@pytest.mark.parametrize("offset", [(70, 2), (40, 8), (3, 1), (3, 10)])
async def test_a_click_beside_the_questions_chooses_none(offset: Any) -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(Grid, offset=offset)
        assert app.chosen == []


@pytest.mark.parametrize(
    ("x", "showing"),
    [(16, Showing.UNANSWERED), (35, Showing.FLAGGED), (3, Showing.ALL), (60, Showing.FLAGGED)],
)
async def test_a_click_on_a_word_of_the_head_filters(x: int, showing: Showing) -> None:
    app = Shown()
    app.navigator.showing = Showing.FLAGGED
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(Grid, offset=(x, 0))
        assert app.navigator.showing is showing
        assert app.chosen == []


async def test_the_mark_stays_when_states_change() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        app.navigator.cells = tuple(dataclasses.replace(c, is_answered=True) for c in CELLS)
        await pilot.pause()
        assert "unanswered 0" in screen_text(app)
        assert "▸ 5●" in screen_text(app)


async def test_in_a_low_place_the_marked_question_stays_in_sight() -> None:
    app = Shown()
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press("end")
        await pilot.pause()
        assert "▸65●" in screen_text(app)
        await pilot.press("home")
        await pilot.pause()
        assert "▪ all 65" in screen_text(app)
        assert "▸ 1●" in screen_text(app)


async def test_the_states_show_with_colours_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Shown()
    async with app.run_test(size=(80, 24)):
        assert "▸ 4●⚑" in screen_text(app)
        assert "4 where you are" in screen_text(app)
