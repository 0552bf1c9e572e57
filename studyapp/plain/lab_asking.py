"""What a reply means while a lab is played."""

from __future__ import annotations

import re
from enum import StrEnum

from studyapp.study.lab_progress import SOLUTION_AFTER

_NUMBER = re.compile(r"[1-9][0-9]?")


class Command(StrEnum):
    """What can be asked for."""

    GRADE = "g"
    EDIT = "e"
    VIEW = "v"
    DIFFERENCE = "d"
    HINT = "h"
    SOLUTION = "s"
    ALL = "a"
    REPEAT = "r"
    RESET = "reset"
    HELP = "?"
    QUIT = "q"


MEANINGS = {
    Command.GRADE: "g applies the documents, runs the pipeline and grades",
    Command.EDIT: "e opens the document in EDITOR (e 2: the second)",
    Command.VIEW: "v prints the documents",
    Command.DIFFERENCE: "d prints what you changed since the start",
    Command.HINT: "h gives the next hint",
    Command.SOLUTION: f"s shows the solution, once solved or asked for {SOLUTION_AFTER} times",
    Command.ALL: "a prints all evidence of the last grade",
    Command.REPEAT: "r repeats story, goal and where the documents are",
    Command.RESET: "reset puts the documents back as they were at the start",
    Command.HELP: "? says all this",
    Command.QUIT: "q quits, and everything is kept",
}
_WORDS = {
    "grade": Command.GRADE,
    "edit": Command.EDIT,
    "view": Command.VIEW,
    "diff": Command.DIFFERENCE,
    "hint": Command.HINT,
    "solution": Command.SOLUTION,
    "all": Command.ALL,
    "repeat": Command.REPEAT,
    "help": Command.HELP,
    "quit": Command.QUIT,
    "exit": Command.QUIT,
}


def understand(reply: str) -> tuple[Command | None, str]:
    """Return what a reply asks for, or None, and what follows it: which document to edit."""
    word, _, rest = reply.lower().partition(" ")
    command = _WORDS.get(word) or next((one for one in Command if one == word), None)
    return (None, "") if rest and command is not Command.EDIT else (command, rest)


def is_number(text: str, most: int) -> bool:
    """Tell whether a text is a whole number from 1 to another."""
    return _NUMBER.fullmatch(text) is not None and int(text) <= most
