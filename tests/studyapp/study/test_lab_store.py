"""What is done in a lab is kept at once, and two machines come to know the same."""

from __future__ import annotations

import copy
import datetime as dt
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.archive import Archive, ArchiveError, Merged, as_document
from studyapp.study.archive_reading import archive_of, read_archive
from studyapp.study.lab_progress import LabAttempt, LabRecord, LabState, together
from studyapp.study.lab_store import LabStore
from studyapp.study.progress import ProgressStore
from studyapp.study.store_errors import StoreError
from tests.studyapp.study.kept import as_json, everything, opened
from tests.studyapp.study.small_course import NOON

ROOT = Path(__file__).parents[3]
SLUG = "queue-hears-nothing"
LATER = NOON + dt.timedelta(minutes=1)


def _attempt(minute: int = 0, *parts: int) -> LabAttempt:
    return LabAttempt(NOON - dt.timedelta(minutes=minute), *map(bool, parts or (1, 1, 1)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProgressStore]:
    store = opened(tmp_path / "here")
    yield store
    store.close()


@pytest.fixture
def labs(store: ProgressStore) -> LabStore:
    return LabStore(store)


def test_nothing_is_kept_of_a_lab_that_was_never_begun(labs: LabStore) -> None:
    assert labs.records() == {}
    record = labs.record(SLUG)
    assert record == LabRecord(SLUG)
    assert (record.state, record.best, record.may_see_solution) == (LabState.NEW, None, False)


def test_everything_that_is_done_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    before = opened(tmp_path)
    labs = LabStore(before)
    labs.answer(SLUG, 2, NOON)
    labs.see_hint(SLUG, 1)
    labs.ask_for_solution(SLUG)
    labs.add(SLUG, _attempt(1, 1, 0, 0))
    labs.add(SLUG, _attempt(0, 1, 1, 0))
    labs.add("another", _attempt(0))
    before.close()
    after = opened(tmp_path)
    assert LabStore(after).records() == {
        SLUG: LabRecord(
            SLUG,
            chosen=2,
            answered_at=NOON,
            hints=1,
            solution_asked=1,
            attempts=(_attempt(1, 1, 0, 0), _attempt(0, 1, 1, 0)),
        ),
        "another": LabRecord("another", attempts=(_attempt(0),)),
    }
    after.close()


def test_the_first_answer_stands(labs: LabStore) -> None:
    labs.answer(SLUG, 2, NOON)
    labs.answer(SLUG, 0, LATER)
    record = labs.record(SLUG)
    assert (record.chosen, record.answered_at) == (2, NOON)


def test_hints_are_counted_by_the_last_one_seen(labs: LabStore) -> None:
    for number in (1, 3, 2):
        labs.see_hint(SLUG, number)
    assert labs.record(SLUG).hints == 3


def test_the_solution_is_shown_when_asked_for_twice_or_when_it_is_solved(labs: LabStore) -> None:
    labs.ask_for_solution(SLUG)
    assert not labs.record(SLUG).may_see_solution
    labs.ask_for_solution(SLUG)
    assert labs.record(SLUG).may_see_solution
    labs.add("failed", _attempt(0, 1, 0, 1))
    labs.add("passed", _attempt(0, 1, 1, 0))
    seen = {slug: record.may_see_solution for slug, record in labs.records().items()}
    assert seen == {SLUG: True, "failed": False, "passed": True}


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ((0, 0, 0), LabState.FAILED),
        ((1, 0, 1), LabState.FAILED),
        ((0, 1, 1), LabState.FAILED),
        ((1, 1, 0), LabState.PASSED),
        ((1, 1, 1), LabState.MASTERED),
    ],
)
def test_a_grading_is_worth_what_its_parts_say(parts: tuple[int, ...], state: LabState) -> None:
    assert _attempt(0, *parts).state is state


def test_a_lab_stays_passed_whatever_is_tried_after(labs: LabStore) -> None:
    for attempt in (_attempt(3, 0, 1, 1), _attempt(2, 1, 1, 0), _attempt(1, 0, 0, 0)):
        labs.add(SLUG, attempt)
    record = labs.record(SLUG)
    assert (record.state, record.best) == (LabState.PASSED, _attempt(2, 1, 1, 0))


def test_one_lab_is_forgotten_or_all(labs: LabStore) -> None:
    for slug in ("a", "b", "c"):
        labs.add(slug, _attempt())
    labs.forget("a")
    assert set(labs.records()) == {"b", "c"}
    labs.forget()
    assert labs.records() == {}


def test_forgetting_all_progress_forgets_labs(store: ProgressStore, labs: LabStore) -> None:
    labs.add(SLUG, _attempt())
    store.reset()
    assert everything(store)["lab_attempt"] == everything(store)["lab"] == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lab SET answered_at = 'soon', chosen = 1",
        "UPDATE lab_attempt SET graded_at = 'soon'",
    ],
)
def test_rows_that_cannot_be_read_are_passed_over(
    store: ProgressStore, labs: LabStore, change: str
) -> None:
    labs.add(SLUG, _attempt())
    with store.writing() as write:
        write.execute(change)
    assert labs.record(SLUG).state is LabState.NEW


def test_what_cannot_be_kept_is_one_sentence(store: ProgressStore, labs: LabStore) -> None:
    with store.writing() as write:
        write.execute("DROP TABLE lab_attempt")
    with pytest.raises(StoreError, match="could not be used"):
        labs.add(SLUG, _attempt())
    with pytest.raises(StoreError, match="could not be used"):
        labs.records()


# -- two machines --

ATTEMPTS = st.builds(
    LabAttempt,
    st.integers(0, 9).map(lambda minute: NOON - dt.timedelta(minutes=minute)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@st.composite
def records(draw: Any) -> LabRecord:
    chosen = draw(st.none() | st.integers(0, 3))
    minute = draw(st.integers(0, 9))
    return LabRecord(
        draw(st.sampled_from(["a", "b"])),
        chosen=chosen,
        answered_at=None if chosen is None else NOON - dt.timedelta(minutes=minute),
        hints=draw(st.integers(0, 3)),
        solution_asked=draw(st.integers(0, 5)),
        attempts=tuple(sorted(draw(st.sets(ATTEMPTS, max_size=4)))),
    )


ARCHIVES = st.lists(records(), max_size=2, unique_by=lambda record: record.slug).map(
    lambda labs: Archive((), None, tuple(labs))
)


@given(ARCHIVES, ARCHIVES)
def test_two_machines_know_the_same_whichever_is_merged_first(
    mine: Archive, yours: Archive
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (opened(Path(folder) / name) for name in ("one", "other"))
        for store, archives in ((one, (mine, yours)), (other, (yours, mine, yours))):
            for archive in archives:
                store.merge(_carried(archive))
        assert LabStore(one).records() == LabStore(other).records()
        by_slug = {record.slug: record for record in mine.labs}
        for record in yours.labs:
            by_slug[record.slug] = together(by_slug.get(record.slug, record), record)
        assert LabStore(one).records() == by_slug
        one.close()
        other.close()


def _carried(archive: Archive) -> Archive:
    return read_archive(as_json(as_document(archive, NOON)), NOON)


def test_only_what_is_new_is_counted(store: ProgressStore, labs: LabStore) -> None:
    labs.add(SLUG, _attempt(5, 0, 0, 0))
    archive = Archive((), None, (LabRecord(SLUG, attempts=(_attempt(5, 0, 0, 0), _attempt(4))),))
    assert store.merge(archive) == Merged(0, 0, 0, lab_attempts=1)
    assert store.merge(archive) == Merged(0, 0, 0, lab_attempts=0)


def test_an_archive_of_the_first_version_has_no_labs() -> None:
    document = as_document(Archive((), dt.date(2027, 1, 1)), NOON)
    first = {key: document[key] for key in ("format", "exported_at", "exam_date", "sittings")}
    assert archive_of({**first, "version": 1}, NOON).labs == ()
    with pytest.raises(ArchiveError, match="labs is unknown"):
        archive_of({**first, "version": 1, "labs": []}, NOON)
    with pytest.raises(ArchiveError, match="labs is missing"):
        archive_of({**first, "version": 2}, NOON)


FULL = LabRecord(SLUG, 1, NOON, hints=2, solution_asked=1, attempts=(_attempt(1), _attempt()))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ((), {}, "labs is no list"),
        ((0, "slug"), "", r"labs\[0\].slug is no text"),
        ((0, "chosen"), 4, r"labs\[0\].chosen is no whole number from 0 to 3"),
        ((0, "chosen"), None, "answered_at does not go with what was chosen"),
        ((0, "answered_at"), None, "answered_at does not go with what was chosen"),
        ((0, "hints"), 4, "hints is no whole number from 0 to 3"),
        ((0, "solution_asked"), -1, "solution_asked is no whole number"),
        ((0, "more"), 1, "more is unknown"),
        ((0, "attempts", 0, "works"), 1, "works is neither true nor false"),
        ((0, "attempts", 0, "graded_at"), "2999-01-01T00:00:00+00:00", "which cannot be"),
        ((0, "attempts", 0, "because"), "x", "because is unknown"),
    ],
)
def test_a_foreign_lab_is_refused(path: tuple[str | int, ...], value: Any, sentence: str) -> None:
    document = copy.deepcopy(as_document(Archive((), None, (FULL,)), NOON))
    place: Any = document
    way = ("labs", *path)
    for part in way[:-1]:
        place = place[part]
    place[way[-1]] = value
    with pytest.raises(ArchiveError, match=sentence):
        archive_of(document, NOON)


def test_a_lab_that_stands_twice_is_refused() -> None:
    document = as_document(Archive((), None, (FULL, replace(FULL, hints=0))), NOON)
    with pytest.raises(ArchiveError, match="labs has a lab twice"):
        archive_of(document, NOON)


# -- killed --

GRADING = """
import datetime as dt, sys
from pathlib import Path
from studyapp.study.lab_progress import LabAttempt
from studyapp.study.lab_store import LabStore
from studyapp.study.progress import ProgressStore, progress_file
from tests.studyapp.study.small_course import NOON

labs = LabStore(ProgressStore.open(progress_file(Path(sys.argv[1])), NOON))
for number in range(500):
    labs.add("lab", LabAttempt(NOON + dt.timedelta(seconds=number), True, True, False))
    print(number, flush=True)
sys.stdin.read()
"""


def test_every_grading_that_was_told_survives_being_killed(tmp_path: Path) -> None:
    told = 20
    with subprocess.Popen(
        [sys.executable, "-c", GRADING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(told)]
        process.kill()
    assert lines == [f"{number}\n" for number in range(told)]
    store = opened(tmp_path)
    assert len(LabStore(store).record("lab").attempts) >= told
    store.close()


def test_the_tables_refuse_an_answer_without_its_time(store: ProgressStore) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store._connection.execute("INSERT INTO lab (slug, chosen) VALUES ('a', 1)")
