"""Taking in what another copy of the progress has. Who calls this is in a transaction."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable

from studyapp.study.archive import Archive, ArchiveError, KeptSitting, Merged
from studyapp.study.lab_store import merge_labs
from studyapp.study.schedule import Memory, review
from studyapp.study.store_rows import (
    ANSWER_COLUMNS,
    EXAM_DATE,
    UNREADABLE,
    add_answer,
    answer_of,
    as_row,
    as_text,
    exam_date_of,
    put_memory,
    put_setting,
    put_sitting,
)
from studyapp.study.walk_progress import merge_steps


def merge(write: sqlite3.Connection, archive: Archive) -> Merged:
    """Add what is lacking; ``ArchiveError`` where the archive contradicts what is there.

    What is there stays: of an answer that both have, the one that is here. Merging the same
    archive again changes nothing.
    """
    sittings, answers, answers_before = 0, 0, 0
    touched: set[str] = set()
    for kept in archive.sittings:
        sittings += _add_sitting(write, kept)
        for answer in kept.sitting.answers.values():
            if add_answer(write, kept.sitting.id, answer):
                answers += 1
                touched.add(answer.question_id)
            else:
                answers_before += 1
    _remember_anew(write, touched, _exam_date(write, archive))
    return Merged(
        sittings,
        answers,
        answers_before,
        lab_attempts=merge_labs(write, archive.labs),
        steps=merge_steps(write, archive.steps),
    )


def _add_sitting(write: sqlite3.Connection, kept: KeptSitting) -> bool:
    """Add a sitting, or its end; return whether it is new here."""
    sitting = kept.sitting
    query = "SELECT state, ended_at FROM sitting WHERE id = ?"
    here = write.execute(query, (sitting.id,)).fetchone()
    if here is not None and not _is_same(here[0], kept):
        raise ArchiveError(
            f"its sitting {sitting.id} asks other questions than the one of that name here"
        )
    if here is None or (here[1] is None and kept.ended_at is not None):
        put_sitting(write, sitting)
        ended_at = as_text(kept.ended_at) if kept.ended_at else None
        write.execute("UPDATE sitting SET ended_at = ? WHERE id = ?", (ended_at, sitting.id))
    return here is None


def _is_same(state: str, kept: KeptSitting) -> bool:
    try:
        document = json.loads(state)
        asked = (document["mode"], document["questions"])
    except UNREADABLE:
        return False
    return asked == (str(kept.sitting.mode), list(kept.sitting.question_ids))


def _exam_date(write: sqlite3.Connection, archive: Archive) -> dt.date | None:
    """Return the day of the exam, which is the archive's only where none is set here."""
    row = write.execute("SELECT value FROM setting WHERE name = ?", (EXAM_DATE,)).fetchone()
    here = exam_date_of(json.loads(row[0])) if row else None
    if here is None and archive.exam_date is not None:
        put_setting(write, EXAM_DATE, archive.exam_date.isoformat())
        return archive.exam_date
    return here


def _remember_anew(
    write: sqlite3.Connection, question_ids: Iterable[str], exam_date: dt.date | None
) -> None:
    """Compute what is remembered of some questions from all their answers, the oldest first."""
    query = (
        f"SELECT id, {ANSWER_COLUMNS} FROM answer WHERE question_id = ? ORDER BY answered_at, id"  # noqa: S608 - our own names
    )
    for question_id in sorted(question_ids):
        memory: Memory | None = None
        for row, *columns in write.execute(query, (question_id,)).fetchall():
            before = json.dumps(as_row(memory)) if memory else None
            write.execute("UPDATE answer SET memory_before = ? WHERE id = ?", (before, row))
            memory = review(memory, answer_of(columns), exam_date)
        if memory is not None:
            put_memory(write, question_id, memory)
