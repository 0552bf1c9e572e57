from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from studyapp.widgets.text_lines import filled, fitted, hung, joined, one_line, percent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines", "two lines"),
        ("  much\t  room ", "much room"),
        ("\x1b[31mred", "[31mred"),
        ("a\u202eb\u200bc", "a b c"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
    ],
)
def test_a_line_is_one_line_and_no_command_to_the_terminal(text: str, expected: str) -> None:
    assert expected == one_line(text)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("queue", 8, "queue   "), ("queue", 5, "queue"), ("queue", 4, "que…"), ("写真写", 5, "写真…")],
)
def test_a_text_is_cut_or_padded_to_its_column(text: str, width: int, expected: str) -> None:
    assert expected == fitted(text, width).plain


@given(text=st.text(), width=st.integers(0, 120))
def test_a_column_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert width == fitted(text, width).cell_length


# In fewer cells a wide character has no room below its head.
@given(body=st.text(), width=st.integers(4, 120))
def test_a_body_behind_its_head_loses_no_word(body: str, width: int) -> None:
    lines = hung(["✓ head  "], body, width)
    assert one_line(body).replace(" ", "") == "".join(
        line.plain.removeprefix("✓ head  ").replace(" ", "") for line in lines
    )
    assert all(line.cell_length <= width for line in joined(lines, width).split("\n"))


def test_further_lines_begin_beneath_the_first() -> None:
    lines = hung([("Claim  ", "bold")], "A message waits until it is deleted.", 26)
    assert [line.plain for line in lines] == [
        "Claim  A message waits",
        "       until it is",
        "       deleted.",
    ]


def test_where_no_column_is_left_the_body_goes_below() -> None:
    lines = hung(["learner"], "photo.jpg", 14)
    assert [line.plain for line in lines] == ["learner", "  photo.jpg"]


def test_text_is_not_read_as_markup() -> None:
    assert joined([Content("[bold]x")], 20).plain == "[bold]x"


@pytest.mark.parametrize(
    ("share", "bar", "words"),
    [
        (0.0, "░░░░░░░░░░", "0 %"),
        (0.001, "█░░░░░░░░░", "1 %"),
        (0.62, "██████░░░░", "62 %"),
        (0.999, "█████████░", "99 %"),
        (1.0, "██████████", "100 %"),
        (-2.0, "░░░░░░░░░░", "0 %"),
        (2.0, "██████████", "100 %"),
    ],
)
def test_only_nothing_looks_like_nothing_and_only_all_like_all(
    share: float, bar: str, words: str
) -> None:
    assert bar == "".join(filled(share, 10))
    assert words == percent(share)
