"""Course and store together: sittings are begun, answered and kept.

What cannot be kept is told, and tried again with what is kept next: the quiz goes on meanwhile.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from studyapp.study import drawing
from studyapp.study.course import Course, Question
from studyapp.study.given import new_seed
from studyapp.study.mastery import Mastery, mastery
from studyapp.study.progress import ProgressStore
from studyapp.study.schedule import Memory, review
from studyapp.study.sitting import Mode, Sitting
from studyapp.study.store_errors import StoreError


class Ledger:
    """Course and store of one learner, for one who asks and waits."""

    def __init__(
        self,
        course: Course,
        store: ProgressStore,
        now: Callable[[], dt.datetime],
        tell: Callable[[str], object],
        any_seed: Callable[[], int] = new_seed,
    ) -> None:
        """Use these.

        Args:
            course: What is asked.
            store: Where it is kept.
            now: Returns the time, in UTC.
            tell: Gets a sentence about what could not be kept.
            any_seed: Returns a seed where none is wished for.
        """
        self.course = course
        self.now = now
        self.any_seed = any_seed
        self._store = store
        self._tell = tell
        self._unkept: dict[str, Memory] = {}

    @property
    def keeps_everything(self) -> bool:
        """Whether all that was answered will be there the next time."""
        return self._store.is_lasting and not self._unkept

    def standing(self) -> Mastery:
        """Return what is known; ``StoreError`` when the store cannot be read."""
        answers, memories = self._store.answers(), self._store.memories()
        return mastery(self.course, answers, memories, self.now().astimezone())

    def seen(self) -> frozenset[str]:
        """Return the questions that were ever answered."""
        return frozenset(self._store.memories())

    def next_due(self, wants: Callable[[Question], bool]) -> dt.datetime | None:
        """Return when the next of some questions is due; None when none of them was answered."""
        known = self.course.by_id
        memories = self._store.memories()
        return min(
            (m.due_at for name, m in memories.items() if name in known and wants(known[name])),
            default=None,
        )

    def memory(self, question_id: str) -> Memory | None:
        """Return what is known of a question."""
        return self._unkept.get(question_id) or self._store.memory(question_id)

    def unfinished(self, mode: Mode | None = None) -> tuple[Sitting, ...]:
        """Return the sittings, of a mode or of all, that can be gone on with, the newest first."""
        return tuple(
            sitting
            for sitting in self._store.unfinished()
            if mode in {None, sitting.mode} and not sitting.is_over and self._can_be_asked(sitting)
        )

    def finished_exams(self) -> tuple[Sitting, ...]:
        """Return the exams that were submitted, the newest first."""
        return tuple(filter(self._can_be_asked, self._store.finished_exams()))

    def _can_be_asked(self, sitting: Sitting) -> bool:
        """Tell whether the course still has all questions of a sitting."""
        return all(question_id in self.course.by_id for question_id in sitting.question_ids)

    def drawn(
        self, wants: Callable[[Question], bool], *, seed: int, count: int = drawing.ROUND
    ) -> tuple[str, ...]:
        """Draw a round of practice from the questions that are wanted."""
        return drawing.practice(
            filter(wants, self.course.questions),
            count=count,
            seed=seed,
            seen=self.seen(),
            weak=self.standing().weak_questions,
        )

    def begin_exam(self, length: drawing.Length, seed: int | None = None) -> Sitting:
        """Draw an exam and begin it; ``ValueError`` when the bank cannot fill this length."""
        seed = self.any_seed() if seed is None else seed
        ids, unscored = drawing.exam(self.course, length, seed=seed, seen=self.seen())
        return self.begin(
            Mode.EXAM,
            f"Exam · {length.questions} questions, {length.minutes} minutes",
            ids,
            seed=seed,
            minutes=length.minutes,
            unscored=unscored,
        )

    def begin(
        self,
        mode: Mode,
        title: str,
        question_ids: Iterable[str],
        *,
        seed: int | None = None,
        minutes: int | None = None,
        unscored: frozenset[str] = frozenset(),
    ) -> Sitting:
        """Begin a sitting and keep it; ``ValueError`` when there is no question to ask."""
        ids = tuple(question_ids)
        if not ids:
            raise ValueError("There is no question to ask.")
        sitting = Sitting(
            id=uuid.uuid4().hex,
            mode=mode,
            title=title,
            seed=self.any_seed() if seed is None else seed,
            question_ids=ids,
            started_at=self.now(),
            minutes=minutes,
            unscored=unscored,
        )
        self.keep(sitting)
        return sitting

    def keep(self, sitting: Sitting) -> None:
        """Keep a sitting as it stands, and what could not be kept before."""
        if self._unkept:
            self._add(sitting, {})
        else:
            self._attempt(lambda: self._store.keep(sitting))

    def answer(self, sitting: Sitting, questions: Iterable[Question]) -> Sitting:
        """Answer questions with what is chosen; it is kept, or told, when this returns."""
        now, exam_date = self.now(), self._store.exam_date()
        memories = {}
        for question in questions:
            if question.id not in sitting.answers:
                sitting = sitting.answer(question, now)
                before = self.memory(question.id)
                answer = sitting.answers[question.id]
                memories[question.id] = review(before, answer, exam_date)
        self._add(sitting, memories)
        if sitting.is_over:
            self._attempt(lambda: self._store.end(sitting, now))
        return sitting

    def take_back(self, sitting: Sitting, question_id: str) -> Sitting:
        """Take an answer back, and with it what was remembered since."""
        earlier = sitting.take_back(question_id)
        if self._unkept.pop(question_id, None) is None:
            self._attempt(lambda: self._store.take_back(earlier, question_id))
        return earlier

    def _add(self, sitting: Sitting, memories: dict[str, Memory]) -> None:
        """Keep answers together with those still unkept; where that fails, by themselves."""
        earlier = self._unkept
        self._unkept = {**earlier, **memories}
        trouble = ""
        for batch in (self._unkept, memories) if earlier and memories else (self._unkept,):
            try:
                self._store.add(sitting, batch)
            except StoreError as error:
                trouble = str(error)
            else:
                self._unkept = {} if batch is self._unkept else earlier
                return
        self._tell(trouble)

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except StoreError as error:
            self._tell(str(error))
