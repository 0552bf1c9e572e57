"""Where the keys and values of a JSON text stand, so that a message can point at them.

The json module tells values but not places. This reads the text once more, without recursion, and
notes each key and value down to the depth at which a policy's elements end. It is for text that the
json module has accepted; of other text it notes what comes before the fault.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""The way to a value: keys and indices, from the outside in."""

DEEPEST = 6
"""``Statement[0].Condition.StringEquals.key[0]``: nothing of a policy lies deeper."""

_TOKEN = re.compile(r'[ \t\n\r]*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text."""

    offset: int
    """Characters before it."""

    line: int
    """From 1."""

    column: int
    """From 1, in characters."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, by offsets."""

    start: int

    end: int
    """The offset after its last character."""


class Lines:
    """The lines of a text, to turn offsets into positions."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._length = len(text)

    def position(self, offset: int) -> Position:
        """Return the position of an offset; one beyond the text is at its end."""
        offset = min(max(offset, 0), self._length)
        line = bisect.bisect_right(self._starts, offset)
        return Position(offset, line, offset - self._starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything in a JSON text stands."""

    values: Mapping[Path, Span]

    keys: Mapping[Path, Span]
    """The spans of keys, with their quotes, by the path of their values."""

    repeated: tuple[Span, ...]
    """Keys that stand a second time in their object."""

    def of(self, path: Path) -> Span:
        """Return where a value stands, or else the innermost one around it."""
        for length in range(len(path), -1, -1):
            found = self.values.get(path[:length])
            if found is not None:
                return found
        return Span(0, 0)

    def of_key(self, path: Path) -> Span:
        """Return where the key before a value stands; where there is none, as ``of``."""
        return self.keys.get(path) or self.of(path)


def find_places(text: str) -> Places:
    """Return where the keys and values of a JSON text stand."""
    return _Reader(text).read()


@dataclass(slots=True)
class _Open:
    """An object or a list that is being read."""

    start: int
    is_object: bool
    key: str | int | None
    """The key or index of the value being read; None in an object before a key."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._values: dict[Path, Span] = {}
        self._keys: dict[Path, Span] = {}
        self._repeated: list[Span] = []
        self._open: list[_Open] = []

    def read(self) -> Places:
        for found in _TOKEN.finditer(self._text):
            self._take(found.group(1), Span(*found.span(1)))
        return Places(self._values, self._keys, tuple(self._repeated))

    def _take(self, lexeme: str, span: Span) -> None:
        inner = self._open[-1] if self._open else None
        if lexeme in "{[":
            self._open.append(_Open(span.start, lexeme == "{", None if lexeme == "{" else 0))
        elif lexeme in "}]":
            if inner is not None:
                self._open.pop()
                self._note(Span(inner.start, span.end))
        elif lexeme == ",":
            if inner is not None:
                inner.key = None if inner.is_object else _next(inner.key)
        elif lexeme != ":":
            if inner is not None and inner.is_object and inner.key is None:
                self._name(inner, lexeme, span)
            else:
                self._note(span)

    def _name(self, inner: _Open, lexeme: str, span: Span) -> None:
        inner.key = _unquoted(lexeme)
        path = self._path()
        if path is not None:
            if path in self._keys:
                self._repeated.append(span)
            self._keys[path] = span

    def _note(self, span: Span) -> None:
        path = self._path()
        if path is not None:
            self._values[path] = span

    def _path(self) -> Path | None:
        if len(self._open) > DEEPEST:
            return None
        return tuple(entry.key for entry in self._open if entry.key is not None)


def _next(key: str | int | None) -> int:
    return key + 1 if isinstance(key, int) else 0


def _unquoted(lexeme: str) -> str:
    try:
        return str(json.loads(lexeme))
    except ValueError:
        return lexeme
