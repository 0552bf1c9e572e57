"""A lab being played: everything is kept before it shows, and goes on if it cannot be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.grading.values import Grade, GradingError
from studyapp.desk import Desk
from studyapp.study import lab_loading
from studyapp.study.course import Question
from studyapp.study.lab_files import MOST_BYTES, LabFileError, LabFiles, document_text
from studyapp.study.lab_links import labs_for, questions_for
from studyapp.study.lab_loading import read_labs
from studyapp.study.lab_progress import LabAttempt, LabState
from studyapp.study.lab_session import LabSession, state_of
from studyapp.study.lab_store import LabStore
from studyapp.study.labs import Lab
from studyapp.study.progress import ProgressStore
from tests.studyapp.study.kept import opened
from tests.studyapp.study.small_course import NOON, question
from tests.studyapp.study.small_labs import LAB, add_lab, content, grade_of, small_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab(tmp_path / "content")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProgressStore]:
    store = opened(tmp_path)
    yield store
    store.close()


class Playing:
    """A session whose grades are given, and what it could not keep."""

    def __init__(self, lab: Lab, store: ProgressStore) -> None:
        self.grades: list[Grade | Exception] = []
        self.told: list[str] = []
        self.seconds = 0
        self.store = LabStore(store)
        self.session = LabSession(lab, self.store, self.now, self.told.append, self.graded)

    def now(self) -> dt.datetime:
        self.seconds += 1
        return NOON + dt.timedelta(seconds=self.seconds)

    def graded(self, lab: Lab, documents: Any, tell: Any) -> Grade:
        tell(f"{len(documents)} document of {lab.slug}")
        grade = self.grades.pop(0)
        if isinstance(grade, Exception):
            raise grade
        return grade

    def grade(self, grade: Grade | Exception) -> Grade:
        self.grades.append(grade)
        return self.session.grade(self.session.lab.starts, self.told.append)


@pytest.fixture
def playing(lab: Lab, store: ProgressStore) -> Playing:
    return Playing(lab, store)


def test_everything_is_kept_before_it_returns(playing: Playing, lab: Lab) -> None:
    session = playing.session
    session.answer(1)
    session.answer(2)
    assert (session.record.chosen, session.is_right) == (1, False)
    assert [session.next_hint() for _ in range(4)] == [*lab.hints, None]
    assert session.ask_for_solution() is None
    playing.grade(grade_of(0, 1, 1))
    assert playing.store.record(lab.slug) == session.record
    assert session.record.attempts == (
        LabAttempt(
            NOON + dt.timedelta(seconds=2), works=False, nothing_else=True, nothing_superfluous=True
        ),
    )
    assert playing.told == [f"1 document of {lab.slug}"]


def test_it_goes_on_where_it_was_left(playing: Playing, lab: Lab, store: ProgressStore) -> None:
    playing.session.next_hint()
    playing.session.answer(2)
    again = Playing(lab, store).session
    assert again.record == playing.session.record
    assert (again.next_hint(), again.is_right) == (lab.hints[1], True)


def test_the_solution_shows_when_asked_for_twice(playing: Playing, lab: Lab) -> None:
    session = playing.session
    assert (session.ask_for_solution(), session.may_see_key) == (None, False)
    assert session.ask_for_solution() == lab.solutions
    assert session.may_see_key


def test_the_solution_and_the_key_show_once_it_is_solved(playing: Playing, lab: Lab) -> None:
    session = playing.session
    playing.grade(grade_of(1, 0, 1))
    assert not session.may_see_key
    playing.grade(grade_of(1, 1, 0))
    assert session.may_see_key
    assert session.ask_for_solution() == lab.solutions
    assert session.record.solution_asked == 0


def test_a_grading_that_fails_is_no_attempt(playing: Playing, lab: Lab) -> None:
    with pytest.raises(GradingError, match="the grading itself failed: no sandbox"):
        playing.grade(GradingError("no sandbox"))
    assert playing.session.record.attempts == ()
    assert playing.store.record(lab.slug).attempts == ()


def test_what_cannot_be_kept_is_told_and_the_lab_goes_on(
    playing: Playing, store: ProgressStore
) -> None:
    store._connection.execute("DROP TABLE lab_attempt")
    store._connection.execute("DROP TABLE lab")
    session = playing.session
    session.answer(2)
    assert session.next_hint() is not None
    playing.grade(grade_of(1, 1, 1))
    assert (session.is_right, session.record.hints) == (True, 1)
    assert session.record.state is LabState.MASTERED
    assert sum("could not be used" in sentence for sentence in playing.told) == 3


@pytest.mark.parametrize(
    ("holds", "state"),
    [
        ((1, 1, 1), LabState.MASTERED),
        ((1, 1, 0), LabState.PASSED),
        ((0, 1, 1), LabState.FAILED),
        ((1, 0, 1), LabState.FAILED),
    ],
)
def test_a_grade_has_a_state(holds: tuple[int, ...], state: LabState) -> None:
    assert state_of(grade_of(*holds)) is state


# -- files --


def test_documents_are_files_that_stay_as_they_were_left(tmp_path: Path, lab: Lab) -> None:
    files = LabFiles(tmp_path, lab)
    assert not files.begin()
    (edit,) = lab.edits
    assert files.read() == lab.starts
    files.path(edit).write_text("{}", "utf-8")
    assert LabFiles(tmp_path, lab).begin()
    assert files.read() == {"queue-policy": "{}"}
    files.reset()
    assert files.read() == lab.starts
    files.forget()
    assert not files.folder.exists()
    files.forget()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "x is empty: write a JSON document, or take the start back."),
        (b" \n\t", "x is empty: write a JSON document, or take the start back."),
        (b"\xff\xfe", "x is not UTF-8 text."),
        (b" " * (MOST_BYTES + 1), "x is larger than 1.5 MB."),
    ],
)
def test_what_is_no_document_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(LabFileError) as caught:
        document_text(data, "x")
    assert str(caught.value) == words


def test_text_that_is_no_json_is_for_the_service_to_refuse() -> None:
    assert document_text(b"\xef\xbb\xbf{", "x") == "{"


def test_a_file_that_is_gone_and_one_that_cannot_be_written_are_named(
    tmp_path: Path, lab: Lab
) -> None:
    files = LabFiles(tmp_path, lab)
    with pytest.raises(LabFileError, match=r"queue-policy\.json cannot be read: No such file"):
        files.read()
    (tmp_path / "labs").write_text("a file where a folder belongs")
    with pytest.raises(LabFileError, match="cannot be written: Not a directory"):
        files.begin()


# -- to the questions and back --


def _asked(question_id: str, **changes: Any) -> Question:
    return replace(question(question_id), **changes)


def test_a_question_leads_to_the_lab_it_names_then_to_those_of_its_topic(tmp_path: Path) -> None:
    folder = content(tmp_path)
    add_lab(folder, "named", LAB.replace('topic = "permissions"', 'topic = "buffer"'))
    add_lab(folder, "same-topic")
    add_lab(folder, "same-task")
    labs, _ = read_labs(folder)
    asked = _asked("permissions/why", task="1.1", lab="named")
    assert [lab.slug for lab in labs_for(asked, labs)] == ["named", "same-task", "same-topic"]
    assert labs_for(_asked("compute/why"), labs) == ()


def test_a_lab_leads_to_the_questions_that_name_it_then_to_its_task_then_to_its_topic(
    lab: Lab,
) -> None:
    names = _asked("buffer/names-it", lab=lab.slug)
    same_task = _asked("permissions/same-task", task="1.1")
    same_topic = _asked("permissions/same-topic", task="1.2")
    for_exams = _asked("permissions/for-exams", task="1.1", is_for_exams_only=True)
    elsewhere = _asked("buffer/elsewhere", task="1.1")
    questions = (same_topic, elsewhere, for_exams, same_task, names)
    assert questions_for(lab, questions) == (names, same_task, same_topic)


# -- at the desk --


async def test_the_desk_lists_labs_and_keeps_what_is_done_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = content(tmp_path / "content")
    add_lab(folder, "one")
    monkeypatch.setattr(lab_loading, "content_folder", lambda: folder)
    desk = Desk(tmp_path / "data", lambda: NOON)
    await desk.open()
    ((lab, before),) = await desk.labs()
    session = await desk.lab_session(lab)
    await desk.in_lab(session.answer, 2)
    assert await desk.in_lab(session.next_hint) == lab.hints[0]
    await desk.in_lab(session.take, grade_of(1, 1, 0))
    ((_, after),) = await desk.labs()
    await desk.close()
    assert (before.state, after.state) == (LabState.NEW, LabState.PASSED)
    assert after == session.record
    assert desk.take_told() == ()
