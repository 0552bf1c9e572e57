"""What came of an exam, as something to look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from studyapp.screens.key_line import KeyLine
from studyapp.study.course import Course
from studyapp.study.result import METHOD, PASS, ExamResult, Share, coverage, exam_result
from studyapp.study.sitting import Sitting
from studyapp.widgets.bars import Bar, Bars


class ResultScreen(Screen[None]):
    """The points, the bars, and the way to each item."""

    CSS_PATH = "results.tcss"
    AUTO_FOCUS = "#result"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "items", "every item", tooltip="go through every question with reasons"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    class Items(Message):
        """The questions are to be gone through."""

        def __init__(self, sitting: Sitting) -> None:
            super().__init__()
            self.sitting = sitting

    def __init__(self, course: Course, sitting: Sitting) -> None:
        super().__init__()
        self._course = course
        self._sitting = sitting
        self._result = exam_result(course, sitting)

    def compose(self) -> ComposeResult:
        """Points first, then where they come from, then how they are made."""
        result = self._result
        yield Static(f"Result   {self._sitting.title}", id="title")
        with VerticalScroll(id="result"):
            yield Static(points_text(result), id="points")
            yield Static(Content.styled("Exam domains", "bold"))
            yield Bars(bars(result.domains))
            yield Static(Content.styled("Task statements", "bold"), classes="heading")
            yield Bars(bars(result.tasks))
            yield Static(
                Content.styled(f"{coverage(self._course)} {METHOD}", "$foreground 70%"),
                classes="prose",
            )
        yield KeyLine()

    def action_items(self) -> None:
        """Go through every question."""
        self.post_message(self.Items(self._sitting))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def points_text(result: ExamResult) -> Content:
    """Return the points in words."""
    passes = f"at or above {PASS}" if result.would_pass else f"below {PASS}"
    style = "bold $text-success" if result.would_pass else "bold $text-warning"
    return Content.assemble(
        (f"{result.points}", style),
        f" of 1000, {passes}: {result.scored.right} of {result.scored.asked} scored questions "
        f"right ({result.unscored.asked} more did not count).\n",
        "On this architecture only.",
    )


def bars(shares: Iterable[Share]) -> tuple[Bar, ...]:
    """Return shares as bars."""
    return tuple(
        Bar(
            f"{share.id} {share.name}" if share.id[0].isdigit() else share.name,
            share.right / share.asked if share.asked else None,
            f"{share.right} of {share.asked}",
        )
        for share in shares
    )
