"""The first ninety seconds, played for real: enter only, or skipped."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.app import StudyApp
from studyapp.first_launch import is_first_launch
from studyapp.screens.home import HomeScreen
from studyapp.screens.tour import TourScreen


def _tour(seeing: Any) -> TourScreen:
    screen = seeing.pilot.app.screen
    assert isinstance(screen, TourScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_enter_alone_plays_the_whole_tour(size: tuple[int, int], look_at: Any) -> None:
    async with look_at(StudyApp("tour"), size) as seeing:
        await seeing.sees("1 of 5", "loading the emulated cloud")
        await seeing.sees("upload a photo", "[enter]")

        await seeing.press("enter")
        await seeing.sees("2 of 5", "break arrow 4 and upload another photo")
        assert "256 × 192 JPEG" in seeing.text

        await seeing.press("enter")
        await seeing.sees("3 of 5", "403 AccessDenied", "repair it", "attempt 1 of 5 failed")
        assert "s3:PutObject" in seeing.text
        assert _tour(seeing).live.diagram.thumbnails == 1

        await seeing.press("enter")
        await seeing.sees("4 of 5", "what to do next", "0:03:")
        assert _tour(seeing).live.diagram.thumbnails == 2

        await seeing.press("enter")
        await seeing.sees("5 of 5", "break arrow 1", "open the app")
        assert is_first_launch()

        await seeing.press("enter")
        await seeing.sees("Your first question", "LEAST operational overhead", "choose an option")
        assert not is_first_launch()


async def test_the_tour_ends_with_the_first_question_and_its_proof(look_at: Any) -> None:
    async with look_at(StudyApp("tour"), (120, 40)) as seeing:
        await seeing.sees("1 of 5")
        seeing.pilot.app.screen.post_message(TourScreen.Finished(was_seen=True))
        await seeing.sees("Your first question", "choose an option")
        card = seeing.pilot.app.screen.card
        wrong = next(n for n, place in enumerate(card.order, 1) if place not in card.question.key)
        await seeing.press(str(wrong))
        await seeing.sees("answer  [enter]")
        await seeing.press("enter")
        await seeing.sees("right:", "See it proved  [p]")
        await seeing.press("p")
        await seeing.sees("It holds: the key is confirmed.")
        await seeing.press("escape")
        await seeing.sees("proved:")


async def test_enter_in_the_middle_of_a_scene_plays_it_faster(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.commands.HUMAN_PACE", 60.0)
    async with look_at(StudyApp("tour")) as seeing:
        seeing.pilot.app.animation_level = "full"
        await seeing.sees("upload a photo", "[enter]")
        await seeing.press("enter")
        await seeing.sees("2 of 5", "enter goes faster")
        await seeing.press("enter")
        await seeing.sees("break arrow 4 and upload another photo")


async def test_escape_skips_the_tour_at_any_time(look_at: Any) -> None:
    async with look_at(StudyApp("tour")) as seeing:
        await seeing.sees("skip the tour")
        await seeing.press("escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HomeScreen))
        await seeing.sees("due today")
        assert not is_first_launch()


async def test_the_tour_is_replayed_from_help_and_begins_anew(look_at: Any) -> None:
    async with look_at(StudyApp("live")) as seeing:
        await seeing.sees("upload a sample photo")
        for _ in range(2):
            await seeing.press("question_mark")
            await seeing.sees("The exam")
            await seeing.press("t")
            await seeing.sees("1 of 5")
            await seeing.press("escape")
            await seeing.sees("u sample")


async def test_a_directory_that_cannot_be_written_does_not_stop_the_tour(
    look_at: Any, data_directory: Any
) -> None:
    data_directory.write_text("in the way")
    async with look_at(StudyApp("tour")) as seeing:
        await seeing.sees("1 of 5")
        await seeing.press("escape")
        await seeing.sees("due today")
