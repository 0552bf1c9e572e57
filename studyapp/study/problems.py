"""What is wrong with content: where it stands, what it is, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_LONGEST_NAME = 80
"""No id or key is longer; comparing takes time that grows with the square of the length."""

_SHOWN = 60
"""How many characters of a wrong value are repeated."""

_FEW = 16
"""Names that a sentence can list."""


class Severity(StrEnum):
    """Whether content with a problem may be published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the content."""

    file: str
    """From the content folder, with slashes: ``topics/buffer/questions.toml``."""

    line: int | None
    """From 1; None when it is about the file, or the whole bank."""

    key: str
    """Which entry and key: ``buffer/why-a-queue, option 2, rationale``; empty for the file."""

    what: str
    """What is wrong, as a sentence without its full stop."""

    remedy: str
    """What to do, as a clause that follows a semicolon."""

    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it must be mended before the content is used."""
        return self.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """The file and, where there is one, the line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def message(self) -> str:
        """The sentence: what is wrong, and what to do."""
        return f"{self.what}; {self.remedy}."

    @property
    def order(self) -> tuple[str, int, str, str]:
        """What problems are sorted by: file, line, key, sentence."""
        return (self.file, self.line or 0, self.key, self.message)

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.place}: {self.severity}: {key}{self.message}"


class CourseError(Exception):
    """The content cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems sorted by file and line."""
    return tuple(sorted(problems, key=lambda problem: problem.order))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a name, or None when none is like it."""
    if len(name) > _LONGEST_NAME:
        return None
    found = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.7)
    return found[0] if found else None


def perhaps(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known one, or all where they are few."""
    names = sorted(known)
    close = nearest(name, names)
    if close is not None:
        return f"perhaps {close} is meant"
    return f"known are {', '.join(names)}" if 0 < len(names) <= _FEW else "name a known one"


def shown(value: object) -> str:
    """Return a value about as an author wrote it, on one line, shortened."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    text = " ".join(str(value).split())
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if isinstance(value, bool):
        return text.lower()
    return f'"{text}"' if isinstance(value, str) else text
