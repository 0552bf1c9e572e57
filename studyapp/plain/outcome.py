"""What came of a sitting, for scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from studyapp.study.result import ExamResult
from studyapp.study.sitting import Mode, Sitting


class Status(StrEnum):
    """How it ended."""

    FINISHED = "finished"
    UNFINISHED = "unfinished"
    """It can be gone on with."""

    NOTHING = "nothing"
    """There was nothing to ask."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    status: Status
    exit_status: int = 0
    says: str = ""
    """Why there was nothing to ask, as a sentence."""

    sitting: Sitting | None = None
    is_resumed: bool = False
    is_kept: bool = True
    result: ExamResult | None = None
    next_due: dt.datetime | None = None

    def as_document(self, notes: Iterable[str] = ()) -> dict[str, Any]:
        """Return it as a JSON document.

        Args:
            notes: Sentences on what was amiss.
        """
        return {
            "status": str(self.status),
            "says": self.says,
            "notes": list(notes),
            "next_due": self.next_due.isoformat() if self.next_due else None,
            "resumed": self.is_resumed,
            "kept": self.is_kept,
            "sitting": _sitting_document(self.sitting) if self.sitting else None,
            "result": _result_document(self.result) if self.result else None,
        }


def answered(sitting: Sitting) -> int:
    """Return how many questions of a sitting have an answer, graded or not."""
    if sitting.mode is Mode.EXAM and not sitting.is_over:
        return sum(bool(sitting.marks_of(name).chosen) for name in sitting.question_ids)
    return len(sitting.answers)


def _sitting_document(sitting: Sitting) -> dict[str, Any]:
    return {
        "id": sitting.id,
        "mode": str(sitting.mode),
        "title": sitting.title,
        "seed": sitting.seed,
        "questions": len(sitting.question_ids),
        "answered": answered(sitting),
        "right": sum(answer.is_right for answer in sitting.answers.values()),
        "answers": [answer.as_document() for answer in sitting.answers.values()],
    }


def _result_document(result: ExamResult) -> dict[str, Any]:
    return {**asdict(result), "would_pass": result.would_pass}
