"""What replies mean, and what is said of those that mean nothing."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.plain.asking import Choice, Command, MisunderstoodError, Request, understand
from studyapp.study.answers import Confidence

HERE = frozenset(Command) - {Command.FLAG}


@pytest.mark.parametrize(
    ("reply", "keys", "expected"),
    [
        ("2", 1, Choice(frozenset({2}))),
        ("  2  ", 1, Choice(frozenset({2}))),
        ("2 s", 1, Choice(frozenset({2}), Confidence.SURE)),
        ("2u", 1, Choice(frozenset({2}), Confidence.UNSURE)),
        ("2 guess", 1, Choice(frozenset({2}), Confidence.GUESS)),
        ("1 3", 2, Choice(frozenset({1, 3}))),
        ("3,1", 2, Choice(frozenset({1, 3}))),
        ("1, 3 S", 2, Choice(frozenset({1, 3}), Confidence.SURE)),
        ("h", 1, Request(Command.HINT)),
        ("Hint", 1, Request(Command.HINT)),
        ("x 3", 1, Request(Command.STRIKE, 3)),
        ("u", 1, Request(Command.UNDO)),
        ("g 12", 1, Request(Command.GO_TO, 12)),
        ("submit", 1, Request(Command.SUBMIT)),
        ("?", 1, Request(Command.HELP)),
    ],
)
def test_a_reply_is_an_answer_or_a_command(
    reply: str, keys: int, expected: Choice | Request
) -> None:
    assert expected == understand(reply, options=5, keys=keys, commands=HERE)


@pytest.mark.parametrize(
    ("reply", "keys", "expected"),
    [
        ("", 1, "An empty line is no answer here: type a number from 1 to 5, or ?."),
        ("banana", 1, '"banana" is no answer here: type a number from 1 to 5, or ?.'),
        ("f", 1, '"f" is no answer here: type a number from 1 to 5, or ?.'),
        ("6", 1, "There is no option 6: type a number from 1 to 5."),
        ("0", 1, "There is no option 0: type a number from 1 to 5."),
        ("9" * 5_000, 1, f"There is no option {'9' * 20}: type a number from 1 to 5."),
        ("1 2", 1, "Choose 1, not 2: type a number from 1 to 5."),
        ("1", 2, "Choose 2, not 1: type 2 numbers from 1 to 5, like 1 2."),
        ("1 1", 2, "Choose 2, not 1: type 2 numbers from 1 to 5, like 1 2."),
        ("2 maybe", 1, '"maybe" is not s (sure), u (unsure) or g (guess).'),
        ("2.5", 1, '"2.5" is no answer: type a number from 1 to 5.'),
        ("x", 1, "x takes one number: x 3 strikes option 3 out, or takes that back."),
        ("x 6", 1, "There is no option 6: the options are 1 to 5."),
        ("h 2", 1, "h stands alone: h gives a hint."),
    ],
)
def test_what_means_nothing_is_told_what_would(reply: str, keys: int, expected: str) -> None:
    with pytest.raises(MisunderstoodError) as told:
        understand(reply, options=5, keys=keys, commands=HERE)
    assert expected == str(told.value)


@given(st.text(max_size=60), st.integers(1, 3))
def test_any_text_is_understood_or_refused_in_one_short_sentence(reply: str, keys: int) -> None:
    with contextlib.suppress(MisunderstoodError):
        meant = understand(reply, options=4, keys=keys, commands=HERE)
        if isinstance(meant, Choice):
            assert keys == len(meant.numbers)
            assert meant.numbers <= {1, 2, 3, 4}
