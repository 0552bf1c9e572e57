"""Lines are fit for every terminal and screen reader, and replies for what reads them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.plain.console import LONGEST_REPLY, WIDEST, Console, EndedError


def _said(text: str, width: int = WIDEST) -> list[str]:
    out = io.StringIO()
    Console(out, io.StringIO().readline, width=width).say(text)
    return out.getvalue().splitlines()


def test_lines_are_broken_between_words_and_what_goes_on_is_indented() -> None:
    text = "Q 1/2: A company resizes\n photos.\n\nWhat should it do?"
    assert _said(text, 17) == [
        "Q 1/2: A company",
        "  resizes photos.",
        "  What should it",
        "  do?",
    ]


def test_typographic_signs_are_said_in_ascii() -> None:
    assert _said("“S3 → SQS” – it’s 2 × 3 … ≤ 7 │─") == ['"S3 -> SQS" - it\'s 2 x 3 ... <= 7 --']


def test_an_address_is_never_broken() -> None:
    out = io.StringIO()
    address = "https://docs.aws.amazon.com/" + "a" * 200
    Console(out, io.StringIO().readline).say_whole("read:", address)
    assert f"read: {address}\n" == out.getvalue()


@given(st.text(max_size=400), st.integers(20, 200))
def test_no_text_brings_signs_that_a_terminal_obeys_or_lines_too_wide(
    text: str, width: int
) -> None:
    lines = _said(text, width)
    assert all(len(line) <= min(width, WIDEST) for line in lines)
    assert all(sign.isprintable() for line in lines for sign in line)
    assert not [sign for line in lines for sign in line if "─" <= sign <= "▟"]


def test_a_reply_that_no_terminal_shows_is_repeated_after_the_prompt() -> None:
    out = io.StringIO()
    console = Console(out, io.StringIO("  2\ts \n").readline, echoes=True)
    assert console.ask("answer (1-4)") == "2 s"
    assert out.getvalue() == "answer (1-4)> 2 s\n"


def test_the_end_of_the_input_ends_the_line_and_the_asking() -> None:
    out = io.StringIO()
    with pytest.raises(EndedError) as ended:
        Console(out, io.StringIO("").readline).ask("answer")
    assert not ended.value.is_interrupted
    assert out.getvalue() == "answer> \n"


def test_an_interruption_ends_the_asking_too() -> None:
    def interrupted(_size: int) -> str:
        raise KeyboardInterrupt

    with pytest.raises(EndedError) as ended:
        Console(io.StringIO(), interrupted).ask("answer")
    assert ended.value.is_interrupted


def test_of_an_endless_line_only_the_beginning_is_read_and_the_next_line_is_the_next_reply() -> (
    None
):
    typed = io.StringIO("9" * (3 * LONGEST_REPLY + 5) + "\n2\n")
    console = Console(io.StringIO(), typed.readline)
    assert console.ask("answer") == "9" * LONGEST_REPLY
    assert console.ask("answer") == "2"


def test_a_last_line_without_its_end_counts() -> None:
    assert Console(io.StringIO(), io.StringIO("q").readline).ask("answer") == "q"


def test_code_keeps_its_lines_and_loses_what_a_terminal_obeys() -> None:
    out = io.StringIO()
    long = "x" * 200
    Console(out, lambda _: "").say_lines(f'{{\n  "a": "\x1b[2J",\n\n  "{long}"\n}}\n')
    assert out.getvalue() == f'  {{\n    "a": " [2J",\n\n    "{long}"\n  }}\n'
