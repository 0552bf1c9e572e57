"""What is next while a lab is played."""

from __future__ import annotations

import pytest

from studyapp.lab_play import Activity, LabPlay
from tests.studyapp.study.small_labs import grade_of


def _play() -> LabPlay:
    play = LabPlay.begun("thumbnails")
    play.open(play.topology)
    return play


def test_while_the_sandbox_is_opened_there_is_nothing_to_press() -> None:
    play = LabPlay.begun("thumbnails")
    words, key = play.next_step(is_changed=True, is_graded=False, is_edited=False)
    assert "opened" in words
    assert key == ""


@pytest.mark.parametrize(
    ("is_changed", "words"), [(False, "watch it fail"), (True, "apply the change")]
)
def test_before_a_grade_documents_are_applied(words: str, *, is_changed: bool) -> None:
    told = _play().next_step(is_changed=is_changed, is_graded=False, is_edited=True)
    assert words in told[0]
    assert told[1] == "^s"


@pytest.mark.parametrize(
    ("holds", "is_edited", "words", "key"),
    [
        ((0, 1, 0), False, "change the document", "e"),
        ((0, 1, 0), True, "change the document", "f3"),
        ((1, 1, 0), False, "superfluous", "e"),
        ((1, 1, 1), False, "next lab", "n"),
    ],
)
def test_after_a_grade_it_says_what_it_lacks(
    holds: tuple[int, int, int], words: str, key: str, *, is_edited: bool
) -> None:
    play = _play()
    play.begin(1)
    play.end(grade_of(*holds))
    told = play.next_step(is_changed=True, is_graded=True, is_edited=is_edited)
    assert words in told[0]
    assert told[1] == key
    changed_since = play.next_step(is_changed=True, is_graded=False, is_edited=False)
    assert changed_since[1] == "^s"


def test_a_grading_that_broke_is_to_be_tried_again() -> None:
    play = _play()
    play.begin(1)
    assert play.is_grading
    play.end(None, "a screw is loose")
    words, key = play.next_step(is_changed=True, is_graded=False, is_edited=False)
    assert "the grading itself failed" in words
    assert key == "^s"


def test_a_reset_forgets_the_run_and_its_grade() -> None:
    play = _play()
    play.begin(7)
    play.forget()
    assert (play.number, play.grade, play.activity) == (0, None, Activity.RESTING)
