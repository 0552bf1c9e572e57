"""What is kept of a lab: the answered question, hints, and every grading, as values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SOLUTION_AFTER = 2
"""A solution is shown once the lab is passed, or when it is asked for so many times."""


class LabState(StrEnum):
    """How far somebody is with a lab."""

    NEW = "new"
    """Nothing was graded yet."""

    FAILED = "failed"
    PASSED = "passed"
    """It works, and nothing else is allowed."""

    MASTERED = "mastered"
    """Passed, and nothing is superfluous."""


@dataclass(frozen=True, slots=True, order=True)
class LabAttempt:
    """One grading."""

    graded_at: dt.datetime
    """In UTC."""

    works: bool
    nothing_else: bool
    nothing_superfluous: bool

    @property
    def state(self) -> LabState:
        """What it is worth."""
        if not (self.works and self.nothing_else):
            return LabState.FAILED
        return LabState.MASTERED if self.nothing_superfluous else LabState.PASSED

    @property
    def worth(self) -> int:
        """What attempts are compared by: mastered before passed, then how many parts hold."""
        parts = self.works + self.nothing_else + self.nothing_superfluous
        return {LabState.PASSED: 10, LabState.MASTERED: 20}.get(self.state, 0) + parts

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "graded_at": self.graded_at.isoformat(),
            "works": self.works,
            "nothing_else": self.nothing_else,
            "nothing_superfluous": self.nothing_superfluous,
        }


@dataclass(frozen=True, slots=True)
class LabRecord:
    """What is kept of one lab."""

    slug: str

    chosen: int | None = None
    """The place of the chosen option of its question, as written, from 0; None until answered."""

    answered_at: dt.datetime | None = None
    """In UTC; None until its question is answered."""

    hints: int = 0
    """How many hints were seen."""

    solution_asked: int = 0
    """How many times the solution was asked for."""

    attempts: tuple[LabAttempt, ...] = ()
    """The oldest first."""

    @property
    def best(self) -> LabAttempt | None:
        """The best grading, of equal ones the first; None before any."""
        return max(self.attempts, key=lambda attempt: attempt.worth, default=None)

    @property
    def state(self) -> LabState:
        """How far somebody is: what the best grading is worth."""
        return self.best.state if self.best is not None else LabState.NEW

    @property
    def is_passed(self) -> bool:
        """Whether it was ever solved."""
        return self.state in {LabState.PASSED, LabState.MASTERED}

    @property
    def may_see_solution(self) -> bool:
        """Whether the solution is shown: it is solved, or was asked for often enough."""
        return self.is_passed or self.solution_asked >= SOLUTION_AFTER

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "slug": self.slug,
            "chosen": self.chosen,
            "answered_at": self.answered_at.isoformat() if self.answered_at else None,
            "hints": self.hints,
            "solution_asked": self.solution_asked,
            "attempts": [attempt.as_document() for attempt in self.attempts],
        }


def together(here: LabRecord, there: LabRecord) -> LabRecord:
    """Return what two machines know of one lab; the first answer to its question stands."""
    answers = [
        (record.answered_at, record.chosen)
        for record in (here, there)
        if record.answered_at is not None and record.chosen is not None
    ]
    answered_at, chosen = min(answers, default=(None, None))
    return LabRecord(
        here.slug,
        chosen=chosen,
        answered_at=answered_at,
        hints=max(here.hints, there.hints),
        solution_asked=max(here.solution_asked, there.solution_asked),
        attempts=_in_order((*here.attempts, *there.attempts)),
    )


def _in_order(attempts: Iterable[LabAttempt]) -> tuple[LabAttempt, ...]:
    return tuple(sorted(set(attempts)))
