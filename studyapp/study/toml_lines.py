"""In which line of a TOML text an entry stands; parsers do not tell.

The text is scanned, not parsed: it is one that a parser took already, and the answer is only shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys, and places in arrays of tables from 0: ``("question", 3, "option", 1, "text")``."""

_TOKEN = re.compile(
    r'''
      """(?:\\.|[^\\])*?"{3,5}
    | \'\'\'.*?\'{3,5}
    | "(?:\\.|[^"\\\n])*"
    | '[^'\n]*'
    | \#[^\n]*
    | ^[ \t]*\[\[(?P<entry>[^\[\]\n]+)\]\]
    | ^[ \t]*\[(?P<table>[^\[\]\n]+)\]
    | ^[ \t]*(?P<key>[A-Za-z0-9_-]+|"[^"\\\n]*"|'[^'\n]*')[ \t]*=
    ''',
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def find_lines(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, of every header and key that starts a line."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    line, scanned = 1, 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup is None:
            continue
        line += text.count("\n", scanned, token.start())
        scanned = token.start()
        name = token[token.lastgroup]
        if token.lastgroup == "key":
            lines.setdefault((*here, name.strip("\"'")), line)
            continue
        *parents, last = (part.strip(" \t\"'") for part in name.split("."))
        here = (*_newest(parents, counts), last)
        if token.lastgroup == "entry":
            counts[here] = counts.get(here, 0) + 1
            lines.setdefault(here, line)
            here = (*here, counts[here] - 1)
        lines.setdefault(here, line)
    return lines


def _newest(parts: list[str], counts: Mapping[Path, int]) -> Path:
    """Return the path of a table by its names, meaning the last entry of each array."""
    path: Path = ()
    for part in parts:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """Return the line of an entry, or of the nearest one around it that has a line."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
