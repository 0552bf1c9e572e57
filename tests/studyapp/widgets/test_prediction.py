"""A prediction: options, or a number that is typed."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from studyapp.study.walkthrough import PredictStep
from studyapp.widgets.prediction import Guess, Prediction, guess_lines

CHOICE = PredictStep(
    id="where",
    text="Where is it?",
    topology="thumbnails",
    options=("Deleted", "In flight, and visible again after the visibility `timeout`", "Lost"),
    answer=1,
    measure="m",
    expect=1,
)
NUMBER = PredictStep(
    id="many", text="?", topology="thumbnails", answer=2, unit="messages", measure="m", expect=2
)


def test_the_chosen_option_has_a_sign_and_long_ones_hang() -> None:
    lines = [line.plain.rstrip() for _, line in guess_lines(Guess(CHOICE, 1), 40)]
    assert lines == [
        "  1  Deleted",
        "● 2  In flight, and visible again after",
        "     the visibility timeout",
        "  3  Lost",
    ]


@pytest.mark.parametrize(
    ("guess", "expected"),
    [
        (Guess(CHOICE), None),
        (Guess(CHOICE, 0), 0.0),
        (Guess(NUMBER), None),
        (Guess(NUMBER, typed="-"), None),
        (Guess(NUMBER, typed="1.5"), 1.5),
        (Guess(NUMBER, typed="1.2.3"), None),
    ],
)
def test_what_is_predicted(guess: Guess, expected: float | None) -> None:
    assert guess.prediction == expected


def test_a_number_is_shown_as_it_is_typed() -> None:
    ((_, line),) = guess_lines(Guess(NUMBER, typed="12"), 40)
    assert line.plain == "Your number:   12  messages"


class Asking(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.picked: list[int] = []

    def compose(self) -> ComposeResult:
        yield Prediction()

    def on_mount(self) -> None:
        self.query_one(Prediction).guess = Guess(CHOICE)

    def on_prediction_picked(self, message: Prediction.Picked) -> None:
        self.picked.append(message.number)


async def test_a_click_says_which_option() -> None:
    async with Asking().run_test(size=(40, 10)) as pilot:
        assert isinstance(pilot.app, Asking)
        await pilot.click(Prediction, offset=(8, 2))
        await pilot.click(Prediction, offset=(8, 3))
        assert pilot.app.picked == [2, 3]
