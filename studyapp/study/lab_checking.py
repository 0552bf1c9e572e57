"""The author's check of labs: all that loading finds, and that each lab is what it says.

Labs are proved by grading every file of theirs, in as many processes as there are processors.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from importlib.resources.abc import Traversable
from multiprocessing import get_context

from pipeline.grading.scenarios import parameter_problems
from studyapp.study.bank import CHI_SQUARE, LARGE_ENOUGH
from studyapp.study.checking import is_documentation
from studyapp.study.documents import Document, key_of, read_document
from studyapp.study.lab_loading import lab_file, read_labs
from studyapp.study.lab_proving import Flaw, prove
from studyapp.study.lab_reading import OPTIONS
from studyapp.study.labs import Lab
from studyapp.study.problems import Problem, Severity, in_order
from studyapp.study.toml_lines import find_lines, line_of

Tell = Callable[[str], object]
"""Hears how far the proofs are: ``lab 3 of 27: queue-hears-nothing``."""

LONGER = 1.6
"""How many times as long as the mean of the others a question's right option may be."""


def check_labs(
    root: Traversable,
    *,
    runs: bool = True,
    tell: Tell = lambda _: None,
    jobs: int | None = None,
    only: str | None = None,
) -> tuple[tuple[Lab, ...], tuple[Problem, ...]]:
    """Load and check the labs of a content folder.

    Args:
        root: The folder.
        runs: Whether to grade every file, which takes seconds for each lab.
        tell: Hears how far that is.
        jobs: In how many processes; by default one for each processor.
        only: The slug of the lab to check; by default all are.
    """
    labs, faults = read_labs(root)
    if only is not None:
        labs = tuple(lab for lab in labs if lab.slug == only)
        faults = tuple(fault for fault in faults if fault.file.startswith(lab_file(only, "")))
    found = [*faults]
    for lab in labs:
        found += _problems(root, lab, _remarks(lab))
    if only is None:
        found += _together(labs)
    if runs:
        for lab, flaws in proofs(labs, tell=tell, jobs=jobs):
            found += _problems(root, lab, ((flaw, Severity.ERROR) for flaw in flaws))
    return labs, in_order(found)


def proofs(
    labs: Sequence[Lab],
    *,
    tell: Tell = lambda _: None,
    jobs: int | None = None,
    work: Callable[[Lab], tuple[Flaw, ...]] = prove,
) -> Iterator[tuple[Lab, tuple[Flaw, ...]]]:
    """Yield labs with what is off in them, as they are done.

    Args:
        labs: The labs.
        tell: Hears of each one that is done.
        jobs: In how many processes; by default one for each processor. With one there is no other
            process than this.
        work: Proves a lab.
    """
    jobs = min(jobs or os.cpu_count() or 1, len(labs))
    for number, (lab, flaws) in enumerate(_done(labs, jobs, work), start=1):
        tell(f"lab {number} of {len(labs)}: {lab.slug}")
        yield lab, flaws


def _done(
    labs: Sequence[Lab], jobs: int, work: Callable[[Lab], tuple[Flaw, ...]]
) -> Iterator[tuple[Lab, tuple[Flaw, ...]]]:
    if jobs <= 1:
        for lab in labs:
            yield lab, work(lab)
        return
    # What is spawned shares no state: a sandbox has threads, which a fork would leave half-made.
    with _closing(ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))) as pool:
        waiting = {pool.submit(work, lab): lab for lab in labs}
        for future in as_completed(waiting):
            try:
                flaws = future.result()
            except Exception as error:  # noqa: BLE001 - a process may die in any way; others go on
                what = f"its process broke off with {type(error).__name__}: {error}"
                flaws = (Flaw((), what, "try again, or with one lab at a time"),)
            yield waiting[future], flaws


@contextlib.contextmanager
def _closing(pool: Executor) -> Iterator[Executor]:
    """Let what has not begun be, when nobody waits for it any more."""
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _remarks(lab: Lab) -> Iterator[tuple[Flaw, Severity]]:
    for sentence in parameter_problems(lab.scenario, lab.parameters):
        what = sentence.rstrip(".")
        yield Flaw(("scenario",), what, "mend the scenario's table"), Severity.ERROR
    for reference in lab.references:
        if not is_documentation(reference):
            what = f"{reference} is no address of the AWS documentation"
            remedy = "give one that begins with https://docs.aws.amazon.com/"
            yield Flaw(("references",), what, remedy), Severity.ERROR
    lengths = [len(option.text) for option in lab.question.options]
    key = lengths.pop(lab.question.key)
    if key > LONGER * sum(lengths) / len(lengths):
        what = "the right option is far longer than the others"
        remedy = "make them alike in length"
        yield Flaw(("question", "options"), what, remedy), Severity.WARNING


def _together(labs: Sequence[Lab]) -> Iterator[Problem]:
    """Yield what a learner may notice when the questions of all labs are taken together."""
    if len(labs) < LARGE_ENOUGH:
        return
    counts = Counter(lab.question.key for lab in labs)
    expected = len(labs) / OPTIONS
    if sum((counts[n] - expected) ** 2 / expected for n in range(OPTIONS)) > CHI_SQUARE:
        spread = ", ".join(str(counts[n]) for n in range(OPTIONS))
        what = f"the right options stand in places 1 to 4 {spread} times"
        yield Problem("labs", None, "", what, "spread them evenly", Severity.WARNING)


def _problems(
    root: Traversable, lab: Lab, flaws: Iterator[tuple[Flaw, Severity]]
) -> Iterator[Problem]:
    file = lab_file(lab.slug)
    document = read_document(root, file)
    if isinstance(document, Problem):
        document = Document(file, "", {})
    lines = find_lines(document.text)
    for flaw, severity in flaws:
        key = key_of(flaw.path, document.table)
        yield Problem(file, line_of(flaw.path, lines), key, flaw.what, flaw.remedy, severity)
