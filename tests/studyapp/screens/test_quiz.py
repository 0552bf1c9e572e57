"""Practice, exam and browsing by keyboard alone: keys in, text out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from studyapp.app import StudyApp
from studyapp.desk import Desk
from studyapp.screens.exam import ExamScreen
from studyapp.screens.proof_panel import about, evidence
from studyapp.screens.quiz import QuizScreen
from studyapp.screens.report_question import report_text
from studyapp.study.lab_links import labs_for
from studyapp.study.lab_loading import read_labs
from studyapp.study.loading import load_course
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.schedule import review
from studyapp.study.sitting import Mode, Sitting

NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the same questions in the same order each time."""
    monkeypatch.setattr("studyapp.study.given.secrets.randbelow", lambda _: 7)


def _quiz(seeing: Any) -> QuizScreen:
    screen = seeing.pilot.app.screen
    assert isinstance(screen, QuizScreen)
    return screen


async def _begin(seeing: Any, words: str) -> None:
    """Begin a round by its name in the list, with keys."""
    await seeing.sees("due today")
    await seeing.press("q")
    await seeing.sees("Practice · mixed")
    await _take(seeing, words)


async def _take(seeing: Any, words: str) -> None:
    rounds = seeing.pilot.app.screen.query_one(OptionList)
    for _ in range(rounds.option_count):
        if words in str(rounds.highlighted_option.prompt):
            break
        await seeing.press("down")
    await seeing.press("enter")


async def _practise(seeing: Any) -> QuizScreen:
    await _begin(seeing, "Practice · mixed")
    await seeing.sees("1 of ")
    return _quiz(seeing)


async def _sit(seeing: Any) -> ExamScreen:
    await _begin(seeing, "Exam · 10 questions")
    await seeing.sees("1 of 10", " left")
    screen = seeing.pilot.app.screen
    assert isinstance(screen, ExamScreen)
    return screen


async def _choose(seeing: Any, *, right: bool) -> None:
    """Choose the key, or as many other options where they are asked for."""
    screen = _quiz(seeing)
    card = screen.card
    assert card is not None
    wanted = len(card.question.key)
    meant = [n for n, place in enumerate(card.order, 1) if (place in card.question.key) == right]
    fill = [n for n in range(1, len(card.order) + 1) if n not in meant]
    await seeing.press(*map(str, (meant + fill)[:wanted]))


def _stored(directory: Path) -> ProgressStore:
    return ProgressStore.open(progress_file(directory), NOW)


@SIZES
async def test_an_answer_is_explained_option_by_option_and_kept(
    look_at: Any, data_directory: Path, size: Any
) -> None:
    async with look_at(StudyApp(), size) as seeing:
        await _practise(seeing)
        await _choose(seeing, right=True)
        await seeing.press("c")
        await seeing.sees("how sure: sure", "answer  [enter]")
        await seeing.press("enter")
        await seeing.sees("Right.")
        await seeing.press("pagedown", "pagedown", "pagedown", "pagedown")
        await seeing.sees("Read")
        stored = _stored(data_directory)
        (answer,) = stored.answers()
        stored.close()
    assert answer.is_right
    assert str(answer.confidence) == "sure"


async def test_a_wrong_answer_shows_what_would_have_been_right(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await _practise(seeing)
        await _choose(seeing, right=False)
        await seeing.press("enter")
        await seeing.sees("wrong, your choice:", "○")


async def test_a_question_that_is_forgotten_again_and_again_names_the_lab_on_it(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lapses(*_: object) -> int:
        return 8

    monkeypatch.setattr(Desk, "lapses", lapses)
    async with look_at(StudyApp(), WIDE) as seeing:
        screen = await _practise(seeing)
        (lab, *_) = labs_for(screen.question, read_labs()[0])
        await _choose(seeing, right=False)
        await seeing.press("enter")
        await seeing.until(lambda: len(seeing.pilot.app._notifications) > 0)
        (told,) = seeing.pilot.app._notifications

    assert told.message.startswith("Forgotten 8 times.")
    assert lab.title in told.message


async def test_hint_strike_and_pointing_work_before_the_answer(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        screen = await _practise(seeing)
        await seeing.press("h")
        await seeing.sees("Hint")
        await seeing.press("down", "x")
        assert screen.card is not None
        assert screen.card.struck == {screen.card.order[1]}
        await seeing.press("space")
        assert screen.card.chosen == {screen.card.order[1]}
        assert screen.card.struck == set()


async def test_the_questions_of_a_round_are_listed_and_gone_to(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await _begin(seeing, "Practice · task 2.1")
        await seeing.sees("1 of ", "task 2.1")
        await seeing.press("g")
        await seeing.sees("all questions", "to be answered")
        assert "submit" not in seeing.text
        await seeing.press("right", "enter")
        await seeing.sees("2 of ")


async def test_a_round_that_is_left_is_gone_on_with(look_at: Any) -> None:
    async with look_at(StudyApp()) as seeing:
        await _practise(seeing)
        await _choose(seeing, right=True)
        await seeing.press("enter")
        await seeing.sees("Right.")
        await seeing.press("escape")
        await seeing.sees("Go on")
    async with look_at(StudyApp()) as seeing:
        await seeing.sees("▸ Next  Go on with Practice · mixed, 1 of 10 answered")
        await seeing.press("enter")
        await seeing.sees("1 of 10", "Right.")


async def test_an_exam_gives_no_feedback_until_it_is_submitted(
    look_at: Any, data_directory: Path
) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await _sit(seeing)
        await seeing.press("1", "2", "f")
        await seeing.sees("⚑ flagged")
        await seeing.press("t")
        await seeing.sees("clock hidden")
        await seeing.press("enter")
        await seeing.sees("2 of 10")
        assert not seeing.pilot.app.screen.card.is_revealed
        await seeing.press("g")
        await seeing.sees("all questions", "unanswered")
        await seeing.press("s")
        await seeing.sees("will count as wrong")
        await seeing.press("s")
        await seeing.sees("of 1000", "On this architecture only", "Exam domains")
        await seeing.press("enter")
        await seeing.sees("1 of 10", "right")
        await seeing.press("escape")
        await seeing.sees("of 1000")
        await seeing.press("escape")
        await seeing.sees("Practice · mixed")
        await _take(seeing, "Result · Exam · 10 questions")
        await seeing.sees("of 1000", "Exam domains")
    stored = _stored(data_directory)
    assert len(stored.answers()) == 10
    assert stored.unfinished() == ()
    stored.close()


async def test_an_exam_that_is_left_goes_on_with_its_clock_where_it_stood(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await _sit(seeing)
        await seeing.press("1", "escape")
        await seeing.sees("Go on · Exam")
        await _take(seeing, "Go on · Exam")
        await seeing.sees("1 of 10", "19:5")


@pytest.fixture
def learnt(data_directory: Path) -> tuple[str, ...]:
    """Answer three questions ten days ago; return their ids."""
    course = load_course()
    asked = [q for q in course.questions if not q.is_for_exams_only][:3]
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=10)
    sitting = Sitting("old", Mode.PRACTICE, "Old", 1, tuple(q.id for q in asked), then)
    for question in asked:
        for place in question.key:
            sitting = sitting.choose(question, place)
        sitting = sitting.answer(question, then)
    store = ProgressStore.open(progress_file(data_directory), then)
    store.add(sitting, {q.id: review(None, sitting.answers[q.id]) for q in asked})
    store.close()
    return sitting.question_ids


async def test_a_day_of_review_asks_what_is_due_and_takes_an_answer_back(
    look_at: Any, data_directory: Path, learnt: tuple[str, ...]
) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await seeing.sees("▸ Next  Review 3 due questions", "3 due today")
        await seeing.press("enter")
        await seeing.sees("1 of 3", "Review")
        assert _quiz(seeing).question.id in learnt
        await _choose(seeing, right=False)
        await seeing.press("enter")
        await seeing.sees("wrong, your choice:", "u undo")
        await seeing.press("u")
        await seeing.sees("answer  [enter]")
        await _choose(seeing, right=False)
        await _choose(seeing, right=True)
        for number in range(1, 4):
            if number > 1:
                await _choose(seeing, right=True)
            await seeing.press("enter")
            await seeing.sees("Right.")
            await seeing.press("enter")
        await seeing.sees("0 due today")
    stored = _stored(data_directory)
    assert [answer.is_right for answer in stored.answers()] == [True] * 6
    stored.close()


async def test_the_questions_are_found_by_typing_and_asked(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        await seeing.sees("due today")
        await seeing.press("slash")
        await seeing.sees("more are kept for exams")
        await seeing.press("slash", *"thumbnail")
        await seeing.press("enter")
        await seeing.press("enter")
        await seeing.sees("One question", "1 of 1")


async def test_a_question_can_be_reported_with_everything_filled_in(look_at: Any) -> None:
    async with look_at(StudyApp(), WIDE) as seeing:
        screen = await _practise(seeing)
        await seeing.press("r")
        await seeing.sees("report this question", f"Question: {screen.question.id}")


def test_a_report_names_question_version_and_references() -> None:
    question = load_course().questions[0]
    text = report_text(question, 7)
    assert f"Question: {question.id}" in text
    assert "seed 7" in text
    assert all(reference.url in text for reference in question.references)


def test_an_observation_confirms_the_key_and_refutes_a_distractor() -> None:
    from pipeline.experiments import Observation, Report

    question = next(
        q
        for q in load_course().questions
        if any(o.observation and o.is_key for o in q.options)
        and any(o.observation and not o.is_key for o in q.options)
    )
    order = tuple(range(len(question.options)))
    key = next(n for n, o in enumerate(question.options) if o.is_key and o.observation)
    other = next(n for n, o in enumerate(question.options) if not o.is_key and o.observation)

    def seen(place: int, *, holds: bool) -> Observation:
        return Observation(str(question.options[place].observation), "text", "5", holds)

    assert f"confirms {key + 1}" in about(seen(key, holds=True), question, order)
    assert f"refutes {key + 1}" in about(seen(key, holds=False), question, order)
    assert f"refutes {other + 1}" in about(seen(other, holds=True), question, order)
    report = Report("x", "claim", (), (seen(key, holds=True),))
    assert evidence(question, report)[key] == "text (5)"
