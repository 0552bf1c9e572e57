"""Home and what it leads to: keys in, text out, at both sizes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from studyapp.app import StudyApp
from studyapp.screens.home import HomeScreen, Standing, title
from studyapp.screens.settings import read_date
from studyapp.settings import FILE_NAME

NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
TODAY = dt.date(2026, 11, 25)


@SIZES
async def test_home_names_what_is_next_and_every_way(look_at: Any, size: Any) -> None:
    async with look_at(StudyApp(), size) as seeing:
        await seeing.sees("▸ Next", "Quiz", "Live", "Progress", "due today")
        await seeing.sees("S3 ─▶ SQS ─▶ Lambda", "q quiz", "? help")


async def test_every_way_leads_somewhere_and_escape_leads_back(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        ways = {
            "w": "chapters finished",
            "q": "Practice · mixed",
            "p": "Exam domains",
            "s": "Day of the",
        }
        for key, words in ways.items():
            await seeing.press(key)
            await seeing.sees(words)
            await seeing.press("escape")
            await seeing.sees("due today")


async def test_live_is_a_mode_of_its_own_and_escape_leads_home(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        await seeing.press("v")
        await seeing.sees("upload a sample photo")
        await seeing.press("escape")
        await seeing.sees("due today")
        assert isinstance(seeing.pilot.app.screen, HomeScreen)


async def test_the_menu_is_gone_through_with_arrows(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        await seeing.press("down", "down", "enter")
        await seeing.sees("Practice · mixed")


async def test_the_day_of_the_exam_is_set_kept_and_counted_down_to(look_at: Any) -> None:
    day = dt.datetime.now(dt.UTC).astimezone().date() + dt.timedelta(days=23)
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        await seeing.press("s")
        await seeing.sees("Day of the exam")
        await seeing.press(*"2001-13-01", "enter")
        await seeing.sees("A day is typed as year-month-day")
        await seeing.press(*["backspace"] * 10, *day.isoformat(), "enter")
        await seeing.sees("The exam is on")
        await seeing.press("escape")
        await seeing.sees("SAA-C03 in 23 days")
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("SAA-C03 in 23 days")


async def test_a_switch_counts_at_once_and_is_kept(look_at: Any, data_directory: Path) -> None:
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        await seeing.press("s")
        await seeing.sees("Animations")
        await seeing.pilot.click("#plain")
        await seeing.until((data_directory / FILE_NAME).exists)
        assert json.loads((data_directory / FILE_NAME).read_text())["plain"] is True


@pytest.fixture
def damaged(data_directory: Path) -> Path:
    data_directory.mkdir(parents=True)
    (data_directory / "progress.sqlite").write_bytes(b"no database at all" * 300)
    return data_directory


def set_aside(directory: Path) -> list[Path]:
    return list(directory.glob("progress-damaged-*.sqlite"))


async def test_a_damaged_progress_file_is_told_and_set_aside(look_at: Any, damaged: Path) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await seeing.sees("was damaged", "due today")
    assert len(set_aside(damaged)) == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [(23, "in 23 days"), (1, "tomorrow"), (0, "today"), (-3, "was 3 days ago")],
)
def test_the_title_says_how_far_the_exam_is(days: int, words: str) -> None:
    standing = Standing(
        known=None,  # type: ignore[arg-type]
        next=None,
        exam_date=TODAY + dt.timedelta(days=days),
        today=TODAY,
        bank=0,
    )
    assert title(standing).endswith(f"SAA-C03 {words}")
    assert "SAA-C03" not in title(None)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "01.02.2027", "2026-11-24"])
def test_what_is_no_day_to_come_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_date(text, TODAY)


def test_nothing_is_no_day_and_today_is_one() -> None:
    assert read_date("  ", TODAY) is None
    assert read_date("2026-11-25", TODAY) == TODAY
