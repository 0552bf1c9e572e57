"""``studyapp labs``: which there are, playing one line by line, grading files, beginning anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studyapp.first_launch import data_directory
from studyapp.study.given import utc_now

if TYPE_CHECKING:
    from studyapp.study.lab_progress import LabRecord
    from studyapp.study.lab_store import LabStore
    from studyapp.study.labs import Lab

BROKEN = 3
"""The exit status when the grading itself failed."""

_FILE = click.Path(path_type=Path)
_STANDARD = Path("-")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
@click.pass_context
def labs(context: click.Context, *, as_json: bool) -> int:
    """List the labs, in which something broken is mended, and play or grade one."""
    if context.invoked_subcommand is not None:
        return 0
    from studyapp.study.lab_progress import LabRecord  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    found = _labs()
    try:
        with _store() as store:
            records = store.records()
    except StoreError as error:
        return _fail(str(error))
    rows = [(lab, records.get(lab.slug, LabRecord(lab.slug))) for lab in found]
    if as_json:
        click.echo(json.dumps([_document(lab, record) for lab, record in rows], indent=2))
        return 0
    if not rows:
        click.echo("There are no labs in this version.")
        return 0
    width, topic_width = (max(len(getattr(lab, key)) for lab in found) for key in ("slug", "topic"))
    for lab, record in rows:
        place = f"{lab.topic:<{topic_width}}  {lab.task}"
        click.echo(f"{lab.slug:<{width}}  {record.state:<8}  {place}  {lab.title}")
    click.echo("\nstudyapp labs start SLUG plays one.")
    return 0


@labs.command()
@click.argument("slug")
@click.option("--plain", is_flag=True, help="Line by line, also where there is a terminal.")
def start(slug: str, *, plain: bool) -> int:
    """Play the lab SLUG: its question, then a document that is edited and graded.

    In a terminal the app opens on it; with --plain, or without one, it goes line by line.
    """
    from studyapp.plain.console import standard_console  # noqa: PLC0415
    from studyapp.plain.labs import LabPlay  # noqa: PLC0415
    from studyapp.study.lab_files import LabFileError, LabFiles  # noqa: PLC0415
    from studyapp.study.lab_session import LabSession  # noqa: PLC0415
    from studyapp.study.loading import read_course  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    found = _labs()
    lab = _lab(slug, found)
    if not plain and wants_screens():
        return show_lab(lab.slug)
    console = standard_console(sys.stdout)
    try:
        with _store() as store:
            session = LabSession(lab, store, utc_now, lambda told: console.say(f"NOTE {told}"))
            files = LabFiles(data_directory(), lab)
            following = _following(lab, found, store.records())
            questions = read_course()[0].questions
            return LabPlay(console, session, files, questions, following).hold()
    except (StoreError, LabFileError) as error:
        return _fail(str(error))


def wants_screens() -> bool:
    """Return whether the app's screens are wanted: in a terminal, and not set to plain."""
    from studyapp.__main__ import has_terminal  # noqa: PLC0415 - it imports the command line
    from studyapp.settings import load_settings  # noqa: PLC0415

    return has_terminal() and not load_settings(data_directory()).plain


def show_lab(slug: str) -> int:
    """Open the app on a lab; return the exit status."""
    from studyapp.__main__ import open_app  # noqa: PLC0415 - it imports the command line
    from studyapp.settings import load_settings  # noqa: PLC0415

    return open_app("home", load_settings(data_directory()), lab=slug)


@labs.command()
@click.argument("slug")
@click.option("--policy", metavar="FILE", type=_FILE, help="The policy, where one is edited.")
@click.option("--document", "named", metavar="PLACE=FILE", multiple=True, help="One of several.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document instead of text.")
def check(slug: str, *, policy: Path | None, named: tuple[str, ...], as_json: bool) -> int:
    """Grade files as the documents of the lab SLUG; - is standard input.

    Where several documents are edited, those that are not given stand as at the start. Exits with
    0 when it is passed, with 1 when it is not, and with 3 when the grading itself failed.
    """
    from pipeline.grading.values import GradingError  # noqa: PLC0415
    from studyapp.plain.console import standard_console  # noqa: PLC0415
    from studyapp.plain.lab_wording import (  # noqa: PLC0415
        grade_document,
        say_answer,
        say_grade,
        say_marks,
    )
    from studyapp.study.lab_session import LabSession  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    lab = _lab(slug, _labs())
    documents = {**lab.starts, **_given(lab, policy, named)}
    console = standard_console(sys.stderr if as_json else sys.stdout)
    try:
        with _store() as store:
            session = LabSession(lab, store, utc_now, lambda told: console.say(f"NOTE {told}"))
            say_marks(console, lab, documents)
            grade = session.grade(documents, lambda told: console.say(f"RUN {told}"))
    except StoreError as error:
        return _fail(str(error))
    except GradingError as error:
        _fail(f"{lab.slug}: {error}. Nothing is said about your documents.")
        return BROKEN
    if as_json:
        click.echo(json.dumps(grade_document(grade, lab, session), indent=2))
    else:
        say_grade(console, grade, whole=True)
        say_answer(console, session)
        if not grade.passed:
            console.say_whole("questions:", f"studyapp quiz --topic {lab.topic}")
    return 0 if grade.passed else 1


def _given(lab: Lab, policy: Path | None, named: tuple[str, ...]) -> Mapping[str, str]:
    """Return the texts of the files that were named, by place."""
    places = [edit.place for edit in lab.edits]
    files: dict[str, Path] = {}
    if policy is not None:
        policies = places if len(places) == 1 else lab.policy_places
        if len(policies) != 1:
            several = f"{lab.slug} edits {len(places)} documents: {', '.join(places)}."
            raise click.UsageError(f"{several} Give each as --document PLACE=FILE.")
        files[policies[0]] = policy
    for text in named:
        place, _, file = text.partition("=")
        if place not in places or not file:
            known = ", ".join(f"{known}=FILE" for known in places)
            raise click.UsageError(f'"{text}" names no document of {lab.slug}: write {known}.')
        if place in files:
            raise click.UsageError(f"The document {place} is given twice.")
        files[place] = Path(file)
    if not files:
        way = "--policy FILE" if len(places) == 1 else "--document PLACE=FILE"
        raise click.UsageError(f"Nothing is given to grade: add {way}.")
    if list(files.values()).count(_STANDARD) > 1:
        raise click.UsageError("Only one document can come from standard input.")
    return {place: _text(file) for place, file in files.items()}


def _text(file: Path) -> str:
    from studyapp.study.lab_files import (  # noqa: PLC0415
        MOST_BYTES,
        LabFileError,
        document_text,
        read_document_file,
    )

    try:
        if file == _STANDARD:
            return document_text(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input")
        return read_document_file(file)
    except LabFileError as error:
        raise click.UsageError(str(error)) from error


@labs.command()
@click.argument("slug", required=False)
@click.option("--all", "is_all", is_flag=True, help="All labs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(slug: str | None, *, is_all: bool, yes: bool) -> int:
    """Begin the lab SLUG anew: its documents, answer, hints and grades are forgotten."""
    from studyapp.study.lab_files import LabFiles  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415

    if (slug is None) != is_all:
        raise click.UsageError("Name a lab, or give --all, and not both.")
    found = _labs()
    which = found if slug is None else [_lab(slug, found)]
    what = f"the lab {slug}" if slug else "all labs"
    if not yes:
        click.confirm(f"Forget what you did in {what} for good?", abort=True, err=True)
    try:
        with _store() as store:
            store.forget(slug)
    except StoreError as error:
        return _fail(f"{error} Nothing was forgotten.")
    for lab in which:
        LabFiles(data_directory(), lab).forget()
    click.echo(f"{what[0].upper()}{what[1:]} can be begun anew.")
    return 0


# -- inside --


def _labs() -> tuple[Lab, ...]:
    """Return the labs, and say when some of them cannot be read."""
    from studyapp.study.lab_loading import read_labs  # noqa: PLC0415

    found, problems = read_labs()
    if problems:
        print("Some labs cannot be read: studyapp check says why.", file=sys.stderr)
    return found


def _following(lab: Lab, found: Sequence[Lab], records: Mapping[str, LabRecord]) -> str:
    """Return the next lab after one, in teaching order, that is not passed; empty without any."""
    slugs = [each.slug for each in found]
    place = slugs.index(lab.slug)
    passed = {slug for slug, record in records.items() if record.is_passed}
    others = [*slugs[place + 1 :], *slugs[:place]]
    return next((slug for slug in others if slug not in passed), "")


def _lab(slug: str, among: Sequence[Lab]) -> Lab:
    from studyapp.study.problems import perhaps  # noqa: PLC0415

    found = {lab.slug: lab for lab in among}
    if slug not in found:
        remedy = perhaps(slug, found)
        raise click.UsageError(f'There is no lab "{slug[:60]}": {remedy} (studyapp labs).')
    return found[slug]


@contextmanager
def _store() -> Iterator[LabStore]:
    """Open what is kept of labs, and say what is amiss with the file."""
    from studyapp.study.lab_store import LabStore  # noqa: PLC0415
    from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415

    with closing(ProgressStore.open(progress_file(data_directory()), utc_now())) as store:
        if store.notice:
            print(store.notice, file=sys.stderr)
        yield LabStore(store)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _document(lab: Lab, record: LabRecord) -> dict[str, object]:
    chosen, best = record.chosen, record.best
    return {
        "slug": lab.slug,
        "title": lab.title,
        "topic": lab.topic,
        "task": lab.task,
        "topology": lab.topology,
        "state": str(record.state),
        "attempts": len(record.attempts),
        "best": best.as_document() if best else None,
        "hints": record.hints,
        "solution_asked": record.solution_asked,
        "chosen": chosen,
        "is_right": None if chosen is None else chosen == lab.question.key,
    }
