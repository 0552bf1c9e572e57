"""Progress is carried between machines whole, and a foreign or hostile file changes nothing."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study import archive_reading
from studyapp.study.answers import Confidence
from studyapp.study.archive import Archive, ArchiveError, KeptSitting, Merged, as_document
from studyapp.study.archive_reading import read_archive
from studyapp.study.progress import ProgressStore
from studyapp.study.schedule import review
from studyapp.study.sitting import Mode, Sitting
from tests.studyapp.study.kept import answered, as_json, everything, opened
from tests.studyapp.study.small_course import NOON, question, sitting

ONE, TWO, THREE = question("buffer/one"), question("buffer/two", keys=2), question("trigger/three")
QUESTIONS = (ONE, TWO, THREE)
BY_ID = {entry.id: entry for entry in QUESTIONS}


def _minute(number: float) -> dt.datetime:
    return NOON - dt.timedelta(days=100) + dt.timedelta(minutes=number)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[ProgressStore]:
    store = opened(tmp_path / "here")
    yield store
    store.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[ProgressStore]:
    """The store of another machine."""
    store = opened(tmp_path / "there")
    yield store
    store.close()


def _carried(store: ProgressStore) -> Archive:
    """Return a store's archive as it arrives on another machine."""
    return read_archive(as_json(as_document(store.archive(), NOON)), NOON)


def _full(store: ProgressStore) -> ProgressStore:
    """Fill a store with a bit of everything."""
    store.set_exam_date(dt.date(2027, 1, 15), NOON)
    state = sitting(QUESTIONS, sitting_id="practice").tick(_minute(0))
    state = answered(store, state.be(Confidence.SURE), ONE, 2, _minute(1))
    state = answered(store, state.go_to(1).hint(), TWO, 0, _minute(2)).go_to(2).strike(THREE, 1)
    store.keep(state.flag().tick(_minute(3)))
    exam = sitting(QUESTIONS, Mode.EXAM, "exam").tick(_minute(9)).choose(THREE, 0)
    over = replace(exam, unscored=frozenset({ONE.id})).submit(BY_ID, _minute(9))
    store.add(over, {name: review(store.memory(name), over.answers[name]) for name in BY_ID})
    store.end(over, _minute(9))
    return store


# -- carried --


def test_what_is_exported_arrives_as_it_was(here: ProgressStore) -> None:
    assert _carried(_full(here)) == here.archive()


def test_an_empty_store_holds_what_another_held(here: ProgressStore, there: ProgressStore) -> None:
    merged = there.merge(_carried(_full(here)))
    assert merged == Merged(sittings=2, answers=5, answers_before=0)
    assert there.answers() == here.answers()
    assert there.unfinished() == here.unfinished()
    assert there.finished_exams() == here.finished_exams()
    assert there.exam_date() == here.exam_date()


def test_the_same_file_once_more_changes_nothing(here: ProgressStore, there: ProgressStore) -> None:
    archive = _carried(_full(here))
    there.merge(archive)
    before = everything(there)
    assert there.merge(archive) == Merged(sittings=0, answers=0, answers_before=5)
    assert everything(there) == before


ROUNDS = st.lists(
    st.tuples(st.sampled_from(QUESTIONS), st.integers(0, 3), st.integers(0, 100_000)),
    max_size=12,
    unique_by=lambda row: row[2],
)
"""Questions, the places chosen, and when."""


def _answer_in_rounds(store: ProgressStore, name: str, rows: list[Any]) -> None:
    """Answer questions in the order of time, each in a sitting of its own."""
    for asked, place, minute in sorted(rows, key=lambda row: row[2]):
        state = sitting([asked], sitting_id=f"{name} {minute}")
        answered(store, state, asked, place, _minute(minute))


@given(ROUNDS, ROUNDS)
def test_two_machines_know_the_same_once_each_has_what_the_other_had(
    mine: list[Any], yours: list[Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there, both = (opened(Path(folder) / name) for name in ("here", "there", "both"))
        _answer_in_rounds(here, "mine", mine)
        _answer_in_rounds(there, "yours", yours)
        from_here, from_there = _carried(here), _carried(there)
        here.merge(from_there)
        there.merge(from_here)
        both.merge(from_there)
        both.merge(from_here)
        assert here.memories() == there.memories() == both.memories()
        assert set(here.answers()) == set(there.answers()) == set(both.answers())
        assert len(here.answers()) == len(mine) + len(yours)
        for store in (here, there, both):
            store.close()


def _before_each(store: ProgressStore) -> dict[str, str]:
    """Return what was remembered before the answer of each sitting."""
    return {row[1]: row[-1] for row in everything(store)["answer"]}


@given(ROUNDS)
def test_what_is_remembered_is_the_same_computed_anew(rows: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = opened(Path(folder) / "here"), opened(Path(folder) / "there")
        _answer_in_rounds(here, "mine", rows)
        there.merge(_carried(here))
        assert there.memories() == here.memories()
        assert _before_each(there) == _before_each(here)
        here.close()
        there.close()


def test_what_is_here_stays(here: ProgressStore, there: ProgressStore) -> None:
    answered(here, sitting(QUESTIONS), ONE, 0, _minute(1))
    answered(there, sitting(QUESTIONS), ONE, 2, _minute(2))
    there.set_exam_date(dt.date(2027, 3, 1), NOON)
    here.set_exam_date(dt.date(2027, 2, 1), NOON)
    assert here.merge(_carried(there)) == Merged(sittings=0, answers=0, answers_before=1)
    assert [answer.is_right for answer in here.answers()] == [True]
    assert here.exam_date() == dt.date(2027, 2, 1)


def test_a_sitting_that_was_ended_elsewhere_is_ended_here(
    here: ProgressStore, there: ProgressStore
) -> None:
    state = answered(here, sitting(QUESTIONS), ONE)
    there.merge(_carried(here))
    for asked in (TWO, THREE):
        state = answered(there, state, asked)
    there.end(state, NOON)
    here.merge(_carried(there))
    assert here.unfinished() == ()
    assert len(here.answers()) == 3


def test_an_answer_that_arrived_can_be_taken_back(
    here: ProgressStore, there: ProgressStore
) -> None:
    answered(here, sitting(QUESTIONS, sitting_id="first"), ONE, 0, _minute(0))
    before = here.memory(ONE.id)
    second = answered(here, sitting(QUESTIONS, sitting_id="second"), ONE, 2, _minute(9_000))
    there.merge(_carried(here))
    there.take_back(second.take_back(ONE.id), ONE.id)
    assert there.memory(ONE.id) == before


def test_nothing_that_arrives_is_due_after_the_exam(
    here: ProgressStore, there: ProgressStore
) -> None:
    answered(here, sitting(QUESTIONS).be(Confidence.SURE), ONE, 0, NOON)
    day = NOON.date() + dt.timedelta(days=2)
    there.set_exam_date(day, NOON)
    there.merge(_carried(here))
    assert there.memories()[ONE.id].due_at.date() <= day


def test_texts_are_data_whatever_they_say(here: ProgressStore, there: ProgressStore) -> None:
    name = "'); DROP TABLE answer; --"
    answered(here, replace(sitting(QUESTIONS, sitting_id=name), title=name), ONE)
    there.merge(_carried(here))
    assert [(entry.id, entry.title) for entry in there.unfinished()] == [(name, name)]
    assert len(there.answers()) == 1


def test_questions_that_are_unknown_here_are_kept(there: ProgressStore) -> None:
    asked = question("later/not-written-yet")
    state = sitting([asked]).choose(asked, 0).answer(asked, NOON)
    archive = Archive((KeptSitting(state, NOON),))
    there.merge(archive)
    assert archive.question_ids == {asked.id}
    assert [answer.question_id for answer in there.answers()] == [asked.id]


# -- refused --


def _document() -> dict[str, Any]:
    """Return a document with one sitting in which one of two questions is answered."""
    state = sitting([ONE, TWO]).tick(NOON).choose(ONE, 2).answer(ONE, NOON).go_to(1).flag()
    return as_document(Archive((KeptSitting(state, None),)), NOON)


def _replaced(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(_document())
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return document


MARKS = ("sittings", 0, "marks", TWO.id)
ANSWER = ("sittings", 0, "answers", 0)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("format",), "anki", "it is no progress exported by studyapp"),
        (("version",), 3, "a newer studyapp exported it: update studyapp to read it"),
        (("version",), True, "version is no whole number from 1 to 1000000"),
        (("version",), "1", "version is no whole number from 1 to 1000000"),
        (("else",), 1, "else is unknown"),
        (("exam_date",), "soon", "exam_date is no day"),
        (("exam_date",), 20270101, "exam_date is no text of 1 to 200 characters"),
        (("sittings",), {}, "sittings is no list"),
        (("sittings", 0), [], "sittings[0] is no object"),
        (("sittings", 0, "id"), 5, "sittings[0].id is no text of 1 to 200 characters"),
        (("sittings", 0, "id"), "", "sittings[0].id is no text of 1 to 200 characters"),
        (("sittings", 0, "id"), "x" * 201, "sittings[0].id is no text of 1 to 200 characters"),
        (("sittings", 0, "id"), "a\0b", "sittings[0].id has characters that cannot be shown"),
        (("sittings", 0, "id"), "\ud800", "sittings[0].id has characters that cannot be shown"),
        (("sittings", 0, "title"), "\x1b[2J", "sittings[0].title has characters that cannot be"),
        (("sittings", 0, "mode"), "sleep", "sittings[0].mode is 'sleep', which is unknown here"),
        (("sittings", 0, "seed"), 2**63, "sittings[0].seed is no whole number"),
        (("sittings", 0, "seed"), 1.5, "sittings[0].seed is no whole number"),
        (("sittings", 0, "questions"), [], "sittings[0].questions is empty"),
        (("sittings", 0, "questions"), ["a", "a"], "sittings[0].questions has an entry twice"),
        (("sittings", 0, "questions"), ["a", 1], "sittings[0].questions.1 is no text"),
        (("sittings", 0, "questions"), ["a"] * 1001, "questions has more than 1000 entries"),
        (("sittings", 0, "questions"), ["a"], "sittings[0].position is no whole number"),
        (("sittings", 0, "position"), 2, "sittings[0].position is no whole number from 0 to 1"),
        (("sittings", 0, "position"), -1, "sittings[0].position is no whole number from 0 to 1"),
        (("sittings", 0, "minutes"), 0, "sittings[0].minutes is no whole number from 1 to 10000"),
        (("sittings", 0, "unscored"), ["x"], "sittings[0].unscored names what is not asked"),
        (("sittings", 0, "started_at"), "soon", "sittings[0].started_at is no time"),
        (("sittings", 0, "started_at"), "2026-11-01T12:00", "started_at is a time without its zo"),
        (("sittings", 0, "ended_at"), "0001-01-01T00:00+23:00", "sittings[0].ended_at is no time"),
        (("sittings", 0, "ended_at"), "1999-01-01T00:00Z", "is 1999-01-01 00:00 UTC, which cannot"),
        (("sittings", 0, "ended_at"), "2026-11-26T13:00Z", "is 2026-11-26 13:00 UTC, which cannot"),
        (("sittings", 0, "marks"), None, "sittings[0].marks is no object"),
        (("sittings", 0, "marks"), {"x/y": {}}, "sittings[0].marks.x/y is unknown"),
        (("sittings", 0, "marks"), {"\x1b" * 99: {}}, "\\x1b'… is unknown"),
        (MARKS, {}, "sittings[0].marks.buffer/two.chosen is missing"),
        ((*MARKS, "chosen"), [20], "buffer/two.chosen is no list of places below 20"),
        ((*MARKS, "chosen"), [-1], "buffer/two.chosen is no list of places below 20"),
        ((*MARKS, "chosen"), [True], "buffer/two.chosen is no list of places below 20"),
        ((*MARKS, "struck"), [1, 1], "buffer/two.struck is no list of places below 20"),
        ((*MARKS, "struck"), [[]], "buffer/two.struck is no list of places below 20"),
        ((*MARKS, "is_flagged"), 1, "buffer/two.is_flagged is neither true nor false"),
        ((*MARKS, "seconds"), -1, "buffer/two.seconds is no number from 0 to 100000000"),
        ((*MARKS, "seconds"), 1e300, "buffer/two.seconds is no number from 0 to 100000000"),
        ((*MARKS, "confidence"), "certain", "confidence is 'certain', which is unknown here"),
        ((*ANSWER, "question"), "x/y", "answers[0].question is 'x/y', which is unknown here"),
        ((*ANSWER, "order"), [0, 1, 3], "answers[0].order is no order of options"),
        ((*ANSWER, "order"), [], "answers[0].order is no order of options"),
        ((*ANSWER, "chosen"), [4], "answers[0].chosen is no list of places below 4"),
        ((*ANSWER, "is_right"), None, "answers[0].is_right is neither true nor false"),
        ((*ANSWER, "seconds"), "5", "answers[0].seconds is no number"),
        ((*ANSWER, "answered_at"), "2062-01-01T00:00Z", "answered_at is 2062-01-01 00:00 UTC"),
        ((*ANSWER, "answered_at"), 7, "answers[0].answered_at is no text"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(
    path: tuple[str | int, ...], value: Any, sentence: str
) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_archive(as_json(_replaced(path, value)), NOON)
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_question_answered_twice_in_a_sitting_is_refused() -> None:
    document = _document()
    document["sittings"][0]["answers"] *= 2
    with pytest.raises(ArchiveError, match=r"answers\[1\].question is answered twice"):
        read_archive(as_json(document), NOON)


def test_a_sitting_that_comes_twice_is_refused() -> None:
    document = _document()
    document["sittings"] *= 2
    with pytest.raises(ArchiveError, match="sittings has an id twice"):
        read_archive(as_json(document), NOON)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (b"SQLite format 3\0", "it is not JSON"),
        (b'{"format": NaN}', "it is not JSON (NaN is no number)"),
        (b'{"format": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 100_000, "it is nested too deeply"),
        (b"null", "it is no progress exported by studyapp"),
        (b"[1, 2]", "it is no progress exported by studyapp"),
        (b"{}", "it is no progress exported by studyapp"),
    ],
)
def test_what_is_no_export_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_archive(data, NOON)
    assert sentence in str(caught.value)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_json(_document())
    monkeypatch.setattr(archive_reading, "LARGEST", len(data) - 1)
    with pytest.raises(ArchiveError, match="it is larger than 0 MB"):
        read_archive(data, NOON)


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert read_archive(b"\xef\xbb\xbf" + as_json(_document()), NOON).question_ids == {ONE.id}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def _paths(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    inner = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in inner:
        yield from _paths(value, (*path, key))


@given(st.sampled_from(list(_paths(_document()))), JSON)
def test_a_document_changed_anywhere_is_refused_or_sound(
    path: tuple[str | int, ...], value: Any
) -> None:
    changed = json.dumps(_replaced(path, value)).encode()
    try:
        archive = read_archive(changed, NOON)
    except ArchiveError:
        return
    again = as_json(as_document(archive, NOON))
    assert read_archive(again, NOON) == archive


# -- all or nothing --


def _asked_otherwise() -> Sitting:
    return sitting([THREE])


def test_a_file_that_contradicts_what_is_here_changes_nothing(here: ProgressStore) -> None:
    answered(here, sitting(QUESTIONS), ONE)
    before = everything(here)
    fresh = sitting([THREE], sitting_id="fresh").choose(THREE, 0).answer(THREE, NOON)
    archive = Archive((KeptSitting(fresh, None), KeptSitting(_asked_otherwise(), None)))
    with pytest.raises(ArchiveError, match="asks other questions than the one of that name here"):
        here.merge(archive)
    assert everything(here) == before
