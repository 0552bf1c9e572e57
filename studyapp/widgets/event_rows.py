"""The rows of the event log: a window over the newest events, one line each.

Only the rows in sight are drawn, so ten thousand events cost as much as ten. A row is known by its
number since the log was cleared, which stays the same when the oldest rows are dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pipeline.events import PipelineEvent
from studyapp.widgets.event_row import KINDS, Row

LIMIT = 5_000
"""Events that are kept; the oldest go first."""

_SLACK = 500
"""Rows that may be too many before the oldest are dropped, so that it happens seldom."""


class EventRows(ScrollView, can_focus=True):
    """The newest events, the newest at the bottom."""

    DEFAULT_CSS = """
    EventRows {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;

        & > .event-rows--good { color: $text-success; }
        & > .event-rows--bad { color: $text-error; text-style: bold; }
        &:nocolor > .event-rows--bad { color: $foreground; }
        & > .event-rows--warning { color: $text-warning; }
        & > .event-rows--name { color: $foreground; }
        & > .event-rows--words { color: $foreground 80%; }
        & > .event-rows--muted { color: $foreground 55%; }
        & > .event-rows--cursor { background: $foreground 20%; text-style: bold; }
        &:focus > .event-rows--cursor { background: $primary 50%; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-rows--good",
        "event-rows--bad",
        "event-rows--warning",
        "event-rows--name",
        "event-rows--words",
        "event-rows--muted",
        "event-rows--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "Oldest", show=False),
        Binding("end", "follow", "Newest", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    cursor: reactive[int | None] = reactive(None)
    """The number of the selected row; None while the log follows the newest event."""

    following: var[bool] = var(True)  # noqa: FBT003 (a reactive takes its default so)
    """Whether the newest event is kept in sight."""

    @dataclass
    class RowSelected(Message):
        """The learner went to a row, or opened it."""

        row: Row
        opened: bool

    def __init__(self, *, limit: int = LIMIT) -> None:
        super().__init__()
        self._limit = limit
        self._rows: list[Row] = []
        self._shown: list[Row] = []
        self._filter = ""
        self._total = 0
        self._lays_out_soon = False

    @property
    def dropped(self) -> int:
        """How many of the oldest events are no longer kept."""
        return self._total - len(self._rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that the filter lets through."""
        return tuple(self._shown)

    @property
    def _width(self) -> int:
        """Columns of a row, beside the scrollbar."""
        return self.scrollable_content_region.width

    def extend(self, happened: Iterable[PipelineEvent]) -> None:
        """Add events at the bottom."""
        added = [Row.of(number, event) for number, event in enumerate(happened, self._total)]
        self._rows += added
        self._total += len(added)
        self._shown += [row for row in added if row.matches(self._filter)]
        if len(self._rows) > self._limit + _SLACK:
            self._drop_oldest()
        self._lay_out_soon()

    def clear(self) -> None:
        """Forget every event."""
        self._rows, self._shown, self._total = [], [], 0
        self.cursor, self.following = None, True
        self._lay_out()

    def filter(self, text: str) -> None:
        """Show only the rows that have every word of a text."""
        self._filter = text
        self._shown = [row for row in self._rows if row.matches(text)]
        self._lay_out()

    def text_lines(self) -> list[str]:
        """Return every line as text, the notice of what was dropped included."""
        width = self._width
        return [*self._notices(), *(row.line(width) for row in self._shown)]

    def _drop_oldest(self) -> None:
        del self._rows[: len(self._rows) - self._limit]
        oldest = self._rows[0].number
        gone = bisect_left(self._shown, oldest, key=lambda row: row.number)
        del self._shown[:gone]
        if not self.following:
            self.scroll_to(y=self.scroll_y - gone, animate=False, immediate=True)
        if self.cursor is not None and self.cursor < oldest:
            self.cursor = oldest

    def _notices(self) -> list[str]:
        if not self.dropped:
            return []
        return [f"… the {self.dropped:,} oldest events are not kept"]

    def _lay_out_soon(self) -> None:
        """Lay out once for all the events that come in one go."""
        if self.is_attached and not self._lays_out_soon:
            self._lays_out_soon = True
            self.call_later(self._lay_out)

    def _lay_out(self) -> None:
        self._lays_out_soon = False
        if not self.is_attached:
            return
        self.virtual_size = Size(self._width, len(self._shown) + len(self._notices()))
        if self.following:
            self.scroll_end(animate=False, immediate=True, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        place = y + self.scroll_offset.y
        notices = self._notices()
        if place < len(notices):
            return self._strip([(notices[place], "muted")], cursor=False)
        place -= len(notices)
        if place >= len(self._shown):
            return self._strip([], cursor=False)
        row = self._shown[place]
        return self._strip(self._parts(row), cursor=row.number == self.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow again once the newest event is in sight and nothing is selected."""
        super().watch_scroll_y(old_value, new_value)
        if self.cursor is None and self.is_vertical_scroll_end:
            self.following = True

    def on_mouse_scroll_up(self) -> None:
        """Stay where the wheel goes."""
        self._stay()

    def on_scroll_up(self) -> None:
        """Stay where the scrollbar goes."""
        self._stay()

    def on_scroll_to(self) -> None:
        """Stay where the scrollbar is dragged."""
        self._stay()

    def _stay(self) -> None:
        if self.max_scroll_y > 0:
            self.following = False

    def watch_cursor(self) -> None:
        """Draw the cursor where it is now."""
        self.refresh()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Select the row under the mouse; a second click opens it."""
        place = event.y + self.scroll_offset.y - len(self._notices())
        if 0 <= place < len(self._shown):
            self._go_to(place, opened=event.chain > 1)

    def action_move(self, step: int) -> None:
        """Go up or down; below the newest event the log follows again."""
        place = self._place_of_cursor()
        if place is None:
            if step < 0:
                self._go_to(len(self._shown) - 1)
        elif place + step >= len(self._shown):
            self.action_follow()
        else:
            self._go_to(place + step)

    def action_page(self, direction: int) -> None:
        """Go up or down by what fits in sight."""
        place = self._place_of_cursor()
        start = len(self._shown) - 1 if place is None else place
        step = max(1, self.size.height - 1)
        self._go_to(min(start + direction * step, len(self._shown) - 1))

    def action_first(self) -> None:
        """Go to the oldest event that is kept."""
        self._go_to(0)
        self.scroll_home(animate=False, immediate=True, force=True)

    def action_follow(self) -> None:
        """Select nothing and keep the newest event in sight."""
        self.cursor, self.following = None, True
        self._lay_out()

    def action_open(self) -> None:
        """Open the selected event, or the newest."""
        place = self._place_of_cursor()
        self._go_to(len(self._shown) - 1 if place is None else place, opened=True)

    def _place_of_cursor(self) -> int | None:
        """Return where the cursor is among the shown rows, or where it would be."""
        if self.cursor is None:
            return None
        place = bisect_left(self._shown, self.cursor, key=lambda row: row.number)
        return min(place, len(self._shown) - 1)

    def _go_to(self, place: int, *, opened: bool = False) -> None:
        if not self._shown:
            return
        if self._lays_out_soon:
            self._lay_out()
        row = self._shown[max(0, place)]
        self.cursor, self.following = row.number, False
        line = max(0, place) + len(self._notices())
        self.scroll_to_region(
            Region(0, line, self._width, 1), animate=False, immediate=True, force=True
        )
        self.post_message(self.RowSelected(row, opened))

    def _parts(self, row: Row) -> list[tuple[str, str]]:
        """Return a row's line in pieces, each with the kind of its style."""
        width = self._width
        line = row.line(width)
        mark = line.find(row.glyph)
        kind = KINDS.get(row.glyph, "name")
        name_end = mark + 2 + len(row.name)
        return [
            (line[:mark], "muted"),
            (line[mark : mark + 1], kind),
            (line[mark + 1 : name_end], "bad" if kind == "bad" else "name"),
            (line[name_end:], "bad" if kind == "bad" else "words"),
        ]

    def _strip(self, parts: list[tuple[str, str]], *, cursor: bool) -> Strip:
        """Return pieces of text as a line over the whole width."""
        over = ("event-rows--cursor",) if cursor else ()
        segments = [
            Segment(text, self.get_visual_style(f"event-rows--{kind}", *over).rich_style)
            for text, kind in parts
            if text
        ]
        blank = self.get_visual_style(*over).rich_style
        return Strip(segments).adjust_cell_length(self._width, blank)
