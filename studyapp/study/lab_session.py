"""One lab being played: its question, hints, solution and gradings, each kept before it shows.

Any front end plays a lab through this; documents and sandboxes are its own affair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.grading.values import Grade, Tell
from studyapp.study.lab_progress import LabAttempt, LabRecord, LabState
from studyapp.study.lab_store import LabStore
from studyapp.study.labs import Grader, Lab, grade_lab
from studyapp.study.store_errors import StoreError


class LabSession:
    """A lab, and what one learner has done in it."""

    def __init__(
        self,
        lab: Lab,
        store: LabStore,
        now: Callable[[], dt.datetime],
        tell: Callable[[str], object],
        grader: Grader = grade_lab,
    ) -> None:
        """Go on with a lab.

        Args:
            lab: The lab.
            store: Where it is kept.
            now: Returns the time, in UTC.
            tell: Gets a sentence about what could not be kept.
            grader: Grades documents.

        Raises:
            StoreError: What was done in it before cannot be read.
        """
        self.lab = lab
        self.record: LabRecord = store.record(lab.slug)
        """What was done, now."""

        self._store = store
        self._now = now
        self._tell = tell
        self._grader = grader

    @property
    def is_right(self) -> bool | None:
        """Whether its question was answered right; None before it was."""
        chosen = self.record.chosen
        return None if chosen is None else chosen == self.lab.question.key

    @property
    def may_see_key(self) -> bool:
        """Whether the question's key gives nothing away any more."""
        return self.record.is_passed or self.record.may_see_solution

    def answer(self, place: int) -> None:
        """Answer its question with the option at a place, from 0; the first answer stands."""
        if self.record.chosen is None:
            now = self._now()
            self.record = replace(self.record, chosen=place, answered_at=now)
            self._keep(lambda: self._store.answer(self.lab.slug, place, now))

    def hint(self, number: int) -> str:
        """Return a hint, from 1, and keep that it was seen."""
        text = self.lab.hints[number - 1]
        self.record = replace(self.record, hints=max(self.record.hints, number))
        self._keep(lambda: self._store.see_hint(self.lab.slug, number))
        return text

    def next_hint(self) -> str | None:
        """Return the next hint that was not seen yet; None after the last."""
        number = self.record.hints + 1
        return self.hint(number) if number <= len(self.lab.hints) else None

    def ask_for_solution(self) -> Mapping[str, str] | None:
        """Return the solution's documents, by place; None while it is not shown yet.

        It is shown when the lab is solved, or when this is asked for the second time.
        """
        if not self.record.may_see_solution:
            asked = self.record.solution_asked + 1
            self.record = replace(self.record, solution_asked=asked)
            self._keep(lambda: self._store.ask_for_solution(self.lab.slug))
        return self.lab.solutions if self.record.may_see_solution else None

    def grade(self, documents: Mapping[str, str], tell: Tell) -> Grade:
        """Grade documents, by place, and keep what came of it.

        Raises:
            GradingError: The grading itself failed; nothing is kept of it.
        """
        grade = self._grader(self.lab, documents, tell)
        self.take(grade)
        return grade

    def take(self, grade: Grade) -> None:
        """Keep what came of a grading that was made elsewhere: on the sandbox's thread."""
        attempt = attempt_of(grade, self._now())
        self.record = replace(self.record, attempts=(*self.record.attempts, attempt))
        self._keep(lambda: self._store.add(self.lab.slug, attempt))

    def _keep(self, work: Callable[[], object]) -> None:
        try:
            work()
        except StoreError as error:
            self._tell(str(error))


def attempt_of(grade: Grade, now: dt.datetime) -> LabAttempt:
    """Return what is kept of a grade."""
    return LabAttempt(
        now, grade.works.holds, grade.nothing_else.holds, grade.nothing_superfluous.holds
    )


def state_of(grade: Grade) -> LabState:
    """Return what a grade is worth."""
    if not grade.passed:
        return LabState.FAILED
    return LabState.MASTERED if grade.mastered else LabState.PASSED
