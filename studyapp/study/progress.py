"""The store of progress: one SQLite file, in which every answer is before its feedback shows.

Two copies of the app may use it at once. Opening never fails: a damaged file is set aside and a
new one begun; where nothing can be kept, progress lives in memory for as long as the app does, and
``notice`` says so.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studyapp.study.answers import Answer
from studyapp.study.archive import Archive, KeptSitting, Merged
from studyapp.study.lab_store import LabStore
from studyapp.study.schedule import Memory
from studyapp.study.sitting import Mode, Sitting, sitting_of
from studyapp.study.store_errors import as_store_error, is_damage
from studyapp.study.store_file import NewerError, copied, ready, set_aside
from studyapp.study.store_merging import merge
from studyapp.study.store_rows import (
    ANSWERS,
    EXAM_DATE,
    UNREADABLE,
    add_answer,
    answer_of,
    as_text,
    bring_forward,
    end_sitting,
    exam_date_of,
    memory_of,
    put_memory,
    put_setting,
    put_sitting,
    readable,
)
from studyapp.study.walk_progress import steps_done

FILE_NAME = "progress.sqlite"
_IN_MEMORY = "What you answer now is kept only until the app is closed."


class ProgressStore:
    """Answers, sittings, memory and settings of one learner."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        notice: str = "",
        *,
        is_lasting: bool = True,
    ) -> None:
        self._connection = connection
        self.path = path
        self.is_lasting = is_lasting
        """Whether what is kept outlives the app."""

        self.notice = notice
        """What the learner should know about the file; empty when all is well."""

    @classmethod
    def open(cls, path: Path, now: dt.datetime) -> ProgressStore:
        """Open the store in a file, or one in memory where that cannot be."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(ready(path), path)
        except OSError as error:
            return cls._in_memory(path, f"{path.parent} cannot be made: {error.strerror}.")
        except NewerError as error:
            return cls._in_memory(path, str(error))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                return cls._in_memory(path, str(as_store_error(error, path)))
        try:
            aside = set_aside(path, now)
            return cls(
                ready(path),
                path,
                f"{path} was damaged. It is kept as {aside.name}, and progress begins anew.",
            )
        except (OSError, sqlite3.DatabaseError) as error:
            return cls._in_memory(path, f"{path} is damaged and cannot be set aside: {error}.")

    @classmethod
    def _in_memory(cls, path: Path, why: str) -> ProgressStore:
        """Return a store in memory, with what can be read of the file."""
        return cls(copied(path), path, f"{why} {_IN_MEMORY}", is_lasting=False)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # -- sittings and answers --

    def keep(self, sitting: Sitting) -> None:
        """Keep a sitting as it stands.

        Raises:
            StoreError: It could not be kept.
        """
        with self.writing() as write:
            put_sitting(write, sitting)

    def add(self, sitting: Sitting, answers: Mapping[str, Memory]) -> None:
        """Keep a sitting with new answers and what is remembered since, in one transaction.

        With its last answer the sitting is over.

        Args:
            sitting: The sitting, with the answers.
            answers: By question that is newly answered: what is known of it now.

        Raises:
            StoreError: Nothing of it could be kept.
        """
        with self.writing() as write:
            put_sitting(write, sitting)
            for question_id, memory in answers.items():
                if add_answer(write, sitting.id, sitting.answers[question_id]):
                    put_memory(write, question_id, memory)
            if sitting.is_over:
                end_sitting(write, sitting)

    def take_back(self, sitting: Sitting, question_id: str) -> None:
        """Forget an answer of a sitting, and put back what was remembered before it.

        What was remembered stays where the question has been answered again since.

        Raises:
            StoreError: It could not be done.
        """
        with self.writing() as write:
            row = write.execute(
                "DELETE FROM answer WHERE sitting_id = ? AND question_id = ?"
                " RETURNING memory_before, answered_at",
                (sitting.id, question_id),
            ).fetchone()
            if row is not None and not _is_answered_since(write, question_id, row[1]):
                write.execute("DELETE FROM memory WHERE question_id = ?", (question_id,))
                if row[0] is not None:
                    put_memory(write, question_id, memory_of(json.loads(row[0])))
            put_sitting(write, sitting)
            write.execute("UPDATE sitting SET ended_at = NULL WHERE id = ?", (sitting.id,))

    def end(self, sitting: Sitting, now: dt.datetime) -> None:
        """Note that a sitting is over, so that nobody is asked to take it up again."""
        with self.writing() as write:
            put_sitting(write, sitting)
            write.execute(
                "UPDATE sitting SET ended_at = ? WHERE id = ?", (as_text(now), sitting.id)
            )

    def unfinished(self) -> tuple[Sitting, ...]:
        """Return the sittings that can be taken up again, the newest first."""
        rows = self.read(
            "SELECT id, state FROM sitting WHERE ended_at IS NULL ORDER BY started_at DESC"
        )
        return tuple(filter(None, (self._sitting(*row) for row in rows)))

    def finished_exams(self) -> tuple[Sitting, ...]:
        """Return the exams that were submitted, the newest first."""
        rows = self.read(
            "SELECT id, state FROM sitting WHERE ended_at IS NOT NULL AND mode = ?"
            " ORDER BY started_at DESC",
            str(Mode.EXAM),
        )
        return tuple(filter(None, (self._sitting(*row) for row in rows)))

    def answers(self) -> tuple[Answer, ...]:
        """Return every answer, the oldest first."""
        return tuple(readable(answer_of, self.read(f"{ANSWERS} ORDER BY answered_at, id")))

    def _sitting(self, sitting_id: str, state: str) -> Sitting | None:
        """Return a sitting; None for one that a foreign program wrote."""
        rows = self.read(f"{ANSWERS} WHERE sitting_id = ? ORDER BY id", sitting_id)
        try:
            return sitting_of(sitting_id, json.loads(state), readable(answer_of, rows))
        except UNREADABLE:
            return None

    # -- memory --

    def memories(self) -> dict[str, Memory]:
        """Return what is known of every question that was answered."""
        rows = self.read("SELECT question_id, card, due_at, lapses FROM memory")
        return dict(readable(lambda row: (row[0], memory_of(row[1:])), rows))

    def memory(self, question_id: str) -> Memory | None:
        """Return what is known of a question."""
        rows = self.read(
            "SELECT card, due_at, lapses FROM memory WHERE question_id = ?", question_id
        )
        return next(readable(memory_of, rows), None)

    def due(self, now: dt.datetime) -> tuple[str, ...]:
        """Return the questions that are due, the longest due first."""
        rows = self.read(
            "SELECT question_id FROM memory WHERE due_at <= ? ORDER BY due_at, question_id",
            as_text(now),
        )
        return tuple(row[0] for row in rows)

    # -- settings --

    def setting(self, name: str) -> Any:
        """Return a setting's value; None when it was never set."""
        rows = self.read("SELECT value FROM setting WHERE name = ?", name)
        return next((json.loads(row[0]) for row in rows), None)

    def set(self, name: str, value: Any) -> None:
        """Keep a setting; ``StoreError`` when it cannot be kept."""
        with self.writing() as write:
            put_setting(write, name, value)

    def exam_date(self) -> dt.date | None:
        """Return the day of the exam; None when none is set."""
        return exam_date_of(self.setting(EXAM_DATE))

    def set_exam_date(self, day: dt.date | None, now: dt.datetime) -> None:
        """Set the day of the exam, or none; what would come only after it is due on that day.

        Raises:
            StoreError: It cannot be kept.
        """
        with self.writing() as write:
            put_setting(write, EXAM_DATE, day.isoformat() if day else None)
            if day is not None and day > now.date():
                bring_forward(write, day)

    # -- other copies --

    def archive(self) -> Archive:
        """Return everything that can be carried to another machine."""
        rows = self.read("SELECT id, state, ended_at FROM sitting ORDER BY started_at, id")
        kept = []
        for sitting_id, state, ended_at in rows:
            sitting = self._sitting(sitting_id, state)
            if sitting is not None:
                ended = dt.datetime.fromisoformat(ended_at) if ended_at else None
                kept.append(KeptSitting(sitting, ended))
        labs = tuple(LabStore(self).records().values())
        return Archive(tuple(kept), self.exam_date(), labs, tuple(steps_done(self).values()))

    def merge(self, archive: Archive) -> Merged:
        """Add what another copy has and this one lacks, all of it or nothing.

        Raises:
            ArchiveError: It contradicts what is kept here.
            StoreError: It cannot be kept.
        """
        with self.writing() as write:
            return merge(write, archive)

    def reset(self) -> None:
        """Forget all answers, sittings, memory, steps and labs; settings stay."""
        with self.writing() as write:
            for table in ("answer", "sitting", "memory", "step", "lab"):
                write.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    # -- transactions --

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do everything in one transaction, or nothing; ``StoreError`` when it cannot be kept."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # something came between
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise as_store_error(error, self.path) from error

    def read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query; ``StoreError`` when they cannot be read."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise as_store_error(error, self.path) from error


def _is_answered_since(write: sqlite3.Connection, question_id: str, time: str) -> bool:
    query = "SELECT 1 FROM answer WHERE question_id = ? AND answered_at > ?"
    return write.execute(query, (question_id, time)).fetchone() is not None


def progress_file(directory: Path) -> Path:
    """Return where progress is kept in the app's data directory."""
    return directory / FILE_NAME
