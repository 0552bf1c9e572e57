"""Labs in an archive, held against what can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from studyapp.study.json_fields import Fields, refuse
from studyapp.study.lab_progress import LabAttempt, LabRecord

MOST_OPTIONS = 4
MOST_HINTS = 3
MOST_TIMES = 1_000_000
"""A solution can hardly be asked for more often."""

MOST_ATTEMPTS = 10_000
"""Of one lab."""


def labs_of(fields: Fields, earliest: dt.datetime, latest: dt.datetime) -> tuple[LabRecord, ...]:
    """Return the labs of a document; ``ArchiveError`` where one cannot be."""
    labs = tuple(_record(entry, earliest, latest) for entry in fields.tables("labs"))
    if len({record.slug for record in labs}) < len(labs):
        refuse("labs", "has a lab twice")
    return labs


def _record(fields: Fields, earliest: dt.datetime, latest: dt.datetime) -> LabRecord:
    fields.knows("slug", "chosen", "answered_at", "hints", "solution_asked", "attempts")
    chosen = fields.optional("chosen", lambda key: fields.whole(key, 0, MOST_OPTIONS - 1))
    answered_at = fields.optional("answered_at", lambda key: fields.time(key, earliest, latest))
    if (chosen is None) != (answered_at is None):
        refuse(fields.place_of("answered_at"), "does not go with what was chosen")
    attempts = tuple(sorted(set(_attempts(fields, earliest, latest))))
    if len(attempts) > MOST_ATTEMPTS:
        refuse(fields.place_of("attempts"), f"has more than {MOST_ATTEMPTS:,} entries")
    return LabRecord(
        slug=fields.text("slug"),
        chosen=chosen,
        answered_at=answered_at,
        hints=fields.whole("hints", 0, MOST_HINTS),
        solution_asked=fields.whole("solution_asked", 0, MOST_TIMES),
        attempts=attempts,
    )


def _attempts(fields: Fields, earliest: dt.datetime, latest: dt.datetime) -> Iterator[LabAttempt]:
    for entry in fields.tables("attempts"):
        entry.knows("graded_at", "works", "nothing_else", "nothing_superfluous")
        yield LabAttempt(
            graded_at=entry.time("graded_at", earliest, latest),
            works=entry.flag("works"),
            nothing_else=entry.flag("nothing_else"),
            nothing_superfluous=entry.flag("nothing_superfluous"),
        )
