from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.calibration import Calibration, calibration_text, meaning
from tests.studyapp.widgets.samples import screen_text

ROWS = {"sure": (6, 10), "unsure": (3, 4)}


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            80,
            [
                "sure    ██████████████████░░░░░░░░░░░░  60 %  6 of 10 right",
                "unsure  ██████████████████████░░░░░░░░  75 %  3 of 4 right",
                "guess                                      —  0 of 0 right",
                "Sure answers were right 6 of 10 times: slow down on those.",
            ],
        ),
        (
            40,
            [
                "sure    ███████░░░░  60 %  6 of 10 right",
                "unsure  ████████░░░  75 %  3 of 4 right",
                "guess                   —  0 of 0 right",
                "Sure answers were right 6 of 10 times:",
                "slow down on those.",
            ],
        ),
    ],
)
def test_a_table_and_a_sentence_tell_how_far_to_trust_oneself(
    width: int, expected: list[str]
) -> None:
    assert expected == [line.rstrip() for line in calibration_text(ROWS, width).plain.split("\n")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({}, "Say before an answer how sure you are; this tells how far to trust it."),
        ({"guess": (0, 0)}, "Say before an answer how sure you are"),
        ({"sure": (4, 4)}, "Too few answers to tell yet: it takes 5 that you were sure of."),
        ({"sure": (4, 5)}, "Sure answers were right 4 of 5 times: slow down on those."),
        ({"sure": (19, 20)}, "Sure answers were right 19 of 20 times: you can trust that"),
        ({"sure": (0, 3), "unsure": (4, 5)}, "Unsure answers were right 4 of 5 times: trust"),
        ({"sure": (9, 9), "guess": (3, 6)}, "Guesses were right 3 of 6 times: you know more"),
        ({"sure": (9, 9), "guess": (1, 4)}, "Sure answers were right 9 of 9 times"),
        ({"sure": (5, 9), "guess": (6, 6)}, "Sure answers were right 5 of 9 times: slow"),
        ({"unsure": (2, 9)}, "Too few answers to tell yet"),
    ],
)
def test_the_sentence_is_about_what_helps_most(rows: Any, expected: str) -> None:
    assert meaning(rows).startswith(expected)


@given(
    rows=st.dictionaries(
        st.sampled_from(("sure", "unsure", "guess", "perhaps")),
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    ),
    width=st.integers(0, 130),
)
def test_no_line_is_wider_than_the_room(rows: dict[str, tuple[int, int]], width: int) -> None:
    text = calibration_text(rows, width)
    assert all(line.cell_length <= width for line in text.split("\n"))


@pytest.mark.parametrize(("width", "height"), [(40, 5), (60, 4), (80, 4), (120, 4)])
async def test_the_widget_is_as_high_as_its_lines(show: Any, width: int, height: int) -> None:
    shown = Calibration()
    shown.rows = ROWS
    app = show(shown)
    async with app.run_test(size=(width, 10)):
        assert shown.size.height == height
        assert "60 %" in screen_text(app)
        assert "slow down on those" in screen_text(app)
