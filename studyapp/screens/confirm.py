"""One question, answered with enter or esc."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine


class ConfirmScreen(Dialog[bool]):
    """Asks before something that cannot be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "yes")]

    def __init__(self, question: str, title: str) -> None:
        super().__init__()
        self._question = question
        self._title = title

    def compose(self) -> ComposeResult:
        """Show the question."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(self._question, markup=False)
        yield KeyLine()

    def action_confirm(self) -> None:
        """Answer yes."""
        self.dismiss(True)  # noqa: FBT003 - the answer
