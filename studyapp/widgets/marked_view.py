"""A payload of which some lines are marked: by a sign and by colour."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from studyapp.study.walk_payload import Shown

MARK = "▶"


class MarkedView(VerticalScroll, can_focus=False):
    """The lines of a document; it begins where the first marked one is seen."""

    DEFAULT_CSS = """
    MarkedView { padding: 0 1; scrollbar-size-vertical: 1; }
    MarkedView > Static { width: 100%; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    MarkedView.-whole > Static { text-wrap: wrap; }
    """

    shown: reactive[Shown | None] = reactive(None)
    note: reactive[str] = reactive("")
    """Why it is still to be had."""

    def compose(self) -> ComposeResult:
        """One text; the view scrolls."""
        yield Static()

    def on_mount(self) -> None:
        """Show what was set before there was a place for it."""
        self.watch_shown(self.shown)

    def watch_shown(self, shown: Shown | None) -> None:
        """Print the document."""
        if not self.children:
            return
        if shown is None and self.note:
            self.query_one(Static).update(Content.styled(self.note, "$text-muted"))
            return
        self.query_one(Static).update(marked_text(shown))
        first = next((n for n, line in enumerate(shown.lines) if line.is_marked), 0) if shown else 0
        self.call_after_refresh(self._show_line, first)

    def watch_note(self) -> None:
        """Say why it is to be had, or show it."""
        self.watch_shown(self.shown)

    def _show_line(self, line: int) -> None:
        """Scroll no further than it takes to see a line with what is around it."""
        room = self.content_size.height
        self.scroll_to(y=max(0, line - room // 2) if line >= room else 0, animate=False)


def marked_text(shown: Shown | None) -> Content:
    """Return a document as text, the marked lines behind their sign."""
    if shown is None:
        return Content.styled("There is nothing to show: this event did not happen.", "$text-muted")
    return Content("\n").join(
        [
            Content.assemble(
                (f"{MARK if line.is_marked else ' '} ", "bold $text-accent"),
                (line.text, "bold $text-accent" if line.is_marked else "$foreground 85%"),
            )
            for line in shown.lines
        ]
    )
