"""What would be good to do next, computed from everything that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from studyapp.study import drawing
from studyapp.study.course import Course, Misconception, Question
from studyapp.study.mastery import Mastery, questions_on
from studyapp.study.sitting import Mode, Sitting
from studyapp.study.walk_standing import ChapterStanding

OFTEN = 2
"""A misconception that is met so many times is taken up before anything new."""


class Action(StrEnum):
    """What can be suggested, and what its argument is."""

    GO_ON = "go on"
    """With a sitting: its id."""

    REVIEW = "review"
    """What is due; no argument."""

    WALK = "walk"
    """A chapter of the walkthrough: its slug."""

    MISCONCEPTION = "misconception"
    """Mend one: its id. ``mending`` tells with what."""

    PRACTICE = "practice"
    """Unseen questions of an exam domain: its id; empty for all."""

    EXAM = "exam"
    """An exam: its number of questions."""

    LIVE = "live"
    """Watch the pipeline; no argument."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that would be good to do."""

    words: str
    """What to do, short."""

    detail: str
    """Why, as a sentence."""

    action: Action
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Mending:
    """What mends a misconception: first the proof, then another question on it."""

    misconception: Misconception

    proof: str | None
    """The question whose experiment shows it; None where there is none."""

    question_ids: tuple[str, ...]
    """Other questions on it, those not answered right first; may be empty."""


def suggestions(
    course: Course,
    known: Mastery,
    unfinished: Iterable[Sitting],
    chapter: ChapterStanding | None = None,
) -> tuple[Suggestion, ...]:
    """Return what would be good to do, the best first; the last is always to be had.

    Args:
        course: What can be asked.
        known: What is known of it.
        unfinished: Sittings that can be gone on with.
        chapter: The chapter of the walkthrough to go on with; None when all are finished.
    """
    return (
        *_going_on(course, unfinished),
        *_review(known),
        *_misconceptions(course, known),
        *_walk(chapter),
        *_practice(course, known),
        *_exam(course, known),
        Suggestion(
            "Upload a photo and watch it", "See every call of the pipeline live.", Action.LIVE
        ),
    )


def mending(course: Course, known: Mastery, misconception_id: str) -> Mending:
    """Return what mends a misconception; ``KeyError`` when there is none of this id."""
    found = {entry.id: entry for entry in course.misconceptions}[misconception_id]
    met_in = known.misconceptions.get(misconception_id, ())
    on_it = [
        question
        for question in course.questions
        if any(option.misconception == misconception_id for option in question.options)
    ]
    proofs = sorted(
        (question for question in on_it if question.experiment is not None),
        key=lambda question: (
            not _is_refuted(question, misconception_id),
            question.id not in met_in,
        ),
    )
    others = sorted(
        (
            question
            for question in on_it
            if question.id not in met_in and _may_be_asked(question, known)
        ),
        key=lambda question: (known.last_right.get(question.id, False), question.difficulty),
    )
    return Mending(
        found, proofs[0].id if proofs else None, tuple(question.id for question in others)
    )


def _is_refuted(question: Question, misconception_id: str) -> bool:
    """Tell whether the question's experiment refutes the very distractor."""
    return any(
        option.misconception == misconception_id and option.observation is not None
        for option in question.options
    )


def _may_be_asked(question: Question, known: Mastery) -> bool:
    """Tell whether a question is no longer, or never was, kept for an exam."""
    return not question.is_for_exams_only or question.id in known.last_right


def _going_on(course: Course, unfinished: Iterable[Sitting]) -> Iterator[Suggestion]:
    for sitting in unfinished:
        if all(question_id in course.by_id for question_id in sitting.question_ids):
            total = len(sitting.question_ids)
            yield Suggestion(
                f"Go on with {sitting.title}, {_done(sitting)} of {total} answered",
                "It stands as you left it.",
                Action.GO_ON,
                sitting.id,
            )


def _done(sitting: Sitting) -> int:
    if sitting.mode is Mode.EXAM:
        return sum(bool(marks.chosen) for marks in sitting.marks.values())
    return len(sitting.answers)


def _review(known: Mastery) -> Iterator[Suggestion]:
    if known.due:
        number = len(known.due)
        yield Suggestion(
            f"Review {number} due question{'s' if number > 1 else ''}",
            "You would soon forget them.",
            Action.REVIEW,
        )


def _misconceptions(course: Course, known: Mastery) -> Iterator[Suggestion]:
    testing = questions_on(course)
    corrections = {entry.id: entry.correction for entry in course.misconceptions}
    for name, met in known.misconceptions.items():
        if len(met) >= OFTEN and name in testing and name in corrections:
            yield Suggestion(
                f"Look again: {corrections[name]}",
                f"The opposite misled you {len(met)} times. See the proof, then try another "
                "question on it.",
                Action.MISCONCEPTION,
                name,
            )


def _walk(standing: ChapterStanding | None) -> Iterator[Suggestion]:
    if standing is not None:
        chapter = standing.chapter
        step = f", step {standing.next_step} of {len(chapter.steps)}" if standing.done else ""
        yield Suggestion(
            f"Walkthrough {chapter.number} · {chapter.short_title}{step}",
            "Predict, run the real calls, and see what they carry.",
            Action.WALK,
            chapter.slug,
        )


def _practice(course: Course, known: Mastery) -> Iterator[Suggestion]:
    unseen = [
        question
        for question in course.questions
        if not question.is_for_exams_only and question.id not in known.last_right
    ]
    if not unseen:
        return
    weakest = known.weakest
    if weakest is not None and any(question.domain == weakest.id for question in unseen):
        yield Suggestion(
            f"Practise {weakest.name}",
            f"Your weakest exam domain: {weakest.right} of {weakest.asked} right.",
            Action.PRACTICE,
            weakest.id,
        )
    else:
        yield Suggestion(
            "Practise new questions",
            f"{len(unseen)} have not been asked yet.",
            Action.PRACTICE,
        )


def _exam(course: Course, known: Mastery) -> Iterator[Suggestion]:
    for offer in drawing.offers(course, known.last_right):
        if not offer.lacking:
            length = offer.length
            yield Suggestion(
                f"Sit an exam of {length.questions} questions in {length.minutes} minutes",
                "Enough questions are left that you have not seen.",
                Action.EXAM,
                str(length.questions),
            )
            return
