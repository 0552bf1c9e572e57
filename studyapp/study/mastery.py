"""What is known, what is weak and what is misunderstood, computed from everything answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studyapp.study.answers import Answer, Confidence
from studyapp.study.course import Course, Question
from studyapp.study.result import Share
from studyapp.study.schedule import Memory, retrievability

KNOWN_AT = 0.8
"""A question is known when its last answer was right and would be right again with this chance."""

LEAST_ANSWERED = 3
"""With fewer questions answered, nothing is said about an exam domain."""


@dataclass(frozen=True, slots=True)
class Mastery:
    """What somebody knows of the course; about questions that it still has."""

    bank: int
    """How many questions there are."""

    known: frozenset[str]
    """Questions whose last answer was right and that are remembered well enough."""

    last_right: Mapping[str, bool]
    """By question that was ever answered: whether its last answer was right."""

    domains: tuple[Share, ...]
    """By exam domain: of the questions answered, how many were right the last time."""

    tasks: tuple[Share, ...]
    topics: tuple[Share, ...]

    due: tuple[str, ...]
    """Questions that are due, the longest due first."""

    leeches: tuple[str, ...]
    """Questions that are forgotten again and again."""

    weak_questions: tuple[str, ...]
    """Questions whose last answer was wrong, and leeches."""

    misconceptions: Mapping[str, tuple[str, ...]]
    """By misconception: the question of each wrong answer that showed it, the oldest first.

    The most often met comes first. A right answer to another question on it clears it; one to the
    same question does not, because remembering a stem is not knowing.
    """

    calibration: Mapping[Confidence, tuple[int, int]]
    """By how sure an answer was: how many were right, of how many."""

    days: Mapping[dt.date, int]
    """How many answers each day has, in the time zone of the time that was asked about."""

    retention: float | None
    """The share of right answers to questions that had been answered before; None without any."""

    @property
    def known_share(self) -> float:
        """The share of the bank that is known, 0 to 1."""
        return len(self.known) / self.bank if self.bank else 0.0

    @property
    def weakest(self) -> Share | None:
        """The exam domain with the smallest share of right answers; None before there are some."""
        judged = [share for share in self.domains if share.asked >= LEAST_ANSWERED]
        return min(judged, key=lambda share: share.right / share.asked, default=None)


def mastery(
    course: Course, answers: Iterable[Answer], memories: Mapping[str, Memory], now: dt.datetime
) -> Mastery:
    """Return what is known.

    Args:
        course: The course.
        answers: Every answer, the oldest first.
        memories: What is remembered of each question.
        now: The time, with the learner's time zone.
    """
    tally = _Tally(course)
    zone = now.tzinfo
    for answer in answers:
        tally.add(answer, answer.answered_at.astimezone(zone).date())
    last_right = tally.last_right
    kept = {name: memory for name, memory in memories.items() if name in course.by_id}
    leeches = tuple(sorted(name for name, memory in kept.items() if memory.is_leech))
    wrong = {name for name, is_right in last_right.items() if not is_right}
    due = sorted((memory.due_at, name) for name, memory in kept.items() if memory.due_at <= now)
    return Mastery(
        bank=len(course.questions),
        known=frozenset(
            name
            for name, memory in kept.items()
            if last_right.get(name) and retrievability(memory, now) >= KNOWN_AT
        ),
        last_right=last_right,
        domains=_shares(
            {domain.id: domain.name for domain in course.domains},
            ((course.by_id[name].domain, is_right) for name, is_right in last_right.items()),
        ),
        tasks=_shares(
            {task.id: task.name for task in course.tasks},
            ((course.by_id[name].task, is_right) for name, is_right in last_right.items()),
        ),
        topics=_shares(
            {topic.slug: topic.title for topic in course.topics},
            ((course.by_id[name].topic, is_right) for name, is_right in last_right.items()),
        ),
        due=tuple(name for _, name in due),
        leeches=leeches,
        weak_questions=tuple(sorted(wrong.union(leeches))),
        misconceptions={
            name: tuple(met)
            for name, met in sorted(tally.met.items(), key=lambda row: (-len(row[1]), row[0]))
        },
        calibration={
            confidence: (tally.sure_right[confidence], tally.sure_asked[confidence])
            for confidence in Confidence
            if tally.sure_asked[confidence]
        },
        days=dict(tally.days),
        retention=tally.again_right / tally.again_asked if tally.again_asked else None,
    )


@dataclass(slots=True)
class _Tally:
    """Sums over answers, added one after another."""

    course: Course
    last_right: dict[str, bool] = field(default_factory=dict)
    met: dict[str, list[str]] = field(default_factory=dict)
    sure_right: Counter[Confidence] = field(default_factory=Counter)
    sure_asked: Counter[Confidence] = field(default_factory=Counter)
    days: Counter[dt.date] = field(default_factory=Counter)
    again_right: int = 0
    again_asked: int = 0
    _questions_on: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._questions_on = questions_on(self.course)

    def add(self, answer: Answer, day: dt.date) -> None:
        """Count an answer."""
        self.days[day] += 1
        if answer.confidence is not None:
            self.sure_asked[answer.confidence] += 1
            self.sure_right[answer.confidence] += answer.is_right
        question = self.course.by_id.get(answer.question_id)
        if question is None:
            return
        if question.id in self.last_right:
            self.again_asked += 1
            self.again_right += answer.is_right
        self.last_right[question.id] = answer.is_right
        if answer.is_right:
            self._clear(question)
        else:
            self._meet(question, answer)

    def _meet(self, question: Question, answer: Answer) -> None:
        for place in answer.chosen:
            if place < len(question.options):
                name = question.options[place].misconception
                if name is not None:
                    self.met.setdefault(name, []).append(question.id)

    def _clear(self, question: Question) -> None:
        """Take a misconception for mended where another question on it is answered right.

        Where it was met in every question that there is, any of them does.
        """
        for option in question.options if self.met else ():
            name = option.misconception
            if name is not None and name in self.met:
                met_in = set(self.met[name])
                if question.id not in met_in or self._questions_on[name] <= met_in:
                    del self.met[name]


def questions_on(course: Course) -> dict[str, set[str]]:
    """Return the ids of the questions that test each misconception."""
    found: dict[str, set[str]] = defaultdict(set)
    for question in course.questions:
        for option in question.options:
            if option.misconception is not None:
                found[option.misconception].add(question.id)
    return found


def _shares(names: Mapping[str, str], rows: Iterable[tuple[str, bool]]) -> tuple[Share, ...]:
    """Return the share of each group, also of those without an answer."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for group, is_right in rows:
        asked[group] += 1
        right[group] += is_right
    return tuple(Share(group, name, right[group], asked[group]) for group, name in names.items())
