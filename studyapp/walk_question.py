"""The question of a check step: asked in its place, its answer kept with the quiz's."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from studyapp.study.course import Question
from studyapp.study.given import new_seed
from studyapp.study.sitting import Mode, Sitting
from studyapp.widgets.question_card import Card


@dataclass(slots=True)
class Asked:
    """One question, and what has been done with it."""

    question: Question
    sitting: Sitting
    pointed: int = 0
    """The row that is pointed at, from 0."""

    @classmethod
    def of(cls, question: Question, chapter: str, now: dt.datetime) -> Asked:
        """Begin to ask a question; nothing is kept before it is answered."""
        sitting = Sitting(
            id=uuid.uuid4().hex,
            mode=Mode.PRACTICE,
            title=f"Walkthrough · {chapter}",
            seed=new_seed(),
            question_ids=(question.id,),
            started_at=now,
        )
        return cls(question, sitting.tick(now))

    @property
    def is_answered(self) -> bool:
        """Whether it is answered."""
        return self.question.id in self.sitting.answers

    @property
    def is_right(self) -> bool:
        """Whether it is answered right."""
        return self.is_answered and self.sitting.answers[self.question.id].is_right

    @property
    def is_chosen(self) -> bool:
        """Whether as many options are chosen as there are to choose."""
        chosen = self.sitting.marks_of(self.question.id).chosen
        return len(chosen) >= len(self.question.key)

    @property
    def card(self) -> Card:
        """What is shown."""
        order = self.sitting.order_of(self.question)
        marks = self.sitting.marks_of(self.question.id)
        chosen = marks.chosen
        if self.is_answered:
            chosen = frozenset(self.sitting.answers[self.question.id].chosen)
        return Card(
            self.question,
            order,
            chosen,
            marks.struck,
            cursor=order[self.pointed % len(order)],
            is_revealed=self.is_answered,
            is_hinted=marks.is_hinted,
        )

    def choose(self, number: int) -> None:
        """Choose an option by the number that is shown, or take the choice back."""
        order = self.sitting.order_of(self.question)
        if not self.is_answered and 1 <= number <= len(order):
            self.pointed = number - 1
            self.sitting = self.sitting.choose(self.question, order[number - 1])

    def point(self, change: int) -> None:
        """Point at another option."""
        self.pointed = (self.pointed + change) % len(self.question.options)

    def hint(self) -> None:
        """Take the hint."""
        if not self.is_answered:
            self.sitting = self.sitting.hint()
