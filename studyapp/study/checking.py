"""The author's check: everything that loading finds, and all that makes a good course a bad one.

Every option is explained, every reference leads into the AWS documentation, every experiment
confirms its keys, and no question gives its answer away.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from studyapp.study.bank import bank_remarks
from studyapp.study.course import Course, Question
from studyapp.study.loading import content_folder, read_course
from studyapp.study.problems import Problem, in_order
from studyapp.study.proofs import Experiment, proof_remarks
from studyapp.study.remarks import Remark, as_problems, error, warning
from studyapp.study.testwiseness import question_remarks
from studyapp.study.tidiness import file_problems

EXAM_SINCE = dt.date(2022, 8, 30)
"""SAA-C03 began; nobody looked anything up for it before."""

LOOK_AGAIN = dt.timedelta(days=730)

_DOCUMENTATION = re.compile(r"https://docs\.aws\.amazon\.com/[\w./#?=&%-]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """A content folder that was checked."""

    course: Course
    """What of it is without a fault that loading would refuse."""

    problems: tuple[Problem, ...]
    """By file and line."""

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(problem.is_error for problem in self.problems)


def is_documentation(url: str) -> bool:
    """Tell whether something is an address of the AWS documentation."""
    return _DOCUMENTATION.fullmatch(url) is not None


def check_content(
    root: Traversable | None = None,
    *,
    experiments: Mapping[str, Experiment] | None = None,
    runs: bool = True,
    today: dt.date | None = None,
) -> Checked:
    """Load and check a content folder, by default the one installed with the app."""
    folder = content_folder() if root is None else root
    course, faults = read_course(folder)
    remarks = check_course(course, folder, experiments=experiments, runs=runs, today=today)
    return Checked(course, in_order((*faults, *remarks)))


def check_course(
    course: Course,
    root: Traversable,
    *,
    experiments: Mapping[str, Experiment] | None = None,
    runs: bool = True,
    today: dt.date | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with a course that could be loaded from a folder.

    Args:
        course: The course.
        root: The folder, to find lines in, and files that nothing reads.
        experiments: Those that there are; None leaves what rests on them unchecked.
        runs: Whether to run the experiments, which takes seconds each.
        today: The day of the check; None means today.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    return in_order(
        (
            *as_problems(_remarks(course, root, experiments, runs=runs, today=day), root),
            *file_problems(course, root),
        )
    )


def _remarks(
    course: Course,
    root: Traversable,
    experiments: Mapping[str, Experiment] | None,
    *,
    runs: bool,
    today: dt.date,
) -> Iterator[Remark]:
    for question in course.questions:
        yield from _references(question, today)
        yield from _lab(question, root)
        yield from question_remarks(question)
    yield from bank_remarks(course)
    if experiments is not None:
        yield from proof_remarks(course, experiments, runs=runs)


def _references(question: Question, today: dt.date) -> Iterator[Remark]:
    for place, reference in enumerate(question.references):
        path = ("reference", place)
        if not is_documentation(reference.url):
            what = f"{reference.url} is no address of the AWS documentation"
            remedy = "give one that begins with https://docs.aws.amazon.com/"
            yield error(what, remedy, question, *path, "url")
        if reference.checked > today + dt.timedelta(days=1):  # it may be tomorrow elsewhere
            what = f"{reference.checked} is yet to come"
            yield error(what, "write the day on which you looked", question, *path, "checked")
        elif reference.checked < EXAM_SINCE:
            what = f"on {reference.checked} there was no such exam yet"
            yield error(what, "look again and write the day", question, *path, "checked")
        elif reference.checked < today - LOOK_AGAIN:
            what = f"nobody has looked since {reference.checked}"
            yield warning(what, "look again and write the day", question, *path, "checked")


def _lab(question: Question, root: Traversable) -> Iterator[Remark]:
    if question.lab and not root.joinpath("labs").joinpath(question.lab).is_dir():
        what = f"there is no lab {question.lab} in labs/"
        yield warning(what, "write it or name another", question, "lab")
