"""``studyapp quiz``: practice, review and exam line by line, for pipes and screen readers."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from studyapp.study.given import utc_now

if TYPE_CHECKING:
    from studyapp.plain.wish import Wish
    from studyapp.study.course import Course
    from studyapp.study.problems import Problem

    Problems = tuple[Problem, ...]

LONGEST = "longest"
"""What ``--exam`` without a number means."""


@dataclass(frozen=True, slots=True)
class QuizOptions:
    """The command's options."""

    plain: bool = False
    as_json: bool = False
    topic: str | None = None
    domain: str | None = None
    task: str | None = None
    count: int | None = None
    seed: int | None = None
    exam: str | None = None
    """``LONGEST`` or a number of questions; None without an exam."""

    due: bool = False
    new: bool = False


def wants_app(options: QuizOptions) -> bool:
    """Return whether the app's screens are wanted: in a terminal, and nothing plain asked for."""
    from studyapp.__main__ import has_terminal  # noqa: PLC0415 - it imports the command line
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.settings import load_settings  # noqa: PLC0415

    if options.plain or options.as_json or not has_terminal():
        return False
    return not load_settings(data_directory()).plain


@click.command()
@click.option("--plain", is_flag=True, help="Line by line, also where there is a terminal.")
@click.option("--topic", metavar="T", help="Only questions on this topic (ingestion, buffer ...).")
@click.option("--domain", metavar="D", help="Only this exam domain, by id or number (1 to 4).")
@click.option("--task", metavar="X", help="Only this task statement (1.1 to 4.4).")
@click.option("--count", metavar="N", type=click.IntRange(1), help="How many questions at most.")
@click.option("--seed", metavar="S", type=click.IntRange(0), help="Have this round again.")
@click.option(
    "--exam",
    metavar="[10|20|65]",
    type=click.Choice([LONGEST, "10", "20", "65"]),
    is_flag=False,
    flag_value=LONGEST,
    help="A timed exam; without a number the longest that the questions can fill.",
)
@click.option("--due", is_flag=True, help="Review what is due.")
@click.option("--new", is_flag=True, help="Begin anew where something could be gone on with.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it, and nothing else.")
def quiz(**options: object) -> int:
    """Answer exam questions line by line: each option is explained, and answers can be proved.

    What is unfinished is gone on with. Replies may come from a pipe. With --json the questions are
    on standard error, and one JSON document is on standard output at the end.
    """
    given = QuizOptions(**options)  # type: ignore[arg-type]
    return show_quiz(given) if wants_app(given) else hold_quiz(given)


def show_quiz(options: QuizOptions) -> int:
    """Open the app on what is wished for; return the exit status."""
    from studyapp.__main__ import open_app  # noqa: PLC0415 - it imports the command line
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.plain.holding import NothingToAskError, sitting_for  # noqa: PLC0415
    from studyapp.settings import load_settings  # noqa: PLC0415
    from studyapp.study.ledger import Ledger  # noqa: PLC0415
    from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    directory = data_directory()
    course, _, wish = _asked(options)
    store = ProgressStore.open(progress_file(directory), utc_now())
    try:
        sitting, _ = sitting_for(wish, Ledger(course, store, utc_now, click.echo))
    except NothingToAskError as nothing:
        click.echo(str(nothing))
        return nothing.exit_status
    except StoreError as error:
        click.echo(f"studyapp: {error}", err=True)
        return 1
    finally:
        store.close()
    return open_app("home", load_settings(directory), sitting.id)


def _asked(options: QuizOptions) -> tuple[Course, Problems, Wish]:
    """Return the course, what is wrong with it, and what is wished for in its names."""
    from studyapp.plain.wish import UnavailableError, checked  # noqa: PLC0415
    from studyapp.study.loading import read_course  # noqa: PLC0415

    course, problems = read_course()
    try:
        return course, problems, checked(_wish(options), course)
    except UnavailableError as error:
        raise click.UsageError(str(error)) from error


def hold_quiz(options: QuizOptions) -> int:
    """Hold a quiz on the standard streams; return the exit status."""
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.plain.console import standard_console  # noqa: PLC0415
    from studyapp.plain.holding import hold  # noqa: PLC0415
    from studyapp.plain.wording import plural  # noqa: PLC0415
    from studyapp.study.ledger import Ledger  # noqa: PLC0415
    from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    course, problems, wish = _asked(options)
    console = standard_console(sys.stderr if options.as_json else sys.stdout)
    notes: list[str] = []

    def tell(sentence: str) -> None:
        notes.append(sentence)
        console.say(f"NOTE {sentence}")

    store = ProgressStore.open(progress_file(data_directory()), utc_now())
    try:
        if store.notice:
            tell(store.notice)
        if problems:
            tell(f"{plural(len(problems), 'fault')} in the content: studyapp check lists them.")
        outcome = hold(wish, console, Ledger(course, store, utc_now, tell))
    except StoreError as error:
        click.echo(f"studyapp: {error}", err=True)
        return 1
    finally:
        store.close()
    if options.as_json:
        click.echo(json.dumps(outcome.as_document(notes), ensure_ascii=False))
    return outcome.exit_status


def _wish(options: QuizOptions) -> Wish:
    from studyapp.plain.wish import Wish  # noqa: PLC0415
    from studyapp.study.sitting import Mode  # noqa: PLC0415

    if options.exam is not None:
        _check_exam(options)
    mode = Mode.EXAM if options.exam is not None else Mode.REVIEW if options.due else Mode.PRACTICE
    return Wish(
        mode=mode,
        topic=options.topic,
        domain=options.domain,
        task=options.task,
        count=options.count,
        seed=options.seed,
        length=None if options.exam in {None, LONGEST} else int(options.exam or 0),
        is_new=options.new,
    )


def _check_exam(options: QuizOptions) -> None:
    """Refuse what an exam has no room for: it is drawn from the whole course."""
    others = ("topic", "domain", "task", "count", "due")
    given = [f"--{name}" for name in others if getattr(options, name)]
    if given:
        raise click.UsageError(
            f"An exam is drawn from the whole course: leave {' and '.join(given)} away."
        )
