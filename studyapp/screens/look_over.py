"""``g``: every question with its state; in an exam also the way to submit."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.study.sitting import Mode, Sitting
from studyapp.widgets.navigator import Cell, Navigator


class LookOver(Dialog[int | str]):
    """Ends with the position to go to, with ``submit``, or without an answer."""

    AUTO_FOCUS = "Navigator"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "submit", "submit", tooltip="submit the exam"),
        Binding("g", "give_up", show=False),
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._can_submit = sitting.mode is Mode.EXAM and not sitting.is_over
        self._asks = False

    def compose(self) -> ComposeResult:
        """The grid, and what submitting means now."""
        with Vertical(classes="dialog") as box:
            box.border_title = "all questions"
            navigator = Navigator()
            navigator.cells = cells(self._sitting)
            yield navigator
            yield Static(self._words(), id="shows")
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to submit where there is something to submit."""
        del parameters
        return self._can_submit if action == "submit" else True

    @on(Navigator.Chosen)
    def _chosen(self, message: Navigator.Chosen) -> None:
        self.dismiss(message.number - 1)

    def action_submit(self) -> None:
        """Submit; while questions are unanswered only when asked twice."""
        if self._unanswered() and not self._asks:
            self._asks = True
            self.query_one("#shows", Static).update(self._words())
        else:
            self.dismiss("submit")

    def _unanswered(self) -> int:
        return sum(not cell.is_answered for cell in cells(self._sitting))

    def _words(self) -> str:
        unanswered = self._unanswered()
        if not self._can_submit:
            return f"{unanswered} to be answered. enter goes to a question."
        if not unanswered:
            return "Every question is answered. s submits the exam; enter goes to a question."
        several = "questions are" if unanswered > 1 else "question is"
        if self._asks:
            return f"{unanswered} {several} unanswered and will count as wrong. s again submits."
        return f"{unanswered} {several} unanswered: a guess costs nothing. s submits all the same."


def cells(sitting: Sitting) -> tuple[Cell, ...]:
    """Return the state of every question."""
    return tuple(
        Cell(
            number=position + 1,
            is_answered=_is_answered(sitting, question_id),
            is_flagged=sitting.marks_of(question_id).is_flagged,
            is_current=position == sitting.position,
        )
        for position, question_id in enumerate(sitting.question_ids)
    )


def _is_answered(sitting: Sitting, question_id: str) -> bool:
    """Tell whether a question has its answer: in an exam what is chosen is one already."""
    if sitting.mode is Mode.EXAM:
        return bool(sitting.marks_of(question_id).chosen)
    return question_id in sitting.answers
