"""The learner's desk: the course and the store, on a thread of their own.

Screens ask the desk and wait without holding up the app: the course is read, and every answer is
kept, on that one thread. What is handed out are values.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from studyapp.study.course import Course, Question
    from studyapp.study.mastery import Mastery
    from studyapp.study.next_steps import Suggestion
    from studyapp.study.progress import ProgressStore
    from studyapp.study.sitting import Mode, Sitting

Value = TypeVar("Value")


def utc_now() -> dt.datetime:
    """Return the time now, in UTC."""
    return dt.datetime.now(dt.UTC)


class Desk:
    """Course and store of one learner; open it before anything else is asked."""

    def __init__(self, directory: Path, now: Callable[[], dt.datetime] = utc_now) -> None:
        self.now = now
        self._directory = directory
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="study")
        self._course: Course | None = None
        self._store: ProgressStore | None = None

    @property
    def course(self) -> Course:
        """The course, once the desk is open."""
        if self._course is None:
            raise RuntimeError("The desk is not open yet.")
        return self._course

    @property
    def store(self) -> ProgressStore:
        """The store, once the desk is open; to be used on its thread."""
        if self._store is None:
            raise RuntimeError("The desk is not open yet.")
        return self._store

    @property
    def is_open(self) -> bool:
        """Whether course and store are there."""
        return self._course is not None

    async def open(self) -> str:
        """Read the course and open the store; return what is amiss, in words."""
        return await self._do(self._open)

    async def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            await self._do(self._store.close)
        self._thread.shutdown(wait=False)

    # -- what there is --

    async def standing(self) -> tuple[Mastery, tuple[Suggestion, ...]]:
        """Return what is known, and what would be good to do next."""
        return await self._do(self._standing)

    async def unfinished(self) -> tuple[Sitting, ...]:
        """Return the sittings that can be gone on with and whose questions still exist."""
        found = await self._do(self.store.unfinished)
        known = self.course.by_id
        return tuple(s for s in found if all(q in known for q in s.question_ids))

    async def seen(self) -> frozenset[str]:
        """Return the questions that were ever answered."""
        return frozenset(await self._do(self.store.memories))

    async def lapses(self, question_id: str) -> int:
        """Return how often a question was forgotten, if that is too often; otherwise 0."""
        memory = await self._do(self.store.memory, question_id)
        return memory.lapses if memory is not None and memory.is_leech else 0

    async def exam_date(self) -> dt.date | None:
        """Return the day of the exam, if one is set."""
        return await self._do(self.store.exam_date)

    async def set_exam_date(self, day: dt.date | None) -> None:
        """Set the day of the exam, or none; ``StoreError`` when it cannot be kept."""
        await self._do(self.store.set_exam_date, day, self.now())

    async def setting(self, name: str) -> Any:
        """Return a setting; None when it was never set."""
        return await self._do(self.store.setting, name)

    async def set(self, name: str, value: Any) -> None:
        """Keep a setting; ``StoreError`` when it cannot be kept."""
        await self._do(self.store.set, name, value)

    # -- sittings --

    async def begin(
        self,
        mode: Mode,
        title: str,
        question_ids: Iterable[str],
        *,
        seed: int | None = None,
        minutes: int | None = None,
        unscored: frozenset[str] = frozenset(),
    ) -> Sitting:
        """Begin a sitting and keep it.

        Raises:
            ValueError: There is no question to ask.
            StoreError: It cannot be kept.
        """
        from studyapp.study.sitting import Sitting  # noqa: PLC0415 - after the first frame

        ids = tuple(question_ids)
        if not ids:
            raise ValueError("There is no question to ask.")
        sitting = Sitting(
            id=uuid.uuid4().hex,
            mode=mode,
            title=title,
            seed=new_seed() if seed is None else seed,
            question_ids=ids,
            started_at=self.now(),
            minutes=minutes,
            unscored=unscored,
        )
        await self.keep(sitting)
        return sitting

    async def keep(self, sitting: Sitting) -> None:
        """Keep a sitting as it stands; ``StoreError`` when that cannot be."""
        await self._do(self.store.keep, sitting)

    async def answer(self, sitting: Sitting, question: Question) -> Sitting:
        """Answer a question with what is chosen; it is kept when this returns."""
        return await self._do(self._answer, sitting.tick(self.now()), (question,))

    async def submit(self, sitting: Sitting) -> Sitting:
        """Answer all questions of an exam with what is chosen, and end it."""
        questions = [self.course.by_id[question_id] for question_id in sitting.question_ids]
        return await self._do(self._answer, sitting.tick(self.now()), questions)

    async def take_back(self, sitting: Sitting, question_id: str) -> Sitting:
        """Take an answer back, and with it what was remembered of it."""
        earlier = sitting.take_back(question_id)
        await self._do(self.store.take_back, earlier, question_id)
        return earlier

    # -- on the thread --

    async def _do(self, work: Callable[..., Value], *arguments: Any) -> Value:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)

    def _open(self) -> str:
        from studyapp.study.loading import read_course  # noqa: PLC0415 - after the first frame
        from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415

        if self._store is not None:
            return ""
        self._store = ProgressStore.open(progress_file(self._directory), self.now())
        self._course, problems = read_course()
        spoilt = "Some questions cannot be read: studyapp check says why."
        return " ".join(filter(None, (self._store.notice, spoilt if problems else "")))

    def _standing(self) -> tuple[Mastery, tuple[Suggestion, ...]]:
        from studyapp.study.mastery import mastery  # noqa: PLC0415
        from studyapp.study.next_steps import suggestions  # noqa: PLC0415

        now = self.now().astimezone()
        known = mastery(self.course, self.store.answers(), self.store.memories(), now)
        return known, suggestions(self.course, known, self.store.unfinished())

    def _answer(self, sitting: Sitting, questions: Iterable[Question]) -> Sitting:
        from studyapp.study.schedule import review  # noqa: PLC0415

        now, exam_date = self.now(), self.store.exam_date()
        memories = {}
        for question in questions:
            if question.id not in sitting.answers:
                sitting = sitting.answer(question, now)
                answer = sitting.answers[question.id]
                memories[question.id] = review(self.store.memory(question.id), answer, exam_date)
        self.store.add(sitting, memories)
        if sitting.is_over:
            self.store.end(sitting, now)
        return sitting


def new_seed() -> int:
    """Return a seed that is short enough to be typed."""
    return secrets.randbelow(100_000)
