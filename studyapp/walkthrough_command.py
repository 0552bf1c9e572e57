"""``studyapp walkthrough``: the chapters, listed or gone through line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from studyapp.study.given import utc_now

if TYPE_CHECKING:
    from studyapp.plain.console import Console
    from studyapp.study.course import Course
    from studyapp.study.progress import ProgressStore
    from studyapp.study.walkthrough import Chapter


@click.command()
@click.argument("chapter", required=False)
@click.option(
    "--plain",
    is_flag=True,
    help="Line by line, also where there is a terminal.",
)
@click.option("--list", "only_list", is_flag=True, help="List the chapters and how far they are.")
@click.option("--json", "as_json", is_flag=True, help="With --list: print a JSON list.")
def walkthrough(chapter: str | None, *, plain: bool, only_list: bool, as_json: bool) -> int:
    """Go through CHAPTER, by name or number: predict, run the real calls, see the payloads.

    In a terminal it opens the app, without CHAPTER on the list of them. With --plain or without a
    terminal it goes line by line, without CHAPTER with the first that is not finished; replies may
    come from a pipe.
    """
    from studyapp.__main__ import has_terminal  # noqa: PLC0415 - it imports this module
    from studyapp.plain.console import standard_console  # noqa: PLC0415
    from studyapp.study.loading import read_course  # noqa: PLC0415
    from studyapp.study.store_errors import StoreError  # noqa: PLC0415
    from studyapp.study.walk_loading import read_chapters  # noqa: PLC0415

    course, _ = read_course()
    chapters, problems = read_chapters(course)
    if not chapters:
        click.echo(
            "studyapp: There are no chapters to go through: studyapp check says why.", err=True
        )
        return 1
    wanted = _named(chapter, chapters) if chapter is not None else None
    if not (plain or only_list or as_json) and has_terminal():
        return _open_app(wanted)
    store = _store()
    try:
        if only_list or as_json:
            _list(chapters, store, as_json=as_json)
            return 0
        console = standard_console(sys.stdout)
        for sentence in filter(None, (store.notice, _faults(len(problems)))):
            console.say(f"NOTE {sentence}")
        return _hold(wanted or _next(chapters, store), course, store, console)
    except StoreError as error:
        click.echo(f"studyapp: {error}", err=True)
        return 1
    finally:
        store.close()


def _open_app(chapter: Chapter | None) -> int:
    from studyapp.__main__ import open_app  # noqa: PLC0415 - it imports this module
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data_directory())
    return open_app("walkthrough", settings, chapter=chapter.slug if chapter is not None else "")


def _store() -> ProgressStore:
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.study.progress import ProgressStore, progress_file  # noqa: PLC0415

    return ProgressStore.open(progress_file(data_directory()), utc_now())


def _faults(number: int) -> str:
    from studyapp.plain.wording import plural  # noqa: PLC0415

    return (
        f"{plural(number, 'fault')} in the chapters: studyapp check lists them." if number else ""
    )


def _named(name: str, chapters: Iterable[Chapter]) -> Chapter:
    """Return a chapter by its slug or its number; ``UsageError`` when there is none."""
    from studyapp.study.problems import perhaps  # noqa: PLC0415

    known = {each.slug: each for each in chapters}
    found = known.get(name) or next((c for c in known.values() if str(c.number) == name), None)
    if found is None:
        raise click.UsageError(f'There is no chapter "{name[:40]}": {perhaps(name, known)}.')
    return found


def _next(chapters: tuple[Chapter, ...], store: ProgressStore) -> Chapter:
    """Return the first chapter that is not finished; the first of all when all are."""
    from studyapp.study.walk_progress import steps_done  # noqa: PLC0415

    done = steps_done(store)
    return next(
        (c for c in chapters if any(f"{c.slug}/{step.id}" not in done for step in c.steps)),
        chapters[0],
    )


def _list(chapters: tuple[Chapter, ...], store: ProgressStore, *, as_json: bool) -> None:
    from studyapp.study.walk_progress import steps_done  # noqa: PLC0415

    done = steps_done(store)
    rows = [(c, sum(f"{c.slug}/{step.id}" in done for step in c.steps)) for c in chapters]
    if as_json:
        documents = [
            {
                "number": each.number,
                "chapter": each.slug,
                "title": each.title,
                "tasks": list(each.tasks),
                "steps": len(each.steps),
                "done": count,
            }
            for each, count in rows
        ]
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    width = max(len(each.slug) for each in chapters)
    for each, count in rows:
        far = f"{count} of {len(each.steps)} steps"
        click.echo(f"{each.number:>2}  {each.slug:<{width}}  {far:<14}  {each.title}")


def _hold(chapter: Chapter, course: Course, store: ProgressStore, console: Console) -> int:
    """Go through a chapter until its end or until the learner leaves; return the exit status."""
    from studyapp.plain.console import EndedError  # noqa: PLC0415
    from studyapp.plain.walkthrough import Walk  # noqa: PLC0415
    from studyapp.study.ledger import Ledger  # noqa: PLC0415
    from studyapp.study.walk_recording import Recorder  # noqa: PLC0415

    ledger = Ledger(course, store, utc_now, lambda sentence: console.say(f"NOTE {sentence}"))
    status, is_at_end = 0, False
    with Recorder(chapter) as recorder:
        walk = Walk(console, chapter, ledger, store, recorder)
        try:
            is_at_end = walk.hold()
        except EndedError as ended:
            status = 130 if ended.is_interrupted else 0
        except KeyboardInterrupt:
            status = 130
    if not is_at_end:
        kept = walk.keeps_everything and ledger.keeps_everything
        said = "everything is kept" if kept else "not everything could be kept"
        console.say(f"LEFT step {walk.place + 1} of {len(chapter.steps)}; {said}.")
        console.say_whole("go on:", f"studyapp walkthrough {chapter.slug} --plain")
    return status
