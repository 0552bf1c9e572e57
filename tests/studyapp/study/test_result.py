"""An exam's result counts what counts, and its scale goes through the points that are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.result import Share, coverage, exam_result, scaled
from studyapp.study.sitting import Mode, Sitting
from tests.studyapp.study.small_course import NOON, bank, course, sitting

COURSE = bank(2)
"""Two questions of each exam domain."""


def _over(*right: int, unscored: tuple[int, ...] = ()) -> Sitting:
    """Return an exam on the whole bank with these of its questions right."""
    begun = sitting(COURSE.questions, Mode.EXAM)
    begun = replace(begun, unscored=frozenset(COURSE.questions[n].id for n in unscored))
    for number, asked in enumerate(COURSE.questions):
        begun = begun.choose(asked, 0 if number in right else 1)
    return begun.submit(COURSE.by_id, NOON)


@pytest.mark.parametrize(
    ("right", "asked", "points"),
    [
        (0, 50, 100),
        (36, 50, 720),
        (50, 50, 1000),
        (0, 0, 100),
        (18, 50, 410),
        (43, 50, 860),
        (59, 82, 719),
    ],
)
def test_the_scale_goes_straight_through_the_points_that_are_known(
    right: int, asked: int, points: int
) -> None:
    assert scaled(right, asked) == points


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_right_answer_never_lowers_the_points(case: tuple[int, int]) -> None:
    right, asked = case
    assert 100 <= scaled(right, asked) <= scaled(right + 1, asked) <= 1000


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_pass_mark_is_reached_at_72_per_cent_and_not_before(case: tuple[int, int]) -> None:
    right, asked = case
    assert (scaled(right, asked) >= 720) == (100 * right >= 72 * asked)


def test_questions_that_do_not_count_change_no_points() -> None:
    result = exam_result(COURSE, _over(0, 1, 2, 3, 4, 5, unscored=(6, 7)))
    assert result.points == 1000
    assert result.would_pass
    assert result.scored == Share("scored", "scored questions", 6, 6)
    assert result.unscored == Share("unscored", "unscored questions", 0, 2)


def test_domains_and_task_statements_add_up_to_what_counts() -> None:
    result = exam_result(COURSE, _over(0, 2, 3, unscored=(0, 7)))
    assert [(share.id, share.right, share.asked) for share in result.domains] == [
        ("secure", 0, 1),
        ("resilient", 2, 2),
        ("high-performing", 0, 2),
        ("cost-optimized", 0, 1),
    ]
    assert [(share.id, share.right, share.asked) for share in result.tasks] == [
        ("1.1", 0, 1),
        ("2.1", 2, 2),
        ("3.1", 0, 2),
        ("4.1", 0, 1),
    ]
    assert not result.would_pass


def test_a_domain_that_was_not_asked_is_left_out() -> None:
    result = exam_result(COURSE, _over(unscored=(0, 1)))
    assert "secure" not in [share.id for share in result.domains]


def test_questions_that_are_gone_from_the_course_do_not_count() -> None:
    smaller = course(COURSE.questions[:2])
    assert exam_result(smaller, _over(0, 1)).scored == Share("scored", "scored questions", 2, 2)


def test_the_result_says_what_part_of_the_exam_it_is_about() -> None:
    assert "45 of the 189 points" in coverage(COURSE)
    assert "no forecast" in coverage(COURSE)
