"""A page of lines that scrolls, its lines made for the width there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

Lines = Callable[[int], Iterable[Content]]
"""Returns the lines of a page that is so many cells wide."""


class Page(VerticalScroll, can_focus=True):
    """Lines of text."""

    DEFAULT_CSS = """
    Page {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;

        & > Static { width: 100%; height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._lines: Lines = lambda _: ()

    def compose(self) -> ComposeResult:
        """One text; the page scrolls."""
        yield Static()

    def on_mount(self) -> None:
        """Print what was set before there was a place for it."""
        self._print()

    def show(self, lines: Lines, *, from_top: bool = True) -> None:
        """Show other lines, from the first or from where one is."""
        self._lines = lines
        self._print()
        if from_top:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._print()

    def _print(self) -> None:
        if self.children:
            width = self.scrollable_content_region.shrink(self.styles.padding).width
            self.query_one(Static).update(Content("\n").join(self._lines(max(20, width))))
