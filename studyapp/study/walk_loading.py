"""The chapters of a content folder: ``topics/<slug>/steps.toml``, read and checked whole."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.topology import DEFAULT, TOPOLOGY_NAMES
from studyapp.study.course import Course, Topic
from studyapp.study.documents import Document, read_document
from studyapp.study.loading import content_folder
from studyapp.study.problems import CourseError, Problem, in_order, perhaps, shown
from studyapp.study.toml_entries import Entry
from studyapp.study.walk_action_reading import ActionReader
from studyapp.study.walk_entries import lines, texts
from studyapp.study.walk_reading import StepReader
from studyapp.study.walkthrough import Chapter

_KEYS = frozenset({"topology", "objectives", "not_covered", "tasks", "step"})


def steps_file(topic: str) -> str:
    """Return where a topic's chapter is, from the content folder."""
    return f"topics/{topic}/steps.toml"


def load_chapters(course: Course, root: Traversable | Path | None = None) -> tuple[Chapter, ...]:
    """Return the chapters of a content folder in teaching order, by default the installed one.

    Topics need not have a chapter yet.

    Raises:
        CourseError: Something is wrong; ``problems`` says everything that is.
    """
    chapters, problems = read_chapters(course, root)
    if problems:
        raise CourseError(problems)
    return chapters


def read_chapters(
    course: Course, root: Traversable | Path | None = None
) -> tuple[tuple[Chapter, ...], tuple[Problem, ...]]:
    """Return the chapters without fault, and everything that is wrong with the others."""
    folder = content_folder() if root is None else root
    problems: list[Problem] = []
    return tuple(_chapters(course, folder, problems)), in_order(problems)


def _chapters(course: Course, folder: Traversable, problems: list[Problem]) -> Iterator[Chapter]:
    for number, topic in enumerate(course.topics, start=1):
        if not folder.joinpath(steps_file(topic.slug)).is_file():
            continue
        document = read_document(folder, steps_file(topic.slug))
        if not isinstance(document, Document):
            problems.append(document)
            continue
        chapter = _chapter(document.entry, topic, number, course, folder)
        problems += document.problems()
        if not document.faults:
            yield chapter


def _chapter(
    entry: Entry, topic: Topic, number: int, course: Course, folder: Traversable
) -> Chapter:
    entry.knows(_KEYS)
    topology = entry.one_of("topology", TOPOLOGY_NAMES)
    tasks = texts(entry, "tasks")
    known = [task.id for task in course.tasks]
    for task in tasks:
        if task not in known:
            entry.fault("tasks", f"there is no task {shown(task)}", perhaps(task, known))
    reader = StepReader(
        topology if topology in TOPOLOGY_NAMES else DEFAULT,
        course.by_id,
        ActionReader(folder.joinpath("images")),
    )
    return Chapter(
        slug=topic.slug,
        title=topic.title,
        number=number,
        topology=topology,
        objectives=lines(entry, "objectives"),
        not_covered=lines(entry, "not_covered"),
        tasks=tasks,
        steps=reader.read(entry),
    )
