"""Answering through the store, as the app does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from studyapp.study.course import Question
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.schedule import review
from studyapp.study.sitting import Sitting
from tests.studyapp.study.small_course import NOON


def opened(directory: Path) -> ProgressStore:
    """Return the store of a directory, which nothing is amiss with."""
    store = ProgressStore.open(progress_file(directory), NOON)
    assert (store.notice, store.is_lasting) == ("", True)
    return store


def answered(
    store: ProgressStore,
    sitting: Sitting,
    asked: Question,
    place: int = 0,
    at: dt.datetime = NOON,
) -> Sitting:
    """Answer a question with the option at a place, and keep it."""
    after = sitting.choose(asked, place).answer(asked, at)
    memory = review(store.memory(asked.id), after.answers[asked.id], store.exam_date())
    store.add(after, {asked.id: memory})
    return after


def everything(store: ProgressStore) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of a store, by table."""
    return {
        table: store._connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608
        for table in ("sitting", "answer", "memory", "setting", "lab", "lab_attempt")
    }


def as_json(document: Any) -> bytes:
    """Return a document as the bytes of a file."""
    return json.dumps(document).encode()
