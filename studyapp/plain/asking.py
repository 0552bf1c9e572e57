"""What a reply means: an answer by number, or a command by letter or word."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from studyapp.study.answers import Confidence


class Command(StrEnum):
    """What can be asked for instead of answering."""

    HINT = "h"
    STRIKE = "x"
    PROVE = "p"
    UNDO = "u"
    REPEAT = "r"
    FLAG = "f"
    NEXT = "n"
    BACK = "b"
    GO_TO = "g"
    LIST = "l"
    TIME = "t"
    SUBMIT = "submit"
    HELP = "?"
    QUIT = "q"


MEANINGS = {
    Command.HINT: "h gives a hint",
    Command.STRIKE: "x 3 strikes option 3 out, or takes that back",
    Command.PROVE: "p proves the last answer by running its experiment",
    Command.UNDO: "u takes the last answer back",
    Command.REPEAT: "r repeats the question",
    Command.FLAG: "f flags the question for a later look, or takes the flag away",
    Command.NEXT: "n goes to the next question",
    Command.BACK: "b goes back",
    Command.GO_TO: "g 12 goes to question 12",
    Command.LIST: "l lists what is unanswered and flagged",
    Command.TIME: "t tells the time left",
    Command.SUBMIT: "submit ends the exam and grades it",
    Command.HELP: "? says all this",
    Command.QUIT: "q quits, and everything is kept",
}
_WITH_NUMBER = {Command.STRIKE, Command.GO_TO}
_WORDS = {
    "hint": Command.HINT,
    "strike": Command.STRIKE,
    "prove": Command.PROVE,
    "undo": Command.UNDO,
    "repeat": Command.REPEAT,
    "flag": Command.FLAG,
    "next": Command.NEXT,
    "back": Command.BACK,
    "go": Command.GO_TO,
    "list": Command.LIST,
    "time": Command.TIME,
    "help": Command.HELP,
    "quit": Command.QUIT,
    "exit": Command.QUIT,
}
_CONFIDENCES = {word: level for level in Confidence for word in (level[0], str(level))}
_CHOICE = re.compile(r"(?P<numbers>[0-9]+(?: [0-9]+)*) ?(?P<confidence>[a-z]*)")


class MisunderstoodError(Exception):
    """The reply cannot be used; the message is one sentence that says what can be."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer."""

    numbers: frozenset[int]
    """As shown, from 1."""

    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A command, with its number where it takes one."""

    command: Command
    number: int = 0


def understand(
    reply: str, *, options: int, keys: int, commands: Collection[Command]
) -> Choice | Request:
    """Return what a reply means.

    Args:
        reply: What was typed, on one line.
        options: How many options the question has.
        keys: How many of them are to be chosen.
        commands: What can be asked for here.

    Raises:
        MisunderstoodError: It means nothing here.
    """
    text = " ".join(reply.lower().replace(",", " ").split())
    if text[:1].isdigit():
        return _choice(text, options, keys)
    word, _, rest = text.partition(" ")
    command = _WORDS.get(word) or next((one for one in Command if one == word), None)
    if command is None or command not in commands:
        named = f'"{reply[:20]}"' if reply else "An empty line"
        raise MisunderstoodError(f"{named} is no answer here: {_wanted(options, keys)}, or ?.")
    if command not in _WITH_NUMBER:
        if rest:
            raise MisunderstoodError(f"{command} stands alone: {MEANINGS[command]}.")
        return Request(command)
    if not re.fullmatch("[0-9]{1,4}", rest):
        raise MisunderstoodError(f"{command} takes one number: {MEANINGS[command]}.")
    if command is Command.STRIKE and not 1 <= int(rest) <= options:
        raise MisunderstoodError(f"There is no option {rest}: the options are 1 to {options}.")
    return Request(command, int(rest))


def _choice(text: str, options: int, keys: int) -> Choice:
    found = _CHOICE.fullmatch(text)
    if found is None:
        raise MisunderstoodError(f'"{text[:20]}" is no answer: {_wanted(options, keys)}.')
    numbers = found["numbers"].split()
    unknown = next((n for n in numbers if len(n) > 3 or not 1 <= int(n) <= options), None)
    if unknown is not None:
        raise MisunderstoodError(f"There is no option {unknown[:20]}: {_wanted(options, keys)}.")
    word = found["confidence"]
    if word and word not in _CONFIDENCES:
        raise MisunderstoodError(f'"{word[:20]}" is not s (sure), u (unsure) or g (guess).')
    chosen = frozenset(map(int, numbers))
    if len(chosen) != keys:
        raise MisunderstoodError(f"Choose {keys}, not {len(chosen)}: {_wanted(options, keys)}.")
    return Choice(chosen, _CONFIDENCES.get(word))


def _wanted(options: int, keys: int) -> str:
    if keys == 1:
        return f"type a number from 1 to {options}"
    example = " ".join(str(number) for number in range(1, keys + 1))
    return f"type {keys} numbers from 1 to {options}, like {example}"
