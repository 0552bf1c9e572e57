"""``/``: all questions, filtered by typing; enter shows one with everything about it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from studyapp.desk import Desk
from studyapp.screens.key_line import KeyLine
from studyapp.study.course import Question
from studyapp.widgets.filter_list import FilterList, Row


class BrowserScreen(Screen[None]):
    """The questions, except those that are kept for exams."""

    AUTO_FOCUS = "FilterList"
    DEFAULT_CSS = """
    BrowserScreen {
        #title { height: 1; padding: 0 1; background: $panel; color: $foreground 80%; }
        FilterList { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    class Ask(Message):
        """A question is to be asked."""

        def __init__(self, question_id: str) -> None:
            super().__init__()
            self.question_id = question_id

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The list fills the screen."""
        questions = [q for q in self._desk.course.questions if not q.is_for_exams_only]
        kept = len(self._desk.course.questions) - len(questions)
        yield Static(f"Questions   {kept} more are kept for exams", id="title")
        listed = FilterList()
        listed.rows = tuple(map(row, questions))
        yield listed
        yield KeyLine()

    @on(FilterList.Chosen)
    def _chosen(self, message: FilterList.Chosen) -> None:
        self.post_message(self.Ask(message.id))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def row(question: Question) -> Row:
    """Return a question as a row: task, topic and the beginning of its stem."""
    proof = "✓ proof" if question.experiment else ""
    stem = " ".join(question.stem.split())
    return Row(question.id, (question.task, question.topic, proof, stem))
