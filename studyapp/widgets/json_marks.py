"""The colours of a JSON text, line by line: what each stretch of a line is.

A string ends with its line in JSON, so that a line can be read without the lines before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*"?)(?P<colon>\s*:)?'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_]+)"
    r"|(?P<bracket>[{}\[\]])"
)
_WORDS = frozenset({"true", "false", "null"})

ROLES = ("key", "string", "number", "word", "bracket", "amiss", "error", "warning")
"""What a stretch can be: a key, a value of some kind, a bracket, no JSON, or marked."""

LONGEST_LINE = 2_000
"""Characters of a line that are coloured: nobody writes longer ones, and reading takes time."""


def line_colours(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches of a line that have a colour: from, to, and the role."""
    for found in _TOKEN.finditer(line, 0, LONGEST_LINE):
        role = found.lastgroup or ""
        if role in {"string", "colon"}:
            start, end = found.span("string")
            yield start, end, "key" if role == "colon" else "string"
        elif role == "word" and found.group() not in _WORDS:
            yield *found.span(), "amiss"
        else:
            yield *found.span(), role
