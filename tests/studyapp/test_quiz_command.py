"""``studyapp quiz`` on the standard streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from studyapp import __main__ as front
from studyapp.quiz_command import QuizOptions, quiz, wants_app
from studyapp.settings import Settings, save_settings
from studyapp.study import loading
from studyapp.study.problems import Problem
from studyapp.study.progress import ProgressStore
from studyapp.study.store_errors import StoreError
from tests.studyapp.study.small_course import bank

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from studyapp.quiz_command import quiz
from studyapp.study import loading
from tests.studyapp.study.small_course import bank
loading.read_course = lambda: (bank(3), ())
sys.exit(quiz.main(sys.argv[1:], standalone_mode=False))
"""


@pytest.fixture(autouse=True)
def _small_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "read_course", lambda: (bank(3), ()))


def _quiz(typed: str, *arguments: str) -> Result:
    return CliRunner().invoke(quiz, arguments, input=typed, standalone_mode=False)


def test_answers_may_come_from_a_pipe() -> None:
    result = _quiz("1\n2\n", "--seed", "7", "--count", "2")
    assert result.return_value == 0
    assert result.stdout.startswith("BEGIN Practice - mixed: 2 questions, seed 7.\n")
    assert "answer (1-4, h hint, x N strike, q quit)> 1\n" in result.stdout
    assert result.stdout.count("\nRIGHT") + result.stdout.count("\nWRONG") == 2
    assert "\nDONE " in result.stdout
    assert result.stderr == ""


def test_json_is_one_document_on_standard_output_and_the_quiz_on_standard_error() -> None:
    result = _quiz("1 s\n2\n", "--seed", "7", "--count", "2", "--json")
    (line,) = result.stdout.splitlines()
    document = json.loads(line)
    assert document["status"] == "finished"
    assert document["notes"] == []
    assert document["next_due"] is not None
    assert document["result"] is None
    assert document["kept"] is True
    sitting = document["sitting"]
    assert (sitting["mode"], sitting["seed"], sitting["answered"]) == ("practice", 7, 2)
    assert [answer["confidence"] for answer in sitting["answers"]] == ["sure", None]
    assert sitting["right"] == sum(answer["is_right"] for answer in sitting["answers"])
    assert result.stderr.startswith("BEGIN Practice")


def test_json_of_an_exam_has_its_result() -> None:
    result = _quiz("submit\nyes\n", "--exam", "10", "--json")
    document = json.loads(result.stdout)
    assert document["result"]["points"] == 100
    assert document["result"]["would_pass"] is False
    assert [share["id"] for share in document["result"]["tasks"]] == ["1.1", "2.1", "3.1", "4.1"]


def test_json_of_an_exam_that_is_left_tells_how_many_are_answered_and_nothing_of_their_worth() -> (
    None
):
    document = json.loads(_quiz("1\n1\n", "--exam", "--json").stdout)
    assert document["status"] == "unfinished"
    assert document["sitting"]["answered"] == 2
    assert document["sitting"]["answers"] == []
    assert document["result"] is None


def test_json_with_nothing_due_says_so_too() -> None:
    result = _quiz("", "--due", "--json")
    document = json.loads(result.stdout)
    assert document["status"] == "nothing"
    assert document["says"].startswith("Nothing is due: no question was answered yet.")
    assert document["sitting"] is None
    assert result.return_value == 0


def test_an_unknown_topic_is_a_usage_error() -> None:
    result = _quiz("", "--topic", "bufer")
    assert isinstance(result.exception, click.UsageError)
    assert result.exception.format_message() == (
        'There is no topic "bufer": perhaps buffer is meant.'
    )


def test_an_exam_takes_no_selection() -> None:
    result = _quiz("", "--exam", "10", "--topic", "buffer", "--due")
    assert isinstance(result.exception, click.UsageError)
    assert result.exception.format_message() == (
        "An exam is drawn from the whole course: leave --topic and --due away."
    )


@pytest.mark.parametrize("arguments", [("--count", "0"), ("--seed", "x"), ("--exam", "11")])
def test_a_number_that_cannot_be_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert isinstance(_quiz("", *arguments).exception, click.UsageError)


def test_trouble_with_the_store_and_the_content_is_told_first_and_the_quiz_goes_on(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_directory.mkdir()
    (data_directory / "progress.sqlite").write_bytes(b"no database" * 100)
    problem = Problem("topics/buffer/questions.toml", 1, "", "it is wrong", "mend it")
    monkeypatch.setattr(loading, "read_course", lambda: (bank(3), (problem,)))
    result = _quiz("1\n", "--json")
    notes = json.loads(result.stdout)["notes"]
    assert "was damaged. It is kept as progress-damaged-" in notes[0]
    assert notes[1] == "1 fault in the content: studyapp check lists them."
    assert result.stderr.startswith("NOTE ")
    assert result.stderr.index("NOTE 1 fault") < result.stderr.index("BEGIN")
    assert "Q 2/10" in result.stderr


def test_a_store_that_cannot_be_read_is_one_sentence_and_exits_with_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreadable(_store: ProgressStore) -> None:
        raise StoreError("The file cannot be read: make it readable.")

    monkeypatch.setattr(ProgressStore, "unfinished", unreadable)
    result = _quiz("1\n")
    assert result.stderr == "studyapp: The file cannot be read: make it readable.\n"
    assert result.return_value == 1


def test_what_is_no_text_is_a_reply_that_means_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=b"\xff\xfe\x00\n1\n",
        cwd=ROOT,
        env={**os.environ, "STUDYAPP_DATA_DIR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"is no answer here" in done.stdout
    assert b"Q 2/10" in done.stdout


def test_a_quiz_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, "--exam"]
    environment = {**os.environ, "STUDYAPP_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("1\nf\n2\n")
        process.stdin.flush()
        for line in process.stdout:
            if line.startswith("Q 3/10"):
                break
        process.kill()

    done = subprocess.run(
        command, input="l\n", cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "GO ON Exam - 10 questions, 20 minutes: 2 of 10 questions answered" in done.stdout
    assert "\nUNANSWERED 3 4 5 6 7 8 9 10\nFLAGGED 2\n" in done.stdout


@pytest.mark.parametrize(
    ("options", "has_terminal", "expected"),
    [
        (QuizOptions(), True, True),
        (QuizOptions(topic="buffer"), True, True),
        (QuizOptions(), False, False),
        (QuizOptions(plain=True), True, False),
        (QuizOptions(as_json=True), True, False),
        (QuizOptions(exam="10"), True, True),
    ],
)
def test_the_app_is_wanted_in_a_terminal_unless_something_plain_is(
    options: QuizOptions, *, has_terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "has_terminal", lambda: has_terminal)
    assert wants_app(options) is expected


def test_the_setting_for_plain_is_heeded(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "has_terminal", lambda: True)
    save_settings(data_directory, Settings(plain=True))
    assert not wants_app(QuizOptions())
