from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from studyapp.widgets.menu import Menu, MenuRow, menu_lines
from tests.studyapp.widgets.samples import screen_text

ROWS = (
    MenuRow("w", "walkthrough", "Walkthrough", 0.25, "3 of 12 chapters"),
    MenuRow("q", "quiz", "Quiz", 0.62, "18 due today · 62 % of the bank known"),
    MenuRow("v", "live", "Live", None, "upload anything, break anything"),
)
EXPECTED = {
    80: [
        "  w  Walkthrough  ██░░░░░░░░  3 of 12 chapters",
        "▸ q  Quiz         ██████░░░░  18 due today · 62 % of the bank known",
        "  v  Live         upload anything, break anything",
    ],
    60: [
        "  w  Walkthrough  ██░░░░░░░░  3 of 12 chapters",
        "▸ q  Quiz         ██████░░░░  18 due today · 62 % of the",
        "                              bank known",
        "  v  Live         upload anything, break anything",
    ],
    40: [
        "  w  Walkthrough  3 of 12 chapters",
        "▸ q  Quiz         18 due today · 62 % of",
        "                  the bank known",
        "  v  Live         upload anything, break",
        "                  anything",
    ],
}


class Home(App[None]):
    """A menu on a screen that has uses of its own for enter, esc and one of the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "say('next')"),
        Binding("escape", "say('back')"),
        Binding("q", "say('the screen took q')"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.menu = Menu()
        self.menu.rows = ROWS

    def compose(self) -> ComposeResult:
        yield self.menu

    def action_say(self, words: str) -> None:
        self.said.append(words)

    @on(Menu.Chosen)
    def _chosen(self, message: Menu.Chosen) -> None:
        self.said.append(message.name)


@pytest.mark.parametrize("width", EXPECTED)
def test_each_way_has_its_key_its_bar_and_its_words(width: int) -> None:
    assert EXPECTED[width] == [line.plain for _, line in menu_lines(ROWS, 1, width)]


def test_a_wide_terminal_changes_nothing() -> None:
    assert menu_lines(ROWS, 1, 80) == menu_lines(ROWS, 1, 120)


@given(
    rows=st.lists(
        st.builds(
            MenuRow,
            st.text(max_size=8),
            st.text(max_size=8),
            st.text(max_size=20),
            st.none() | st.floats(-1, 2),
            st.text(max_size=80),
        ),
        max_size=4,
    ),
    cursor=st.none() | st.integers(0, 5),
    width=st.integers(0, 130),
)
def test_no_line_is_wider_than_the_room_and_no_row_is_missing(
    rows: list[MenuRow], cursor: int | None, width: int
) -> None:
    lines = menu_lines(rows, cursor, width)
    assert all(line.cell_length <= width for _, line in lines)
    assert set(range(len(rows))) == {place for place, _ in lines}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["q"], ["quiz"]),
        (["enter"], ["next"]),
        (["escape"], ["back"]),
        (["down", "enter"], ["walkthrough"]),
        (["down", "down", "enter"], ["quiz"]),
        (["up", "enter"], ["live"]),
        (["down", "up", "enter"], ["live"]),
        (["down", "down", "down", "down", "enter"], ["walkthrough"]),
        (["down", "escape", "enter", "escape"], ["next", "back"]),
        (["x"], []),
    ],
)
async def test_keys_take_a_way(keys: list[str], expected: list[str]) -> None:
    app = Home()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert expected == app.said


async def test_the_highlighted_row_is_seen_without_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Home()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "▸" not in screen_text(app)
        await pilot.press("down", "down")
        await pilot.pause()
        assert [line[:3] for line in screen_text(app).splitlines()[:3]] == ["  w", "▸ q", "  v"]


@pytest.mark.parametrize(
    ("width", "y", "expected"), [(80, 1, "quiz"), (80, 2, "live"), (60, 2, "quiz"), (60, 3, "live")]
)
async def test_a_click_takes_the_way_under_the_mouse(width: int, y: int, expected: str) -> None:
    app = Home()
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.click(Menu, offset=(8, y))
        assert [expected] == app.said


async def test_a_way_that_is_gone_is_not_highlighted() -> None:
    app = Home()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("up")
        app.menu.rows = ROWS[:2]
        await pilot.press("enter")
        await pilot.pause()
        assert app.said == ["next"]
        assert app.menu.size.height == 2
