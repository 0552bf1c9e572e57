"""Every question of a sitting as a grid of numbers: answered or not, flagged, and where one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.text_lines import Piece, joined

_HEAD = 2
"""Lines above the grid."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The state of one question."""

    number: int
    """From 1."""

    is_answered: bool = False
    is_flagged: bool = False
    is_current: bool = False
    """Whether it is the question that was at hand."""


class Showing(StrEnum):
    """Which questions the grid shows."""

    ALL = "all"
    UNANSWERED = "unanswered"
    FLAGGED = "flagged"

    def lets_through(self, cell: Cell) -> bool:
        """Return whether a question is shown."""
        return (
            self is Showing.ALL
            or (self is Showing.UNANSWERED and not cell.is_answered)
            or (self is Showing.FLAGGED and cell.is_flagged)
        )


_NONE = {
    Showing.ALL: "There are no questions.",
    Showing.UNANSWERED: "Every question is answered.",
    Showing.FLAGGED: "No question is flagged.",
}


class Grid(Widget):
    """The grid as it is drawn."""

    DEFAULT_CSS = """
    Grid { width: 1fr; height: auto; }
    """

    cells: reactive[tuple[Cell, ...]] = reactive((), layout=True)
    showing: reactive[Showing] = reactive(Showing.ALL, layout=True)
    cursor: reactive[int] = reactive(0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as the grid needs, head and legend included."""
        return self._text(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the grid as wide as there is room."""
        return self._text(self.content_size.width)

    def _text(self, width: int) -> Content:
        return navigator_text(self.cells, self.showing, self.cursor, width)


class Navigator(VerticalScroll, can_focus=True):
    """The grid; arrow keys move in it, enter goes to a question, a click does too."""

    DEFAULT_CSS = """
    Navigator {
        height: auto;
        max-height: 60vh;
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Left", show=False),
        Binding("right", "move(1)", "Right", show=False),
        Binding("up", "row(-1)", "Up", show=False),
        Binding("down", "row(1)", "Down", show=False),
        Binding("home", "end(0)", "First", show=False),
        Binding("end", "end(-1)", "Last", show=False),
        Binding("enter", "choose", "go to", tooltip="go to the question marked ▸"),
        Binding("u", "show('unanswered')", "unanswered", tooltip="show the unanswered ones"),
        Binding("f", "show('flagged')", "flagged", tooltip="show the flagged ones"),
        Binding("a", "show('all')", "all", tooltip="show all questions"),
    ]

    cells: reactive[tuple[Cell, ...]] = reactive(())
    showing: reactive[Showing] = reactive(Showing.ALL)

    cursor: reactive[int] = reactive(0)
    """The number of the question marked ▸, which the filter may hide."""

    class Chosen(Message):
        """A question is to be gone to."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """From 1."""

    def compose(self) -> ComposeResult:
        """The grid scrolls when it is higher than its place."""
        yield Grid().data_bind(Navigator.cells, Navigator.showing, Navigator.cursor)

    @property
    def shown(self) -> tuple[Cell, ...]:
        """The questions that the filter lets through."""
        return tuple(cell for cell in self.cells if self.showing.lets_through(cell))

    def watch_cells(self) -> None:
        """Begin at the question at hand; after that, stay."""
        if not self.cursor:
            self.cursor = next((cell.number for cell in self.cells if cell.is_current), 0)
        self._stay()

    def watch_showing(self) -> None:
        """Stay as near as can be."""
        self._stay()

    def watch_cursor(self) -> None:
        """Keep the marked question in sight."""
        place = self._place()
        if self.is_mounted and place is not None:
            row = place // columns(self.cells, self._width)
            region = Region(0, row + _HEAD, 1, 1) if row else Region(0, 0, 1, _HEAD + 1)
            self.scroll_to_region(region, animate=False, force=True)

    def action_move(self, step: int) -> None:
        """Go to the question before or after."""
        self._go(step)

    def action_row(self, step: int) -> None:
        """Go a row up or down, where there is a question."""
        self._go(step * columns(self.cells, self._width))

    def action_end(self, place: int) -> None:
        """Go to the first or the last question."""
        if self.shown:
            self.cursor = self.shown[place].number

    def action_show(self, showing: str) -> None:
        """Show all questions, or only some."""
        self.showing = Showing(showing)

    def action_choose(self) -> None:
        """Say which question is to be gone to."""
        if self._place() is not None:
            self.post_message(self.Chosen(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Go to the question under the mouse, or show what a word of the head says."""
        offset = event.get_content_offset(self.query_one(Grid))
        if offset is None:
            return
        event.stop()
        if offset.y == 0:
            for showing, start, end in _spans_of_filters(self.cells):
                if start <= offset.x < end:
                    self.showing = showing
            return
        across, cell_width = columns(self.cells, self._width), _cell_width(self.cells)
        column, place = offset.x // cell_width, (offset.y - _HEAD) * across
        if offset.y >= _HEAD and column < across and place + column < len(self.shown):
            self.cursor = self.shown[place + column].number
            self.post_message(self.Chosen(self.cursor))

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _place(self) -> int | None:
        numbers = [cell.number for cell in self.shown]
        return numbers.index(self.cursor) if self.cursor in numbers else None

    def _go(self, step: int) -> None:
        place = self._place()
        if place is not None and 0 <= place + step < len(self.shown):
            self.cursor = self.shown[place + step].number

    def _stay(self) -> None:
        """Keep the mark on a question that is shown: the same one, or the nearest."""
        at = self.cursor
        if self.shown:
            self.cursor = min(self.shown, key=lambda cell: abs(cell.number - at)).number


def columns(cells: Sequence[Cell], width: int) -> int:
    """Return how many questions stand side by side: as tens, where that fits."""
    # The blank behind the last cell needs no room.
    across = max(1, (width + 1) // _cell_width(cells))
    return across - across % 5 if across > 10 else across


def navigator_text(cells: Sequence[Cell], showing: Showing, cursor: int, width: int) -> Content:
    """Return the grid with its counts above and its legend below.

    Args:
        cells: Every question.
        showing: Which of them are shown.
        cursor: The number of the one marked ▸.
        width: Cells that no line passes.
    """
    shown = [cell for cell in cells if showing.lets_through(cell)]
    across, digits = columns(cells, width), _cell_width(cells) - 4
    lines = [_filters(cells, showing), Content("")]
    for start in range(0, len(shown), across):
        row = shown[start : start + across]
        lines.append(Content.assemble(*(_cell(cell, cursor, digits) for cell in row)))
    if not shown:
        lines.append(Content.styled(_NONE[showing], "italic"))
    current = next((str(cell.number) for cell in cells if cell.is_current), "")
    legend: list[Piece] = ["● answered  · unanswered  ⚑ flagged"]
    if current:
        legend += ["  ", (current, "bold underline reverse"), " where you are"]
    return joined([*lines, Content(""), *_legend(legend, width)], width)


def _cell_width(cells: Sequence[Cell]) -> int:
    """Cells of a question: its mark, its number, its two signs."""
    return 4 + max(2, len(str(max((cell.number for cell in cells), default=0))))


def _cell(cell: Cell, cursor: int, digits: int) -> Content:
    is_at = cell.number == cursor
    number = "bold underline reverse" if cell.is_current else "bold" if is_at else ""
    text = str(cell.number)
    return Content.assemble(
        ("▸" if is_at else " ", "bold $text-accent"),
        " " * (digits - len(text)),
        (text, number),
        ("●", "$text-success") if cell.is_answered else ("·", "$text-muted"),
        ("⚑", "bold $text-warning") if cell.is_flagged else " ",
        " ",
    )


def _filter_words(cells: Sequence[Cell]) -> list[tuple[Showing, str]]:
    return [(showing, f"{showing} {sum(map(showing.lets_through, cells))}") for showing in Showing]


def _filters(cells: Sequence[Cell], showing: Showing) -> Content:
    parts: list[Piece] = []
    for which, words in _filter_words(cells):
        mark, style = ("▪ ", "bold") if which is showing else ("  ", "$foreground 70%")
        parts += [(f"{mark}{words}", style), "  "]
    return Content.assemble(*parts)


def _spans_of_filters(cells: Sequence[Cell]) -> list[tuple[Showing, int, int]]:
    """Return where in the head each filter stands."""
    spans, start = [], 0
    for showing, words in _filter_words(cells):
        end = start + 2 + len(words)
        spans.append((showing, start, end))
        start = end + 2
    return spans


def _legend(parts: Sequence[Piece], width: int) -> list[Content]:
    legend = Content.assemble(*parts)
    return legend.wrap(width) if width > 0 else [legend]
