"""The exam: a clock, no feedback until the end, and a look over everything before submitting."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var

from studyapp.desk import Desk
from studyapp.screens.asking import AskingScreen
from studyapp.screens.look_over import LookOver
from studyapp.study.course import Question, QuestionKind
from studyapp.study.sitting import Sitting
from studyapp.study.store_errors import StoreError
from studyapp.widgets.question_card import Card

WARNINGS = (600, 300, 60)
"""Seconds before the end at which the clock speaks up."""

KEEP_SECONDS = 15
"""How often the clock is kept: so much of it a crash can give back."""


class ExamScreen(AskingScreen):
    """One question after another, against the clock."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "next", tooltip="the next question"),
        Binding("n", "next", show=False, tooltip="the next question"),
        Binding("f", "flag", "flag", tooltip="flag the question for a later look"),
        Binding("g", "look_over", "list, submit", tooltip="all questions; submit from there"),
        Binding("t", "clock", "clock", tooltip="show or hide the time that is left"),
        Binding("escape", "leave", "pause", tooltip="leave; the clock stops until you are back"),
    ]

    shows_clock: var[bool] = var(True)  # noqa: FBT003 - a reactive takes its default so

    class Submitted(Message):
        """The exam is over."""

        def __init__(self, sitting: Sitting) -> None:
            super().__init__()
            self.sitting = sitting

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__()
        self._desk = desk
        self._sitting = sitting
        self._since_kept = 0
        self._is_submitting = False

    def on_mount(self) -> None:
        """Start the clock."""
        self._sitting = self._sitting.tick(self._desk.now())
        self.set_interval(1.0, self._count)
        self.tell()

    @property
    def question(self) -> Question:
        """The question at hand."""
        return self._desk.course.by_id[self._sitting.question_id]

    def tell(self) -> None:
        """Show the question as it stands."""
        sitting, question = self._sitting, self.question
        marks = sitting.marks_of(question.id)
        order = sitting.order_of(question)
        self.card = Card(
            question,
            order,
            marks.chosen,
            marks.struck,
            cursor=order[self.pointed % len(order)],
        )
        flagged = " · ⚑ flagged" if marks.is_flagged else ""
        self.heading = (
            f"{sitting.title}   {sitting.position + 1} of {len(sitting.question_ids)}{flagged}"
            f"   {self._clock()}"
        )
        self.next_words, self.next_key = self._next()

    def _clock(self) -> str:
        remaining = self._sitting.remaining
        if remaining is None or not self.shows_clock:
            return "clock hidden [t]"
        minutes, seconds = divmod(int(remaining), 60)
        return f"{minutes}:{seconds:02} left"

    def _next(self) -> tuple[str, str]:
        question = self.question
        chosen = len(self._sitting.marks_of(question.id).chosen)
        wanted = len(question.key) if question.kind is QuestionKind.MULTIPLE_RESPONSE else 1
        if chosen < wanted:
            return f"choose {wanted}" if wanted > 1 else "choose an option", (
                f"1-{len(question.options)}"
            )
        if self._sitting.position + 1 < len(self._sitting.question_ids):
            return "go on", "enter"
        return "look over everything and submit", "g"

    # -- the clock --

    async def _count(self) -> None:
        before = self._sitting.remaining or 0.0
        self._sitting = self._sitting.tick(self._desk.now())
        after = self._sitting.remaining or 0.0
        for seconds in WARNINGS:
            if after <= seconds < before:
                words = f"{seconds // 60} minutes" if seconds > 60 else "1 minute"
                self.notify(f"{words} left.", severity="warning")
        self._since_kept += 1
        if self._since_kept >= KEEP_SECONDS:
            self._since_kept = 0
            self._keep(self._sitting)
        if after <= 0:
            await self.submit()
        else:
            self.tell()

    def action_clock(self) -> None:
        """Show or hide the time that is left."""
        self.shows_clock = not self.shows_clock
        self.tell()

    # -- answering --

    def choose(self, place: int) -> None:
        """Choose an option, or take the choice back."""
        self._become(self._sitting.choose(self.question, place))

    def strike(self, place: int) -> None:
        """Strike an option out, or take that back."""
        self._become(self._sitting.strike(self.question, place))

    def action_flag(self) -> None:
        """Flag the question, or take the flag away."""
        self._become(self._sitting.flag())

    def _become(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self.tell()
        self._keep(sitting)

    @work(exclusive=True, group="keep")
    async def _keep(self, sitting: Sitting) -> None:
        try:
            await self._desk.keep(sitting)
        except StoreError as error:
            self.notify(str(error), severity="warning")

    def action_next(self) -> None:
        """Go to the next question; after the last, look over everything."""
        if self._sitting.position + 1 < len(self._sitting.question_ids):
            self._go(self._sitting.position + 1)
        else:
            self.action_look_over()

    def action_back(self) -> None:
        """Go to the question before."""
        self._go(self._sitting.position - 1)

    def _go(self, position: int) -> None:
        self.pointed = 0
        self._become(self._sitting.tick(self._desk.now()).go_to(position))

    def action_look_over(self) -> None:
        """Show all questions, with what is unanswered and flagged, and the way to submit."""
        self.app.push_screen(LookOver(self._sitting), self._looked_over)

    async def _looked_over(self, chosen: int | str | None) -> None:
        if chosen == "submit":
            await self.submit()
        elif isinstance(chosen, int):
            self._go(chosen)

    async def submit(self) -> None:
        """End the exam: what is not answered is wrong."""
        if self._is_submitting:
            return
        self._is_submitting = True
        try:
            over = await self._desk.submit(self._sitting)
        except StoreError as error:
            self._is_submitting = False
            self.notify(f"{error} The exam is not over yet.", severity="error", timeout=20)
            return
        self.post_message(self.Submitted(over))

    async def action_leave(self) -> None:
        """Pause: the clock stops until the exam is gone on with."""
        try:
            await self._desk.keep(self._sitting.tick(self._desk.now()).pause())
        except StoreError as error:
            self.notify(str(error), severity="warning")
        self.dismiss(None)
