"""Rows of the progress store ↔ values. Who calls these is in a transaction."""

from __future__ import annotations

import datetime as dt
import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from studyapp.study.answers import Answer, Confidence
from studyapp.study.schedule import Memory
from studyapp.study.sitting import Sitting

ANSWER_COLUMNS = "question_id, chosen, is_right, confidence, is_hinted, seconds, shown, answered_at"
ANSWERS = f"SELECT {ANSWER_COLUMNS} FROM answer"  # noqa: S608 - our own names

EXAM_DATE = "exam_date"
"""The setting that holds the day of the exam, as text."""

_CARD = {"card_id", "state", "step", "stability", "difficulty", "due", "last_review"}

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
"""What rows raise that are no values: another program, or a bad disk, wrote them."""

_Row = TypeVar("_Row")
_Value = TypeVar("_Value")


def readable(read: Callable[[_Row], _Value], rows: Iterable[_Row]) -> Iterator[_Value]:
    """Yield the values of rows, without the rows that are none."""
    for row in rows:
        try:
            yield read(row)
        except UNREADABLE:
            continue


def as_text(time: dt.datetime) -> str:
    """Return a time as it is kept: in UTC, so that earlier times come first as texts too."""
    return time.astimezone(dt.UTC).isoformat()


def put_sitting(write: sqlite3.Connection, sitting: Sitting) -> None:
    """Write a sitting as it stands, without its answers."""
    write.execute(
        "INSERT INTO sitting (id, mode, state, started_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state",
        (
            sitting.id,
            str(sitting.mode),
            json.dumps(sitting.as_document()),
            as_text(sitting.started_at),
        ),
    )


def end_sitting(write: sqlite3.Connection, sitting: Sitting) -> None:
    """Note that a sitting is over since its last answer, unless that is noted already."""
    last = max(answer.answered_at for answer in sitting.answers.values())
    write.execute(
        "UPDATE sitting SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
        (as_text(last), sitting.id),
    )


def add_answer(write: sqlite3.Connection, sitting_id: str, answer: Answer) -> bool:
    """Write an answer, with what was remembered before it.

    Returns:
        Whether it is new: another copy of the app may have answered the question meanwhile, and
        the first answer stands.
    """
    before = write.execute(
        "SELECT card, due_at, lapses FROM memory WHERE question_id = ?", (answer.question_id,)
    ).fetchone()
    added = write.execute(
        f"INSERT INTO answer (sitting_id, {ANSWER_COLUMNS}, memory_before)"  # noqa: S608 - our own
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sitting_id, question_id) DO NOTHING",
        (
            sitting_id,
            answer.question_id,
            json.dumps(answer.chosen),
            answer.is_right,
            str(answer.confidence) if answer.confidence else None,
            answer.is_hinted,
            answer.seconds,
            json.dumps(answer.order),
            as_text(answer.answered_at),
            json.dumps(before) if before else None,
        ),
    )
    return added.rowcount > 0


def put_memory(write: sqlite3.Connection, question_id: str, memory: Memory) -> None:
    """Write what is known of a question."""
    write.execute(
        "INSERT INTO memory VALUES (?, ?, ?, ?) ON CONFLICT (question_id) DO UPDATE"
        " SET card = excluded.card, due_at = excluded.due_at, lapses = excluded.lapses",
        (question_id, *as_row(memory)),
    )


def as_row(memory: Memory) -> tuple[str, str, int]:
    """Return what is remembered as its card, its due time and its lapses."""
    return json.dumps(dict(memory.card)), as_text(memory.due_at), memory.lapses


def bring_forward(write: sqlite3.Connection, exam_date: dt.date) -> None:
    """Make everything due by the day of the exam."""
    latest = as_text(dt.datetime.combine(exam_date, dt.time(), dt.UTC))
    write.execute("UPDATE memory SET due_at = ?1 WHERE due_at > ?1", (latest,))


def put_setting(write: sqlite3.Connection, name: str, value: Any) -> None:
    """Write a setting."""
    write.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value)),
    )


def exam_date_of(value: Any) -> dt.date | None:
    """Return the day of the exam from its setting; None where it says none."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def memory_of(row: Sequence[Any]) -> Memory:
    """Return what is remembered from its card, its due time and its lapses."""
    text, due_at, lapses = row
    card = json.loads(text)
    if not card.keys() >= _CARD:
        raise ValueError("a card that lacks something")
    return Memory(card, dt.datetime.fromisoformat(due_at), lapses)


def answer_of(row: Sequence[Any]) -> Answer:
    """Return an answer from a row that ``ANSWERS`` reads."""
    question_id, chosen, is_right, confidence, is_hinted, seconds, shown, answered_at = row
    return Answer(
        question_id,
        _places(chosen),
        bool(is_right),
        Confidence(confidence) if confidence else None,
        bool(is_hinted),
        seconds,
        _places(shown),
        dt.datetime.fromisoformat(answered_at),
    )


@functools.lru_cache(maxsize=2_000)
def _places(text: str) -> tuple[int, ...]:
    """Return places from their JSON; there are few that differ, in however many answers."""
    return tuple(json.loads(text))
