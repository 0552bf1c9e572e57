"""How near the sandbox is to AWS, in the app: keys in, text out, at both sizes."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.behaviours import SERVICES, Behaviour, fidelity_table
from studyapp.app import StudyApp
from studyapp.screens.fidelity import BehaviourScreen, FidelityScreen, service_of
from studyapp.screens.help import HelpScreen
from studyapp.screens.home import HomeScreen
from studyapp.widgets.filter_list import FilterList

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])
DOCS = "https://docs.aws.amazon.com"
TABLE = (
    Behaviour("s3", "S3 tells the queue of each new object", "corrected", f"{DOCS}/s3"),
    Behaviour("sqs", "A received message is hidden", "as AWS", f"{DOCS}/sqs"),
    Behaviour("sqs", "Messages come late", "simplified", f"{DOCS}/late", "They come at once."),
    Behaviour("iam", "Accounts have an organization", "not modelled", f"{DOCS}/iam", "None here."),
)


def shown(seeing: Any) -> list[str]:
    return [row.columns[-1] for row in seeing.pilot.app.screen.query_one(FilterList).shown]


async def fidelity(seeing: Any, first: str = "") -> None:
    """Put a small table on the screen."""
    await seeing.sees("due today")
    seeing.pilot.app.push_screen(FidelityScreen(TABLE, first))
    await seeing.sees("How near to AWS")


@SIZES
async def test_it_lists_service_verdict_and_behaviour_and_tells_more_of_one(
    look_at: Any, size: Any
) -> None:
    async with look_at(StudyApp(), size) as seeing:
        await fidelity(seeing)
        await seeing.sees("every service · every verdict", "4 of 4", "s service", "v verdict")
        await seeing.sees("▸ S3", "✓ corrected", "~ simplified", "✗ not modelled", f"{DOCS}/s3")
        await seeing.press("down", "down")
        await seeing.sees("Messages come late.", "They come at once.", f"{DOCS}/late")


async def test_services_and_verdicts_are_chosen_in_turn(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing)
        await seeing.press("s", "s")
        await seeing.sees("SQS · every verdict", "2 of 2")
        assert shown(seeing) == ["A received message is hidden", "Messages come late"]
        await seeing.press("v")
        await seeing.sees("SQS · as AWS", f"{DOCS}/sqs")
        assert shown(seeing) == ["A received message is hidden"]
        await seeing.press("v")
        await seeing.sees("SQS · corrected", "0 of 0")
        assert f"{DOCS}/" not in seeing.text
        await seeing.press("s", "s", "v", "v", "v")
        await seeing.sees("every service · every verdict", "4 of 4")


async def test_words_that_are_typed_filter_too(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing)
        await seeing.press("slash", *"sqs simpl")
        await seeing.sees("1 of 4 with", f"{DOCS}/late")


async def test_the_address_can_be_copied(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing)
        await seeing.press("down", "c")
        await seeing.sees("in the clipboard")
        assert seeing.pilot.app.clipboard == f"{DOCS}/sqs"


async def test_enter_shows_one_behaviour_by_itself(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing)
        await seeing.press("end", "enter")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, BehaviourScreen))
        await seeing.sees("Accounts have an organization.", "✗ not modelled: None here.")
        await seeing.press("c")
        assert seeing.pilot.app.clipboard == f"{DOCS}/iam"
        await seeing.press("enter", "escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HomeScreen))


async def test_rows_of_the_service_in_question_come_first(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing, first="iam")
        assert shown(seeing)[0] == "Accounts have an organization"
        assert len(shown(seeing)) == len(TABLE)


async def test_home_leads_to_the_whole_table_by_key_and_by_palette(look_at: Any) -> None:
    count = f"{len(fidelity_table())} of {len(fidelity_table())}"
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("due today")
        await seeing.press("a")
        await seeing.sees("How near to AWS", count)
        await seeing.press("escape")
        await seeing.sees("due today")
        await seeing.press("ctrl+p")
        await seeing.press(*"how near")
        await seeing.sees("How near the sandbox is to AWS")
        await seeing.press("enter", "enter")
        await seeing.sees("How near to AWS", count)


async def test_live_shows_the_selected_things_service_first(look_at: Any) -> None:
    async with look_at(StudyApp("live")) as seeing:
        await seeing.press("1", "a")
        await seeing.sees("How near to AWS", "▸ SQS")
        await seeing.press("escape")
        await seeing.sees("DynamoDB")


async def test_help_leads_there_and_lists_the_key(look_at: Any) -> None:
    async with look_at(StudyApp("live")) as seeing:
        await seeing.press("4", "question_mark")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HelpScreen))
        await seeing.sees("a as AWS?")
        await seeing.press("a")
        await seeing.sees("How near to AWS", "▸ S3")


async def test_its_own_keys_are_in_its_help(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await fidelity(seeing)
        await seeing.press("question_mark")
        await seeing.sees("only one service, each in turn", "copy the address at AWS")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("uploads", "s3"),
        ("queue", "sqs"),
        ("function", "lambda"),
        ("table", "dynamodb"),
        ("s3-to-queue", "sqs"),
        ("function-writes-metadata", "dynamodb"),
        ("lambda", "lambda"),
        ("", ""),
        ("nothing of the kind", ""),
    ],
)
def test_a_node_is_of_its_service_and_an_arrow_of_the_one_it_calls(
    subject: str, expected: str
) -> None:
    assert service_of(subject) == expected
    assert expected in {"", *SERVICES}
