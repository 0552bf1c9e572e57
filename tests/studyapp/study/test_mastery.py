"""What is known follows from what was answered."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.answers import Answer, Confidence
from studyapp.study.course import Course
from studyapp.study.mastery import Mastery, mastery
from studyapp.study.result import Share
from studyapp.study.schedule import Memory, review
from tests.studyapp.study.small_course import DOMAINS, NOON, answer, bank, course, question

ONE = question("buffer/one", beliefs=("push", "exactly-once", "public"))
TWO = question("buffer/two", beliefs=("push", "public", "public"))
THREE = question("trigger/three", domain="secure", beliefs=("push", "push", "push"))
COURSE = course([ONE, TWO, THREE])
RIGHT, PUSH = 0, 1


def _day(number: float) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


def _known(*answers: Answer, now: dt.datetime = NOON, of: Course = COURSE) -> Mastery:
    """Return what is known after these answers."""
    memories: dict[str, Memory] = {}
    for row in answers:
        memories[row.question_id] = review(memories.get(row.question_id), row)
    return mastery(of, answers, memories, now)


def test_before_the_first_answer_nothing_is_known_and_nothing_is_weak() -> None:
    known = _known()
    assert (known.known_share, known.due, known.weak_questions) == (0, (), ())
    assert (known.weakest, known.retention) == (None, None)
    assert [(share.id, share.asked) for share in known.domains] == [(d.id, 0) for d in DOMAINS]


def test_an_empty_bank_is_not_known() -> None:
    assert _known(of=course([])).known_share == 0


def test_a_question_is_known_while_its_last_answer_was_right_and_is_fresh() -> None:
    assert _known(answer(ONE, RIGHT)).known == {ONE.id}
    assert _known(answer(ONE, PUSH, at=_day(-1)), answer(ONE, RIGHT)).known == {ONE.id}
    assert _known(answer(ONE, RIGHT, at=_day(-1)), answer(ONE, PUSH)).known == frozenset()
    assert _known(answer(ONE, RIGHT), now=_day(200)).known == frozenset()


def test_the_known_share_is_of_the_whole_bank() -> None:
    assert _known(answer(ONE, RIGHT)).known_share == 1 / 3


def test_shares_count_the_last_answer_to_each_question() -> None:
    known = _known(answer(ONE, PUSH), answer(ONE, RIGHT), answer(TWO, PUSH), answer(THREE, RIGHT))
    assert known.domains[:2] == (
        Share("secure", "Secure architectures", 1, 1),
        Share("resilient", "Resilient architectures", 1, 2),
    )
    assert [(share.id, share.right, share.asked) for share in known.tasks[:2]] == [
        ("1.1", 1, 1),
        ("2.1", 1, 2),
    ]
    assert known.topics == (
        Share("buffer", "The buffer", 1, 2),
        Share("trigger", "The trigger", 1, 1),
    )


def test_the_weakest_domain_is_told_once_three_of_its_questions_are_answered() -> None:
    whole = bank(4)
    secure = [entry for entry in whole.questions if entry.domain == "secure"]
    rows = [answer(entry, PUSH) for entry in secure[:3]]
    assert _known(*rows[:2], of=whole).weakest is None
    assert _known(*rows, of=whole).weakest == Share("secure", "Secure architectures", 0, 3)


def test_the_weakest_domain_has_the_smallest_share_of_right_answers() -> None:
    whole = bank(4)
    rows = [
        answer(entry, PUSH if entry.id.endswith("-0") and entry.domain == "resilient" else RIGHT)
        for entry in whole.questions
    ]
    weakest = _known(*rows, of=whole).weakest
    assert weakest is not None
    assert weakest.id == "resilient"


def test_due_questions_come_the_longest_due_first() -> None:
    rows = [answer(TWO, PUSH, at=_day(-9)), answer(ONE, PUSH, at=_day(-5)), answer(THREE, RIGHT)]
    assert _known(*rows).due == (TWO.id, ONE.id)


def test_weak_questions_were_last_answered_wrong_or_are_leeches() -> None:
    rows = [answer(ONE, PUSH, at=_day(n - 10)) for n in range(6)]
    known = _known(*rows, answer(ONE, RIGHT), answer(TWO, PUSH), answer(THREE, RIGHT))
    assert known.leeches == (ONE.id,)
    assert known.weak_questions == (ONE.id, TWO.id)


def test_each_wrong_answer_meets_the_misconceptions_of_what_was_chosen() -> None:
    known = _known(answer(ONE, 3), answer(ONE, PUSH), answer(TWO, PUSH))
    assert known.misconceptions == {"push": (ONE.id, TWO.id), "public": (ONE.id,)}
    assert list(known.misconceptions) == ["push", "public"]


def test_a_misconception_is_mended_by_another_question_and_not_by_the_same() -> None:
    met = [answer(ONE, PUSH), answer(ONE, RIGHT)]
    assert _known(*met).misconceptions == {"push": (ONE.id,)}
    assert _known(*met, answer(TWO, RIGHT)).misconceptions == {}
    assert _known(answer(TWO, RIGHT), *met).misconceptions == {"push": (ONE.id,)}


def test_a_misconception_met_in_every_question_on_it_is_mended_by_any() -> None:
    assert _known(answer(ONE, 2), answer(ONE, RIGHT)).misconceptions == {}


def test_a_choice_that_the_question_does_not_have_meets_nothing() -> None:
    assert _known(answer(ONE, 77)).misconceptions == {}


def test_confidence_is_held_against_what_came_of_it() -> None:
    known = _known(
        answer(ONE, RIGHT, confidence=Confidence.SURE),
        answer(TWO, PUSH, confidence=Confidence.SURE),
        answer(THREE, RIGHT, confidence=Confidence.GUESS),
        answer(THREE, RIGHT),
    )
    assert known.calibration == {Confidence.SURE: (1, 2), Confidence.GUESS: (1, 1)}


def test_answers_are_counted_by_the_days_of_the_learner() -> None:
    late = answer(ONE, RIGHT, at=NOON.replace(hour=23))
    tokyo = NOON.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert _known(late, answer(TWO, RIGHT)).days == {dt.date(2026, 11, 25): 2}
    assert _known(answer(TWO, RIGHT), late, now=tokyo).days == {
        dt.date(2026, 11, 25): 1,
        dt.date(2026, 11, 26): 1,
    }


def test_retention_counts_only_what_had_been_answered_before() -> None:
    rows = [answer(ONE, PUSH), answer(TWO, RIGHT), answer(ONE, RIGHT), answer(ONE, PUSH)]
    assert _known(*rows).retention == 0.5


def test_questions_that_are_gone_count_for_days_and_confidence_alone() -> None:
    gone = question("old/gone")
    known = _known(answer(gone, PUSH, at=_day(-9), confidence=Confidence.SURE), answer(gone, PUSH))
    assert (known.due, known.weak_questions, known.misconceptions, known.retention) == (
        (),
        (),
        {},
        None,
    )
    assert sum(known.days.values()) == 2
    assert known.calibration == {Confidence.SURE: (0, 1)}


@given(
    st.lists(
        st.builds(
            lambda asked, place, day: answer(asked, place, at=_day(day)),
            st.sampled_from([ONE, TWO, THREE, question("old/gone")]),
            st.integers(0, 5),
            st.floats(-1_000, 1_000),
        ),
        max_size=20,
    )
)
def test_whatever_was_answered_the_numbers_agree(answers: list[Answer]) -> None:
    known = _known(*answers)
    assert 0 <= known.known_share <= 1
    assert known.known <= {name for name, is_right in known.last_right.items() if is_right}
    for shares in (known.domains, known.tasks, known.topics):
        assert sum(share.asked for share in shares) == len(known.last_right)
        assert sum(share.right for share in shares) == sum(known.last_right.values())
    assert sum(known.days.values()) == len(answers)
    assert set(known.due) | set(known.weak_questions) <= set(COURSE.by_id)
    assert known.retention is None or 0 <= known.retention <= 1
