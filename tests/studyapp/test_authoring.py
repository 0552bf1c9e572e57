"""What authors are told by ``check``, ``new question`` and ``questions``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipeline import experiments
from studyapp import authoring
from studyapp.study.loading import content_folder, load_course, read_course
from studyapp.study.question_template import BLANK
from tests.studyapp.study.small_labs import LAB, add_lab


def _run(command: click.Command, *arguments: str | Path) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)), standalone_mode=False)


@pytest.fixture(autouse=True)
def _no_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "EXPERIMENTS", {})


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a content folder with the real course and no questions."""
    folder = tmp_path / "content"
    folder.mkdir()
    shutil.copy(str(content_folder() / "course.toml"), folder)
    return folder


def _blanks(text: str) -> list[str]:
    """Return the keys whose values an author has to fill in, in order."""
    marked = re.finditer(rf'^(?:(\w+) = "" )?{BLANK}(?: (stem):)?', text, re.MULTILINE)
    return [blank[1] or blank[2] for blank in marked]


def _questions_file(content: Path) -> Path:
    return content / "topics" / "buffer" / "questions.toml"


def test_content_without_errors_exits_with_0_and_says_how_much_it_is(content: Path) -> None:
    result = _run(authoring.check, content, "--fast")
    last = result.output.splitlines()[-1]
    assert result.return_value == 0
    assert re.fullmatch(r"0 errors, \d+ warnings; 0 questions can be asked\.", last)


def test_errors_exit_with_1_and_stand_in_order_with_the_path_as_given(content: Path) -> None:
    (content / "course.toml").write_text("title = 3\nexam = 4\n", "utf-8")
    result = _run(authoring.check, content)
    *problems, last = result.output.splitlines()
    assert result.return_value == 1
    assert f"{content}/course.toml:1: error: title: title is 3; write a text in quotes." in problems
    lines = [int(problem.split(":")[1]) for problem in problems]
    assert lines == sorted(lines)
    assert last == f"{len(problems)} errors, 0 warnings; 0 questions can be asked."


def test_a_path_that_is_no_folder_is_refused_in_a_sentence(content: Path) -> None:
    refused = _run(authoring.check, content / "nowhere").exception
    assert isinstance(refused, click.UsageError)
    assert "does not exist" in refused.format_message()


@pytest.mark.parametrize("options", [(), ("--response",)])
def test_a_new_question_loads_but_for_the_blanks_that_it_names(
    content: Path, options: tuple[str, ...]
) -> None:
    result = _run(authoring.new, "question", "buffer", "--content", content, *options)
    text = _questions_file(content).read_text("utf-8")
    blanks = sorted(_blanks(text))
    course, problems = read_course(content)
    assert result.return_value == 0
    assert f"fill in its {len(blanks)} blanks" in result.output
    assert course.questions == ()
    assert sorted(problem.key.split(", ")[-1] for problem in problems) == blanks
    assert {problem.what.removeprefix(problem.key.split(", ")[-1]) for problem in problems} == {
        " is empty"
    }


@pytest.mark.parametrize("options", [(), ("--response",)])
def test_a_new_question_whose_blanks_are_filled_in_loads(
    content: Path, options: tuple[str, ...]
) -> None:
    _run(authoring.new, "question", "buffer", "--content", content, *options)
    file = _questions_file(content)
    filled = file.read_text("utf-8").replace('"""\n"""', '"""\nWhat is best?\n"""')
    values = {
        "id": "buffer/what",
        "domain": "resilient",
        "task": "2.1",
        "misconception": "exactly-once",
    }
    places = iter(range(100))
    filled = re.sub(
        rf'^(\w+) = "" {BLANK}',
        lambda blank: f'{blank[1]} = "{values.get(blank[1], f"text {next(places)}")}" #',
        filled,
        flags=re.MULTILINE,
    )
    file.write_text(filled, "utf-8")
    (question,) = load_course(content).questions
    assert len(question.key) == (2 if options else 1)


def test_a_new_question_is_appended_to_what_is_there(content: Path) -> None:
    file = _questions_file(content)
    file.parent.mkdir(parents=True)
    before = '[[question]]\nid = "buffer/first"'
    file.write_text(before, "utf-8")
    _run(authoring.new, "question", "buffer", "--content", content)
    _run(authoring.new, "question", "buffer", "--content", content)
    after = file.read_text("utf-8")
    assert after.startswith(f"{before}\n\n[[question]]\n")
    assert after.count("[[question]]\n") == 3
    assert "not TOML" not in str(read_course(content)[1])


def test_each_new_question_has_its_key_in_another_place(content: Path) -> None:
    for _ in range(5):
        _run(authoring.new, "question", "buffer", "--content", content)
    questions = _questions_file(content).read_text("utf-8").split("[[question]]")[1:]
    options = [question.split("[[question.option]]")[1:] for question in questions]
    places = [["key = true" in option for option in of_one].index(True) for of_one in options]
    assert places == [0, 1, 2, 3, 0]


def test_a_new_question_can_be_printed_instead(content: Path) -> None:
    result = _run(authoring.new, "question", "buffer", "--content", content, "--stdout")
    assert result.output.startswith("[[question]]\n")
    assert not _questions_file(content).exists()


def test_an_unknown_topic_is_refused_with_the_nearest_one(content: Path) -> None:
    result = _run(authoring.new, "question", "bufer", "--content", content)
    assert str(result.exception) == 'There is no topic "bufer": perhaps buffer is meant.'
    assert not (content / "topics").exists()


def test_a_file_that_cannot_be_written_is_said_so(content: Path) -> None:
    _questions_file(content).mkdir(parents=True)
    result = _run(authoring.new, "question", "buffer", "--content", content)
    assert str(result.exception).startswith(f"{_questions_file(content)} cannot be written: ")


def test_the_questions_are_listed_as_a_table_and_as_json() -> None:
    questions = load_course().questions
    table = _run(authoring.questions).output.splitlines()
    documents = json.loads(_run(authoring.questions, "--json").output)
    expected = [
        [question.id, question.domain, question.task, *filter(None, [question.experiment])]
        for question in questions
    ]
    assert [line.split() for line in table[1:]] == expected
    assert table[0].split() == ["id", "exam", "domain", "task", "experiment"]
    assert [document["id"] for document in documents] == [question.id for question in questions]


def test_the_commands_cost_nothing_until_they_run() -> None:
    script = (
        "import sys; import studyapp.authoring; "
        "print([name for name in sys.modules if name.startswith(('studyapp.study', 'pipeline'))])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_one_lab_is_checked_by_itself(content: Path) -> None:
    (content / "labs").mkdir()
    add_lab(content, "queue-hears-nothing", LAB.replace("key = 2", "key = 7"))
    add_lab(content, "another")
    result = _run(authoring.check, content, "--fast", "--lab", "queue-hears-nothing")
    *problems, last = result.output.splitlines()
    assert result.return_value == 1
    assert [problem.partition(": error: ")[2] for problem in problems] == [
        "question, key: key is 7; write a whole number from 0 to 3."
    ]
    assert last == "1 error, 0 warnings in the lab queue-hears-nothing."
    assert _run(authoring.check, content, "--fast", "--lab", "another").return_value == 0


def test_a_lab_that_there_is_not_is_told_with_those_that_there_are(content: Path) -> None:
    (content / "labs").mkdir()
    add_lab(content, "another")
    refused = _run(authoring.check, content, "--lab", "nowhere").exception
    assert isinstance(refused, click.UsageError)
    assert refused.format_message() == 'There is no lab "nowhere"; there are another.'


def test_labs_are_counted(content: Path) -> None:
    (content / "labs").mkdir()
    add_lab(content, "another")
    assert "1 lab can be played." in _run(authoring.check, content, "--fast").output.splitlines()
