"""Which lab is next, and how many are done."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.study.lab_choice import Row, counted, next_lab
from studyapp.study.lab_progress import LabAttempt, LabRecord
from studyapp.study.labs import Lab
from tests.studyapp.study.small_labs import small_lab

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
WORTH = {"f": (False, True, True), "p": (True, True, False), "m": (True, True, True)}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab(tmp_path)


def _rows(lab: Lab, states: str) -> list[Row]:
    """Return labs a, b, c …, each new (n), failed (f), passed (p) or mastered (m)."""
    return [
        (
            replace(lab, slug=slug),
            LabRecord(slug, attempts=(LabAttempt(NOW, *WORTH[state]),) if state in WORTH else ()),
        )
        for slug, state in zip("abcde", states, strict=False)
    ]


@pytest.mark.parametrize(
    ("states", "after", "expected"),
    [
        ("nnn", "", "a"),
        ("pnn", "", "b"),
        ("ffn", "", "a"),
        ("mpm", "", "b"),
        ("mmm", "", None),
        ("nnn", "b", "c"),
        ("nnp", "b", "a"),
        ("pmp", "a", "c"),
        ("mnm", "b", None),
        ("", "", None),
        ("np", "unknown", "a"),
    ],
)
def test_the_next_lab_is_one_to_pass_or_else_one_to_master(
    lab: Lab, states: str, after: str, expected: str | None
) -> None:
    found = next_lab(_rows(lab, states), after)
    assert (found.slug if found else None) == expected


def test_mastered_labs_are_passed_ones(lab: Lab) -> None:
    count = counted(_rows(lab, "nfpm"))
    assert (count.total, count.passed, count.mastered) == (4, 2, 1)
    assert count.share == 0.5
    assert count.words() == "2 of 4 passed · 1 mastered"
