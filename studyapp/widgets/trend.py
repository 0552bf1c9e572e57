"""A number as it is now, above a line of how it has been."""

from __future__ import annotations

from collections import deque

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Sparkline, Static

KEPT = 1_200
"""Values that are kept: five minutes of four a second."""


class Trend(Vertical):
    """One number over time; the line's right end is now, its height the most so far."""

    DEFAULT_CSS = """
    Trend {
        width: 1fr;
        height: 3;
        padding: 0 1;

        & > Static { height: 1; text-wrap: nowrap; }
        & > Sparkline { width: 1fr; height: 2; }
        & > Sparkline > .sparkline--max-color { color: $accent; }
        & > Sparkline > .sparkline--min-color { color: $primary; }
    }
    """

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._label = label
        self._values: deque[float] = deque((0.0,), KEPT)

    def compose(self) -> ComposeResult:
        """Place the number above the line."""
        yield Static(self._told(""))
        yield Sparkline([])

    def add(self, value: float, words: str) -> None:
        """Take the number as it is now, and its words."""
        self._values.append(value)
        self.query_one(Static).update(self._told(words))
        has_been_more = max(self._values) > 0
        self.query_one(Sparkline).data = list(self._values) if has_been_more else []

    def clear(self) -> None:
        """Begin anew."""
        self._values.clear()
        self.add(0.0, "")

    def _told(self, words: str) -> Content:
        return Content.assemble((f"{self._label}  ", "$text-muted"), (words, "bold"))
