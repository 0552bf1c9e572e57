"""``r``: a filled-in text with which a question can be reported."""

from __future__ import annotations

import platform
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

import studyapp
from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.study.course import Question


class ReportQuestion(Dialog[None]):
    """The text of a report, to be copied and sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy", tooltip="copy the report"),
    ]

    def __init__(self, question: Question, seed: int) -> None:
        super().__init__()
        self._text = report_text(question, seed)

    def compose(self) -> ComposeResult:
        """The text, and the key that copies it."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "report this question"
            yield Static(Content(self._text), classes="prose")
        yield KeyLine()

    def action_copy(self) -> None:
        """Copy the report to the clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("The report is copied: paste it into an issue or a mail.")


def report_text(question: Question, seed: int) -> str:
    """Return the report of a question: what it is, how it was shown, and blanks to fill in."""
    places = "\n".join(f"- {reference.url}" for reference in question.references)
    return (
        f"Question: {question.id} (task {question.task}, seed {seed})\n"
        f"studyapp {studyapp.__version__}, Python {platform.python_version()}\n\n"
        "What is wrong (the key, an option, a rationale, the wording)?\n\n\n"
        "What says so (an address of the AWS documentation)?\n\n\n"
        f"It refers to:\n{places}\n"
    )
