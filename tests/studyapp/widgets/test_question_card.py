from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult

from studyapp.study.course import Option, Question, QuestionKind, Reference
from studyapp.widgets.question_card import (
    Card,
    OptionRow,
    QuestionCard,
    after_text,
    option_mark,
    option_words,
)
from tests.studyapp.widgets.samples import screen_text

TEXTS = ("Send them to a queue", "Raise the memory", "Copy the bucket", "Scan with cron")


def question(kind: QuestionKind = QuestionKind.MULTIPLE_CHOICE) -> Question:
    keys = {0} if kind is QuestionKind.MULTIPLE_CHOICE else {0, 2}
    return Question(
        "buffer/why",
        kind,
        "resilient",
        "2.1",
        "buffer",
        1,
        "Uploads come in bursts. Which change keeps them?",
        "Think of what waits.",
        tuple(
            Option(text, n in keys, f"Reason {n}.", None if n in keys else "push", None)
            for n, text in enumerate(TEXTS)
        ),
        (Reference("https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html", dt.date.max),),
        None,
        None,
        False,  # noqa: FBT003 - a field of a value
    )


ASKED = Card(question(), (2, 0, 3, 1), cursor=2)
ANSWERED = dataclasses.replace(ASKED, chosen=frozenset({1}), is_revealed=True)


@pytest.mark.parametrize(
    ("card", "marks"),
    [
        (ASKED, "····"),
        (dataclasses.replace(ASKED, chosen=frozenset({0})), "●···"),
        (dataclasses.replace(ASKED, question=question(QuestionKind.MULTIPLE_RESPONSE)), "□□□□"),
        (
            Card(question(QuestionKind.MULTIPLE_RESPONSE), (0, 1, 2, 3), frozenset({0, 3})),
            "■□□■",
        ),
        (ANSWERED, "○✗  "),
        (dataclasses.replace(ANSWERED, chosen=frozenset({0})), "✓   "),
    ],
)
def test_a_mark_tells_without_colour_how_an_option_stands(card: Card, marks: str) -> None:
    assert marks == "".join(option_mark(card, place)[0] for place in range(4))


def test_no_option_tells_before_the_answer_whether_it_is_right() -> None:
    assert list(TEXTS) == [option_words(ASKED, place).plain for place in range(4)]
    assert after_text(ASKED).plain == ""


def test_after_the_answer_every_option_says_why() -> None:
    said = [option_words(ANSWERED, place).plain for place in range(4)]
    assert said[0] == "Send them to a queue\nright: Reason 0.\n"
    assert said[1] == "Raise the memory\nwrong, your choice: Reason 1.\n"
    assert "docs.aws.amazon.com" in after_text(ANSWERED).plain


def test_what_was_proved_stands_beneath_its_option() -> None:
    proved = dataclasses.replace(ANSWERED, evidence={0: "5 waited, 5 were processed"})
    assert "proved: 5 waited, 5 were processed" in option_words(proved, 0).plain
    assert "proved" not in option_words(proved, 1).plain


def test_the_hint_stands_below_once_it_is_taken() -> None:
    assert "Think of what waits." in after_text(dataclasses.replace(ASKED, is_hinted=True)).plain


class Shown(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.picked: list[int] = []

    def compose(self) -> ComposeResult:
        yield QuestionCard()

    @on(QuestionCard.Picked)
    def _picked(self, message: QuestionCard.Picked) -> None:
        self.picked.append(message.number)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_the_options_stand_in_the_order_in_which_they_are_shown(size: Any) -> None:
    app = Shown()
    async with app.run_test(size=size) as pilot:
        app.query_one(QuestionCard).card = ASKED
        await pilot.pause()
        lines = [line.strip() for line in screen_text(app).splitlines() if line.strip()]
        options = [line for line in lines if any(text in line for text in TEXTS)]
        assert options == [
            "▸1  ·  Copy the bucket",
            "2  ·  Send them to a queue",
            "3  ·  Scan with cron",
            "4  ·  Raise the memory",
        ]


async def test_a_click_on_an_option_picks_it_by_its_number() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(QuestionCard).card = ASKED
        await pilot.pause()
        await pilot.click(list(app.query(OptionRow))[2])
        assert app.picked == [3]


async def test_another_question_takes_the_rows_it_needs() -> None:
    app = Shown()
    async with app.run_test(size=(80, 30)) as pilot:
        card = app.query_one(QuestionCard)
        card.card = ASKED
        await pilot.pause()
        shorter = dataclasses.replace(question(), options=question().options[:2])
        card.card = Card(shorter, (1, 0))
        await pilot.pause()
        assert "Raise the memory" in screen_text(app)
        assert "Scan with cron" not in screen_text(app)
        card.card = ANSWERED
        await pilot.pause()
        assert "wrong, your choice: Reason 1." in screen_text(app)
        card.card = None
        await pilot.pause()
        assert "Raise" not in screen_text(app)
