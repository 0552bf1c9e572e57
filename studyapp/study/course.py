"""The course as values: what is asked, how it is answered, and where it stands in the exam.

``loading`` makes a ``Course`` from the content folder, checked whole; nothing changes it after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class QuestionKind(StrEnum):
    """How many options are to be chosen."""

    MULTIPLE_CHOICE = "multiple choice"
    """One of four."""

    MULTIPLE_RESPONSE = "multiple response"
    """Two or more of five or more; all or nothing."""


@dataclass(frozen=True, slots=True)
class ExamDomain:
    """One of the four domains of the exam guide."""

    id: str
    """``secure``, ``resilient``, ``high-performing`` or ``cost-optimized``."""

    number: int
    name: str

    weight: int
    """Its share of the scored questions, in per cent."""


@dataclass(frozen=True, slots=True)
class TaskStatement:
    """One task statement of the exam guide."""

    id: str
    """``2.1``."""

    domain: str
    name: str


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong belief that distractors test."""

    id: str
    """``push-instead-of-poll``."""

    belief: str
    """What somebody who holds it thinks, as a sentence."""

    correction: str
    """What is so instead, as a sentence."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the architecture, in teaching order."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a reader can check what a rationale says."""

    url: str
    """An address of the AWS documentation."""

    checked: dt.date


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that is offered."""

    text: str
    is_key: bool

    rationale: str
    """Why it is right, or why it is wrong."""

    misconception: str | None
    """The wrong belief that a distractor tests; None for a key."""

    observation: str | None
    """The observation of the question's experiment that confirms a key or refutes a distractor."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    id: str
    """``topic/what-it-asks``; written once and never changed."""

    kind: QuestionKind
    domain: str
    task: str
    topic: str

    difficulty: int
    """1 (recall) to 3 (a scenario with several right-looking answers)."""

    stem: str
    """Paragraphs, parted by blank lines."""

    hint: str
    options: tuple[Option, ...]
    references: tuple[Reference, ...]

    experiment: str | None
    """The id of the experiment that proves the answer."""

    lab: str | None
    """The slug of the lab on the same thing."""

    is_for_exams_only: bool
    """Whether practice leaves it out, so that an exam can ask what has not been seen."""

    @property
    def key(self) -> frozenset[int]:
        """The places of the right options, as written, from 0."""
        return frozenset(n for n, option in enumerate(self.options) if option.is_key)


@dataclass(frozen=True)
class Course:
    """Everything that there is to study."""

    title: str
    domains: tuple[ExamDomain, ...]
    tasks: tuple[TaskStatement, ...]
    topics: tuple[Topic, ...]
    misconceptions: tuple[Misconception, ...]
    questions: tuple[Question, ...]

    guide_bullets: int
    """How many points the exam guide has: 189."""

    covered_bullets: int
    """How many of them this architecture teaches."""

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """The questions by their ids."""
        return {question.id: question for question in self.questions}
