"""The list of chapters: how far each is, what it is about, and the way into it."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.app import StudyApp
from studyapp.screens.walkthrough import WalkthroughScreen

NARROW, WIDE = (80, 24), (120, 40)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_chapters_are_listed_with_what_they_are_about(look_at: Any, size: Any) -> None:
    async with look_at(StudyApp(), size) as seeing:
        await seeing.sees("w  Walkthrough", "0 of 13 chapters")
        await seeing.press("w")
        await seeing.sees("0 of 13 chapters finished", "The whole picture", "Exam technique")
        await seeing.sees("After this chapter you can", "begin 1 The whole picture")
        await seeing.press("down", "down", "down")
        await seeing.sees("begin 4 Buffer", "Follow a message")


async def test_a_filter_finds_a_chapter_and_enter_opens_it(look_at: Any) -> None:
    async with look_at(StudyApp("walkthrough"), NARROW) as seeing:
        await seeing.sees("0 of 13 chapters finished")
        await seeing.press("slash", *"fan", "enter", "enter")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, WalkthroughScreen))
        await seeing.sees("9 Fan-out")
        await seeing.press("escape")
        await seeing.sees("chapters finished")
        await seeing.press("question_mark")
        await seeing.sees("go on with the chapter pointed at")


async def test_the_palette_leads_into_a_chapter(look_at: Any) -> None:
    async with look_at(StudyApp(), NARROW) as seeing:
        await seeing.sees("0 of 13 chapters")
        await seeing.press("ctrl+p", *"direct or buf")
        await seeing.sees("Walkthrough 6")
        await seeing.press("enter")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, WalkthroughScreen))
        await seeing.sees("6 Direct or buffered")
