"""The labs' part of the store: each answer, hint and grading is kept before it is shown."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from studyapp.study.lab_progress import LabAttempt, LabRecord, together
from studyapp.study.store_rows import as_text, readable

if TYPE_CHECKING:
    from studyapp.study.progress import ProgressStore

_LABS = "SELECT slug, chosen, answered_at, hints, solution_asked FROM lab"
_ATTEMPTS = (
    "SELECT slug, graded_at, works, nothing_else, nothing_superfluous FROM lab_attempt"
    " ORDER BY graded_at, works, nothing_else, nothing_superfluous"
)
_BEGIN = "INSERT INTO lab (slug) VALUES (?) ON CONFLICT (slug) DO NOTHING"


class LabStore:
    """What one learner did in labs. Whatever cannot be read or kept raises ``StoreError``."""

    def __init__(self, store: ProgressStore) -> None:
        self._store = store

    def records(self) -> dict[str, LabRecord]:
        """Return what is kept, by slug, of every lab in which something was done."""
        rows, attempts = self._store.read(_LABS), self._store.read(_ATTEMPTS)
        return {record.slug: record for record in read_records(rows, attempts)}

    def record(self, slug: str) -> LabRecord:
        """Return what is kept of a lab, which may be nothing."""
        return self.records().get(slug, LabRecord(slug))

    def answer(self, slug: str, chosen: int, now: dt.datetime) -> None:
        """Keep which option of a lab's question was chosen; the first answer stands."""
        with self._store.writing() as write:
            write.execute(_BEGIN, (slug,))
            write.execute(
                "UPDATE lab SET chosen = ?, answered_at = ? WHERE slug = ? AND chosen IS NULL",
                (chosen, as_text(now), slug),
            )

    def see_hint(self, slug: str, number: int) -> None:
        """Keep that a lab's hints were seen up to one, from 1."""
        with self._store.writing() as write:
            write.execute(_BEGIN, (slug,))
            write.execute("UPDATE lab SET hints = max(hints, ?) WHERE slug = ?", (number, slug))

    def ask_for_solution(self, slug: str) -> None:
        """Keep that a lab's solution was asked for once more."""
        with self._store.writing() as write:
            write.execute(_BEGIN, (slug,))
            write.execute(
                "UPDATE lab SET solution_asked = solution_asked + 1 WHERE slug = ?", (slug,)
            )

    def add(self, slug: str, attempt: LabAttempt) -> None:
        """Keep a grading."""
        with self._store.writing() as write:
            write.execute(_BEGIN, (slug,))
            _add_attempt(write, slug, attempt)

    def forget(self, slug: str | None = None) -> None:
        """Forget a lab, by default all labs."""
        with self._store.writing() as write:
            if slug is None:
                write.execute("DELETE FROM lab")
            else:
                write.execute("DELETE FROM lab WHERE slug = ?", (slug,))


def read_records(
    labs: Sequence[Sequence[Any]], attempts: Sequence[Sequence[Any]]
) -> tuple[LabRecord, ...]:
    """Return the records in rows of both tables, without what cannot be read."""
    by_slug: dict[str, list[LabAttempt]] = {}
    for slug, attempt in readable(lambda row: (row[0], _attempt_of(row[1:])), attempts):
        by_slug.setdefault(slug, []).append(attempt)
    return tuple(readable(lambda row: _record_of(row, by_slug.get(row[0], [])), labs))


def merge_labs(write: sqlite3.Connection, records: Sequence[LabRecord]) -> int:
    """Add what another copy has of labs, and return how many of its gradings are new here.

    Who calls this is in a transaction.
    """
    rows, attempts = write.execute(_LABS).fetchall(), write.execute(_ATTEMPTS).fetchall()
    known = {record.slug: record for record in read_records(rows, attempts)}
    added = 0
    for record in records:
        here = known.get(record.slug, LabRecord(record.slug))
        both = together(here, record)
        write.execute(_BEGIN, (both.slug,))
        write.execute(
            "UPDATE lab SET chosen = ?, answered_at = ?, hints = ?, solution_asked = ?"
            " WHERE slug = ?",
            (
                both.chosen,
                as_text(both.answered_at) if both.answered_at else None,
                both.hints,
                both.solution_asked,
                both.slug,
            ),
        )
        for attempt in record.attempts:
            added += _add_attempt(write, both.slug, attempt)
    return added


def _add_attempt(write: sqlite3.Connection, slug: str, attempt: LabAttempt) -> bool:
    """Write a grading and return whether it is new."""
    added = write.execute(
        "INSERT INTO lab_attempt VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            slug,
            as_text(attempt.graded_at),
            attempt.works,
            attempt.nothing_else,
            attempt.nothing_superfluous,
        ),
    )
    return added.rowcount > 0


def _attempt_of(row: Sequence[Any]) -> LabAttempt:
    graded_at, *parts = row
    return LabAttempt(dt.datetime.fromisoformat(graded_at), *map(bool, parts))


def _record_of(row: Sequence[Any], attempts: list[LabAttempt]) -> LabRecord:
    slug, chosen, answered_at, hints, solution_asked = row
    return LabRecord(
        slug,
        chosen=chosen,
        answered_at=dt.datetime.fromisoformat(answered_at) if answered_at else None,
        hints=hints,
        solution_asked=solution_asked,
        attempts=tuple(attempts),
    )
