"""What is next, in one line, with the command that does it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from studyapp.study.loading import read_course
from studyapp.study.mastery import mastery
from studyapp.study.next_steps import Action, Suggestion, suggestions
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.store_errors import StoreError
from studyapp.study.walk_loading import read_chapters
from studyapp.study.walk_progress import steps_done
from studyapp.study.walk_standing import current, standings

_COMMANDS = {
    Action.GO_ON: "studyapp quiz",
    Action.REVIEW: "studyapp quiz --due",
    Action.WALK: "studyapp walkthrough {}",
    Action.EXAM: "studyapp quiz --exam {}",
    Action.LIVE: "studyapp run PHOTO",
}


def next_line(directory: Path, now: dt.datetime) -> str:
    """Return what would be good to do next; where progress cannot be read, why."""
    course, _ = read_course()
    store = ProgressStore.open(progress_file(directory), now)
    try:
        known = mastery(course, store.answers(), store.memories(), now)
        chapters, _ = read_chapters(course)
        chapter = current(standings(chapters, steps_done(store)), steps_done(store))
        first = suggestions(course, known, store.unfinished(), chapter)[0]
    except StoreError as error:
        return f"NOTE {error}"
    finally:
        store.close()
    return f"NEXT {first.words}: {command(first)}"


def command(suggestion: Suggestion) -> str:
    """Return the command that does what is suggested."""
    if suggestion.action is Action.PRACTICE and suggestion.argument:
        return f"studyapp quiz --domain {suggestion.argument}"
    return _COMMANDS.get(suggestion.action, "studyapp quiz").format(suggestion.argument)
