"""What is said is fit for a screen reader, a pipe and a script, whatever the content holds."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.plain.console import Console
from studyapp.plain.proof import say_proof
from studyapp.plain.wish import UnavailableError, Wish, checked
from studyapp.study.course import Course
from studyapp.study.sitting import Mode
from tests.studyapp.plain.learner import Learner, Reply
from tests.studyapp.study.small_course import bank, course, question

PREFIXES = re.compile(
    r"(BEGIN|GO ON|HOW|NOTE|LEFT|RIGHT|WRONG|DONE|PROOF|CALL|SEEN|PROVED|NOT PROVED|UNCLEAR|"
    r"RESULT|SCORED|UNSCORED|DOMAIN|TASK|METHOD|COVERAGE|WARNING|UNANSWERED|FLAGGED|TIME) \S|"
    r"(Q \d+/\d+|choose|chosen|read|prove|again|leech|hint|struck out|flagged|help|undone|go on|"
    r"unscored|note): \S|"
    r"\d\) \S|(answer|done|items|submit anyway) \(|  \S"
)
"""What lines begin with: a word, a number, or the indent of what continues a line."""

PRACTICE: tuple[Reply, ...] = ("h", "x 1", "?", "2 g", "p", "r", "1 3", "p", "")
EXAM: tuple[Reply, ...] = ("1", "f", "x 2", "?", "l", "t", dt.timedelta(minutes=11), "submit")
MEAN = "\x1b[31mred\x1b[0m ┌──┐ \x07 \u202e \u2028 ██ “word” " + "w" * 300


def _everything_said(small: Course, exams: Course, tmp_path: Path, width: int) -> list[str]:
    learner = Learner(small, tmp_path / "one.sqlite", width=width)
    said = learner.take(*PRACTICE)[0]
    learner.now += dt.timedelta(days=40)
    said += learner.take("1 3", "u", "2", "q", wish=Wish(Mode.REVIEW))[0]
    candidate = Learner(exams, tmp_path / "two.sqlite", width=width)
    said += candidate.take(*EXAM, "yes", "a", "p", "q", wish=Wish(Mode.EXAM))[0]
    return said.splitlines()


def _is_whole(line: str) -> bool:
    return line.startswith(("read: ", "go on: "))


def test_every_line_begins_with_its_prefix_or_goes_on_indented(
    small: Course, tmp_path: Path
) -> None:
    lines = _everything_said(small, bank(3), tmp_path, 100)
    assert [line for line in lines if line and not PREFIXES.match(line)] == []


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_the_terminal(small: Course, tmp_path: Path, width: int) -> None:
    lines = _everything_said(small, bank(3), tmp_path, width)
    prompts = ("answer (", "items (", "done (")
    wide = [line for line in lines if len(line) > width and not _is_whole(line)]
    assert [line for line in wide if not line.startswith(prompts)] == []
    assert width < 80 or not wide


def test_everything_we_say_ourselves_is_ascii(small: Course, tmp_path: Path) -> None:
    assert all(line.isascii() for line in _everything_said(small, bank(3), tmp_path, 100))


def test_content_brings_in_no_escape_codes_and_no_boxes(tmp_path: Path) -> None:
    asked = question("buffer/mean", experiment="mean")
    mean = replace(
        asked,
        stem=MEAN,
        hint=MEAN,
        options=tuple(replace(o, text=MEAN, rationale=MEAN) for o in asked.options),
    )
    lines = _everything_said(course((mean,)), bank(3), tmp_path, 100)
    assert any("red" in line for line in lines)
    assert all(line.isprintable() for line in lines)
    assert not any("─" <= sign <= "▟" for line in lines for sign in line)
    assert [line for line in lines if len(line) > 100 and not _is_whole(line)] == []


def test_an_experiment_that_breaks_off_is_told_and_the_quiz_goes_on(learner: Learner) -> None:
    def broken(_identifier: str, _tell: object) -> None:
        raise RuntimeError("no sandbox")

    learner._run = broken  # type: ignore[method-assign,assignment]
    text, _ = learner.take("2", "p", "2 3")
    assert "NOT PROVED the experiment broke off with RuntimeError: no sandbox\n" in text
    assert "DONE 2 of 2 right." in text


def test_an_experiment_of_the_catalogue_is_run_for_real() -> None:
    said: list[str] = []

    class Listener(Console):
        def say(self, text: str) -> None:
            said.append(text)

    asked = question("buffer/limit", experiment="sts-limits")
    order = tuple(range(len(asked.options)))
    assert say_proof(Listener(None, None), asked, order)  # type: ignore[arg-type]
    assert said[-1] == "PROVED A role's session lasts within these bounds."
    assert any(line.startswith("SEEN yes, its default is 3,600 seconds") for line in said)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(topic="bufer"), 'There is no topic "bufer": perhaps buffer is meant.'),
        (Wish(topic="zzz"), 'There is no topic "zzz": known are buffer, trigger.'),
        (Wish(domain="secur"), 'There is no exam domain "secur": perhaps secure is meant.'),
        (Wish(task="9"), 'There is no task statement "9": known are 1.1, 2.1, 3.1, 4.1.'),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(small: Course, wish: Wish, expected: str) -> None:
    with pytest.raises(UnavailableError) as told:
        checked(wish, small)
    assert str(told.value) == expected


def test_an_exam_domain_may_be_named_by_its_number(small: Course) -> None:
    assert checked(Wish(domain="2"), small) == Wish(domain="resilient")
