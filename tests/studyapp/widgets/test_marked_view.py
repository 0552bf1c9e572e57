"""A payload of which some lines are marked."""

from __future__ import annotations

from textual.app import App, ComposeResult

from studyapp.study.walk_payload import Line, Shown
from studyapp.widgets.marked_view import MarkedView, marked_text
from tests.studyapp.widgets.samples import screen_text

LINES = tuple(Line(f"line {n}", is_marked=n == 30) for n in range(60))


def test_marked_lines_have_a_sign_before_them() -> None:
    text = marked_text(Shown("x", {}, LINES)).plain.splitlines()
    assert text[29:31] == ["  line 29", "▶ line 30"]


def test_what_did_not_happen_is_said_to_be_nothing() -> None:
    assert "this event did not happen" in marked_text(None).plain


class Viewing(App[None]):
    def compose(self) -> ComposeResult:
        yield MarkedView()


async def test_it_begins_where_the_first_marked_line_is_seen() -> None:
    app = Viewing()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(MarkedView)
        view.note = "The run is repeated"
        await pilot.pause()
        assert "The run is repeated" in screen_text(app)
        view.shown = Shown("x", {}, LINES)
        await pilot.pause()
        await pilot.pause()
        assert "▶ line 30" in screen_text(app)
