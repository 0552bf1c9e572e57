"""A small course of made-up questions, and answers to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from studyapp.study.answers import Answer, Confidence
from studyapp.study.course import (
    Course,
    ExamDomain,
    Misconception,
    Option,
    Question,
    QuestionKind,
    Reference,
    TaskStatement,
    Topic,
)
from studyapp.study.sitting import Mode, Sitting

NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DOMAINS = (
    ExamDomain("secure", 1, "Secure architectures", 30),
    ExamDomain("resilient", 2, "Resilient architectures", 26),
    ExamDomain("high-performing", 3, "High-performing architectures", 24),
    ExamDomain("cost-optimized", 4, "Cost-optimized architectures", 20),
)
"""The exam guide's domains, with its weights."""

BELIEFS = ("push", "exactly-once", "public")


def question(
    question_id: str = "buffer/one",
    *,
    domain: str = "resilient",
    keys: int = 1,
    beliefs: Sequence[str] = BELIEFS,
    experiment: str | None = None,
    refuted: str | None = None,
    is_for_exams_only: bool = False,
) -> Question:
    """Return a question whose first options are the key, and whose others test beliefs.

    Args:
        question_id: Its id.
        domain: Its exam domain.
        keys: How many options are right.
        beliefs: The misconception of each distractor, in order.
        experiment: The id of its experiment.
        refuted: The misconception whose distractor an observation refutes.
        is_for_exams_only: Whether it is kept for exams.
    """
    right = [_option(f"Right {n}") for n in range(keys)]
    wrong = [_option(f"Wrong {name}", name, is_refuted=name == refuted) for name in beliefs]
    return Question(
        id=question_id,
        kind=QuestionKind.MULTIPLE_CHOICE if keys == 1 else QuestionKind.MULTIPLE_RESPONSE,
        domain=domain,
        task=f"{[entry.id for entry in DOMAINS].index(domain) + 1}.1",
        topic=question_id.partition("/")[0],
        difficulty=1,
        stem="What holds?",
        hint="Think.",
        options=(*right, *wrong),
        references=(Reference("https://docs.aws.amazon.com/sqs/a.html", dt.date(2026, 11, 1)),),
        experiment=experiment,
        lab=None,
        is_for_exams_only=is_for_exams_only,
    )


def _option(text: str, misconception: str | None = None, *, is_refuted: bool = False) -> Option:
    return Option(
        text=text,
        is_key=misconception is None,
        rationale="Because of how the service works.",
        misconception=misconception,
        observation="seen" if is_refuted else None,
    )


def course(questions: Iterable[Question]) -> Course:
    """Return a course of these questions."""
    return Course(
        title="A course",
        domains=DOMAINS,
        tasks=tuple(TaskStatement(f"{d.number}.1", d.id, f"Design {d.id}") for d in DOMAINS),
        topics=(Topic("buffer", "The buffer"), Topic("trigger", "The trigger")),
        misconceptions=tuple(
            Misconception(name, f"It is {name}.", f"It is not {name}.") for name in BELIEFS
        ),
        questions=tuple(questions),
        guide_bullets=189,
        covered_bullets=45,
    )


def bank(each: int, exams_only: int = 0) -> Course:
    """Return a course with so many questions of each exam domain, the first kept for exams."""
    return course(
        question(f"buffer/{domain.id}-{n}", domain=domain.id, is_for_exams_only=n < exams_only)
        for domain in DOMAINS
        for n in range(each)
    )


def answer(
    asked: Question,
    *chosen: int,
    at: dt.datetime = NOON,
    confidence: Confidence | None = None,
    seconds: float = 30.0,
    is_hinted: bool = False,
) -> Answer:
    """Return an answer with the options at these places."""
    return Answer(
        question_id=asked.id,
        chosen=tuple(sorted(chosen)),
        is_right=frozenset(chosen) == asked.key,
        confidence=confidence,
        is_hinted=is_hinted,
        seconds=seconds,
        order=tuple(range(len(asked.options))),
        answered_at=at,
    )


def sitting(
    questions: Iterable[Question], mode: Mode = Mode.PRACTICE, sitting_id: str = "a sitting"
) -> Sitting:
    """Return a sitting that asks these questions, in which nothing has been done."""
    begun = Sitting(
        id=sitting_id,
        mode=mode,
        title="A round",
        seed=7,
        question_ids=tuple(entry.id for entry in questions),
        started_at=NOON,
    )
    return replace(begun, minutes=20) if mode is Mode.EXAM else begun
