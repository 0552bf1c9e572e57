"""Patterns with ``*`` (any run of characters, also none) and ``?`` (exactly one).

A pattern is cut at its ``*`` into chunks. The first chunk must stand at the start of the text and
the last at its end; each one between is taken where it first occurs after the one before. That is
enough (a later place never helps), so no position of the text is tried twice and a hostile pattern
costs no more than a friendly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Wildcard(Enum):
    """A character of a pattern that stands for others."""

    RUN = "*"
    ONE = "?"


Piece = str | Wildcard
"""Literal text, or a wildcard. A ``*`` inside literal text is just that character."""

_WILDCARDS = re.compile(r"([*?])")


def pieces_of(pattern: str) -> tuple[Piece, ...]:
    """Return a pattern as pieces: ``a*b`` gives ``"a"``, ``Wildcard.RUN``, ``"b"``."""
    parts = _WILDCARDS.split(pattern)
    return tuple(
        Wildcard(part) if position % 2 else part for position, part in enumerate(parts) if part
    )


def plain(pieces: Iterable[Piece]) -> str:
    """Return pieces as text in which wildcards are ordinary characters."""
    return "".join(piece if isinstance(piece, str) else piece.value for piece in pieces)


def split_pieces(pieces: Iterable[Piece], separator: str, times: int) -> list[list[Piece]]:
    """Split pieces at a separator in their literal text, at most so many times."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            parts[-1].append(piece)
            continue
        first, *others = piece.split(separator, times - len(parts) + 1)
        parts[-1].append(first)
        parts.extend([other] for other in others)
    return parts


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between two ``*``."""

    text: str
    """Its characters; at a ``?`` any character."""

    holes: frozenset[int]
    """Where in the text a ``?`` stands."""

    def stands_at(self, text: str, position: int) -> bool:
        """Tell whether the chunk matches the text from a position on."""
        if not self.holes:
            return text.startswith(self.text, position)
        return position + len(self.text) <= len(text) and all(
            offset in self.holes or text[position + offset] == character
            for offset, character in enumerate(self.text)
        )

    def find(self, text: str, start: int, stop: int) -> int:
        """Return the first place at which the chunk stands between two positions, or -1."""
        if not self.holes:
            return text.find(self.text, start, stop)
        for position in range(start, stop - len(self.text) + 1):
            if self.stands_at(text, position):
                return position
        return -1


@dataclass(frozen=True, slots=True)
class Glob:
    """A compiled pattern."""

    chunks: tuple[Chunk, ...]
    """One more than the pattern has ``*``."""

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        chunks = self.chunks
        first, last = chunks[0], chunks[-1]
        if len(chunks) == 1:
            if not first.holes:
                return text == first.text
            return len(text) == len(first.text) and first.stands_at(text, 0)
        start, stop = len(first.text), len(text) - len(last.text)
        if start > stop or not first.stands_at(text, 0) or not last.stands_at(text, stop):
            return False
        for chunk in chunks[1:-1]:
            found = chunk.find(text, start, stop)
            if found < 0:
                return False
            start = found + len(chunk.text)
        return True


def compile_glob(pieces: Iterable[Piece]) -> Glob:
    """Return the glob of some pieces."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece is Wildcard.RUN:
            runs.append([])
        else:
            runs[-1].append(piece)
    return Glob(tuple(_chunk(run) for run in runs))


def _chunk(run: Sequence[Piece]) -> Chunk:
    holes: set[int] = set()
    length = 0
    for piece in run:
        if piece is Wildcard.ONE:
            holes.add(length)
            length += 1
        elif isinstance(piece, str):
            length += len(piece)
    return Chunk(plain(run), frozenset(holes))
