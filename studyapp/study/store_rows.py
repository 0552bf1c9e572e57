"""Rows of the progress store ↔ values. Who calls these is in a transaction."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from studyapp.study.answers import Answer, Confidence
from studyapp.study.schedule import Memory
from studyapp.study.sitting import Sitting

ANSWERS = (
    "SELECT question_id, chosen, is_right, confidence, is_hinted, seconds, shown, answered_at"
    " FROM answer"
)


def put_sitting(write: sqlite3.Connection, sitting: Sitting) -> None:
    """Write a sitting as it stands, without its answers."""
    write.execute(
        "INSERT INTO sitting (id, mode, state, started_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state",
        (
            sitting.id,
            str(sitting.mode),
            json.dumps(sitting.as_document()),
            sitting.started_at.isoformat(),
        ),
    )


def add_answer(write: sqlite3.Connection, sitting_id: str, answer: Answer) -> None:
    """Write an answer, with what was remembered before it."""
    before = write.execute(
        "SELECT card, due_at, lapses FROM memory WHERE question_id = ?", (answer.question_id,)
    ).fetchone()
    write.execute(
        "INSERT INTO answer (sitting_id, question_id, chosen, is_right, confidence, is_hinted,"
        " seconds, shown, answered_at, memory_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sitting_id,
            answer.question_id,
            json.dumps(answer.chosen),
            answer.is_right,
            str(answer.confidence) if answer.confidence else None,
            answer.is_hinted,
            answer.seconds,
            json.dumps(answer.order),
            answer.answered_at.isoformat(),
            json.dumps(before) if before else None,
        ),
    )


def put_memory(write: sqlite3.Connection, question_id: str, memory: Memory) -> None:
    """Write what is known of a question."""
    write.execute(
        "INSERT INTO memory VALUES (?, ?, ?, ?) ON CONFLICT (question_id) DO UPDATE"
        " SET card = excluded.card, due_at = excluded.due_at, lapses = excluded.lapses",
        (
            question_id,
            json.dumps(dict(memory.card)),
            memory.due_at.astimezone(dt.UTC).isoformat(),
            memory.lapses,
        ),
    )


def memory_of(row: Sequence[Any]) -> Memory:
    """Return what is remembered from its card, its due time and its lapses."""
    card, due_at, lapses = row
    return Memory(json.loads(card), dt.datetime.fromisoformat(due_at), lapses)


def answer_of(row: Sequence[Any]) -> Answer:
    """Return an answer from a row that ``ANSWERS`` reads."""
    question_id, chosen, is_right, confidence, is_hinted, seconds, shown, answered_at = row
    return Answer(
        question_id,
        tuple(json.loads(chosen)),
        bool(is_right),
        Confidence(confidence) if confidence else None,
        bool(is_hinted),
        seconds,
        tuple(json.loads(shown)),
        dt.datetime.fromisoformat(answered_at),
    )
