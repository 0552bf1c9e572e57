"""The content folder, read and checked whole, as one ``Course``.

It is read through ``importlib.resources``, so that it may be a folder or lie in a zip. Everything
that would make a question impossible to ask or to grade is found here, all of it at once;
``checking`` finds what makes a question a bad one.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from studyapp.study.course import Course, Question
from studyapp.study.documents import Document, read_document
from studyapp.study.outline import Outline, read_outline
from studyapp.study.problems import CourseError, Problem, in_order, perhaps
from studyapp.study.question_reading import QuestionReader

COURSE_FILE = "course.toml"


def content_folder() -> Traversable:
    """Return the content that is installed with the app."""
    return importlib.resources.files("content")


def questions_file(topic: str) -> str:
    """Return where a topic's questions are, from the content folder."""
    return f"topics/{topic}/questions.toml"


def load_course(root: Traversable | Path | None = None) -> Course:
    """Return the course that a content folder holds, by default the one installed with the app.

    Topics need not have questions yet.

    Raises:
        CourseError: Something is wrong; ``problems`` says everything that is.
    """
    course, problems = read_course(root)
    if problems:
        raise CourseError(problems)
    return course


def read_course(root: Traversable | Path | None = None) -> tuple[Course, tuple[Problem, ...]]:
    """Return what of a course is without fault, and everything that is wrong with the rest."""
    folder = content_folder() if root is None else root
    problems: list[Problem] = []
    outline = _outline(folder, problems)
    questions = tuple(_questions(folder, outline, problems))
    course = Course(
        title=outline.title,
        domains=outline.domains,
        tasks=outline.tasks,
        topics=outline.topics,
        misconceptions=outline.misconceptions,
        questions=questions,
        guide_bullets=outline.guide_bullets,
        covered_bullets=outline.covered_bullets,
    )
    return course, in_order(problems)


def _outline(folder: Traversable, problems: list[Problem]) -> Outline:
    document = read_document(folder, COURSE_FILE)
    if isinstance(document, Problem):
        problems.append(document)
        return Outline()
    outline = read_outline(document.entry)
    problems += document.problems()
    return outline


def _questions(
    folder: Traversable, outline: Outline, problems: list[Problem]
) -> Iterator[Question]:
    reader = QuestionReader(outline)
    for topic in _topics_with_questions(folder, outline, problems):
        document = read_document(folder, questions_file(topic))
        if isinstance(document, Document):
            yield from reader.read(document.entry, topic)
            problems += document.problems()
        else:
            problems.append(document)


def _topics_with_questions(
    folder: Traversable, outline: Outline, problems: list[Problem]
) -> list[str]:
    """Return topics in teaching order, then, faulted, those that ``course.toml`` does not know."""
    topics = folder.joinpath("topics")
    if not topics.is_dir():
        return []
    found = {entry.name for entry in topics.iterdir() if entry.joinpath("questions.toml").is_file()}
    known = list(dict.fromkeys(topic.slug for topic in outline.topics))
    unknown = sorted(found.difference(known))
    if known:
        for topic in unknown:
            what = f"{COURSE_FILE} has no topic {topic}"
            problems.append(Problem(questions_file(topic), None, "", what, perhaps(topic, known)))
    return [*(topic for topic in known if topic in found), *unknown]
