"""Which questions are asked: a round of practice, or an exam by the guide's weights."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from studyapp.study.course import Course, ExamDomain, Question

UNSCORED_SHARE = Fraction(15, 65)
"""Of the real exam's 65 questions 15 do not count, and nobody is told which.

https://docs.aws.amazon.com/aws-certification/latest/solutions-architect-associate-03/solutions-architect-associate-03.html
"""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of exam that can be offered."""

    questions: int
    minutes: int


ROUND = 10
"""How many questions a round of practice has when nobody says otherwise."""

LONGEST_REVIEW = 2 * ROUND
"""The most questions of one review: more would not be finished."""

LENGTHS = (Length(65, 130), Length(20, 40), Length(10, 20))


@dataclass(frozen=True, slots=True)
class Offer:
    """A length, and whether the bank can fill it."""

    length: Length

    lacking: str
    """What the bank lacks for it, in words; empty when it can be taken."""


def practice(
    questions: Iterable[Question],
    *,
    count: int,
    seed: int,
    seen: Collection[str] = (),
    weak: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the ids of a round of practice: weak ones first, then unseen ones, then the rest.

    Questions kept for exams are left out until an exam has asked them.
    """
    pool = [
        question.id
        for question in questions
        if question.id in seen or not question.is_for_exams_only
    ]
    random.Random(f"practice {seed}").shuffle(pool)  # noqa: S311 - no secret
    pool.sort(key=lambda question_id: (question_id not in weak, question_id in seen))
    return tuple(pool[:count])


def offers(course: Course, seen: Collection[str]) -> tuple[Offer, ...]:
    """Return every length, with what the bank lacks in unseen questions to fill it."""
    unseen = _unseen(course, seen)
    return tuple(Offer(length, _lacking(course, length, unseen)) for length in LENGTHS)


def _lacking(course: Course, length: Length, unseen: Mapping[str, Sequence[Question]]) -> str:
    wanted = shares(course.domains, length.questions)
    missing = {
        domain.name: wanted[domain.id] - len(unseen.get(domain.id, ()))
        for domain in course.domains
        if wanted[domain.id] > len(unseen.get(domain.id, ()))
    }
    if not missing:
        return ""
    parts = ", ".join(f"{number} of {name}" for name, number in missing.items())
    return f"unseen questions are lacking: {parts}"


def exam(
    course: Course, length: Length, *, seed: int, seen: Collection[str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the ids of an exam's questions in their order, and those that do not count.

    They are drawn by the weights of the exam domains, those kept for exams first and never a
    question twice.

    Raises:
        ValueError: The bank cannot fill this length.
    """
    dice = random.Random(f"exam {seed}")  # noqa: S311 - no secret
    unseen = _unseen(course, seen)
    lacking = _lacking(course, length, unseen)
    if lacking:
        raise ValueError(f"This exam cannot be drawn: {lacking}.")
    scored = length.questions - round(length.questions * UNSCORED_SHARE)
    counting = shares(course.domains, scored)
    drawn: list[str] = []
    unscored: list[str] = []
    for domain in course.domains:
        pool = list(unseen.get(domain.id, ()))
        dice.shuffle(pool)
        pool.sort(key=lambda question: not question.is_for_exams_only)
        wanted = shares(course.domains, length.questions)[domain.id]
        chosen = [question.id for question in pool[:wanted]]
        drawn += chosen
        unscored += dice.sample(chosen, max(0, wanted - counting[domain.id]))
    dice.shuffle(drawn)
    return tuple(drawn), frozenset(unscored)


def shares(domains: Sequence[ExamDomain], number: int) -> dict[str, int]:
    """Return how many of a number of questions each exam domain gets, by largest remainder."""
    whole = sum(domain.weight for domain in domains)
    exact = {domain.id: Fraction(number * domain.weight, whole) for domain in domains}
    given = {domain_id: int(share) for domain_id, share in exact.items()}
    by_remainder = sorted(exact, key=lambda domain_id: given[domain_id] - exact[domain_id])
    for domain_id in by_remainder[: number - sum(given.values())]:
        given[domain_id] += 1
    return given


def _unseen(course: Course, seen: Collection[str]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in course.questions:
        if question.id not in seen:
            found.setdefault(question.domain, []).append(question)
    return found
