"""``studyapp walkthrough`` as it is called from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from studyapp.study import walk_loading
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.walk_progress import StepDone, keep_step
from studyapp.walkthrough_command import walkthrough
from tests.studyapp.study.small_chapter import small_course
from tests.studyapp.study.small_course import NOON


@pytest.fixture(autouse=True)
def _small_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course, chapter = small_course(tmp_path / "content")
    monkeypatch.setattr("studyapp.study.loading.read_course", lambda: (course, ()))
    monkeypatch.setattr(walk_loading, "read_chapters", lambda _: ((chapter,), ()))


def _run(*arguments: str, replies: str = "") -> Result:
    return CliRunner().invoke(walkthrough, list(arguments), input=replies, standalone_mode=False)


def test_what_is_typed_is_kept_and_gone_on_with() -> None:
    first = _run("--plain", replies="\n2\nq\n")
    assert first.return_value == 0
    assert "LEFT step 3 of 9; everything is kept." in first.output
    assert first.output.endswith("go on: studyapp walkthrough buffer --plain\n")
    assert "STEP 4/9" in _run("buffer", replies="q\n").output


def test_an_input_that_ends_leaves_the_chapter() -> None:
    result = _run("1")
    assert (result.return_value, "LEFT step 1 of 9" in result.output) == (0, True)


def test_a_name_that_no_chapter_has_is_refused_with_the_nearest() -> None:
    refused = _run("bufer").exception
    assert isinstance(refused, click.UsageError)
    assert refused.format_message() == 'There is no chapter "bufer": perhaps buffer is meant.'


def test_chapters_are_listed_with_how_far_they_are(data_directory: Path) -> None:
    store = ProgressStore.open(progress_file(data_directory), NOON)
    keep_step(store, StepDone("buffer", "how-many", NOON, 2.0, is_right=True))
    store.close()
    assert _run("--list").output == " 1  buffer  1 of 9 steps    The buffer\n"
    assert json.loads(_run("--json").output) == [
        {
            "number": 1,
            "chapter": "buffer",
            "title": "The buffer",
            "tasks": ["2.1"],
            "steps": 9,
            "done": 1,
        }
    ]


def test_without_chapters_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk_loading, "read_chapters", lambda _: ((), ()))
    result = _run()
    assert result.return_value == 1
    assert "There are no chapters to go through" in result.output
