from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from studyapp.plain.home import command, next_line
from studyapp.study.next_steps import Action, Suggestion

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def test_at_first_the_first_chapter_is_next(tmp_path: Path) -> None:
    words = "NEXT Walkthrough 1 · The whole picture: studyapp walkthrough whole-picture"
    assert words == next_line(tmp_path, NOW)


def test_what_cannot_be_kept_does_not_hinder_what_is_next(tmp_path: Path) -> None:
    (tmp_path / "progress.sqlite").mkdir()
    assert next_line(tmp_path, NOW).startswith("NEXT ")


@pytest.mark.parametrize(
    ("action", "argument", "expected"),
    [
        (Action.GO_ON, "a1", "studyapp quiz"),
        (Action.REVIEW, "", "studyapp quiz --due"),
        (Action.PRACTICE, "secure", "studyapp quiz --domain secure"),
        (Action.PRACTICE, "", "studyapp quiz"),
        (Action.MISCONCEPTION, "push", "studyapp quiz"),
        (Action.WALK, "buffer", "studyapp walkthrough buffer"),
        (Action.EXAM, "20", "studyapp quiz --exam 20"),
        (Action.LIVE, "", "studyapp run PHOTO"),
    ],
)
def test_every_suggestion_has_its_command(action: Action, argument: str, expected: str) -> None:
    assert command(Suggestion("", "", action, argument)) == expected
