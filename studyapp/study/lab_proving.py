"""Whether a lab's own files behave as it says: the start fails, the solution is without fault.

Every file is graded as a learner's would be, each in a fresh sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.grading.values import NOTHING_ELSE, WORKS, Grade, GradingError, Part
from studyapp.study.labs import Grader, Lab, WrongSolution, grade_lab

_MOST_SHOWN = 3
"""Pieces of evidence that a sentence tells."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something about a lab that is not as its author says."""

    path: tuple[str | int, ...]
    """In its ``lab.toml``."""

    what: str
    remedy: str


def prove(lab: Lab, grader: Grader = grade_lab) -> tuple[Flaw, ...]:
    """Grade the start, the solution, every wrong solution and the cheat, and return what is off."""
    try:
        return tuple(_flaws(lab, grader))
    except GradingError as error:
        return (Flaw((), str(error), "mend the scenario or the lab"),)
    except Exception as error:  # noqa: BLE001 - a scenario may break in any way; other labs go on
        what = f"the grading broke off with {type(error).__name__}: {error}"
        return (Flaw((), what, "mend the scenario or the lab"),)


def _flaws(lab: Lab, grader: Grader) -> Iterator[Flaw]:
    start = _graded(lab, lab.starts, grader)
    yield from _refused(lab, start, "start")
    told = _not_failing(start, lab.start_fails)
    if told:
        yield Flaw(("edit",), f"the start {told}", "break it, or write another start_fails")
    solution = _graded(lab, lab.solutions, grader)
    yield from _refused(lab, solution, "solution")
    for part in solution.parts:
        if not part.holds:
            yield Flaw(("edit",), f"the solution fails {part.name}: {reasons(part)}", "mend it")
    tries: list[tuple[tuple[str | int, ...], WrongSolution]] = [
        *((("wrong", place), wrong) for place, wrong in enumerate(lab.wrong)),
        (("cheat",), lab.cheat),
    ]
    for path, wrong in tries:
        grade = _graded(lab, {**lab.solutions, **wrong.documents}, grader)
        told = _not_failing(grade, wrong.fails)
        if told:
            yield Flaw((*path, "fails"), f"{wrong.name} {told}", "write what it fails, or mend it")


def _graded(lab: Lab, documents: Mapping[str, str], grader: Grader) -> Grade:
    return grader(lab, documents, lambda _: None)


def _not_failing(grade: Grade, part: str) -> str:
    """Return how a grade does not fail the very part that it should; empty when it does."""
    parts = {WORKS: grade.works, NOTHING_ELSE: grade.nothing_else}
    if part == NOTHING_ELSE and not grade.works.holds:
        return f"fails {WORKS} already, not {NOTHING_ELSE}: {reasons(grade.works)}"
    if parts[part].holds:
        return f"does not fail {part}"
    return ""


def _refused(lab: Lab, grade: Grade, name: str) -> Iterator[Flaw]:
    """Tell of documents that cannot even be put, unless a lab is about that."""
    for refused in grade.refused:
        places = [edit.place for edit in lab.edits]
        path: tuple[str | int, ...] = ("given",)
        if refused.place in places:
            path = ("edit", places.index(refused.place), name)
        yield Flaw(path, f"in the {name} {refused.words()}", "mend the document")


def reasons(part: Part) -> str:
    """Return why a part does not hold, in one line."""
    failed = part.failed
    words = [" ".join((each.words, *each.details[:1])) for each in failed[:_MOST_SHOWN]]
    more = len(failed) - len(words)
    return " ".join([*words, *([f"(and {more} more)"] if more else [])])
