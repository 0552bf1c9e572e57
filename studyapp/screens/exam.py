"""The exam: a clock, no feedback until the end, and a look over everything before submitting."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var

from studyapp.desk import Desk
from studyapp.screens.asking import AskingScreen
from studyapp.study.sitting import Sitting
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
        super().__init__(desk, sitting)
        self._since_kept = 0
        self._is_submitting = False

    def on_mount(self) -> None:
        """Start the clock."""
        self.sitting = self.sitting.tick(self.desk.now())
        self.set_interval(1.0, self._count)
        self.tell()

    def tell(self) -> None:
        """Show the question as it stands."""
        sitting, question = self.sitting, self.question
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
        remaining = self.sitting.remaining
        if remaining is None or not self.shows_clock:
            return "clock hidden [t]"
        minutes, seconds = divmod(int(remaining), 60)
        return f"{minutes}:{seconds:02} left"

    def _next(self) -> tuple[str, str]:
        left = self.still_to_choose()
        if left is not None:
            return left
        if self.sitting.position + 1 < len(self.sitting.question_ids):
            return "go on", "enter"
        return "look over everything and submit", "g"

    # -- the clock --

    async def _count(self) -> None:
        before = self.sitting.remaining or 0.0
        self.sitting = self.sitting.tick(self.desk.now())
        after = self.sitting.remaining or 0.0
        for seconds in WARNINGS:
            if after <= seconds < before:
                words = f"{seconds // 60} minutes" if seconds > 60 else "1 minute"
                self.notify(f"{words} left.", severity="warning")
        self._since_kept += 1
        if self._since_kept >= KEEP_SECONDS:
            self._since_kept = 0
            self.keep(self.sitting)
        if after <= 0:
            await self.submit()
        else:
            self.tell()

    def action_clock(self) -> None:
        """Show or hide the time that is left."""
        self.shows_clock = not self.shows_clock
        self.tell()

    # -- going on --

    def action_next(self) -> None:
        """Go to the next question; after the last, look over everything."""
        if self.sitting.position + 1 < len(self.sitting.question_ids):
            self.go(self.sitting.position + 1)
        else:
            self.action_look_over()

    async def looked_over(self, chosen: int | str | None) -> None:
        """Submit, or go to the question that was chosen among all."""
        if chosen == "submit":
            await self.submit()
        else:
            await super().looked_over(chosen)

    async def submit(self) -> None:
        """End the exam: what is not answered is wrong."""
        if self._is_submitting:
            return
        self._is_submitting = True
        over = await self.desk.submit(self.sitting)
        self.say_trouble()
        self.post_message(self.Submitted(over))
