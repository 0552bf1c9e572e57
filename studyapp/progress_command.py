"""``studyapp progress``: what is known, carried to a file or from one, or forgotten."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studyapp.first_launch import data_directory

if TYPE_CHECKING:
    from studyapp.study.course import Course
    from studyapp.study.mastery import Mastery
    from studyapp.study.progress import ProgressStore
    from studyapp.study.result import Share

_STANDARD = Path("-")
_FILE = click.Path(path_type=Path)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document instead of text.")
@click.pass_context
def progress(context: click.Context, *, as_json: bool) -> int:
    """Tell what you know, export it, import it, or forget it."""
    if context.invoked_subcommand is not None:
        return 0
    from studyapp.study.loading import read_course  # noqa: PLC0415
    from studyapp.study.mastery import mastery  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    course, _ = read_course()
    try:
        with _store() as store:
            now = _now().astimezone()
            known = mastery(course, store.answers(), store.memories(), now)
            exam_date = store.exam_date()
    except StoreError as error:
        return _fail(str(error))
    if as_json:
        click.echo(json.dumps(_document(known, exam_date), indent=2))
    else:
        click.echo("\n".join(_lines(course, known, exam_date, now.date())))
    return 0


@progress.command("export")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE if there is one.")
def export(file: Path, *, force: bool) -> int:
    """Write all sittings, answers, chapters and labs to FILE as JSON; - is standard output."""
    from studyapp.study.archive import as_document  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    try:
        with _store() as store:
            archive = store.archive()
    except StoreError as error:
        return _fail(str(error))
    text = json.dumps(as_document(archive, _now()), indent=1, ensure_ascii=False)
    if file == _STANDARD:
        click.echo(text)
        return 0
    try:
        _write(file, f"{text}\n", may_replace=force)
    except FileExistsError:
        return _fail(f"{file} exists already; --force replaces it.")
    except OSError as error:
        return _fail(f"{file} cannot be written: {error.strerror}.")
    answers = sum(len(kept.sitting.answers) for kept in archive.sittings)
    click.echo(
        f"{_plural(answers, 'answer')} of {_plural(len(archive.sittings), 'sitting')} "
        f"were written to {file}."
    )
    return 0


def _write(file: Path, text: str, *, may_replace: bool) -> None:
    """Write a file whole or not at all."""
    if file.exists() and not may_replace:
        raise FileExistsError
    draft = file.with_name(f"{file.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(file)


@progress.command("import")
@click.argument("file", type=_FILE)
def import_(file: Path) -> int:
    """Add what FILE holds and is not here yet; - is standard input. What is here stays."""
    from studyapp.study.archive import ArchiveError  # noqa: PLC0415
    from studyapp.study.archive_reading import LARGEST, read_archive  # noqa: PLC0415
    from studyapp.study.loading import read_course  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    try:
        archive = read_archive(_read(file, LARGEST + 1), _now())
        with _store() as store:
            if not store.is_lasting:
                return _fail("Nothing was imported.")
            merged = store.merge(archive)
    except OSError as error:
        return _fail(f"{file} cannot be read: {error.strerror}.")
    except ArchiveError as error:
        return _fail(f"{file} cannot be imported: {error}. Nothing was changed.")
    except StoreError as error:
        return _fail(f"{error} Nothing was changed.")
    click.echo(
        f"{_plural(merged.answers, 'answer')} of {_plural(merged.sittings, 'sitting')} were "
        f"added; {merged.answers_before:,} were here already."
    )
    if merged.lab_attempts:
        click.echo(f"{_plural(merged.lab_attempts, 'grading')} of labs were added.")
    if merged.steps:
        click.echo(f"{_plural(merged.steps, 'step')} of chapters were added.")
    course, _ = read_course()
    strange = archive.question_ids - course.by_id.keys()
    if strange:
        click.echo(
            f"{_plural(len(strange), 'question')} of them this version does not have; those "
            "answers are kept, and count when it has."
        )
    return 0


def _read(file: Path, most: int) -> bytes:
    """Return the bytes of a file or of standard input, and no more than can be judged."""
    if file == _STANDARD:
        return sys.stdin.buffer.read(most)
    with file.open("rb") as opened:
        return opened.read(most)


@progress.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> int:
    """Forget all answers, chapters, labs and what is due; the exam's day and settings stay."""
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    try:
        with _store() as store:
            answers = len(store.answers())
            if not yes:
                click.confirm(
                    f"Forget {_plural(answers, 'answer')} for good, and what was done in labs "
                    "and chapters? "
                    "(studyapp progress export FILE keeps a copy)",
                    abort=True,
                    err=True,
                )
            if not store.is_lasting:
                return _fail("Nothing was forgotten.")
            store.reset()
    except StoreError as error:
        return _fail(f"{error} Nothing was forgotten.")
    click.echo(f"{_plural(answers, 'answer')} were forgotten.")
    return 0


# -- inside --


@contextmanager
def _store() -> Iterator[ProgressStore]:
    """Open the learner's store, and say what is amiss with it."""
    from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415

    with closing(ProgressStore.open(progress_file(data_directory()), _now())) as store:
        if store.notice:
            print(store.notice, file=sys.stderr)
        yield store


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _document(known: Mastery, exam_date: dt.date | None) -> dict[str, Any]:
    return {
        "questions": known.bank,
        "known": len(known.known),
        "known_share": round(known.known_share, 3),
        "due": list(known.due),
        "weak": list(known.weak_questions),
        "leeches": list(known.leeches),
        "misconceptions": {name: list(met) for name, met in known.misconceptions.items()},
        "weakest_domain": known.weakest.id if known.weakest else None,
        "domains": [_share(share) for share in known.domains],
        "tasks": [_share(share) for share in known.tasks],
        "topics": [_share(share) for share in known.topics],
        "confidence": {
            str(name): {"right": right, "asked": asked}
            for name, (right, asked) in known.calibration.items()
        },
        "retention": None if known.retention is None else round(known.retention, 3),
        "days": {day.isoformat(): count for day, count in sorted(known.days.items())},
        "exam_date": exam_date.isoformat() if exam_date else None,
    }


def _share(share: Share) -> dict[str, Any]:
    return {"id": share.id, "name": share.name, "right": share.right, "asked": share.asked}


def _lines(
    course: Course, known: Mastery, exam_date: dt.date | None, today: dt.date
) -> Iterator[str]:
    from studyapp.study.result import coverage  # noqa: PLC0415

    yield (
        f"Known: {len(known.known)} of {_plural(known.bank, 'question')} "
        f"({known.known_share:.0%}) · due today: {len(known.due)} · "
        f"answers: {sum(known.days.values()):,} on {_plural(len(known.days), 'day')}"
    )
    if exam_date is not None:
        yield f"Exam: {exam_date}{_in_days((exam_date - today).days)}"
    if known.retention is not None:
        yield f"Of what came again, {known.retention:.0%} was remembered."
    for name, (right, asked) in known.calibration.items():
        yield f"When {name}: {right} of {asked} right"
    yield ""
    width = max((len(share.name) for share in known.domains), default=0)
    for share in known.domains:
        mark = "  weakest" if share == known.weakest else ""
        told = f"{share.right} of {share.asked} right" if share.asked else "not asked yet"
        yield f"{share.name:<{width}}  {told}{mark}"
    yield ""
    yield coverage(course)


def _in_days(days: int) -> str:
    if days < 0:
        return ""
    return {0: " (today)", 1: " (tomorrow)"}.get(days, f" (in {days} days)")
