"""A store with 100,000 past answers: what is due, what is known, and keeping one more answer.

Each beside SQLite by itself doing the least that the same needs, on the same file.
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from harness import Measure, paired

from studyapp.study.answers import Answer, Confidence
from studyapp.study.archive import Archive, KeptSitting
from studyapp.study.course import Course, Option, Question, QuestionKind
from studyapp.study.loading import load_course
from studyapp.study.mastery import mastery
from studyapp.study.progress import ProgressStore
from studyapp.study.schedule import review
from studyapp.study.sitting import Mode, Sitting

QUESTIONS = 10_000
ANSWERS = 100_000
ROUND = 20
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)

DUE_LIMIT = 2.0
"""On a quiet machine the bare query takes 8 ms, so this is well below the 50 ms that are wanted."""

KNOWN_LIMIT = 4.0
ANSWER_LIMIT = 5.0

DUE = "SELECT question_id FROM memory WHERE due_at <= ? ORDER BY due_at, question_id"
ALL = "SELECT * FROM answer ORDER BY answered_at, id"
ADD = "INSERT INTO setting VALUES (?, '1')"


@dataclass(frozen=True, slots=True)
class Filled:
    """A store that was answered in for years, and what opens the same file by itself."""

    course: Course
    store: ProgressStore
    bare: sqlite3.Connection


@contextmanager
def filled(questions: int = QUESTIONS, answers: int = ANSWERS) -> Iterator[Filled]:
    """Give a store with so many answers to so many questions, nearly all of them due."""
    course = _course(questions)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.sqlite"
        store = ProgressStore.open(path, NOW)
        store.merge(Archive(tuple(_sittings(course, answers))))
        bare = sqlite3.connect(path, isolation_level=None)
        bare.execute("PRAGMA synchronous = FULL")
        try:
            yield Filled(course, store, bare)
        finally:
            bare.close()
            store.close()


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the due list, what is known, and one more answer."""
    with filled() as there:
        yield due(there, runs=15 if full else 7)
        yield known(there, runs=5 if full else 3)
        yield answer(there, runs=25 if full else 11)


def due(there: Filled, runs: int) -> Measure:
    """Return what the list of due questions takes."""
    return paired(
        f"due list after {ANSWERS:,} answers / bare SQLite query",
        lambda: _seconds(lambda: there.store.due(NOW)),
        lambda: _seconds(lambda: there.bare.execute(DUE, (NOW.isoformat(),)).fetchall()),
        limit=DUE_LIMIT,
        runs=runs,
    )


def known(there: Filled, runs: int) -> Measure:
    """Return what everything that home and the progress screen tell takes."""

    def ours() -> None:
        mastery(there.course, there.store.answers(), there.store.memories(), NOW)

    return paired(
        f"what is known of {ANSWERS:,} answers / bare SQLite query",
        lambda: _seconds(ours),
        lambda: _seconds(lambda: there.bare.execute(ALL).fetchall()),
        limit=KNOWN_LIMIT,
        runs=runs,
    )


def answer(there: Filled, runs: int) -> Measure:
    """Return what one more answer takes until it is on the disk, graded and scheduled."""
    asked, numbers = there.course.questions, count()

    def ours() -> None:
        number = next(numbers)
        question = asked[number]
        sitting = _sitting(f"more {number}", (question.id,), NOW)
        after = sitting.choose(question, 0).answer(question, NOW)
        before = there.store.memory(question.id)
        there.store.add(after, {question.id: review(before, after.answers[question.id])})

    return paired(
        "one answer kept / bare SQLite insert committed",
        lambda: _seconds(ours),
        lambda: _seconds(lambda: there.bare.execute(ADD, (f"bare {next(numbers)}",))),
        limit=ANSWER_LIMIT,
        runs=runs,
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


# -- what is answered --


def _course(questions: int) -> Course:
    """Return the course with made-up questions in the place of its own."""
    real = load_course()
    return replace(real, questions=tuple(_question(real, n) for n in range(questions)))


def _question(real: Course, n: int) -> Question:
    task, topic = real.tasks[n % len(real.tasks)], real.topics[n % len(real.topics)]
    beliefs = real.misconceptions[n % 5 :][:3]
    return Question(
        id=f"bench/question-{n}",
        kind=QuestionKind.MULTIPLE_CHOICE,
        domain=task.domain,
        task=task.id,
        topic=topic.slug,
        difficulty=1,
        stem="",
        hint="",
        options=(
            Option("", is_key=True, rationale="", misconception=None, observation=None),
            *(
                Option("", is_key=False, rationale="", misconception=belief.id, observation=None)
                for belief in beliefs
            ),
        ),
        references=(),
        experiment=None,
        lab=None,
        is_for_exams_only=False,
    )


def _sittings(course: Course, answers: int) -> Iterator[KeptSitting]:
    """Yield rounds over the years, each question as often as every other."""
    chance = random.Random(1)  # noqa: S311 - the same answers each time are wanted
    questions = course.questions
    for n in range(answers // ROUND):
        at = NOW - dt.timedelta(days=1200) + dt.timedelta(hours=5 * n)
        asked = [questions[(n * ROUND + k) % len(questions)] for k in range(ROUND)]
        sitting = _sitting(f"round {n}", tuple(question.id for question in asked), at)
        given = {question.id: _answer(question, at, chance) for question in asked}
        yield KeptSitting(replace(sitting, answers=given), at)


def _sitting(name: str, question_ids: tuple[str, ...], at: dt.datetime) -> Sitting:
    return Sitting(name, Mode.REVIEW, "Review", 1, question_ids, at)


def _answer(question: Question, at: dt.datetime, chance: random.Random) -> Answer:
    place = chance.choice((0, 0, 0, 0, 1, 2, 3))
    return Answer(
        question_id=question.id,
        chosen=(place,),
        is_right=place == 0,
        confidence=chance.choice((None, *Confidence)),
        is_hinted=False,
        seconds=chance.uniform(5, 120),
        order=tuple(chance.sample(range(4), 4)),
        answered_at=at,
    )
