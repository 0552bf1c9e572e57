"""Steps of chapters in an archive, held against what can be."""

from __future__ import annotations

import datetime as dt

from studyapp.study.json_fields import Fields, refuse
from studyapp.study.walk_progress import StepDone

MOST = 1e12
"""No prediction is further from 0."""


def steps_of(fields: Fields, earliest: dt.datetime, latest: dt.datetime) -> tuple[StepDone, ...]:
    """Return the steps of a document, oldest first; ``ArchiveError`` where one cannot be."""
    steps = tuple(_step(entry, earliest, latest) for entry in fields.tables("steps"))
    if len({(done.chapter, done.step) for done in steps}) < len(steps):
        refuse("steps", "has a step twice")
    return tuple(sorted(steps, key=lambda done: done.done_at))


def _step(fields: Fields, earliest: dt.datetime, latest: dt.datetime) -> StepDone:
    fields.knows("chapter", "step", "done_at", "prediction", "is_right")
    return StepDone(
        chapter=fields.text("chapter"),
        step=fields.text("step"),
        done_at=fields.time("done_at", earliest, latest),
        prediction=fields.optional("prediction", lambda key: fields.number(key, -MOST, MOST)),
        is_right=fields.optional("is_right", fields.flag),
    )
