"""An exam as text in and text out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.plain.outcome import Status
from studyapp.plain.wish import Wish
from studyapp.study import drawing
from studyapp.study.sitting import Mode
from tests.studyapp.plain.learner import Learner
from tests.studyapp.study.small_course import bank

EXAM = Wish(Mode.EXAM)


@pytest.fixture
def candidate(tmp_path: Path) -> Learner:
    """Return a learner whose bank fills an exam of ten questions."""
    return Learner(bank(3), tmp_path / "progress.sqlite")


def _order(candidate: Learner, seed: int = 7) -> tuple[str, ...]:
    """Return the questions of the exam that this seed draws."""
    ids, _ = drawing.exam(candidate.course, drawing.Length(10, 20), seed=seed, seen=())
    return ids


BEGINNING = """\
BEGIN Exam - 10 questions, 20 minutes: seed 7.
HOW answer by number, several like 1 3 or 1,3; add s, u or g for sure, unsure or a guess, like 2 s.
  Everything is kept at once. ? says what else can be typed.
HOW there is no feedback until submit, and the clock stops while you are away.

Q 1/10: What holds?
1) Right 0
2) Wrong public
3) Wrong exactly-once
4) Wrong push
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> 1
chosen: 1

Q 2/10: What holds?
1) Wrong exactly-once
2) Wrong public
3) Wrong push
4) Right 0
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> f
flagged: yes
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> 2 g
chosen: 2

Q 3/10: What holds?
1) Wrong push
2) Wrong exactly-once
3) Right 0
4) Wrong public
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> x 1
struck out: 1
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> b

Q 2/10: (flagged) What holds?
1) Wrong exactly-once
2) Wrong public
3) Wrong push
4) Right 0
chosen: 2
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> g 10

Q 10/10: What holds?
1) Wrong exactly-once
2) Wrong push
3) Right 0
4) Wrong public
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> 3
chosen: 3
note: that was the last question; l lists what is open, submit ends the exam.
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> l
UNANSWERED 3 4 5 6 7 8 9
FLAGGED 2
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> t
TIME 20 min left.
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> submit
WARNING 7 questions unanswered, and so wrong: 3 4 5 6 7 8 9.
submit anyway (yes, no)> no
note: the exam goes on.
answer (1-4, f flag, n next, b back, l list, t time, submit, q quit)> submit
WARNING 7 questions unanswered, and so wrong: 3 4 5 6 7 8 9.
submit anyway (yes, no)> yes

RESULT 315 points of 100 to 1000, below 720, on this architecture only.
SCORED 2 of 8 right
UNSCORED 0 of 2 right, which do not count.
DOMAIN Secure architectures: 0 of 2 right
DOMAIN Resilient architectures: 1 of 2 right
DOMAIN High-performing architectures: 1 of 2 right
DOMAIN Cost-optimized architectures: 0 of 2 right
TASK 1.1 Design secure: 0 of 2 right
TASK 2.1 Design resilient: 1 of 2 right
TASK 3.1 Design high-performing: 1 of 2 right
TASK 4.1 Design cost-optimized: 0 of 2 right
METHOD """


def test_an_exam_has_this_transcript(candidate: Learner) -> None:
    replies = ("1", "f", "2 g", "x 1", "b", "g 10", "3", "l", "t", "submit", "no", "submit", "yes")
    text, outcome = candidate.take(*replies, wish=EXAM)
    assert text[: len(BEGINNING)] == BEGINNING
    assert "METHOD An estimate: AWS does not publish" in text
    assert "COVERAGE About this architecture only: it teaches 45 of the 189 points" in text
    assert outcome.status is Status.FINISHED
    assert outcome.result is not None
    assert outcome.result.points == 315


def test_there_is_no_feedback_before_the_end(candidate: Learner) -> None:
    text, _ = candidate.take(*("1" for _ in range(10)), wish=EXAM)
    assert "RIGHT" not in text
    assert "WRONG" not in text
    assert "right" not in text


def test_all_right_is_a_thousand_points_and_submits_without_a_warning(candidate: Learner) -> None:
    replies = [candidate.right(name) for name in _order(candidate)]
    text, _ = candidate.take(*replies, "submit", wish=EXAM)
    assert "WARNING" not in text
    assert "RESULT 1000 points of 100 to 1000, at or above 720," in text


def test_items_are_gone_through_on_request(candidate: Learner) -> None:
    first, *others = _order(candidate)
    replies = [candidate.wrong(first), *(candidate.right(name) for name in others)]
    asked = ("p", "w", "p", "4", "11", "a", "q")
    text, _ = candidate.take(*replies, "submit", *asked, wish=EXAM)
    items = text[text.index("items (") :].split("items (a all, w wrong ones, N one of them, ")
    assert "Look at a question first: then p proves its answer." in items[1]
    assert items[2].count("WRONG") == 1
    assert "Q 1/10:" in items[2]
    assert "RIGHT" not in items[2]
    assert "NOT PROVED this question has no experiment" in items[3]
    assert "Q 4/10:" in items[4]
    assert '"11" is none of these: a, w, a number from 1 to 10, q.' in items[5]
    assert items[6].count("RIGHT") == 9
    assert items[6].count("unscored: this question did not count.") == 2


def test_quitting_keeps_choices_flags_and_the_clock(candidate: Learner) -> None:
    left, outcome = candidate.take("1", "f", dt.timedelta(minutes=5), "q", wish=EXAM)
    assert left.endswith(
        "LEFT 1 of 10 questions answered; everything is kept.\ngo on: studyapp quiz --exam\n"
    )
    assert outcome.status is Status.UNFINISHED
    assert outcome.result is None

    candidate.now += dt.timedelta(days=1)
    text, again = candidate.take("t", "l", wish=EXAM)
    assert text.startswith("GO ON Exam - 10 questions, 20 minutes: 1 of 10 questions answered")
    assert "Q 2/10: (flagged)" in text
    assert "TIME 15 min left." in text
    assert "UNANSWERED 2 3 4 5 6 7 8 9 10\nFLAGGED 2" in text
    assert again.is_resumed


def test_a_round_of_practice_says_that_an_exam_is_unfinished(candidate: Learner) -> None:
    candidate.take("1", wish=EXAM)
    assert (
        "NOTE an exam is unfinished: studyapp quiz --exam goes on with it." in (candidate.take()[0])
    )


def test_when_time_is_up_the_exam_is_submitted_without_the_late_reply(candidate: Learner) -> None:
    first, second, *_ = _order(candidate)
    late = (candidate.right(first), dt.timedelta(minutes=21), candidate.right(second))
    text, outcome = candidate.take(*late, wish=EXAM)
    assert "TIME is up: the exam is submitted with what was chosen before." in text
    assert outcome.sitting is not None
    assert [answer.is_right for answer in outcome.sitting.answers.values()] == [
        True,
        *(False for _ in range(9)),
    ]


def test_an_exam_left_after_its_time_is_submitted_when_it_is_gone_on_with(
    candidate: Learner,
) -> None:
    candidate.take("1", dt.timedelta(minutes=21), wish=EXAM)
    text, outcome = candidate.take(wish=EXAM)
    assert "TIME is up" in text
    assert outcome.status is Status.FINISHED


def test_the_clock_speaks_up_near_the_end(candidate: Learner) -> None:
    minutes = [dt.timedelta(minutes=n) for n in (9, 2, 5, 3)]
    replies = [entry for minute in minutes for entry in (minute, "1")]
    text, _ = candidate.take(*replies, wish=EXAM)
    assert [line for line in text.splitlines() if line.startswith("TIME")] == [
        "TIME less than 10 min left.",
        "TIME less than 5 min left.",
        "TIME less than 1 min left.",
    ]


def test_there_is_no_question_beyond_the_ends(candidate: Learner) -> None:
    text, _ = candidate.take("b", "g 11", "g 10", "n", wish=EXAM)
    assert "There is no question 0: they are 1 to 10." in text
    assert text.count("There is no question 11: they are 1 to 10.") == 2


def test_after_a_submitted_exam_its_questions_are_not_drawn_again(candidate: Learner) -> None:
    candidate.take("submit", "yes", wish=EXAM)
    text, outcome = candidate.take(wish=EXAM)
    assert text.startswith("The bank cannot fill an exam of 10 questions: unseen questions are")
    assert outcome.exit_status == 1


def test_a_length_that_cannot_be_filled_names_one_that_can(candidate: Learner) -> None:
    text, outcome = candidate.take(wish=replace(EXAM, length=65))
    assert "The bank cannot fill an exam of 65 questions: unseen questions are lacking:" in text
    assert "It can fill one of 10." in text
    assert (outcome.status, outcome.exit_status) == (Status.NOTHING, 1)


def test_another_length_begins_another_exam(tmp_path: Path) -> None:
    candidate = Learner(bank(10), tmp_path / "progress.sqlite")
    assert candidate.take("1", wish=EXAM)[0].startswith("BEGIN Exam - 20 questions, 40 minutes")
    shorter = replace(EXAM, length=10)
    assert candidate.take("1", wish=shorter)[0].startswith("BEGIN Exam - 10 questions")
    assert candidate.take("1", wish=shorter)[0].startswith("GO ON Exam - 10 questions")
