"""A number as it is now, above a line of how it has been.

The line is text of one colour: it is drawn again several times a second while photos run, and
Textual's own sparkline, with a colour for each bar, takes twenty times as long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

KEPT = 1_200
"""Values that are kept: five minutes of four a second."""

_BARS = " ▁▂▃▄▅▆▇█"


class Trend(Widget):
    """One number over time; the line's right end is now, its height the most so far."""

    DEFAULT_CSS = """
    Trend { width: 1fr; height: 3; padding: 0 1; }
    """

    words: reactive[str] = reactive("")
    """The number as it is now, in words."""

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._label = label
        self._values: deque[float] = deque(maxlen=KEPT)

    def render(self) -> RenderResult:
        """Draw the words, and the line in the rows that are left."""
        width, height = self.content_size
        line = "\n".join(line_rows(self._values, width, height - 1))
        return Content.assemble(
            (f"{self._label}  ", "$text-muted"),
            (f"{self.words}\n", "bold"),
            (line, "$text-accent"),
        )

    def add(self, value: float, words: str) -> None:
        """Take the number as it is now, and its words."""
        self._values.append(value)
        self.words = words
        self.refresh()

    def clear(self) -> None:
        """Begin anew."""
        self._values.clear()
        self.words = ""
        self.refresh()


def line_rows(values: Sequence[float], width: int, height: int) -> list[str]:
    """Return values as bars, row by row from the top.

    Args:
        values: At least 0 each, the oldest first. Where there are more than columns, a column
            shows the most of its share.
        width: Columns.
        height: Rows that the greatest value fills.
    """
    shown = list(values)
    if len(shown) > width:
        share = len(shown) / width
        shown = [max(shown[int(n * share) : int((n + 1) * share)]) for n in range(width)]
    most = max(shown, default=0.0)
    steps = (len(_BARS) - 1) * height
    heights = [max(1, round(value / most * steps)) if value and most else 0 for value in shown]
    full = len(_BARS) - 1
    rows = [
        "".join(_BARS[min(full, max(0, filled - full * row))] for filled in heights)
        for row in reversed(range(height))
    ]
    if rows:
        rows[-1] = "".join("▁" if bar == " " else bar for bar in rows[-1]).ljust(width, "▁")
    return rows
