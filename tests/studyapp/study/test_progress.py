"""What is answered is kept at once, can be taken back, and two copies may answer together."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.answers import Confidence
from studyapp.study.progress import ProgressStore
from studyapp.study.schedule import Memory, review
from studyapp.study.sitting import Mode, Sitting
from studyapp.study.store_file import SCHEMAS, VERSION
from tests.studyapp.study.kept import answered, everything, opened
from tests.studyapp.study.small_course import NOON, question, sitting

ONE, TWO, THREE = question("buffer/one"), question("buffer/two", keys=2), question("trigger/three")
QUESTIONS = (ONE, TWO, THREE)
RIGHT, WRONG = 0, 2


def _day(number: float) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProgressStore]:
    store = opened(tmp_path)
    yield store
    store.close()


@pytest.fixture
def other(tmp_path: Path, store: ProgressStore) -> Iterator[ProgressStore]:
    """A second copy of the app on the same file."""
    del store
    other = opened(tmp_path)
    yield other
    other.close()


# -- kept --


def test_an_answer_is_there_when_the_store_is_opened_anew(
    store: ProgressStore, tmp_path: Path
) -> None:
    begun = sitting(QUESTIONS).tick(NOON).be(Confidence.UNSURE).hint()
    after = answered(store, begun.tick(_day(0.001)), ONE, WRONG, _day(0.001))
    store.close()
    again = opened(tmp_path)
    assert again.answers() == (after.answers[ONE.id],)
    assert again.memories().keys() == {ONE.id}
    again.close()


def test_a_sitting_is_taken_up_as_it_stood(store: ProgressStore, other: ProgressStore) -> None:
    state = answered(store, sitting(QUESTIONS), ONE).go_to(1)
    state = state.tick(NOON).choose(TWO, 1).strike(TWO, 3).flag().be(Confidence.SURE)
    store.keep(state.tick(_day(0.0005)))
    assert other.unfinished() == (state.tick(_day(0.0005)).pause(),)


def test_what_is_unfinished_comes_newest_first(store: ProgressStore) -> None:
    for n in (1, 3, 2):
        store.keep(replace(sitting(QUESTIONS, sitting_id=f"s{n}"), started_at=_day(n)))
    assert [entry.id for entry in store.unfinished()] == ["s3", "s2", "s1"]


def test_what_is_over_is_not_taken_up_again(store: ProgressStore) -> None:
    over = sitting(QUESTIONS, Mode.EXAM).submit({q.id: q for q in QUESTIONS}, NOON)
    store.add(over, {})
    store.end(over, NOON)
    assert store.unfinished() == ()
    assert [entry.id for entry in store.finished_exams()] == [over.id]


def test_a_sitting_is_over_with_its_last_answer(store: ProgressStore) -> None:
    state = sitting(QUESTIONS)
    for asked in QUESTIONS:
        assert [entry.id for entry in store.unfinished()] == ([state.id] if state.answers else [])
        state = answered(store, state, asked)
    assert store.unfinished() == ()


def test_a_practice_that_is_over_is_no_exam(store: ProgressStore) -> None:
    store.end(sitting(QUESTIONS), NOON)
    assert store.finished_exams() == ()


def test_questions_are_due_from_their_time_on_the_longest_due_first(store: ProgressStore) -> None:
    state = answered(store, sitting(QUESTIONS), THREE, WRONG, _day(0.5))
    state = answered(store, state, ONE, WRONG, _day(0))
    answered(store, state, TWO, WRONG, _day(0.2))
    assert store.due(_day(1) - dt.timedelta(microseconds=1)) == ()
    assert store.due(_day(1)) == (ONE.id,)
    assert store.due(_day(2)) == (ONE.id, TWO.id, THREE.id)


@pytest.mark.parametrize("value", [None, True, 3, "text", ["a", 1], {"a": {"b": None}}])
def test_a_setting_is_any_value(store: ProgressStore, other: ProgressStore, value: Any) -> None:
    store.set("name", "before")
    store.set("name", value)
    assert other.setting("name") == value


def test_a_setting_that_was_never_set_is_none(store: ProgressStore) -> None:
    assert store.setting("name") is None


def test_a_reset_forgets_everything_but_settings(store: ProgressStore) -> None:
    answered(store, sitting(QUESTIONS), ONE)
    store.set("name", 1)
    store.reset()
    assert {name: len(rows) for name, rows in everything(store).items()} == {
        "sitting": 0,
        "answer": 0,
        "memory": 0,
        "setting": 1,
        "lab": 0,
        "lab_attempt": 0,
    }


def test_a_round_goes_on_after_another_copy_forgot_everything(
    store: ProgressStore, other: ProgressStore
) -> None:
    state = answered(store, sitting(QUESTIONS), ONE)
    other.reset()
    answered(store, state, TWO)
    assert [answer.question_id for answer in other.answers()] == [TWO.id]


# -- the day of the exam --


def test_the_day_of_the_exam_is_kept_and_taken_away(store: ProgressStore) -> None:
    store.set_exam_date(dt.date(2026, 12, 18), NOON)
    assert store.exam_date() == dt.date(2026, 12, 18)
    store.set_exam_date(None, NOON)
    assert store.exam_date() is None


def test_what_is_due_after_the_exam_is_brought_forward_when_its_day_is_set(
    store: ProgressStore,
) -> None:
    state = answered(store, sitting(QUESTIONS).be(Confidence.SURE), ONE, RIGHT)
    answered(store, state, THREE, WRONG)
    assert store.memories()[ONE.id].due_at > _day(4)
    store.set_exam_date(_day(4).date(), NOON)
    assert store.memories()[ONE.id].due_at.date() == _day(4).date()
    assert store.memories()[THREE.id].due_at == _day(1)


@pytest.mark.parametrize("days", [0, -1, -400])
def test_an_exam_that_is_over_changes_nothing_that_is_due(store: ProgressStore, days: int) -> None:
    answered(store, sitting(QUESTIONS), ONE, RIGHT)
    before = store.memories()
    store.set_exam_date(_day(days).date(), NOON)
    assert store.memories() == before


@pytest.mark.parametrize("value", ["soon", 5, "2026-02-31", None, {}])
def test_a_day_that_is_none_is_as_if_none_were_set(store: ProgressStore, value: Any) -> None:
    store.set("exam_date", value)
    assert store.exam_date() is None


# -- taken back --


def test_an_answer_taken_back_leaves_what_was_remembered_before_it(store: ProgressStore) -> None:
    answered(store, sitting(QUESTIONS, sitting_id="first"), ONE, RIGHT, _day(0))
    before = store.memory(ONE.id)
    second = answered(store, sitting(QUESTIONS, Mode.REVIEW, "second"), ONE, WRONG, _day(9))
    assert store.memory(ONE.id) != before
    store.take_back(second.take_back(ONE.id), ONE.id)
    assert store.memory(ONE.id) == before
    assert len(store.answers()) == 1
    assert [entry.answers for entry in store.unfinished() if entry.id == "second"] == [{}]


def test_a_first_answer_taken_back_leaves_nothing_remembered(store: ProgressStore) -> None:
    state = answered(store, sitting(QUESTIONS), ONE)
    store.take_back(state.take_back(ONE.id), ONE.id)
    assert (store.memories(), store.answers()) == ({}, ())


def test_the_last_answer_of_a_review_taken_back_makes_it_unfinished(store: ProgressStore) -> None:
    over = answered(store, sitting([ONE], Mode.REVIEW), ONE)
    store.end(over, NOON)
    store.take_back(over.take_back(ONE.id), ONE.id)
    assert [entry.id for entry in store.unfinished()] == [over.id]


def test_taking_back_what_was_not_answered_forgets_nothing(store: ProgressStore) -> None:
    answered(store, sitting(QUESTIONS, sitting_id="first"), ONE)
    store.take_back(sitting(QUESTIONS, sitting_id="second"), ONE.id)
    assert store.memories().keys() == {ONE.id}


def test_what_was_answered_again_elsewhere_is_still_remembered(store: ProgressStore) -> None:
    first = answered(store, sitting(QUESTIONS, sitting_id="first"), ONE, RIGHT, _day(0))
    answered(store, sitting(QUESTIONS, sitting_id="second"), ONE, RIGHT, _day(8))
    after = store.memory(ONE.id)
    store.take_back(first.take_back(ONE.id), ONE.id)
    assert store.memory(ONE.id) == after


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(QUESTIONS), st.integers(0, 3)),
        st.tuples(st.sampled_from(["take back", "open anew", "merge itself"])),
    ),
    max_size=15,
)


@given(STEPS)
def test_what_is_remembered_is_what_the_answers_say_whatever_is_done(
    steps: list[tuple[Any, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        rounds: list[Sitting] = []
        for number, (step, *details) in enumerate(steps):
            if step == "answer":
                asked, place = details
                state = sitting([asked], Mode.REVIEW, f"s{number}")
                rounds.append(answered(store, state, asked, place, _day(number)))
            elif step == "take back" and rounds:
                last = rounds.pop()
                store.take_back(last.take_back(last.question_id), last.question_id)
            elif step == "open anew":
                store.close()
                store = opened(Path(folder))
            elif step == "merge itself":
                store.merge(store.archive())
        expected: dict[str, Memory] = {}
        for state in rounds:
            (answer,) = state.answers.values()
            expected[answer.question_id] = review(expected.get(answer.question_id), answer)
        assert store.answers() == tuple(a for s in rounds for a in s.answers.values())
        assert store.memories() == expected
        store.close()


# -- two copies --


def test_the_first_of_two_answers_to_one_question_of_one_sitting_stands(
    store: ProgressStore, other: ProgressStore
) -> None:
    state = sitting(QUESTIONS)
    answered(store, state, ONE, RIGHT)
    remembered = store.memory(ONE.id)
    answered(other, state, ONE, WRONG)
    assert [answer.is_right for answer in other.answers()] == [True]
    assert other.memory(ONE.id) == remembered


def test_two_copies_that_answer_at_once_lose_nothing(tmp_path: Path) -> None:
    asked = tuple(question(f"buffer/q{n}") for n in range(25))

    def answer_all(name: str) -> None:
        store = opened(tmp_path)
        state = sitting(asked, sitting_id=name)
        for entry in asked:
            state = answered(store, state, entry)
        store.close()

    opened(tmp_path).close()
    copies = [threading.Thread(target=answer_all, args=(name,)) for name in ("a", "b", "c")]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()
    store = opened(tmp_path)
    assert len(store.answers()) == 3 * len(asked)
    assert [len(kept.sitting.answers) for kept in store.archive().sittings] == 3 * [len(asked)]
    store.close()


# -- the file --


def test_the_file_is_written_ahead_strict_and_of_a_known_version(store: ProgressStore) -> None:
    connection = store._connection
    tables = connection.execute("PRAGMA table_list").fetchall()
    strict = {row[1]: row[5] for row in tables if not row[1].startswith("sqlite_")}
    assert set(strict.values()) == {1}
    assert strict.keys() == {
        "sitting",
        "answer",
        "memory",
        "setting",
        "step",
        "lab",
        "lab_attempt",
    }
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_file_of_the_first_version_keeps_what_is_in_it_and_gets_the_new_tables(
    tmp_path: Path,
) -> None:
    file = tmp_path / "progress.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        first = resources.files("studyapp.study").joinpath(SCHEMAS[0]).read_text("utf-8")
        connection.executescript(first)
        connection.execute("INSERT INTO setting VALUES ('exam_date', '\"2027-01-31\"')")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    store = ProgressStore.open(file, NOON)
    assert store.exam_date() == dt.date(2027, 1, 31)
    assert store.read("SELECT * FROM step") == []
    assert store.read("SELECT * FROM lab") == []
    assert store.read("PRAGMA user_version") == [(VERSION,)]
    store.close()


def test_what_is_due_is_found_without_looking_at_every_question(store: ProgressStore) -> None:
    query = "SELECT question_id FROM memory WHERE due_at <= ? ORDER BY due_at, question_id"
    plan = store._connection.execute(f"EXPLAIN QUERY PLAN {query}", ("",)).fetchall()
    assert "memory_by_due" in plan[0][3]
