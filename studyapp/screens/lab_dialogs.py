"""Over a lab: what was changed since the start, and the solution."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.screens.lab_words import answer_lines
from studyapp.study.lab_session import LabSession
from studyapp.widgets.page import Page

_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-muted"}


class ChangesScreen(Dialog[None]):
    """What was changed since the start."""

    CSS_PATH = "lab.tcss"
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "give_up", "back", show=False)]

    def __init__(self, changes: Sequence[str]) -> None:
        """Take the lines of a unified diff."""
        super().__init__()
        self._changes = changes

    def compose(self) -> ComposeResult:
        """The lines that differ."""
        with Vertical(classes="dialog changes") as box:
            box.border_title = "changes since the start"
            yield Page()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show them."""
        lines = self._changes or ("Nothing was changed yet.",)
        self.query_one(Page).show(lambda _: difference(lines))


class SolutionScreen(Dialog[bool]):
    """The solution, and how what one has differs from it; ``y`` takes it over."""

    CSS_PATH = "lab.tcss"
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "take", "take it over", tooltip="put the solution into the editor"),
    ]

    def __init__(
        self, session: LabSession, solution: Mapping[str, str], texts: Mapping[str, str]
    ) -> None:
        """Take the lab, its solution and one's own documents, by place."""
        super().__init__()
        self._session = session
        self._solution = solution
        self._texts = texts

    def compose(self) -> ComposeResult:
        """The documents, the differences, what to read."""
        with Vertical(classes="dialog changes") as box:
            box.border_title = "solution"
            yield Page()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(Page).show(self._lines)

    def action_take(self) -> None:
        """Take it over."""
        self.dismiss(True)  # noqa: FBT003 - the answer

    def _lines(self, width: int) -> Iterator[Content]:
        for place, text in self._solution.items():
            own = self._texts.get(place, "").splitlines()
            changes = difflib.unified_diff(own, text.splitlines(), "yours", "solution", lineterm="")
            lines = list(changes)
            if lines:
                yield Content.styled("From yours to it", "bold")
                yield from difference(lines)
            else:
                yield Content.styled("Yours is the same.", "bold")
            yield Content()
            yield Content.styled(place, "bold $text-accent")
            yield from (Content(line) for line in text.splitlines())
            yield Content()
        yield from answer_lines(self._session, width)
        yield Content()
        yield Content.styled("Read", "bold")
        yield from (Content(f"  {reference}") for reference in self._session.lab.references)


def difference(lines: Iterable[str]) -> Iterator[Content]:
    """Yield the lines of a unified diff, coloured."""
    for line in lines:
        is_name = line.startswith(("+++", "---"))
        yield Content.styled(line, "bold" if is_name else _STYLES.get(line[:1], ""))
