"""The learner's desk: course and store on a thread of their own.

Screens ask the desk and wait without holding up the app: the course is read, and every answer is
kept, on that one thread. What is handed out are values. What could not be kept is told, and tried
again with what is kept next.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from studyapp.study.given import utc_now

if TYPE_CHECKING:
    from studyapp.study.course import Course, Question
    from studyapp.study.drawing import Length
    from studyapp.study.lab_choice import LabCount
    from studyapp.study.lab_progress import LabRecord
    from studyapp.study.lab_session import LabSession
    from studyapp.study.labs import Lab
    from studyapp.study.ledger import Ledger
    from studyapp.study.mastery import Mastery
    from studyapp.study.next_steps import Suggestion
    from studyapp.study.progress import ProgressStore
    from studyapp.study.sitting import Mode, Sitting
    from studyapp.study.walk_progress import StepDone
    from studyapp.study.walk_standing import ChapterStanding
    from studyapp.study.walkthrough import Chapter

Value = TypeVar("Value")


class Desk:
    """Course and store of one learner; open it before anything else is asked."""

    def __init__(self, directory: Path, now: Callable[[], dt.datetime] = utc_now) -> None:
        self.now = now
        self._directory = directory
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="study")
        self._store: ProgressStore | None = None
        self._ledger: Ledger | None = None
        self._told: list[str] = []
        self._chapters: tuple[Chapter, ...] | None = None
        self._known_labs: tuple[Lab, ...] | None = None

    @property
    def course(self) -> Course:
        """The course, once the desk is open."""
        return self._open_ledger.course

    @property
    def is_open(self) -> bool:
        """Whether course and store are there."""
        return self._ledger is not None

    @property
    def _open_ledger(self) -> Ledger:
        if self._ledger is None:
            raise RuntimeError("The desk is not open yet.")
        return self._ledger

    @property
    def _open_store(self) -> ProgressStore:
        if self._store is None:
            raise RuntimeError("The desk is not open yet.")
        return self._store

    async def open(self) -> str:
        """Read the course and open the store; return what is amiss, in words."""
        return await self._do(self._open)

    async def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            await self._do(self._store.close)
        self._thread.shutdown(wait=False)

    def take_told(self) -> tuple[str, ...]:
        """Return what could not be kept since this was last asked, a sentence each."""
        told, self._told = tuple(dict.fromkeys(self._told)), []
        return told

    # -- what there is --

    async def chapters(self) -> tuple[Chapter, ...]:
        """Return the chapters of the walkthrough, in order; they are read once."""
        return await self._do(self._read_chapters)

    async def steps_done(self) -> Mapping[str, StepDone]:
        """Return the steps of the walkthrough that are done, by ``chapter/step``, oldest first."""
        return await self._do(self._read_steps_done)

    async def walked(self) -> tuple[ChapterStanding, ...]:
        """Return how far each chapter of the walkthrough is."""
        return await self._do(self._walked)

    async def keep_step(self, done: StepDone) -> None:
        """Keep a step of the walkthrough; what cannot be kept is told."""
        await self._do(self._keep_step, done)

    async def standing(self) -> tuple[Mastery, tuple[Suggestion, ...]]:
        """Return what is known, and what would be good to do next."""
        return await self._do(self._standing)

    async def unfinished(self) -> tuple[Sitting, ...]:
        """Return the sittings that can be gone on with."""
        return await self._do(self._open_ledger.unfinished)

    async def finished_exams(self) -> tuple[Sitting, ...]:
        """Return the exams that were submitted, the newest first."""
        return await self._do(self._open_ledger.finished_exams)

    async def seen(self) -> frozenset[str]:
        """Return the questions that were ever answered."""
        return await self._do(self._open_ledger.seen)

    async def lapses(self, question_id: str) -> int:
        """Return how often a question was forgotten, if that is too often; otherwise 0."""
        memory = await self._do(self._open_ledger.memory, question_id)
        return memory.lapses if memory is not None and memory.is_leech else 0

    async def exam_date(self) -> dt.date | None:
        """Return the day of the exam, if one is set."""
        return await self._do(self._open_store.exam_date)

    async def set_exam_date(self, day: dt.date | None) -> None:
        """Set the day of the exam, or none; ``StoreError`` when it cannot be kept."""
        await self._do(self._open_store.set_exam_date, day, self.now())

    # -- sittings --

    async def begin(
        self,
        mode: Mode,
        title: str,
        question_ids: Iterable[str],
    ) -> Sitting:
        """Begin a sitting and keep it; ``ValueError`` when there is no question to ask."""
        return await self._do(self._open_ledger.begin, mode, title, question_ids)

    async def begin_exam(self, length: Length) -> Sitting:
        """Draw an exam and begin it; ``ValueError`` when the bank cannot fill this length."""
        return await self._do(self._open_ledger.begin_exam, length)

    async def drawn(self, wants: Callable[[Question], bool]) -> tuple[str, ...]:
        """Draw a round of practice from the questions that are wanted."""
        ledger = self._open_ledger
        return await self._do(lambda: ledger.drawn(wants, seed=ledger.any_seed()))

    async def keep(self, sitting: Sitting) -> None:
        """Keep a sitting as it stands."""
        await self._do(self._open_ledger.keep, sitting)

    async def answer(self, sitting: Sitting, question: Question) -> Sitting:
        """Answer a question with what is chosen; it is kept, or told, when this returns."""
        return await self._do(self._open_ledger.answer, sitting.tick(self.now()), (question,))

    async def submit(self, sitting: Sitting) -> Sitting:
        """Answer all questions of an exam with what is chosen, and end it."""
        questions = [self.course.by_id[question_id] for question_id in sitting.question_ids]
        return await self._do(self._open_ledger.answer, sitting.tick(self.now()), questions)

    async def take_back(self, sitting: Sitting, question_id: str) -> Sitting:
        """Take an answer back, and with it what was remembered of it."""
        return await self._do(self._open_ledger.take_back, sitting, question_id)

    # -- labs --

    async def labs(self) -> tuple[tuple[Lab, LabRecord], ...]:
        """Return the labs in teaching order, each with what was done in it."""
        return await self._do(self._labs)

    async def lab_count(self) -> LabCount:
        """Return how many labs there are, passed and mastered."""
        from studyapp.study.lab_choice import counted  # noqa: PLC0415 - after the first frame

        return counted(await self._do(self._labs))

    async def lab_session(self, lab: Lab) -> LabSession:
        """Go on with a lab; what is then asked of the session goes through ``in_lab``."""
        return await self._do(self._lab_session, lab)

    async def in_lab(self, work: Callable[..., Value], *arguments: object) -> Value:
        """Let a session keep something, on the thread that owns the store."""
        return await self._do(work, *arguments)

    # -- on the thread --

    async def _do(self, work: Callable[..., Value], *arguments: object) -> Value:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)

    def _open(self) -> str:
        from studyapp.study.ledger import Ledger  # noqa: PLC0415 - after the first frame
        from studyapp.study.loading import read_course  # noqa: PLC0415
        from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415

        if self._ledger is not None:
            return ""
        store = ProgressStore.open(progress_file(self._directory), self.now())
        course, problems = read_course()
        self._store = store
        self._ledger = Ledger(course, store, self.now, self._tell)
        spoilt = "Some questions cannot be read: studyapp check says why."
        return " ".join(filter(None, (store.notice, spoilt if problems else "")))

    def _labs(self) -> tuple[tuple[Lab, LabRecord], ...]:
        from studyapp.study.lab_loading import read_labs  # noqa: PLC0415 - for those who want labs
        from studyapp.study.lab_progress import LabRecord  # noqa: PLC0415
        from studyapp.study.lab_store import LabStore  # noqa: PLC0415

        records = LabStore(self._open_store).records()
        if self._known_labs is None:
            self._known_labs, _ = read_labs()
        return tuple((lab, records.get(lab.slug, LabRecord(lab.slug))) for lab in self._known_labs)

    def _lab_session(self, lab: Lab) -> LabSession:
        from studyapp.study.lab_session import LabSession  # noqa: PLC0415
        from studyapp.study.lab_store import LabStore  # noqa: PLC0415

        return LabSession(lab, LabStore(self._open_store), self.now, self._tell)

    def _tell(self, sentence: str) -> None:
        self._told.append(sentence)

    def _standing(self) -> tuple[Mastery, tuple[Suggestion, ...]]:
        from studyapp.study.next_steps import suggestions  # noqa: PLC0415
        from studyapp.study.walk_standing import current, standings  # noqa: PLC0415

        ledger = self._open_ledger
        known, done = ledger.standing(), self._read_steps_done()
        chapter = current(standings(self._read_chapters(), done), done)
        return known, suggestions(ledger.course, known, ledger.unfinished(), chapter)

    def _walked(self) -> tuple[ChapterStanding, ...]:
        from studyapp.study.walk_standing import standings  # noqa: PLC0415

        return standings(self._read_chapters(), self._read_steps_done())

    def _read_chapters(self) -> tuple[Chapter, ...]:
        from studyapp.study.walk_loading import read_chapters  # noqa: PLC0415

        if self._chapters is None:
            self._chapters, _ = read_chapters(self.course)
        return self._chapters

    def _read_steps_done(self) -> Mapping[str, StepDone]:
        from studyapp.study.walk_progress import steps_done  # noqa: PLC0415

        return steps_done(self._open_store)

    def _keep_step(self, done: StepDone) -> None:
        from studyapp.study.store_errors import StoreError  # noqa: PLC0415
        from studyapp.study.walk_progress import keep_step  # noqa: PLC0415

        try:
            keep_step(self._open_store, done)
        except StoreError as error:
            self._tell(str(error))
