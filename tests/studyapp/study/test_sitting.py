"""A sitting keeps its promises whatever is done with it, and however often it is put away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.answers import Confidence
from studyapp.study.sitting import Marks, Mode, Sitting, sitting_of
from tests.studyapp.study.small_course import NOON, question, sitting

QUESTIONS = (question("buffer/one"), question("buffer/two", keys=2), question("trigger/three"))
BY_ID = {entry.id: entry for entry in QUESTIONS}
ONE, TWO, THREE = QUESTIONS


def _second(number: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=number)


# -- what can be done --

PLACES = st.integers(0, 4)
CLOCK = st.floats(-10_000, 10_000).map(_second)
"""A clock that goes forward or back."""

STEPS: st.SearchStrategy[Callable[[Sitting], Sitting]] = st.one_of(
    CLOCK.map(lambda now: lambda s: s.tick(now)),
    st.just(lambda s: s.pause()),
    PLACES.map(lambda place: lambda s: s.choose(BY_ID[s.question_id], place)),
    PLACES.map(lambda place: lambda s: s.strike(BY_ID[s.question_id], place)),
    st.just(lambda s: s.flag()),
    st.just(lambda s: s.hint()),
    st.sampled_from([None, *Confidence]).map(lambda sure: lambda s: s.be(sure)),
    st.integers(-3, 6).map(lambda position: lambda s: s.go_to(position)),
    CLOCK.map(lambda now: lambda s: s.answer(BY_ID[s.question_id], now)),
    CLOCK.map(lambda now: lambda s: s.submit(BY_ID, now)),
    st.sampled_from(QUESTIONS).map(lambda asked: lambda s: s.take_back(asked.id)),
)


@given(st.lists(STEPS, max_size=40), st.sampled_from(Mode))
def test_whatever_is_done_the_sitting_stays_sound(
    steps: list[Callable[[Sitting], Sitting]], mode: Mode
) -> None:
    state = sitting(QUESTIONS, mode)
    for step in steps:
        before, state = state, step(state)
        assert 0 <= state.position < len(QUESTIONS)
        assert state.remaining is None or 0 <= state.remaining <= 20 * 60
        for asked in QUESTIONS:
            earlier, marks = before.marks_of(asked.id), state.marks_of(asked.id)
            assert not marks.chosen & marks.struck
            assert marks.seconds >= earlier.seconds
            if asked.id in before.answers and asked.id in state.answers:
                assert state.answers[asked.id] is before.answers[asked.id]
                assert replace(marks, is_flagged=earlier.is_flagged) == earlier
            if asked.id in state.answers:
                assert state.answers[asked.id].chosen == tuple(sorted(marks.chosen))


@given(st.lists(STEPS, max_size=40))
def test_a_sitting_put_away_and_taken_up_is_the_same(
    steps: list[Callable[[Sitting], Sitting]],
) -> None:
    state = replace(sitting(QUESTIONS, Mode.EXAM), unscored=frozenset({TWO.id}))
    for step in steps:
        state = step(state)
    document = json.loads(json.dumps(state.as_document()))
    assert sitting_of(state.id, document, state.answers.values()) == state.pause()


def test_one_option_of_a_multiple_choice_question_is_chosen_at_a_time() -> None:
    assert sitting(QUESTIONS).choose(ONE, 1).choose(ONE, 2).marks_of(ONE.id).chosen == {2}


def test_several_options_of_a_multiple_response_question_are_chosen() -> None:
    assert sitting(QUESTIONS).choose(TWO, 1).choose(TWO, 2).marks_of(TWO.id).chosen == {1, 2}


def test_choosing_an_option_again_takes_it_back() -> None:
    assert sitting(QUESTIONS).choose(ONE, 1).choose(ONE, 1).marks_of(ONE.id).chosen == frozenset()


def test_striking_a_chosen_option_takes_the_choice_back() -> None:
    marks = sitting(QUESTIONS).choose(ONE, 1).strike(ONE, 1).marks_of(ONE.id)
    assert (marks.chosen, marks.struck) == (frozenset(), {1})


def test_choosing_a_struck_option_takes_the_strike_back() -> None:
    marks = sitting(QUESTIONS).strike(ONE, 1).choose(ONE, 1).marks_of(ONE.id)
    assert (marks.chosen, marks.struck) == ({1}, frozenset())


def test_a_choice_counts_for_its_own_question_wherever_one_is() -> None:
    chosen = sitting(QUESTIONS).choose(ONE, 2).go_to(1).choose(ONE, 1)
    assert chosen.marks == {ONE.id: Marks(chosen=frozenset({1}))}


def test_an_answer_is_graded_and_knows_how_it_came_about() -> None:
    asked = sitting(QUESTIONS).tick(NOON).be(Confidence.GUESS).hint().choose(ONE, 0)
    given_answer = asked.tick(_second(12.5)).answer(ONE, _second(12.5)).answers[ONE.id]
    assert (given_answer.is_right, given_answer.chosen) == (True, (0,))
    assert (given_answer.confidence, given_answer.is_hinted) == (Confidence.GUESS, True)
    assert (given_answer.seconds, given_answer.answered_at) == (12.5, _second(12.5))
    assert given_answer.order == asked.order_of(ONE)


def test_an_answer_taken_back_can_be_given_anew() -> None:
    wrong = sitting(QUESTIONS).choose(ONE, 1).answer(ONE, NOON)
    right = wrong.take_back(ONE.id).choose(ONE, 0).answer(ONE, NOON)
    assert (wrong.answers[ONE.id].is_right, right.answers[ONE.id].is_right) == (False, True)


def test_time_to_read_what_is_said_of_an_answer_does_not_count() -> None:
    answered = sitting(QUESTIONS).tick(NOON).tick(_second(5)).answer(ONE, _second(5))
    assert answered.tick(_second(500)).spent == 5


def test_time_away_does_not_count() -> None:
    assert sitting(QUESTIONS).tick(NOON).tick(_second(5)).pause().tick(_second(500)).spent == 5


def test_a_clock_that_jumps_back_takes_no_time_away() -> None:
    assert sitting(QUESTIONS).tick(NOON).tick(_second(5)).tick(_second(-900)).spent == 5


def test_an_exam_that_is_submitted_is_over_and_what_is_left_out_is_wrong() -> None:
    over = sitting(QUESTIONS, Mode.EXAM).choose(ONE, 0).submit(BY_ID, NOON)
    assert [over.answers[asked.id].is_right for asked in QUESTIONS] == [True, False, False]
    assert over.is_over


def test_the_time_of_an_exam_runs_out() -> None:
    begun = sitting(QUESTIONS, Mode.EXAM).tick(NOON)
    assert [begun.tick(_second(n)).remaining for n in (0, 60, 1200, 9000)] == [1200, 1140, 0, 0]


def test_options_are_shown_in_an_order_of_the_seed_and_the_question() -> None:
    begun = sitting(QUESTIONS)
    assert begun.order_of(ONE) == (2, 3, 0, 1)
    assert begun.order_of(ONE) == begun.go_to(2).order_of(ONE)


def test_every_option_comes_to_stand_first_with_some_seed() -> None:
    first = {replace(sitting(QUESTIONS), seed=seed).order_of(ONE)[0] for seed in range(50)}
    assert first == {0, 1, 2, 3}


# -- documents that are none --

MARKS = {
    "chosen": [1],
    "struck": [],
    "is_flagged": False,
    "is_hinted": False,
    "confidence": None,
    "seconds": 1.0,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": []},
        {"questions": ["a/b", "a/b"]},
        {"questions": None},
        {"mode": "sleep"},
        {"seed": "many"},
        {"position": float("inf")},
        {"started_at": "yesterday"},
        {"started_at": "2026-11-25T12:00:00"},
        {"started_at": 5},
        {"minutes": "long"},
        {"marks": []},
        {"marks": {ONE.id: None}},
        {"marks": {ONE.id: {**MARKS, "seconds": float("nan")}}},
        {"marks": {ONE.id: {**MARKS, "seconds": -1}}},
        {"marks": {ONE.id: {**MARKS, "confidence": "certain"}}},
        {"unscored": 3},
    ],
    ids=str,
)
def test_a_document_that_is_no_sitting_is_refused(wrong: dict[str, Any]) -> None:
    document = {**sitting(QUESTIONS).as_document(), **wrong}
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, OverflowError)):
        sitting_of("a sitting", document, ())


def test_a_document_that_lacks_something_is_refused() -> None:
    document = sitting(QUESTIONS).as_document()
    for name in document:
        with pytest.raises(KeyError):
            sitting_of("a sitting", {k: v for k, v in document.items() if k != name}, ())


def test_a_position_beyond_the_end_is_the_last_question() -> None:
    document = {**sitting(QUESTIONS).as_document(), "position": 99}
    assert sitting_of("a sitting", document, ()).question_id == THREE.id
