"""Reading an archive: a file from anywhere, taken as data and held against what can be.

The first thing that cannot be ends the reading: a foreign file has nothing else to tell.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from studyapp.study.answers import Answer, Confidence
from studyapp.study.archive import FORMAT, VERSION, Archive, ArchiveError, KeptSitting
from studyapp.study.json_fields import Fields, refuse
from studyapp.study.lab_archive import labs_of
from studyapp.study.sitting import Marks, Mode, Sitting
from studyapp.study.walk_archive import steps_of

LARGEST = 100_000_000
"""Bytes; a hundred thousand answers are a quarter of that."""

MOST_QUESTIONS = 1_000
"""In one sitting."""

MOST_OPTIONS = 20
LONGEST_SECONDS = 100_000_000.0
EARLIEST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

SINCE_CHAPTERS_AND_LABS = 2
"""The version that they came with."""

AHEAD = dt.timedelta(days=1)
"""How far the clock of the other machine may be ahead."""


def read_archive(data: bytes, now: dt.datetime) -> Archive:
    """Return the archive in a file's bytes; ``ArchiveError`` when there is none."""
    if len(data) > LARGEST:
        raise ArchiveError(f"it is larger than {LARGEST // 1_000_000} MB")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise ArchiveError("it is not UTF-8 text") from error
    except RecursionError as error:
        raise ArchiveError("it is nested too deeply") from error
    except ValueError as error:  # a number of too many digits is one too
        raise ArchiveError(f"it is not JSON ({error})") from error
    return archive_of(document, now)


def archive_of(document: Any, now: dt.datetime) -> Archive:
    """Return the archive in a parsed document; ``ArchiveError`` when there is none."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ArchiveError("it is no progress exported by studyapp")
    fields = Fields(document, "")
    version = fields.whole("version", 1, 1_000_000)
    if version > VERSION:
        raise ArchiveError("a newer studyapp exported it: update studyapp to read it")
    has_both = version >= SINCE_CHAPTERS_AND_LABS
    keys = ("format", "version", "exported_at", "exam_date", "sittings")
    fields.knows(*keys, *(["labs", "steps"] if has_both else []))
    latest = now + AHEAD
    sittings = tuple(_kept_sitting(entry, latest) for entry in fields.tables("sittings"))
    if len({kept.sitting.id for kept in sittings}) < len(sittings):
        refuse("sittings", "has an id twice")
    labs = labs_of(fields, EARLIEST, latest) if has_both else ()
    steps = steps_of(fields, EARLIEST, latest) if has_both else ()
    return Archive(sittings, fields.optional_day("exam_date"), labs, steps)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _kept_sitting(fields: Fields, latest: dt.datetime) -> KeptSitting:
    fields.knows(
        "id",
        "mode",
        "title",
        "seed",
        "questions",
        "started_at",
        "position",
        "marks",
        "minutes",
        "unscored",
        "ended_at",
        "answers",
    )
    questions = fields.names("questions", MOST_QUESTIONS)
    if not questions:
        refuse(fields.place_of("questions"), "is empty")
    sitting = Sitting(
        id=fields.text("id"),
        mode=Mode(fields.one_of("mode", tuple(Mode))),
        title=fields.text("title"),
        seed=fields.whole("seed", -(2**63), 2**63 - 1),
        question_ids=questions,
        started_at=fields.time("started_at", EARLIEST, latest),
        position=fields.whole("position", 0, len(questions) - 1),
        marks=dict(_marks(fields.table("marks"), questions)),
        answers={a.question_id: a for a in _answers(fields, questions, latest)},
        minutes=fields.optional("minutes", lambda key: fields.whole(key, 1, 10_000)),
        unscored=frozenset(fields.names("unscored", MOST_QUESTIONS, among=questions)),
    )
    ended_at = fields.optional("ended_at", lambda key: fields.time(key, EARLIEST, latest))
    return KeptSitting(sitting, ended_at)


def _marks(fields: Fields, questions: tuple[str, ...]) -> Iterator[tuple[str, Marks]]:
    fields.knows(*questions)
    for question_id in fields.values:
        entry = fields.table(question_id)
        entry.knows("chosen", "struck", "is_flagged", "is_hinted", "confidence", "seconds")
        chosen = frozenset(entry.places("chosen", MOST_OPTIONS))
        yield (
            question_id,
            Marks(
                chosen=chosen,
                struck=frozenset(entry.places("struck", MOST_OPTIONS)) - chosen,
                is_flagged=entry.flag("is_flagged"),
                is_hinted=entry.flag("is_hinted"),
                confidence=_confidence(entry),
                seconds=entry.number("seconds", 0.0, LONGEST_SECONDS),
            ),
        )


def _answers(fields: Fields, questions: tuple[str, ...], latest: dt.datetime) -> Iterator[Answer]:
    found: set[str] = set()
    for entry in fields.tables("answers"):
        entry.knows(
            "question",
            "chosen",
            "is_right",
            "confidence",
            "is_hinted",
            "seconds",
            "order",
            "answered_at",
        )
        question_id = entry.one_of("question", questions)
        if question_id in found:
            refuse(entry.place_of("question"), "is answered twice")
        found.add(question_id)
        order = entry.places("order", MOST_OPTIONS)
        if sorted(order) != list(range(len(order))) or not order:
            refuse(entry.place_of("order"), "is no order of options")
        chosen = entry.places("chosen", len(order))
        yield Answer(
            question_id=question_id,
            chosen=tuple(sorted(chosen)),
            is_right=entry.flag("is_right"),
            confidence=_confidence(entry),
            is_hinted=entry.flag("is_hinted"),
            seconds=entry.number("seconds", 0.0, LONGEST_SECONDS),
            order=order,
            answered_at=entry.time("answered_at", EARLIEST, latest),
        )


def _confidence(fields: Fields) -> Confidence | None:
    return fields.optional(
        "confidence", lambda key: Confidence(fields.one_of(key, tuple(Confidence)))
    )
