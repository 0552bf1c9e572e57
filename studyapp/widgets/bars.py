"""Shares as bars: a label, the bar, the share in per cent, and the count behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.text_lines import Piece, filled, fitted, hung, joined, percent

_LONGEST_BAR = 30
_SHORTEST_BAR = 6
_SHORTEST_LABEL = 10
"""Cells that a longer label keeps while there is a bar."""

_PERCENT_COLUMN = 5
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One share of something."""

    label: str

    share: float | None
    """From 0 to 1; None while there is nothing to have a share of."""

    counted: str = ""
    """The count behind the share: ``5 of 8``."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that others are held against."""

    share: float

    words: str
    """What reaching it means: ``passes``."""


class Bars(Widget):
    """Bars one below another, aligned."""

    DEFAULT_CSS = """
    Bars { width: 1fr; height: auto; }
    """

    rows: reactive[tuple[Bar, ...]] = reactive((), layout=True)
    threshold: reactive[Threshold | None] = reactive(None, layout=True)

    def __init__(
        self,
        rows: Sequence[Bar] = (),
        threshold: Threshold | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 (Textual's name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(Bars.rows, tuple(rows))
        self.set_reactive(Bars.threshold, threshold)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return a line for each bar, and more for what the threshold means."""
        return bars_text(self.rows, width, self.threshold).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the bars as wide as there is room."""
        return bars_text(self.rows, self.content_size.width, self.threshold)


def bars_text(rows: Sequence[Bar], width: int, threshold: Threshold | None = None) -> Content:
    """Return bars as text with colours, no line wider than a width in cells."""
    return joined(_lines(rows, width, threshold), width)


def _lines(rows: Sequence[Bar], width: int, threshold: Threshold | None) -> Iterator[Content]:
    label, bar, count = _columns(rows, width - (0 if threshold is None else 2))
    for row in rows:
        cells = _bar(row, bar, threshold)
        yield Content.assemble(
            fitted(row.label, label),
            " " * _GAP if bar else "",
            cells,
            f"{'—' if row.share is None else percent(row.share):>{_PERCENT_COLUMN + 1}}",
            _reached(row, threshold),
            " " * _GAP if count else "",
            fitted(row.counted, count, "$foreground 70%"),
        )
    if threshold is not None and bar and any(row.share is not None for row in rows):
        mark: list[Piece] = [("┃ ", "bold"), f"{percent(threshold.share)}: "]
        yield from hung(mark, f"{threshold.words} ✓", width, "$foreground 70%")


def _reached(row: Bar, threshold: Threshold | None) -> tuple[str, str]:
    if threshold is None:
        return "", ""
    is_reached = row.share is not None and row.share >= threshold.share
    return (" ✓" if is_reached else "  "), "$text-success"


def _columns(rows: Sequence[Bar], width: int) -> tuple[int, int, int]:
    """Return the cells of label, bar and count; what helps least goes first."""
    widest_label = max((Content(row.label).cell_length for row in rows), default=0)
    widest_count = max((Content(row.counted).cell_length for row in rows), default=0)
    room = width - _PERCENT_COLUMN - 1
    needed = min(widest_label, _SHORTEST_LABEL) + _GAP + _SHORTEST_BAR
    count = widest_count if widest_count + _GAP + needed <= room else 0
    room -= count + _GAP if count else 0
    label = min(widest_label, max(room - _GAP - _SHORTEST_BAR, room // 2))
    bar = min(_LONGEST_BAR, room - label - _GAP)
    if bar < _SHORTEST_BAR:
        return max(0, min(widest_label, room)), 0, count
    return label, bar, count


def _bar(row: Bar, cells: int, threshold: Threshold | None) -> Content:
    if row.share is None:
        return Content(" " * cells)
    full, empty = filled(row.share, cells)
    style = "$text-accent"
    if threshold is not None:
        style = "$text-success" if row.share >= threshold.share else "$text-warning"
    bar = Content.assemble((full, style), (empty, "$foreground 40%"))
    if threshold is None or not cells:
        return bar
    place = min(cells - 1, int(min(1.0, max(0.0, threshold.share)) * cells))
    return Content.assemble(bar[:place], ("┃", "bold"), bar[place + 1 :])
