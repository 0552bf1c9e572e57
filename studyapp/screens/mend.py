"""A misconception that misled more than once: first its proof, then another question on it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from studyapp.screens.key_line import KeyLine
from studyapp.screens.proof_panel import ProofPanel
from studyapp.study.course import Course
from studyapp.study.next_steps import Mending
from studyapp.widgets.next_step import NextStep


class MendScreen(Screen[None]):
    """What is so instead, and an experiment that shows it."""

    AUTO_FOCUS = "#proof"
    DEFAULT_CSS = """
    MendScreen {
        #title { height: 1; padding: 0 1; background: $panel; color: $foreground 80%; }
        #words { padding: 1 1; max-width: 78; height: auto; }
        #proof { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "the question", tooltip="another question on it"),
        Binding("p", "prove", "prove", tooltip="run the experiment again"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    class Ready(Message):
        """The other questions are to be asked."""

        def __init__(self, question_ids: tuple[str, ...]) -> None:
            super().__init__()
            self.question_ids = question_ids

    def __init__(self, course: Course, mending: Mending) -> None:
        super().__init__()
        self._course = course
        self._mending = mending

    def compose(self) -> ComposeResult:
        """The belief, what is so instead, and the proof."""
        misconception = self._mending.misconception
        yield Static("Look again", id="title")
        yield Static(
            Content.assemble(
                ("You may think  ", "$text-muted"),
                f"{misconception.belief}\n",
                ("It is so that  ", "bold"),
                misconception.correction,
            ),
            id="words",
        )
        yield ProofPanel(id="proof")
        words = "try another question on it" if self._mending.question_ids else "go back"
        yield NextStep(words, "enter")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the proof at once."""
        self.action_prove()

    def action_prove(self) -> None:
        """Run the experiment."""
        if self._mending.proof is not None:
            question = self._course.by_id[self._mending.proof]
            self.query_one(ProofPanel).prove(question, tuple(range(len(question.options))))

    def action_go_on(self) -> None:
        """Ask another question on it."""
        if self._mending.question_ids:
            self.post_message(self.Ready(self._mending.question_ids[:2]))
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
