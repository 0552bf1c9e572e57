"""Asking for a reply to a question, and what its answer does to the sitting."""

from __future__ import annotations

from collections.abc import Collection

from studyapp.plain.asking import Choice, Command, MisunderstoodError, Request, understand
from studyapp.plain.console import Console
from studyapp.plain.wording import keys_of
from studyapp.study.course import Question
from studyapp.study.sitting import Sitting


def reply_to(
    question: Question, console: Console, commands: Collection[Command], offered: str
) -> Choice | Request:
    """Ask until a reply means something, and return what.

    Args:
        question: What is asked.
        console: Where it is asked.
        commands: What can be asked for instead of answering.
        offered: What the prompt says of them.

    Raises:
        EndedError: No more replies come.
    """
    options, keys = len(question.options), keys_of(question)
    which = f"1-{options}" if keys == 1 else f"{keys} of 1-{options}"
    while True:
        reply = console.ask(f"answer ({which}, {offered})")
        try:
            return understand(reply, options=options, keys=keys, commands=commands)
        except MisunderstoodError as error:
            console.say(f"UNCLEAR {error}")


def chosen(sitting: Sitting, question: Question, choice: Choice) -> Sitting:
    """Return a sitting with exactly the options of a choice chosen."""
    order = sitting.order_of(question)
    wanted = {order[number - 1] for number in choice.numbers}
    before = sitting.marks_of(question.id).chosen
    for place in (*sorted(before - wanted), *sorted(wanted - before)):
        sitting = sitting.choose(question, place)
    return sitting


def struck(sitting: Sitting, question: Question, number: int) -> Sitting:
    """Return a sitting with an option, by its shown number, struck out, or no more so."""
    return sitting.strike(question, sitting.order_of(question)[number - 1])
