"""The author's check of the chapters: how each is built, and whether its runs say what it says.

A prediction's answer is what the next run measures, an observe step finds its event and what it
marks, and a chapter opens by telling and ends by asking.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Protocol

from studyapp.study.course import Course
from studyapp.study.documents import Document, key_of, read_document
from studyapp.study.loading import content_folder
from studyapp.study.problems import Problem, Severity, in_order, perhaps
from studyapp.study.toml_lines import Path, find_lines, line_of
from studyapp.study.walk_actions import CallApi
from studyapp.study.walk_facts import Measured, placeholders, value_at
from studyapp.study.walk_loading import read_chapters, steps_file
from studyapp.study.walk_record import RunRecording
from studyapp.study.walkthrough import (
    Chapter,
    CheckStep,
    ExplainStep,
    ObserveStep,
    PredictStep,
    ReadStep,
    RunStep,
)

STEPS = (8, 16)
OBJECTIVES = (2, 4)
NOT_COVERED = (1, 3)
LESSON_LINES = 60


class Recording(Protocol):
    """What runs a chapter's steps."""

    def record(self, step: RunStep) -> RunRecording: ...  # noqa: D102


Record = Callable[[Chapter], AbstractContextManager[Recording]]
"""Returns what runs a chapter's steps, until it is left."""


@dataclass(frozen=True, slots=True)
class ChapterRemark:
    """Something to say of a chapter."""

    what: str
    remedy: str
    path: Path = ()
    """Within its ``steps.toml``."""

    severity: Severity = Severity.ERROR


def check_chapters(
    course: Course, root: Traversable | None = None, *, record: Record | None = None
) -> tuple[tuple[Chapter, ...], tuple[Problem, ...]]:
    """Return the chapters of a content folder, and everything that is wrong with them.

    Args:
        course: The course of that folder.
        root: The folder, by default the one installed with the app.
        record: Runs a chapter's steps, which takes a second or so; None: nothing runs.
    """
    folder = content_folder() if root is None else root
    chapters, problems = read_chapters(course, folder)
    found = [*problems, *_lessons(course, folder)]
    for chapter in chapters:
        remarks = [*shape_remarks(chapter)]
        if record is not None:
            remarks += run_remarks(chapter, record)
        found += _as_problems(chapter, remarks, folder)
    return chapters, in_order(found)


def _lessons(course: Course, folder: Traversable) -> Iterator[Problem]:
    """Yield what is wrong with the pages beside the chapters."""
    written = [t.slug for t in course.topics if folder.joinpath(steps_file(t.slug)).is_file()]
    for topic in course.topics if written else ():
        name = f"topics/{topic.slug}/lesson.md"
        if topic.slug not in written:
            what, remedy = "there is no such chapter yet", "write it"
            yield Problem(steps_file(topic.slug), None, "", what, remedy, Severity.WARNING)
        elif not folder.joinpath(name).is_file():
            yield Problem(name, None, "", "the chapter has no page to read offline", "write it")
        else:
            lines = len(folder.joinpath(name).read_text("utf-8").splitlines())
            if lines > LESSON_LINES:
                what = f"it has {lines} lines"
                yield Problem(name, None, "", what, f"bring it down to {LESSON_LINES}")


def shape_remarks(chapter: Chapter) -> Iterator[ChapterRemark]:
    """Yield what is wrong with how a chapter is built."""
    steps = chapter.steps
    for key, number, (least, most) in (
        ("step", len(steps), STEPS),
        ("objectives", len(chapter.objectives), OBJECTIVES),
        ("not_covered", len(chapter.not_covered), NOT_COVERED),
    ):
        if not least <= number <= most:
            yield ChapterRemark(
                f"there are {number} of {key}", f"make it {least} to {most}", (key,)
            )
    if not chapter.tasks:
        yield ChapterRemark("no task statement is named", 'add tasks = ["2.1"]')
    if not isinstance(steps[0], ReadStep):
        yield ChapterRemark("the first step is no read", "open with one", ("step", 0))
    if not isinstance(steps[-1], CheckStep):
        yield ChapterRemark("the last step is no check", "end with one", ("step", len(steps) - 1))
    for kind in (PredictStep, RunStep, ObserveStep, ExplainStep):
        if not any(isinstance(step, kind) for step in steps):
            name = kind.__name__.removesuffix("Step").lower()
            yield ChapterRemark(f"there is no {name} step", "add one")
    yield from _placeholders(chapter)
    explained = {step.of for step in steps if isinstance(step, ExplainStep)}
    for place, step in enumerate(steps):
        if isinstance(step, PredictStep) and step.id not in explained:
            what = "nothing explains this prediction"
            yield ChapterRemark(what, "add an explain step after its run", ("step", place))


def _placeholders(chapter: Chapter) -> Iterator[ChapterRemark]:
    """Yield the facts that texts name and the run before them does not measure."""
    for place, step in enumerate(chapter.steps):
        run = chapter.run_before(step)
        facts = run.facts if run is not None else {}
        for name in placeholders(step.text):
            if name not in facts:
                what = f"the run before it measures no {name}"
                yield ChapterRemark(what, perhaps(name, facts), ("step", place, "text"))


def run_remarks(chapter: Chapter, record: Record) -> Iterator[ChapterRemark]:
    """Yield where a chapter says other things than its runs show."""
    recordings: dict[str, RunRecording] = {}
    with record(chapter) as recorder:
        for place, step in enumerate(chapter.steps):
            if not isinstance(step, RunStep):
                continue
            try:
                recordings[step.id] = recorder.record(step)
            except Exception as error:  # noqa: BLE001 - a run may fail in any way; the rest go on
                what = f"the run broke off with {type(error).__name__}: {error}"
                yield ChapterRemark(what, "mend its actions", ("step", place, "actions"))
                return
    for place, step in enumerate(chapter.steps):
        path = ("step", place)
        match step:
            case RunStep():
                yield from _refusals(recordings[step.id], path)
            case PredictStep():
                yield from _prediction(chapter, step, recordings, path)
            case ObserveStep():
                yield from _observation(step, recordings[step.of], path)


def _refusals(recording: RunRecording, path: Path) -> Iterator[ChapterRemark]:
    """Yield what was refused, but for the learner's own calls, which may be the lesson."""
    for refusal in recording.refusals:
        action = recording.actions[refusal.action]
        if not isinstance(action, CallApi):
            what = f"{action.words} was refused ({refusal.code}): {refusal.reason.rstrip('.')}"
            yield ChapterRemark(what, "mend the action", (*path, "actions"))


def _prediction(
    chapter: Chapter, step: PredictStep, recordings: dict[str, RunRecording], path: Path
) -> Iterator[ChapterRemark]:
    run = chapter.run_after(step)
    if run is None:
        return
    measured = recordings[run.id].facts.get(step.measure)
    if not _is_same(measured, step.expect):
        what = f"{step.measure} is {measured} in {run.id}, not {step.expect}"
        yield ChapterRemark(what, "mend expect and the answer, or the run", (*path, "expect"))
    elif not step.is_choice and not _is_same(measured, step.answer):
        what = f"{step.measure} is {measured} in {run.id}, and the answer {step.answer:g}"
        yield ChapterRemark(what, "mend the answer", (*path, "number"))


def _observation(step: ObserveStep, recording: RunRecording, path: Path) -> Iterator[ChapterRemark]:
    event = recording.observed(step)
    if event is None:
        number = len(step.event.of(recording.events))
        what = f"{step.event.event} happens {number} times in {recording.step}"
        yield ChapterRemark(what, "name another event, or which", (*path, "event"))
        return
    for mark in step.mark:
        if value_at(event, mark) is None:
            what = f"nothing stands at {mark} in this {step.event.event}"
            yield ChapterRemark(what, "mend the path", (*path, "mark"))


def _is_same(measured: Measured, expected: Measured) -> bool:
    if isinstance(measured, bool) or isinstance(expected, bool):
        return measured is expected
    if isinstance(measured, int | float) and isinstance(expected, int | float):
        return math.isclose(measured, expected, rel_tol=1e-9, abs_tol=1e-9)
    return measured == expected


def _as_problems(
    chapter: Chapter, remarks: list[ChapterRemark], folder: Traversable
) -> Iterator[Problem]:
    file = steps_file(chapter.slug)
    document = read_document(folder, file) if remarks else None
    if not isinstance(document, Document):
        return
    lines = find_lines(document.text)
    for remark in remarks:
        yield Problem(
            file,
            line_of(remark.path, lines),
            key_of(remark.path, document.table),
            remark.what,
            remark.remedy,
            remark.severity,
        )
