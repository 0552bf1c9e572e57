from __future__ import annotations

from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Button, Input

from studyapp.widgets.filter_list import FilterList, Row, count_words
from studyapp.widgets.filter_rows import BATCH, MountedRows
from tests.studyapp.widgets.samples import screen_text

ROWS = (
    Row("buffer/why", ("2.1", "buffer", "A queue between S3 and Lambda")),
    Row("compute/poll", ("3.2", "compute", "Lambda polls the queue")),
    Row("results/lookup", ("3.3", "results", "Metadata in DynamoDB")),
)
MANY = tuple(Row(f"q{n}", (f"{n % 4}.1", f"question {n} of many")) for n in range(10_000))


class Browser(App[None]):
    AUTO_FOCUS = "FilterList"

    def __init__(self, rows: tuple[Row, ...] = ROWS) -> None:
        super().__init__()
        self.said: list[str] = []
        self.pointed = "nothing yet"
        self.listed = FilterList()
        self.listed.rows = rows

    def compose(self) -> ComposeResult:
        yield self.listed
        yield Button("after", compact=True)

    @on(FilterList.Pointed)
    def _pointed(self, message: FilterList.Pointed) -> None:
        self.pointed = message.id

    @on(FilterList.Chosen)
    def _chosen(self, message: FilterList.Chosen) -> None:
        self.said.append(message.id)

    def key_escape(self) -> None:
        self.said.append("back")

    @property
    def mounted(self) -> MountedRows:
        return self.query_one(MountedRows)


def list_lines(app: App[Any]) -> list[str]:
    return [line for line in screen_text(app).splitlines() if line.strip()]


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_rows_stand_in_columns_with_their_number_below(width: int) -> None:
    app = Browser()
    async with app.run_test(size=(width, 12)) as pilot:
        await pilot.pause()
        assert list_lines(app)[:4] == [
            "▸ 2.1  buffer   A queue between S3 and Lambda",
            "  3.2  compute  Lambda polls the queue",
            "  3.3  results  Metadata in DynamoDB",
            " 3 of 3 · / filters",
        ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["enter"], ["buffer/why"]),
        (["down", "enter"], ["compute/poll"]),
        (["up", "enter"], ["results/lookup"]),
        (["slash", *"DYNAMO", "enter", "enter"], ["results/lookup"]),
        (["slash", *"queue lambda", "down", "enter", "enter"], ["compute/poll"]),
        (["slash", *"queue", "enter", "down", "enter"], ["compute/poll"]),
        (["slash", *"nothing", "enter", "enter"], []),
        (["slash", "enter", "end", "enter"], ["results/lookup"]),
    ],
)
async def test_keys_choose_a_row(keys: list[str], expected: list[str]) -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert expected == app.said


async def test_every_word_has_to_be_there_in_any_column() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("slash", *"QUEUE 3.2")
        await pilot.pause()
        assert [row.id for row in app.listed.shown] == ["compute/poll"]
        assert "1 of 3 with “QUEUE 3.2” · esc clears it" in screen_text(app)


async def test_a_slash_in_the_filter_is_text() -> None:
    app = Browser((*ROWS, Row("d", ("4.1", "cost", "push/pull"))))
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("slash", *"push", "slash")
        await pilot.pause()
        assert app.query_one(Input).value == "push/"
        assert [row.id for row in app.listed.shown] == ["d"]


async def test_esc_clears_the_filter_then_closes_it_then_is_the_screens() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("slash", *"dynamo")
        await pilot.press("escape")
        assert app.query_one(Input).value == ""
        assert app.query_one(Input).has_focus
        await pilot.pause()
        assert len(app.listed.shown) == 3
        await pilot.press("escape")
        assert app.mounted.has_focus
        assert not app.query_one(Input).display
        assert app.said == []
        await pilot.press("escape")
        assert app.said == ["back"]


async def test_esc_clears_a_filter_that_was_kept() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("slash", *"dynamo", "enter", "escape", "escape")
        await pilot.pause()
        assert len(app.listed.shown) == 3
        assert app.said == []


async def test_the_highlight_stays_on_its_row() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("down", "slash", *"queue")
        await pilot.pause()
        assert "▸ 3.2  compute" in screen_text(app)
        app.listed.rows = ROWS[1:]
        await pilot.pause()
        assert "▸ 3.2  compute" in screen_text(app)
        assert "1 of 2" in screen_text(app)


async def test_a_click_chooses_a_row() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        await pilot.click(MountedRows, offset=(10, 1))
        assert app.said == ["compute/poll"]


async def test_tab_goes_through_the_list_both_ways() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        assert app.mounted.has_focus
        await pilot.press("tab")
        assert app.query_one(Button).has_focus
        await pilot.press("shift+tab")
        assert app.mounted.has_focus
        await pilot.press("shift+tab")
        assert app.query_one(Button).has_focus
        await pilot.press("tab")
        await pilot.pause()
        assert app.mounted.has_focus


async def test_of_many_rows_only_the_beginning_is_mounted() -> None:
    app = Browser(MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.mounted.option_count == BATCH
        await pilot.press("slash", *"9999")
        await pilot.pause()
        assert app.mounted.option_count == 1
        assert "1 of 10,000 with “9999”" in screen_text(app)


async def test_more_rows_come_before_the_end_is_reached() -> None:
    app = Browser(MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["pagedown"] * 12)
        await pilot.pause()
        at = app.mounted.highlighted
        assert at is not None
        assert at > BATCH
        assert app.mounted.option_count < 3 * BATCH
        await pilot.press("enter")
        assert app.said == [f"q{at}"]


async def test_scrolling_with_the_mouse_brings_more_rows_too() -> None:
    app = Browser(MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.mounted.scroll_end(animate=False)
        await pilot.pause()
        assert app.mounted.option_count == 2 * BATCH


@pytest.mark.parametrize("key", ["end", "up"])
async def test_the_last_row_of_many_is_one_key_away(key: str) -> None:
    app = Browser(MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key, "enter")
        await pilot.pause()
        assert app.said == ["q9999"]
        assert "▸ 3.1  question 9999 of many" in screen_text(app)


async def test_what_shows_the_same_rows_mounts_nothing_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Browser()
    shown: list[tuple[Row, ...]] = []
    show = MountedRows.show

    def counted(listed: MountedRows, passed: tuple[Row, ...], natural: tuple[int, ...]) -> None:
        shown.append(passed)
        show(listed, passed, natural)

    monkeypatch.setattr(MountedRows, "show", counted)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"dynamo", "space")
        await pilot.pause()
        assert shown == [ROWS, ROWS[2:]]


async def test_rows_with_one_id_or_with_markup_are_rows_like_others() -> None:
    app = Browser((Row("a", ("[bold]x", "1")), Row("a", ("", "[/]")), Row("a", ())))
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("down", "enter")
        assert app.said == ["a"]
        assert "[bold]x" in screen_text(app)
        assert "3 of 3" in screen_text(app)


async def test_the_highlighted_row_is_seen_without_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("down")
        await pilot.pause()
        assert [line[0] for line in list_lines(app)[:3]] == [" ", "▸", " "]


async def test_another_width_keeps_the_highlight() -> None:
    app = Browser(MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["pagedown"] * 12)
        await pilot.pause()
        at = app.mounted.highlighted
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert app.mounted.highlighted == at
        assert f"question {at} of many" in screen_text(app)


@pytest.mark.parametrize(
    ("shown", "total", "text", "expected"),
    [
        (40, 40, "", "40 of 40 · / filters"),
        (0, 0, " ", "0 of 0 · / filters"),
        (3, 10_000, "sqs", "3 of 10,000 with “sqs” · esc clears it"),
        (0, 40, "x\n", "0 of 40 · nothing has every word of “x” · esc clears it"),
    ],
)
def test_how_many_rows_there_are_is_told(shown: int, total: int, text: str, expected: str) -> None:
    assert expected == count_words(shown, total, text)


async def test_it_says_where_the_mark_stands() -> None:
    app = Browser()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        assert app.pointed == "buffer/why"
        await pilot.press("down")
        assert app.pointed == "compute/poll"
        await pilot.press("slash", *"dynamodb")
        assert app.pointed == "results/lookup"
        await pilot.press(*"no such row")
        assert app.pointed == ""
