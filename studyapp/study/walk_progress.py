"""Which steps of the walkthrough were gone through, and what was predicted: kept at once."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studyapp.study.store_rows import as_text, readable

if TYPE_CHECKING:
    from studyapp.study.progress import ProgressStore


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step of a chapter that was gone through."""

    chapter: str
    """The topic's slug."""

    step: str
    """The step's id."""

    done_at: dt.datetime

    prediction: float | None = None
    """For a predict step: the number, or the place of the option as written, from 0."""

    is_right: bool | None = None
    """For a predict or a check step: whether the answer was right."""

    def as_document(self) -> dict[str, Any]:
        """Return the step as a JSON document."""
        return {
            "chapter": self.chapter,
            "step": self.step,
            "done_at": self.done_at.isoformat(),
            "prediction": self.prediction,
            "is_right": self.is_right,
        }


def keep_step(store: ProgressStore, done: StepDone) -> None:
    """Keep a step; what was kept of it before is replaced.

    Raises:
        StoreError: It cannot be kept.
    """
    with store.writing() as write:
        _put(write, done, "DO UPDATE SET answered = excluded.answered, done_at = excluded.done_at")


def merge_steps(write: sqlite3.Connection, steps: Sequence[StepDone]) -> int:
    """Add the steps of another copy that are lacking here; return how many that are.

    Who calls this is in a transaction.
    """
    return sum(_put(write, done, "DO NOTHING") for done in steps)


def _put(write: sqlite3.Connection, done: StepDone, otherwise: str) -> bool:
    """Write a step, and what else where it is kept already; return whether anything changed."""
    answered = {"prediction": done.prediction, "is_right": done.is_right}
    written = write.execute(
        "INSERT INTO step (chapter, step, answered, done_at) VALUES (?, ?, ?, ?)"  # noqa: S608 - our own words
        f" ON CONFLICT (chapter, step) {otherwise}",
        (done.chapter, done.step, json.dumps(answered), as_text(done.done_at)),
    )
    return written.rowcount > 0


def steps_done(store: ProgressStore, chapter: str | None = None) -> Mapping[str, StepDone]:
    """Return the steps of a chapter that were gone through, by ``chapter/step``, oldest first.

    Without a chapter those of all chapters. ``StoreError`` when they cannot be read.
    """
    where, values = ("WHERE chapter = ? ", (chapter,)) if chapter is not None else ("", ())
    rows = store.read(
        f"SELECT chapter, step, answered, done_at FROM step {where}ORDER BY done_at, rowid",  # noqa: S608 - our own words
        *values,
    )
    return {f"{done.chapter}/{done.step}": done for done in readable(_done_of, rows)}


def forget_chapter(store: ProgressStore, chapter: str) -> None:
    """Forget the steps of a chapter; ``StoreError`` when that cannot be kept."""
    with store.writing() as write:
        write.execute("DELETE FROM step WHERE chapter = ?", (chapter,))


def _done_of(row: Sequence[Any]) -> StepDone:
    chapter, step, answered, done_at = row
    fields = json.loads(answered)
    prediction, is_right = fields.get("prediction"), fields.get("is_right")
    return StepDone(
        chapter,
        step,
        dt.datetime.fromisoformat(done_at),
        None if prediction is None else float(prediction),
        None if is_right is None else bool(is_right),
    )
