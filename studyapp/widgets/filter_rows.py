"""The rows of a filtered list, in columns.

All rows that pass are known, but only their beginning is mounted; more are as somebody goes on
towards the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studyapp.widgets.text_lines import fitted

BATCH = 200
"""Rows that are mounted at once."""

_NEAR = 60
"""So many rows before the end of those mounted, more are."""

_MARK = 2
_GAP = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    id: str
    columns: tuple[str, ...]
    """Texts; the last one takes the room that the others leave."""


class MountedRows(OptionList):
    """The rows that the filter lets through, as far as they are mounted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "open", tooltip="open the row marked ▸"),
    ]

    def __init__(self) -> None:
        super().__init__(compact=True)
        self.passed: tuple[Row, ...] = ()
        """Every row that the filter lets through, mounted or not."""

        self._natural: tuple[int, ...] = ()
        self._room = 0

    def show(self, passed: tuple[Row, ...], natural: tuple[int, ...]) -> None:
        """Show other rows; the highlight stays on its row if that is among the first.

        Args:
            passed: The rows.
            natural: How wide each column would be, had it all the room.
        """
        at = self.passed[self.highlighted].id if self.highlighted is not None else None
        self.passed, self._natural = passed, natural
        self._mount(BATCH)
        places = (n for n, row in enumerate(passed[: self.option_count]) if row.id == at)
        self.highlighted = next(places, 0)

    def grow(self, wanted: int) -> None:
        """Mount rows until there are as many as wanted."""
        more = self.passed[self.option_count : wanted]
        if more:
            self.add_options(self._options_of(more))

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        if self._width != self._room:
            place = self.highlighted or 0
            self._mount(max(BATCH, self.option_count))
            self.highlighted = place

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Mount more before the highlight comes to the end."""
        super().watch_highlighted(highlighted)
        if highlighted is not None and highlighted >= self.option_count - _NEAR:
            self.grow(self.option_count + BATCH)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Mount more before somebody scrolls to the end."""
        super().watch_scroll_y(old_value, new_value)
        # Not now: the list also scrolls in the middle of being given its options.
        self.call_later(self._grow_near_the_end)

    def action_last(self) -> None:
        """Go to the last row that there is."""
        self.grow(len(self.passed))
        super().action_last()

    def action_cursor_up(self) -> None:
        """Go up a row, from the first to the last that there is."""
        if self.highlighted == 0:
            self.action_last()
        else:
            super().action_cursor_up()

    def render_line(self, y: int) -> Strip:
        """Draw a line, the highlighted one with a mark, which shows without colour."""
        strip = super().render_line(y)
        if self.highlighted is None or y + self.scroll_offset.y != self.highlighted:
            return strip
        style = next((segment.style for segment in strip), None)
        return Strip.join([Strip([Segment("▸ ", style)], _MARK), strip.crop(_MARK)])

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _grow_near_the_end(self) -> None:
        if self.scroll_y + self.size.height >= self.option_count - _NEAR:
            self.grow(self.option_count + BATCH)

    def _mount(self, count: int) -> None:
        """Mount the first rows anew, once it is known how wide they may be."""
        self._room = self._width
        self.set_options(self._options_of(self.passed[: count if self._room else 0]))

    def _options_of(self, rows: Sequence[Row]) -> Iterator[Option]:
        widths = column_widths(self._natural, self._room - _MARK)
        return (Option(Content.assemble(" " * _MARK, row_text(row, widths))) for row in rows)


def natural_widths(rows: Sequence[Row]) -> tuple[int, ...]:
    """Return how many cells the widest text of each column takes."""
    columns = zip_longest(*(row.columns for row in rows), fillvalue="")
    return tuple(max(map(_cells, column), default=0) for column in columns)


def _cells(text: str) -> int:
    return len(text) if text.isascii() else Content(text).cell_length


def column_widths(natural: Sequence[int], width: int) -> tuple[int, ...]:
    """Return the cells of each column: the last has what the others leave, at least half."""
    if not natural:
        return ()
    *before, _ = natural
    used = [cells for cells in before if cells]
    spare = max(0, width // 2 - _GAP * len(used))
    # The widest columns give way to a common width first.
    limit = max(used, default=0)
    while limit > 1 and sum(min(cells, limit) for cells in used) > spare:
        limit -= 1
    cut = [min(cells, limit) for cells in before]
    taken = sum(cells + _GAP for cells in cut if cells)
    return (*cut, max(0, width - taken))


def row_text(row: Row, widths: Sequence[int]) -> Content:
    """Return a row in its columns; an empty column takes no room."""
    *before, last = [*row.columns, *[""] * (len(widths) - len(row.columns))] or [""]
    parts: list[Content | str] = []
    for text, cells in zip(before, widths[:-1], strict=False):
        if cells:
            parts += [fitted(text, cells, "$foreground 80%"), " " * _GAP]
    parts.append(fitted(last, widths[-1] if widths else 0))
    return Content.assemble(*parts)
