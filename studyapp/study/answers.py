"""Answers as they are kept: what was chosen, how sure, how long, and what it is worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studyapp.study.course import Question


class Confidence(StrEnum):
    """How sure somebody is before the answer is graded."""

    SURE = "sure"
    UNSURE = "unsure"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer is worth: all or nothing, with the parts told."""

    is_right: bool
    right_chosen: int
    wrong_chosen: int
    missed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    question_id: str

    chosen: tuple[int, ...]
    """The places of the chosen options as written, from 0, in order; none when unanswered."""

    is_right: bool
    confidence: Confidence | None
    is_hinted: bool

    seconds: float
    """From the question to the answer."""

    order: tuple[int, ...]
    """The places of the options as written, in the order in which they were shown."""

    answered_at: dt.datetime
    """In UTC."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "question": self.question_id,
            "chosen": list(self.chosen),
            "is_right": self.is_right,
            "confidence": str(self.confidence) if self.confidence else None,
            "is_hinted": self.is_hinted,
            "seconds": self.seconds,
            "order": list(self.order),
            "answered_at": self.answered_at.isoformat(),
        }


def grade(question: Question, chosen: frozenset[int]) -> Grade:
    """Grade a choice: it is right when it is the key and nothing else."""
    key = question.key
    return Grade(
        is_right=chosen == key,
        right_chosen=len(chosen & key),
        wrong_chosen=len(chosen - key),
        missed=len(key - chosen),
    )
