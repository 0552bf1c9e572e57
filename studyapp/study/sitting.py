"""A sitting: questions asked one after another, and what has been done with each.

Practice, review and exam are sittings. A sitting is a value: what is done to it returns another,
so that each state can be kept and taken up again, also after a crash. The clock is an argument.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from studyapp.study.answers import Answer, Confidence, grade
from studyapp.study.course import Question, QuestionKind


class Mode(StrEnum):
    """What a sitting is for."""

    PRACTICE = "practice"
    REVIEW = "review"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class Marks:
    """What has been done with a question that is not answered yet."""

    chosen: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    """Places of options as written, like those chosen."""

    is_flagged: bool = False
    is_hinted: bool = False
    confidence: Confidence | None = None

    seconds: float = 0.0
    """How long the question has been looked at before its answer, to the millisecond."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Questions asked one after another."""

    id: str
    mode: Mode
    title: str

    seed: int
    """What the order of the options comes from; shown, so that a sitting can be had again."""

    question_ids: tuple[str, ...]
    started_at: dt.datetime
    """In UTC, like every time here."""

    position: int = 0
    marks: Mapping[str, Marks] = field(default_factory=dict)
    """By question; without a row where nothing was done."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By question; in an exam all at once, when it is submitted."""

    minutes: int | None = None
    """How long an exam lasts."""

    unscored: frozenset[str] = frozenset()
    """Questions of an exam that do not count, which nobody is told before."""

    seen_at: dt.datetime | None = None
    """When time was last counted; None while the sitting is away."""

    @property
    def question_id(self) -> str:
        """The question at hand."""
        return self.question_ids[self.position]

    @property
    def is_over(self) -> bool:
        """Whether every question is answered."""
        return len(self.answers) == len(self.question_ids)

    @property
    def spent(self) -> float:
        """Seconds that all questions have been looked at."""
        return sum(marks.seconds for marks in self.marks.values())

    @property
    def remaining(self) -> float | None:
        """Seconds that are left of an exam; None without a limit."""
        return None if self.minutes is None else max(0.0, self.minutes * 60 - self.spent)

    def marks_of(self, question_id: str) -> Marks:
        """Return what has been done with a question."""
        return self.marks.get(question_id, Marks())

    def order_of(self, question: Question) -> tuple[int, ...]:
        """Return the places of a question's options in the order in which they are shown.

        It depends on the seed and the question's id alone, and is the same everywhere.
        """
        places = list(range(len(question.options)))
        random.Random(f"{self.seed} {question.id}").shuffle(places)  # noqa: S311 - no secret
        return tuple(places)

    # -- what can be done --

    def tick(self, now: dt.datetime) -> Sitting:
        """Count the time since the last tick for the question at hand; never less than none.

        Reading what is said of an answer does not count.
        """
        gone = (now - self.seen_at).total_seconds() if self.seen_at else 0.0
        if gone <= 0.0 or self.question_id in self.answers:
            return replace(self, seen_at=now)
        marks = self.marks_of(self.question_id)
        timed = replace(marks, seconds=round(marks.seconds + gone, 3))
        return replace(self._with(self.question_id, timed), seen_at=now)

    def pause(self) -> Sitting:
        """Stop counting time until the next tick."""
        return replace(self, seen_at=None)

    def choose(self, question: Question, place: int) -> Sitting:
        """Choose an option of a question, or take the choice back."""
        if question.id in self.answers:
            return self
        marks = self.marks_of(question.id)
        if place in marks.chosen:
            chosen = marks.chosen - {place}
        elif question.kind is QuestionKind.MULTIPLE_CHOICE:
            chosen = frozenset({place})
        else:
            chosen = marks.chosen | {place}
        marks = replace(marks, chosen=chosen, struck=marks.struck - {place})
        return self._with(question.id, marks)

    def strike(self, question: Question, place: int) -> Sitting:
        """Strike out an option of a question, or take that back."""
        if question.id in self.answers:
            return self
        marks = self.marks_of(question.id)
        marks = replace(marks, struck=marks.struck ^ {place}, chosen=marks.chosen - {place})
        return self._with(question.id, marks)

    def flag(self) -> Sitting:
        """Flag the question at hand for a later look, or take the flag away."""
        marks = self.marks_of(self.question_id)
        return self._with(self.question_id, replace(marks, is_flagged=not marks.is_flagged))

    def hint(self) -> Sitting:
        """Take the hint of the question at hand."""
        return self._mark(is_hinted=True)

    def be(self, confidence: Confidence | None) -> Sitting:
        """Say how sure the answer to the question at hand is."""
        return self._mark(confidence=confidence)

    def go_to(self, position: int) -> Sitting:
        """Go to another question; beyond the ends is the nearest end."""
        return replace(self, position=max(0, min(position, len(self.question_ids) - 1)))

    def answer(self, question: Question, now: dt.datetime) -> Sitting:
        """Answer a question with what is chosen; once answered it stays so."""
        if question.id in self.answers:
            return self
        marks = self.marks_of(question.id)
        answer = Answer(
            question.id,
            tuple(sorted(marks.chosen)),
            grade(question, marks.chosen).is_right,
            marks.confidence,
            marks.is_hinted,
            marks.seconds,
            self.order_of(question),
            now,
        )
        return replace(self, answers={**self.answers, question.id: answer})

    def take_back(self, question_id: str) -> Sitting:
        """Take an answer back, so that the question is asked again, as it stood before it."""
        left = {key: answer for key, answer in self.answers.items() if key != question_id}
        return replace(self, answers=left)

    def submit(self, questions: Mapping[str, Question], now: dt.datetime) -> Sitting:
        """Answer every question of an exam with what is chosen; nothing chosen is wrong."""
        over = self
        for question_id in self.question_ids:
            over = over.answer(questions[question_id], now)
        return over

    def _mark(self, **marks: Any) -> Sitting:
        """Mark the question at hand, unless it is answered."""
        if self.question_id in self.answers:
            return self
        return self._with(self.question_id, replace(self.marks_of(self.question_id), **marks))

    def _with(self, question_id: str, marks: Marks) -> Sitting:
        return replace(self, marks={**self.marks, question_id: marks})

    # -- as a document --

    def as_document(self) -> dict[str, Any]:
        """Return what is needed to take the sitting up again, without its answers, as JSON."""
        return {
            "mode": str(self.mode),
            "title": self.title,
            "seed": self.seed,
            "questions": list(self.question_ids),
            "started_at": self.started_at.isoformat(),
            "position": self.position,
            "marks": {key: _marks_document(marks) for key, marks in self.marks.items()},
            "minutes": self.minutes,
            "unscored": sorted(self.unscored),
        }


def _marks_document(marks: Marks) -> dict[str, Any]:
    return {
        "chosen": sorted(marks.chosen),
        "struck": sorted(marks.struck),
        "is_flagged": marks.is_flagged,
        "is_hinted": marks.is_hinted,
        "confidence": str(marks.confidence) if marks.confidence else None,
        "seconds": marks.seconds,
    }


def sitting_of(sitting_id: str, document: Mapping[str, Any], answers: Iterable[Answer]) -> Sitting:
    """Return a sitting from its document and its answers, time not counting.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError: It is no such document.
    """
    questions = tuple(str(entry) for entry in document["questions"])
    if not questions or len(set(questions)) < len(questions):
        raise ValueError("a sitting has questions, each of them once")
    started_at = dt.datetime.fromisoformat(document["started_at"])
    if started_at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Sitting(
        id=sitting_id,
        mode=Mode(document["mode"]),
        title=str(document["title"]),
        seed=int(document["seed"]),
        question_ids=questions,
        started_at=started_at,
        position=max(0, min(int(document["position"]), len(questions) - 1)),
        marks={
            str(key): _marks_of(entry)
            for key, entry in document["marks"].items()
            if key in questions
        },
        answers={answer.question_id: answer for answer in answers},
        minutes=None if document["minutes"] is None else int(document["minutes"]),
        unscored=frozenset(str(entry) for entry in document["unscored"]),
    )


def _marks_of(entry: Mapping[str, Any]) -> Marks:
    confidence = entry["confidence"]
    seconds = float(entry["seconds"])
    if not 0.0 <= seconds < math.inf:
        raise ValueError("a time that cannot have been spent")
    chosen = _places(entry["chosen"])
    return Marks(
        chosen=chosen,
        struck=_places(entry["struck"]) - chosen,
        is_flagged=bool(entry["is_flagged"]),
        is_hinted=bool(entry["is_hinted"]),
        confidence=Confidence(confidence) if confidence else None,
        seconds=seconds,
    )


def _places(entries: Sequence[Any]) -> frozenset[int]:
    return frozenset(int(entry) for entry in entries)
