"""Questions, their feedback and spans of time as lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from studyapp.plain.console import Console
from studyapp.study.answers import Answer, grade
from studyapp.study.course import Question, QuestionKind
from studyapp.study.lab_links import labs_for
from studyapp.study.schedule import Memory
from studyapp.study.sitting import Marks, Sitting


def keys_of(question: Question) -> int:
    """Return how many options are to be chosen."""
    return len(question.key)


def numbers_of(places: frozenset[int] | tuple[int, ...], order: tuple[int, ...]) -> str:
    """Return places as written as the numbers that are shown, in order: ``1 3``, or ``none``."""
    shown = (str(number) for number, place in enumerate(order, start=1) if place in places)
    return " ".join(shown) or "none"


def say_question(console: Console, sitting: Sitting, question: Question) -> None:
    """Print a question with its options, and what has been done with it."""
    order, marks = sitting.order_of(question), sitting.marks_of(question.id)
    number = sitting.question_ids.index(question.id) + 1
    console.skip()
    flagged = "(flagged) " if marks.is_flagged else ""
    console.say(f"Q {number}/{len(sitting.question_ids)}: {flagged}{question.stem}")
    if question.kind is QuestionKind.MULTIPLE_RESPONSE:
        console.say(f"choose: {keys_of(question)} of {len(order)}")
    _say_options(console, question, order, marks)


def _say_options(
    console: Console, question: Question, order: tuple[int, ...], marks: Marks
) -> None:
    for shown, place in enumerate(order, start=1):
        struck = "(struck out) " if place in marks.struck else ""
        console.say(f"{shown}) {struck}{question.options[place].text}")


def say_feedback(console: Console, question: Question, answer: Answer) -> None:
    """Print what an answer is worth, the rationale of every option, and where to read on."""
    console.say(_verdict(question, answer))
    for shown, place in enumerate(answer.order, start=1):
        option = question.options[place]
        worth = "right" if option.is_key else "wrong"
        console.say(f"{shown}) {worth}: {option.rationale}")
    for reference in question.references:
        console.say_whole("read:", reference.url)
    if question.experiment is not None:
        console.say("prove: p")


def _verdict(question: Question, answer: Answer) -> str:
    chosen = numbers_of(answer.chosen, answer.order)
    if answer.is_right:
        return f"RIGHT you chose {chosen}."
    key = numbers_of(question.key, answer.order)
    if not answer.chosen:
        return f"WRONG you chose none; the key is {key}."
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        return f"WRONG you chose {chosen}; the key is {key}."
    right = grade(question, frozenset(answer.chosen)).right_chosen
    return (
        f"WRONG you chose {chosen}, of which {right} {'is' if right == 1 else 'are'} right; "
        f"the key is {key}."
    )


def say_memory(console: Console, question: Question, memory: Memory, now: dt.datetime) -> None:
    """Print when a question comes again, and what mends one that is forgotten again and again."""
    console.say(f"again: {until(memory.due_at, now)}")
    if memory.is_leech:
        remedies = ", ".join(_remedies(question))
        console.say(f"leech: forgotten {memory.lapses} times; {remedies}.")


def _remedies(question: Question) -> Iterator[str]:
    if question.experiment is not None:
        yield "see it proved (p)"
    from studyapp.study.lab_loading import read_labs  # noqa: PLC0415 - few questions are leeches

    lab = next(iter(labs_for(question, read_labs()[0])), None)
    if lab is not None:
        yield f"play the lab on it: studyapp labs start {lab.slug}"
    yield "read at the address above"


def until(then: dt.datetime, now: dt.datetime) -> str:
    """Return how far off a time is: ``now``, ``in 3 hours``, ``in 1 day``."""
    seconds = (then - now).total_seconds()
    if seconds <= 0:
        return "now"
    for unit, length in (("day", 86_400), ("hour", 3_600)):
        if seconds >= 0.95 * length:
            return f"in {plural(round(seconds / length), unit)}"
    return f"in {plural(max(1, round(seconds / 60)), 'minute')}"


def span(seconds: float) -> str:
    """Return a time that is left: ``1 h 35 min``, ``9 min``, ``less than 1 min``."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "less than 1 min"


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 day``, ``2 days``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
