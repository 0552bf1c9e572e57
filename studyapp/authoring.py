"""The commands of those who write questions: ``check``, ``new question`` and ``questions``."""

from __future__ import annotations

import datetime as dt
import json
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from studyapp.study.course import Question
    from studyapp.study.outline import Outline
    from studyapp.study.problems import Problem
    from studyapp.study.walk_checking import Record

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("path", required=False, type=_FOLDER)
@click.option("--fast", is_flag=True, help="Run no experiments, chapters or labs; only read them.")
@click.option("--lab", "slug", metavar="SLUG", help="Check this lab and nothing else.")
def check(path: Path | None, *, fast: bool, slug: str | None) -> int:
    """Check the content in PATH, by default what this app shows, and print all that is wrong.

    Errors must be mended before the content is used, and exit with status 1; warnings are advice.
    """
    from pipeline.experiments import EXPERIMENTS  # noqa: PLC0415
    from studyapp.study.checking import check_content  # noqa: PLC0415
    from studyapp.study.lab_checking import check_labs  # noqa: PLC0415
    from studyapp.study.loading import content_folder  # noqa: PLC0415
    from studyapp.study.problems import in_order  # noqa: PLC0415
    from studyapp.study.walk_checking import check_chapters  # noqa: PLC0415

    if slug is not None:
        return _check_lab(path, slug, runs=not fast)
    checked = check_content(path, experiments=EXPERIMENTS, runs=not fast)
    chapters, found = check_chapters(checked.course, path, record=None if fast else _recorder())
    labs, amiss = check_labs(path or content_folder(), runs=not fast, tell=_tell)
    problems = in_order((*checked.problems, *found, *amiss))
    for problem in problems:
        click.echo(f"{path or 'content'}/{problem}")
    if chapters:
        click.echo(f"{_plural(len(chapters), 'chapter')} can be gone through.")
    if labs:
        click.echo(f"{_plural(len(labs), 'lab')} can be played.")
    click.echo(_count(problems, len(checked.course.questions)))
    return 1 if any(problem.is_error for problem in problems) else 0


def _check_lab(path: Path | None, slug: str, *, runs: bool) -> int:
    from studyapp.study.lab_checking import check_labs  # noqa: PLC0415
    from studyapp.study.lab_loading import read_labs  # noqa: PLC0415
    from studyapp.study.loading import content_folder  # noqa: PLC0415

    folder = path or content_folder()
    labs, problems = check_labs(folder, runs=runs, tell=_tell, only=slug)
    if not labs and not problems:
        known = ", ".join(lab.slug for lab in read_labs(folder)[0]) or "none"
        raise click.UsageError(f'There is no lab "{slug}"; there are {known}.')
    for problem in problems:
        click.echo(f"{path or 'content'}/{problem}")
    click.echo(f"{_found(problems)} in the lab {slug}.")
    return 1 if any(problem.is_error for problem in problems) else 0


def _tell(sentence: str) -> None:
    """Tell how far a long check is, apart from what it finds."""
    click.echo(sentence, err=True)


def _recorder() -> Record:
    """Return what runs a chapter; the cloud is imported for it."""
    from studyapp.study.walk_recording import Recorder  # noqa: PLC0415

    return Recorder


def _count(problems: tuple[Problem, ...], questions: int) -> str:
    return f"{_found(problems)}; {_plural(questions, 'question')} can be asked."


def _found(problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.is_error for problem in problems)
    return f"{_plural(errors, 'error')}, {_plural(len(problems) - errors, 'warning')}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@click.group()
def new() -> None:
    """Begin something new, from a template."""


@new.command()
@click.argument("topic")
@click.option("--response", is_flag=True, help="Multiple response instead of multiple choice.")
@click.option("--stdout", is_flag=True, help="Print the template instead of appending it.")
@click.option("--content", type=_FOLDER, help="The content folder, by default what this app shows.")
def question(topic: str, content: Path | None, *, response: bool, stdout: bool) -> int:
    """Append a question with blanks to the questions of TOPIC."""
    from studyapp.study.course import QuestionKind  # noqa: PLC0415
    from studyapp.study.loading import content_folder, questions_file  # noqa: PLC0415
    from studyapp.study.problems import perhaps  # noqa: PLC0415
    from studyapp.study.question_template import BLANK, question_template  # noqa: PLC0415

    folder = content_folder() if content is None else content
    outline = _outline(folder)
    topics = [known.slug for known in outline.topics]
    if topic not in topics:
        raise click.UsageError(f'There is no topic "{topic}": {perhaps(topic, topics)}.')
    name = questions_file(topic)
    before = _text(folder, name)
    template = question_template(
        topic,
        QuestionKind.MULTIPLE_RESPONSE if response else QuestionKind.MULTIPLE_CHOICE,
        domains=[domain.id for domain in outline.domains],
        tasks=[task.id for task in outline.tasks],
        before=before.count("[[question]]"),
        today=dt.datetime.now().astimezone().date(),
    )
    if stdout:
        click.echo(template.lstrip(), nl=False)
        return 0
    # The template begins with the empty line that parts it from what is before.
    parted = template if before else template.lstrip()
    file = _append(folder, name, parted if before.endswith("\n") or not before else f"\n{parted}")
    blanks = template.count(BLANK)
    click.echo(f"A question was added to {file}; fill in its {blanks} blanks, then: studyapp check")
    return 0


def _outline(folder: Traversable) -> Outline:
    from studyapp.study.documents import read_document  # noqa: PLC0415
    from studyapp.study.loading import COURSE_FILE  # noqa: PLC0415
    from studyapp.study.outline import read_outline  # noqa: PLC0415
    from studyapp.study.problems import Problem  # noqa: PLC0415

    document = read_document(folder, COURSE_FILE)
    if isinstance(document, Problem):
        raise click.UsageError(f"{document.place}: {document.message}")
    return read_outline(document.entry)


def _text(folder: Traversable, name: str) -> str:
    """Return the text that is there already, or nothing where there is no file."""
    try:
        return (folder / name).read_bytes().decode("utf-8", "replace")
    except (OSError, KeyError):  # a zip says KeyError
        return ""


def _append(folder: Traversable, name: str, text: str) -> Path:
    if not isinstance(folder, Path):
        raise click.UsageError("This content is no folder to write to; use --stdout or --content.")
    file = folder / name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as questions:
            questions.write(text)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from error
    return file


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def questions(*, as_json: bool) -> int:
    """List the questions: id, exam domain, task statement, experiment."""
    from studyapp.study.loading import load_course  # noqa: PLC0415
    from studyapp.study.problems import CourseError  # noqa: PLC0415

    try:
        course = load_course()
    except CourseError as error:
        click.echo(str(error), err=True)
        return 1
    if as_json:
        click.echo(json.dumps([_document(entry) for entry in course.questions], indent=2))
        return 0
    rows = [("id", "exam domain", "task", "experiment"), *map(_row, course.questions)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for *cells, experiment in rows:
        columns = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        click.echo("  ".join([*columns, experiment]).rstrip())
    return 0


def _row(entry: Question) -> tuple[str, str, str, str]:
    return (entry.id, entry.domain, entry.task, entry.experiment or "")


def _document(entry: Question) -> dict[str, object]:
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "domain": entry.domain,
        "task": entry.task,
        "topic": entry.topic,
        "difficulty": entry.difficulty,
        "experiment": entry.experiment,
        "exam_only": entry.is_for_exams_only,
    }
