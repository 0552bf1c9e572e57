"""What is asked for on the command line, held against the course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studyapp.study.course import Course, Question
from studyapp.study.problems import perhaps
from studyapp.study.sitting import Mode


class UnavailableError(Exception):
    """What is asked for cannot be had; the message is a sentence that says what can."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be asked."""

    mode: Mode = Mode.PRACTICE
    topic: str | None = None
    domain: str | None = None
    """The id of an exam domain, or its number."""

    task: str | None = None
    count: int | None = None
    seed: int | None = None

    length: int | None = None
    """How many questions an exam has; None for as many as the bank can fill."""

    is_new: bool = False
    """Whether to begin anew where something could be gone on with."""

    @property
    def is_for_all(self) -> bool:
        """Whether any question will do."""
        return self.topic is None and self.domain is None and self.task is None

    def wants(self, question: Question) -> bool:
        """Tell whether a question is among those that are asked for."""
        return (
            self.topic in {None, question.topic}
            and self.domain in {None, question.domain}
            and self.task in {None, question.task}
        )

    def as_command(self) -> str:
        """Return the command that asks for this, to go on with what it began."""
        options = {
            "topic": self.topic,
            "domain": self.domain,
            "task": self.task,
            "count": self.count,
            "seed": self.seed,
        }
        parts = [f"--{name} {value}" for name, value in options.items() if value is not None]
        if self.mode is Mode.REVIEW:
            parts.insert(0, "--due")
        if self.mode is Mode.EXAM:
            parts.insert(0, "--exam" if self.length is None else f"--exam {self.length}")
        return " ".join(["studyapp quiz", *parts])


def checked(wish: Wish, course: Course) -> Wish:
    """Return a wish in the course's own names.

    Raises:
        UnavailableError: The course has no such topic, exam domain or task statement; the sentence
            names the nearest.
    """
    numbers = {str(domain.number): domain.id for domain in course.domains}
    wish = replace(wish, domain=numbers.get(wish.domain or "", wish.domain))
    _check("topic", wish.topic, [topic.slug for topic in course.topics])
    _check("exam domain", wish.domain, [domain.id for domain in course.domains])
    _check("task statement", wish.task, [task.id for task in course.tasks])
    return wish


def _check(kind: str, name: str | None, known: Iterable[str]) -> None:
    if name is not None and name not in (names := list(known)):
        raise UnavailableError(f'There is no {kind} "{name}": {perhaps(name, names)}.')


def words(wish: Wish, course: Course) -> str:
    """Return which questions are wanted: the titles of topic, domain and task, or "mixed"."""
    titles = [
        *(topic.title for topic in course.topics if topic.slug == wish.topic),
        *(domain.name for domain in course.domains if domain.id == wish.domain),
        *(f"{task.id} {task.name}" for task in course.tasks if task.id == wish.task),
    ]
    return ", ".join(titles) or "mixed"
