from time import perf_counter
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from pipeline import events as e
from pipeline.events import PipelineEvent
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.event_row import Row
from tests.studyapp.widgets.samples import denied, every_event, screen_text


class Logged(App[None]):
    """A log and what it says."""

    def __init__(self, *, limit: int = 5_000) -> None:
        super().__init__()
        self.log_view = EventLog(limit=limit)
        self.selected: list[tuple[PipelineEvent, bool]] = []
        self.escaped = 0

    def compose(self) -> ComposeResult:
        yield self.log_view

    def on_event_log_event_selected(self, message: EventLog.EventSelected) -> None:
        self.selected.append((message.event, message.opened))

    def key_escape(self) -> None:
        self.escaped += 1


def stored(number: int) -> PipelineEvent:
    return e.ObjectStored(
        time=number, bucket="uploads-1", key=f"p{number}.jpg", size=1, event_name="x"
    )


def test_a_row_has_the_time_the_sign_the_name_and_a_few_words() -> None:
    row = Row.of(0, denied("function-writes-metadata", time=0.081))
    assert row.line(80) == "   0.08 ✗ RequestDenied dynamodb:PutItem AccessDeniedException"
    assert row.line(40) == "   0.08 ✗ RequestDenied dynamodb:PutIte…"


def test_a_wide_row_has_the_whole_sentence() -> None:
    row = Row.of(0, denied("function-writes-metadata", time=0.081))
    assert row.line(160) == (
        "   0.08  ✗ RequestDenied        PutItem table/images by function: "
        "denied (AccessDeniedException), no policy allows dynamodb:PutItem"
    )


def test_wide_characters_count_as_two_columns() -> None:
    event = e.ObjectStored(time=0, bucket="b", key="写真" * 20, size=1, event_name="x")
    assert Row.of(0, event).line(40).endswith("…")
    assert len(Row.of(0, event).line(40)) < 40


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_no_event_needs_more_than_one_line(width: int) -> None:
    app = Logged()
    async with app.run_test(size=(width, len(every_event()) + 1)):
        app.log_view.extend(every_event())
        lines = screen_text(app).splitlines()
        names = [type(event).__name__ for event in every_event()]
        shown = [line for line in lines if line.strip()]
        assert len(shown) == len(names)
        assert all(len(line) <= width for line in shown)


async def test_the_newest_event_stays_in_sight() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.extend(map(stored, range(100)))
        await pilot.pause()
        assert "p99.jpg" in screen_text(app)
        app.log_view.append(stored(100))
        await pilot.pause()
        assert "p100.jpg" in screen_text(app)


async def test_events_that_come_before_the_first_frame_are_followed_too() -> None:
    app = Logged()
    app.log_view.rows.extend(map(stored, range(100)))
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert "p99.jpg" in screen_text(app)


async def test_a_selected_event_stays_in_sight_until_the_learner_goes_to_the_end() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.focus()
        app.log_view.extend(map(stored, range(50)))
        await pilot.press("up", "up")
        app.log_view.extend(map(stored, range(50, 100)))
        await pilot.pause()
        assert app.selected == [(stored(49), False), (stored(48), False)]
        assert "p48.jpg" in screen_text(app)
        assert "p99.jpg" not in screen_text(app)
        await pilot.press("end")
        assert "p99.jpg" in screen_text(app)


async def test_the_wheel_stops_the_following() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.extend(map(stored, range(50)))
        await pilot.pause()
        rows = app.log_view.rows
        rows.on_mouse_scroll_up()
        rows.scroll_to(y=5, animate=False)
        await pilot.pause()
        app.log_view.append(stored(50))
        await pilot.pause()
        assert "p50.jpg" not in screen_text(app)
        rows.scroll_end(animate=False)
        await pilot.pause()
        assert rows.following


async def test_below_the_newest_event_the_log_follows_again() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.focus()
        app.log_view.extend(map(stored, range(50)))
        await pilot.press("up", "down")
        assert app.log_view.rows.following


async def test_enter_opens_the_selected_event_and_a_click_selects_one() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.focus()
        app.log_view.extend(map(stored, range(5)))
        await pilot.press("home", "enter")
        assert app.selected[-1] == (stored(0), True)
        await pilot.click(EventLog, offset=(5, 2))
        assert app.selected[-1] == (stored(2), False)


async def test_the_filter_shows_only_what_has_every_word() -> None:
    app = Logged()
    async with app.run_test(size=(100, 60)) as pilot:
        app.log_view.focus()
        app.log_view.extend(every_event())
        await pilot.press("slash", *"denied putitem")
        text = screen_text(app)
        assert "RequestDenied" in text
        assert "ObjectStored" not in text
        await pilot.press("enter")
        assert app.log_view.rows.has_focus
        assert app.log_view.query_one(Input).display
        await pilot.press("escape")
        assert "ObjectStored" in screen_text(app)
        assert not app.log_view.query_one(Input).display


async def test_a_filter_also_applies_to_what_comes_later() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.focus()
        await pilot.press("slash", *"p7", "enter")
        app.log_view.extend(map(stored, range(10)))
        assert [row.words for row in app.log_view.rows.rows] == ["p7.jpg 1 byte"]


async def test_escape_is_the_screens_while_nothing_is_filtered() -> None:
    app = Logged()
    async with app.run_test() as pilot:
        app.log_view.focus()
        await pilot.press("escape")
        assert app.escaped == 1
        await pilot.press("slash", "escape")
        assert app.escaped == 1


async def test_the_oldest_events_are_dropped_and_the_log_says_so() -> None:
    app = Logged(limit=100)
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.focus()
        app.log_view.extend(map(stored, range(1_000)))
        await pilot.press("home")
        assert "… the 900 oldest events are not kept" in screen_text(app)
        assert app.selected[-1] == (stored(900), False)


async def test_clearing_forgets_everything() -> None:
    app = Logged()
    async with app.run_test(size=(80, 10)) as pilot:
        app.log_view.extend(map(stored, range(100)))
        app.log_view.clear()
        await pilot.pause()
        assert not screen_text(app).strip()
        await pilot.press("up", "home", "pageup", "enter")
        assert app.selected == []


async def test_ten_thousand_events_one_by_one_do_not_lag() -> None:
    app = Logged()
    async with app.run_test(size=(80, 24)) as pilot:
        events = [stored(number) for number in range(10_000)]
        start = perf_counter()
        for event in events:
            app.log_view.append(event)
        await pilot.pause()
        assert perf_counter() - start < 3
        assert "p9999.jpg" in screen_text(app)


def test_only_where_the_learner_stopped_counts() -> None:
    log: Any = object()
    first = EventLog.EventSelected(log, stored(0))
    assert first.can_replace(EventLog.EventSelected(log, stored(1)))
    assert not first.can_replace(EventLog.EventSelected(log, stored(1), opened=True))
