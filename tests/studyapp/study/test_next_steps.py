"""What is suggested next follows from what is known, the most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from studyapp.study.answers import Answer
from studyapp.study.course import Course, Question
from studyapp.study.mastery import Mastery, mastery
from studyapp.study.next_steps import Action, Suggestion, mending, suggestions
from studyapp.study.schedule import Memory, review
from studyapp.study.sitting import Mode, Sitting
from tests.studyapp.study.small_course import NOON, answer, bank, course, question, sitting

ONE = question("buffer/one")
SEEN = question("buffer/two", experiment="poll", refuted="public")
PROVEN = question("trigger/three", experiment="push-or-poll", refuted="push")
KEPT = question("trigger/kept", is_for_exams_only=True)
COURSE = course([ONE, SEEN, PROVEN, KEPT])
RIGHT, PUSH = 0, 1
LIVE = [Action.LIVE]


def _known(*answers: Answer, of: Course = COURSE, now: dt.datetime = NOON) -> Mastery:
    memories: dict[str, Memory] = {}
    for row in answers:
        memories[row.question_id] = review(memories.get(row.question_id), row)
    return mastery(of, answers, memories, now)


def _suggested(*answers: Answer, of: Course = COURSE, away: tuple[Sitting, ...] = ()) -> list[str]:
    return [entry.action for entry in suggestions(of, _known(*answers, of=of), away)]


def _first(*answers: Answer, of: Course = COURSE, away: tuple[Sitting, ...] = ()) -> Suggestion:
    return suggestions(of, _known(*answers, of=of), away)[0]


def test_everything_is_suggested_in_order_of_urgency() -> None:
    whole = bank(6)
    first = whole.questions[0]
    long_ago = NOON - dt.timedelta(days=9)
    assert _suggested(
        answer(first, PUSH, at=long_ago),
        answer(first, PUSH, at=long_ago),
        of=whole,
        away=(sitting(whole.questions),),
    ) == [
        Action.GO_ON,
        Action.REVIEW,
        Action.MISCONCEPTION,
        Action.PRACTICE,
        Action.EXAM,
        Action.LIVE,
    ]


def test_an_empty_course_leaves_watching() -> None:
    assert _suggested(of=course([])) == LIVE


def test_a_newcomer_is_asked_anything() -> None:
    assert _first() == Suggestion(
        "Practise new questions", "3 have not been asked yet.", Action.PRACTICE
    )


def test_a_round_of_practice_is_gone_on_with_where_it_was_left() -> None:
    away = sitting([ONE, SEEN]).choose(ONE, 0).answer(ONE, NOON)
    first = _first(away=(away,))
    assert first.words == "Go on with A round, 1 of 2 answered"
    assert (first.action, first.argument) == (Action.GO_ON, away.id)


def test_an_exam_is_gone_on_with_by_what_is_chosen_so_far() -> None:
    away = sitting([ONE, SEEN], Mode.EXAM).choose(ONE, 0).go_to(1).flag()
    assert _first(away=(away,)).words == "Go on with A round, 1 of 2 answered"


def test_a_sitting_whose_questions_are_gone_is_not_suggested() -> None:
    away = replace(sitting([ONE]), question_ids=(ONE.id, "old/gone"))
    assert Action.GO_ON not in _suggested(away=(away,))


@pytest.mark.parametrize(
    ("asked", "words"),
    [([ONE], "Review 1 due question"), ([ONE, SEEN], "Review 2 due questions")],
)
def test_what_is_due_is_counted(asked: list[Question], words: str) -> None:
    rows = [answer(entry, RIGHT, at=NOON - dt.timedelta(days=90)) for entry in asked]
    assert _first(*rows).words == words


def test_a_misconception_met_once_is_no_matter_yet() -> None:
    assert Action.MISCONCEPTION not in _suggested(answer(ONE, PUSH))


def test_a_misconception_met_twice_is_taken_up() -> None:
    first = _first(answer(ONE, PUSH), answer(SEEN, PUSH))
    assert first.words == "Look again: It is not push."
    assert (first.action, first.argument) == (Action.MISCONCEPTION, "push")


def test_a_misconception_is_mended_by_its_proof_and_then_another_question() -> None:
    mended = mending(COURSE, _known(answer(ONE, PUSH), answer(ONE, PUSH)), "push")
    assert mended.misconception.belief == "It is push."
    assert mended.proof == PROVEN.id
    assert mended.question_ids == (SEEN.id, PROVEN.id)


def test_questions_that_were_answered_right_mend_last() -> None:
    rows = [answer(SEEN, RIGHT), answer(ONE, PUSH), answer(ONE, PUSH)]
    assert mending(COURSE, _known(*rows), "push").question_ids == (PROVEN.id, SEEN.id)


def test_a_question_kept_for_exams_mends_once_an_exam_has_asked_it() -> None:
    rows = [answer(KEPT, 2), answer(ONE, PUSH)]
    assert KEPT.id in mending(COURSE, _known(*rows), "push").question_ids


def test_a_misconception_without_proof_and_other_questions_has_neither() -> None:
    mended = mending(course([ONE]), _known(answer(ONE, PUSH), of=course([ONE])), "push")
    assert (mended.proof, mended.question_ids) == (None, ())


def test_a_misconception_that_is_gone_cannot_be_mended() -> None:
    with pytest.raises(KeyError):
        mending(COURSE, _known(), "gone")


def test_unseen_questions_of_the_weakest_domain_are_practised() -> None:
    whole = bank(5)
    rows = [answer(entry, 1 if entry.domain == "secure" else 0) for entry in whole.questions]
    known = _known(*(row for row in rows if not row.question_id.endswith("-4")), of=whole)
    (practice,) = [s for s in suggestions(whole, known, ()) if s.action is Action.PRACTICE]
    assert practice.argument == "secure"
    assert practice.detail == "Your weakest exam domain: 0 of 4 right."


def test_another_domain_is_practised_when_the_weakest_has_nothing_new() -> None:
    whole = bank(4)
    rows = [answer(entry, 1) for entry in whole.questions if entry.domain == "secure"]
    (practice,) = [
        s for s in suggestions(whole, _known(*rows, of=whole), ()) if s.action is Action.PRACTICE
    ]
    assert practice.argument == ""


def test_the_longest_exam_that_can_be_filled_is_suggested() -> None:
    exams = [
        [s.argument for s in suggestions(whole, _known(of=whole), ()) if s.action is Action.EXAM]
        for whole in (bank(2), bank(3), bank(6), bank(19))
    ]
    assert exams == [[], ["10"], ["20"], ["65"]]
