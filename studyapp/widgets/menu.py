"""The ways from the home screen, each with its key and how far one has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.text_lines import Piece, filled, fitted, hung

_BAR = 10
_NARROWEST_WORDS = 20
"""Cells that the words need beside a bar; with fewer there is no bar."""


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One way."""

    key: str
    """The key that takes it."""

    name: str
    """What the message calls it."""

    label: str

    share: float | None
    """How far one has come, 0 to 1; None where there is no such thing."""

    words: str


class Menu(Widget, can_focus=True):
    """Rows of which one is taken, by its key, by enter or by a click.

    No row is highlighted until an arrow key is pressed, and ``esc`` ends it, so that enter stays
    the screen's until somebody looks for a row.
    """

    DEFAULT_CSS = """
    Menu { width: 1fr; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "choose", "open", tooltip="open the row marked ▸"),
        Binding("escape", "let_go", "Highlight no row", show=False),
    ]

    rows: reactive[tuple[MenuRow, ...]] = reactive((), layout=True)

    cursor: reactive[int | None] = reactive(None, bindings=True)
    """The highlighted row, from 0."""

    class Chosen(Message):
        """A way is taken."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def validate_cursor(self, cursor: int | None) -> int | None:
        """Keep the highlight within the rows."""
        if cursor is None or not self.rows:
            return None
        return cursor % len(self.rows)

    def watch_rows(self) -> None:
        """Let go of a row that is no longer there."""
        if self.cursor is not None and self.cursor >= len(self.rows):
            self.cursor = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as the rows need."""
        return len(menu_lines(self.rows, self.cursor, width))

    def render(self) -> Content:
        """Return the rows as wide as there is room."""
        lines = menu_lines(self.rows, self.cursor, self.content_size.width)
        return Content("\n").join(line for _, line in lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave enter and ``esc`` to the screen while no row is highlighted."""
        return self.cursor is not None if action in {"choose", "let_go"} else True

    def action_move(self, step: int) -> None:
        """Highlight the next row, or the one before."""
        if self.cursor is None:
            self.cursor = 0 if step > 0 else -1
        else:
            self.cursor += step

    def action_choose(self) -> None:
        """Take the highlighted way."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self.rows[self.cursor].name))

    def action_let_go(self) -> None:
        """Highlight no row."""
        self.cursor = None

    def on_key(self, event: events.Key) -> None:
        """Take the way whose key it is."""
        for row in self.rows:
            if row.key in {event.key, event.character}:
                event.stop()
                event.prevent_default()
                self.post_message(self.Chosen(row.name))
                return

    def on_click(self, event: events.Click) -> None:
        """Take the way under the mouse."""
        offset = event.get_content_offset(self)
        lines = menu_lines(self.rows, self.cursor, self.content_size.width)
        if offset is not None and offset.y < len(lines):
            event.stop()
            self.post_message(self.Chosen(self.rows[lines[offset.y][0]].name))


def menu_lines(
    rows: Sequence[MenuRow], cursor: int | None, width: int
) -> list[tuple[int, Content]]:
    """Return the lines of a menu, each with the place of its row.

    Args:
        rows: The rows.
        cursor: The place of the highlighted one.
        width: Cells that no line passes.
    """
    label = max((Content(row.label).cell_length for row in rows), default=0)
    key = max((Content(row.key).cell_length for row in rows), default=0)
    has_bars = width - (key + label + _BAR + 8) >= _NARROWEST_WORDS
    room = max(0, width)
    return [
        (place, line.truncate(room, ellipsis=True))
        for place, row in enumerate(rows)
        for line in _row(row, key, label, is_at=place == cursor, has_bars=has_bars, width=width)
    ]


def _row(
    row: MenuRow, key: int, label: int, *, is_at: bool, has_bars: bool, width: int
) -> list[Content]:
    head: list[Piece] = [
        ("▸ " if is_at else "  ", "bold $text-accent"),
        fitted(row.key, key, "bold $text-accent"),
        "  ",
        fitted(row.label, label, "bold" if is_at else ""),
        "  ",
    ]
    if has_bars and row.share is not None:
        full, empty = filled(row.share, _BAR)
        head += [(full, "$text-accent"), (empty, "$foreground 40%"), "  "]
    return hung(head, row.words, width, "$foreground 80%")
