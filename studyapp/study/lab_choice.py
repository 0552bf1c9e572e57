"""How far one is with the labs, and which is good to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyapp.study.lab_progress import LabRecord, LabState
from studyapp.study.labs import Lab

Row = tuple[Lab, LabRecord]


@dataclass(frozen=True, slots=True)
class LabCount:
    """How many labs there are, and how many of them are done."""

    total: int
    passed: int
    """Mastered ones among them."""

    mastered: int

    @property
    def share(self) -> float:
        """How far one is, 0 to 1."""
        return self.passed / max(1, self.total)

    def words(self) -> str:
        """Return it in words."""
        return f"{self.passed} of {self.total} passed · {self.mastered} mastered"


def counted(rows: Sequence[Row]) -> LabCount:
    """Return how many labs there are, and how many of them are done."""
    records = [record for _, record in rows]
    return LabCount(len(rows), sum(map(_is_passed, records)), sum(map(_is_mastered, records)))


def next_lab(rows: Sequence[Row], after: str = "") -> Lab | None:
    """Return the next lab that is not passed, or else the next that is not mastered.

    Args:
        rows: The labs in teaching order, each with what was done in it.
        after: The slug of a lab: those after it come first, it is never meant itself.
    """
    places = [place for place, (lab, _) in enumerate(rows) if lab.slug == after]
    begin = places[0] + 1 if places else 0
    ordered = [row for row in (*rows[begin:], *rows[:begin]) if row[0].slug != after]
    for is_done in (_is_passed, _is_mastered):
        for lab, record in ordered:
            if not is_done(record):
                return lab
    return None


def _is_passed(record: LabRecord) -> bool:
    return record.is_passed


def _is_mastered(record: LabRecord) -> bool:
    return record.state is LabState.MASTERED
