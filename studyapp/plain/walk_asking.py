"""What a learner replies in a chapter: where to go, a prediction, or an answer."""

from __future__ import annotations

import re
import uuid
from enum import StrEnum

from studyapp.plain.asking import MEANINGS, Choice, Command
from studyapp.plain.console import Console
from studyapp.plain.replying import chosen, reply_to
from studyapp.plain.wording import say_feedback, say_question
from studyapp.study.course import Question
from studyapp.study.ledger import Ledger
from studyapp.study.sitting import Mode, Sitting
from studyapp.study.walkthrough import PredictStep


class Wish(StrEnum):
    """What can be asked for between two steps."""

    ON = ""
    BACK = "b"
    QUIT = "q"
    ALL = "r"
    HOPS = "t"


MEANS = {
    Wish.ON: "enter goes on",
    Wish.BACK: "b goes back",
    Wish.ALL: "r shows all events of the run",
    Wish.HOPS: "t goes back in time, call by call",
    Wish.QUIT: "q leaves, and everything is kept",
}
_WORDS = {
    "n": Wish.ON,
    "next": Wish.ON,
    "back": Wish.BACK,
    "quit": Wish.QUIT,
    "exit": Wish.QUIT,
    "all": Wish.ALL,
    "time": Wish.HOPS,
}
_ALWAYS = (Wish.ON, Wish.BACK, Wish.QUIT)
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_COMMANDS = (Command.HINT, Command.NEXT, Command.BACK, Command.HELP, Command.QUIT)


def wish_of(reply: str) -> Wish | None:
    """Return what a reply asks for; None when it asks for nothing."""
    word = reply.lower()
    return _WORDS.get(word) or next((wish for wish in Wish if wish == word), None)


def ask_wish(console: Console, *more: Wish) -> Wish:
    """Ask where to go; ``EndedError`` when no more replies come."""
    wishes = [wish for wish in MEANS if wish in {*_ALWAYS, *more}]
    while True:
        offered = ", ".join(MEANS[wish].partition(",")[0] for wish in wishes)
        reply = console.ask(f"go on ({offered})")
        wish = wish_of(reply)
        if wish in wishes:
            return Wish(wish)
        if reply == "?":
            _say_help(console, wishes)
        else:
            console.say(f'UNCLEAR "{reply[:20]}" is nothing here: {_listed(wishes)}.')


def ask_prediction(console: Console, step: PredictStep, *, has_one: bool) -> float | Wish:
    """Ask for a prediction: the place of an option from 0, or a number; or where to go.

    Args:
        console: Where it is asked.
        step: What is asked.
        has_one: Whether there is a prediction already, so that enter goes on.

    Raises:
        EndedError: No more replies come.
    """
    what = f"1-{len(step.options)}" if step.is_choice else f"a number, {step.unit}".rstrip(", ")
    wishes = [Wish.BACK, Wish.QUIT, *([Wish.ON] if has_one else [])]
    while True:
        reply = console.ask(f"predict ({what}, b back, q quit)")
        wish = wish_of(reply)
        if wish in wishes:
            return Wish(wish)
        if reply == "?":
            _say_help(console, [wish for wish in MEANS if wish in wishes])
            continue
        number = _number(reply)
        if number is None:
            named = f'"{reply[:20]}"' if reply else "An empty line"
            console.say(f"UNCLEAR {named} is no prediction: type {_wanted(step)}, b or q.")
        elif not step.is_choice:
            return number
        elif number.is_integer() and 1 <= number <= len(step.options):
            return number - 1
        else:
            console.say(f"UNCLEAR There is no option {reply[:20]}: type {_wanted(step)}.")


def ask_question(console: Console, ledger: Ledger, title: str, question: Question) -> bool | Wish:
    """Ask a question of the bank, keep its answer with the quiz's, and print what it is worth.

    Returns:
        Whether the answer was right; or where to go instead.

    Raises:
        EndedError: No more replies come.
    """
    sitting = Sitting(
        id=uuid.uuid4().hex,
        mode=Mode.PRACTICE,
        title=f"Walkthrough · {title}",
        seed=ledger.any_seed(),
        question_ids=(question.id,),
        started_at=ledger.now(),
    ).tick(ledger.now())
    say_question(console, sitting, question)
    while True:
        meant = reply_to(question, console, _COMMANDS, "h hint, n next, b back, q quit")
        if isinstance(meant, Choice):
            sitting = chosen(sitting, question, meant).be(meant.confidence).tick(ledger.now())
            sitting = ledger.answer(sitting, (question,))
            answer = sitting.answers[question.id]
            say_feedback(console, question, answer)
            return answer.is_right
        match meant.command:
            case Command.NEXT:
                return Wish.ON
            case Command.BACK:
                return Wish.BACK
            case Command.QUIT:
                return Wish.QUIT
            case Command.HINT:
                sitting = sitting.hint()
                console.say(f"hint: {question.hint}")
            case _:
                console.say(f"help: {'; '.join(MEANINGS[command] for command in _COMMANDS)}.")


def _number(reply: str) -> float | None:
    return float(reply.replace(",", ".")) if _NUMBER.fullmatch(reply) else None


def _wanted(step: PredictStep) -> str:
    return f"a number from 1 to {len(step.options)}" if step.is_choice else "a number"


def _say_help(console: Console, wishes: list[Wish]) -> None:
    console.say(f"help: {_listed(wishes)}.")


def _listed(wishes: list[Wish]) -> str:
    return "; ".join(MEANS[wish] for wish in wishes)
