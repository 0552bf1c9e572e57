"""Killed in the middle: a real process, a real SIGKILL, and nothing that was answered is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.study.progress import ProgressStore
from studyapp.study.sitting import Mode
from tests.studyapp.study.kept import opened
from tests.studyapp.study.small_course import question

ROOT = Path(__file__).parents[3]
QUESTIONS = tuple(question(f"buffer/q{n}") for n in range(500))

ANSWERING = """
import datetime as dt, sys
from pathlib import Path
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.sitting import Mode
from tests.studyapp.study.kept import answered
from tests.studyapp.study.small_course import NOON, sitting
from tests.studyapp.study.test_survival import QUESTIONS

mode = Mode(sys.argv[2])
store = ProgressStore.open(progress_file(Path(sys.argv[1])), NOON)
state = sitting(QUESTIONS, mode).tick(NOON)
for number, asked in enumerate(QUESTIONS):
    now = NOON + dt.timedelta(seconds=number + 1)
    state = state.go_to(number).tick(now)
    if mode is Mode.EXAM:
        state = state.choose(asked, number % 4).flag()
        store.keep(state)
    else:
        state = answered(store, state, asked, number % 4, now)
    print(number, flush=True)
sys.stdin.read()
"""
"""Ends by being killed alone: at last it waits for what never comes."""

SAID = 40
"""After so many answers that it told of, it is killed."""


def _answer_and_be_killed(directory: Path, mode: Mode) -> None:
    """Run a process that answers one question after another, and kill it while it does."""
    with subprocess.Popen(
        [sys.executable, "-c", ANSWERING, str(directory), str(mode)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(SAID)]
        process.kill()
    assert told == [f"{number}\n" for number in range(SAID)]
    assert process.returncode != 0


@pytest.fixture
def _begun(tmp_path: Path) -> Iterator[ProgressStore]:
    """A copy of the app that holds the file open, so that nobody tidies it up at the end."""
    store = opened(tmp_path)
    yield store
    store.close()


@pytest.mark.parametrize("is_held", [False, True], ids=["alone", "beside another copy"])
def test_an_exam_is_taken_up_with_every_choice(
    tmp_path: Path, request: pytest.FixtureRequest, *, is_held: bool
) -> None:
    if is_held:
        request.getfixturevalue("_begun")
    _answer_and_be_killed(tmp_path, Mode.EXAM)
    store = opened(tmp_path)
    (state,) = store.unfinished()
    for number, asked in enumerate(QUESTIONS[:SAID]):
        marks = state.marks_of(asked.id)
        assert (marks.chosen, marks.is_flagged) == ({number % 4}, True)
    assert state.position >= SAID - 1
    assert state.spent >= SAID - 1
    store.close()


@pytest.mark.parametrize("mode", [Mode.PRACTICE, Mode.REVIEW])
def test_every_answer_is_there_and_what_is_remembered_with_it(tmp_path: Path, mode: Mode) -> None:
    _answer_and_be_killed(tmp_path, mode)
    store = opened(tmp_path)
    (state,) = store.unfinished()
    kept = store.answers()
    assert [answer.chosen for answer in kept[:SAID]] == [(n % 4,) for n in range(SAID)]
    assert tuple(state.answers.values()) == kept
    assert store.memories().keys() == {answer.question_id for answer in kept}
    store.close()
