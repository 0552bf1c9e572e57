"""Questions come again when they would be forgotten, and never after the exam."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.answers import Answer, Confidence
from studyapp.study.schedule import (
    LEECH_LAPSES,
    LONGEST_DAYS,
    Memory,
    rating,
    retrievability,
    review,
)
from tests.studyapp.study.small_course import NOON, answer, question

ASKED = question()
RIGHT, WRONG = 0, 1


def _day(number: float) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


def _answered(*rows: tuple[int, float], exam_date: dt.date | None = None) -> Memory:
    """Return what is known after answers: the place chosen, and the day."""
    memory = None
    for place, day in rows:
        memory = review(memory, answer(ASKED, place, at=_day(day)), exam_date)
    assert memory is not None
    return memory


ANSWERS = st.builds(
    lambda place, day, confidence, seconds, is_hinted: answer(
        ASKED,
        place,
        at=_day(day),
        confidence=confidence,
        seconds=seconds,
        is_hinted=is_hinted,
    ),
    st.sampled_from([RIGHT, WRONG]),
    st.floats(-3_000, 3_000),
    st.sampled_from([None, *Confidence]),
    st.floats(0, 10_000),
    st.booleans(),
)
"""Answers at any time, so that the clock jumps forward and back between them."""


@pytest.mark.parametrize(
    ("given_answer", "expected"),
    [
        (answer(ASKED, WRONG, confidence=Confidence.SURE), Rating.Again),
        (answer(ASKED), Rating.Again),
        (answer(ASKED, RIGHT, confidence=Confidence.SURE), Rating.Easy),
        (answer(ASKED, RIGHT, confidence=Confidence.UNSURE), Rating.Good),
        (answer(ASKED, RIGHT), Rating.Good),
        (answer(ASKED, RIGHT, confidence=Confidence.GUESS), Rating.Hard),
        (answer(ASKED, RIGHT, confidence=Confidence.SURE, is_hinted=True), Rating.Hard),
        (answer(ASKED, RIGHT, confidence=Confidence.SURE, seconds=90), Rating.Easy),
        (answer(ASKED, RIGHT, confidence=Confidence.SURE, seconds=90.1), Rating.Hard),
    ],
)
def test_an_answer_is_rated_by_how_it_came_about(given_answer: Answer, expected: Rating) -> None:
    assert rating(given_answer) is expected


def test_what_was_wrong_comes_again_the_next_day() -> None:
    assert _answered((WRONG, 0)).due_at == _day(1)
    assert _answered((RIGHT, 0), (RIGHT, 3), (WRONG, 10)).due_at == _day(11)


def test_what_is_right_again_and_again_comes_ever_later() -> None:
    days = [0.0]
    memory = _answered((RIGHT, 0))
    for _ in range(4):
        days.append((memory.due_at - NOON).total_seconds() / 86_400)
        memory = review(memory, answer(ASKED, RIGHT, at=memory.due_at))
    waits = [after - before for before, after in pairwise(days)]
    assert waits == sorted(waits)
    assert waits[-1] > 5 * waits[0]


@given(st.lists(ANSWERS, min_size=1, max_size=12), st.integers(-30, 90))
def test_nothing_is_due_after_an_exam_that_lies_ahead(answers: list[Answer], ahead: int) -> None:
    memory = None
    exam_date = _day(ahead).date()
    for given_answer in sorted(answers, key=lambda row: row.answered_at):
        memory = review(memory, given_answer, exam_date)
        if given_answer.answered_at.date() < exam_date:
            assert memory.due_at.date() <= exam_date
        else:
            assert memory.due_at > given_answer.answered_at


@given(st.lists(ANSWERS, min_size=1, max_size=12))
def test_a_clock_that_jumps_does_no_harm(answers: list[Answer]) -> None:
    memory, latest = None, answers[0].answered_at
    for given_answer in answers:
        latest = max(latest, given_answer.answered_at)
        memory = review(memory, given_answer)
        assert latest < memory.due_at <= latest + dt.timedelta(days=LONGEST_DAYS)
        assert 0 < retrievability(memory, given_answer.answered_at) <= 1
        assert json.loads(json.dumps(dict(memory.card))) == memory.card


def test_a_time_before_the_last_answer_counts_as_that_of_the_last() -> None:
    assert _answered((RIGHT, 0), (RIGHT, -400)) == _answered((RIGHT, 0), (RIGHT, 0))


def test_the_same_answers_give_the_same_days() -> None:
    rows = [(RIGHT, 0.0), (WRONG, 4.0), (RIGHT, 5.0)]
    assert _answered(*rows) == _answered(*rows)


def test_a_time_of_another_zone_is_the_same_time() -> None:
    elsewhere = NOON.astimezone(dt.timezone(dt.timedelta(hours=9)))
    there = review(None, answer(ASKED, RIGHT, at=elsewhere))
    assert there.due_at == _answered((RIGHT, 0)).due_at


def test_only_forgetting_is_a_lapse() -> None:
    assert _answered((WRONG, 0)).lapses == 0
    assert _answered((WRONG, 0), (WRONG, 1), (RIGHT, 2), (WRONG, 3)).lapses == 2


def test_a_question_forgotten_again_and_again_is_a_leech() -> None:
    rows = [(WRONG, float(day)) for day in range(LEECH_LAPSES + 1)]
    assert _answered(*rows).is_leech
    assert not _answered(*rows[:-1]).is_leech


def test_a_question_is_remembered_worse_as_time_goes_by() -> None:
    memory = _answered((RIGHT, 0))
    chances = [retrievability(memory, _day(day)) for day in (0, 1, 5, 30, 300)]
    assert chances[0] == 1
    assert chances == sorted(set(chances), reverse=True)


def test_a_question_is_due_when_one_in_ten_is_forgotten() -> None:
    memory = _answered((RIGHT, 0))
    assert retrievability(memory, memory.due_at) == pytest.approx(0.9, abs=0.03)
