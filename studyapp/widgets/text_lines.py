"""Lines of text that fit: one place for cutting, padding and hanging by what a terminal shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from textual.content import Content

Piece = Content | str | tuple[str, str]
"""A piece of a line: text, or text with its style."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters that break a line or take no cell, or nobody knows how many."""


def one_line(text: str) -> str:
    """Return a text on one line, without what a terminal could take for a command."""
    if text.isprintable():
        return " ".join(text.split())
    blanks = (" " if unicodedata.category(mark) in _INVISIBLE else mark for mark in text)
    return " ".join("".join(blanks).split())


def fitted(text: str, width: int, style: str = "") -> Content:
    """Return a text cut or padded to exactly a width in cells."""
    content = Content.styled(one_line(text), style)
    return content.truncate(max(0, width), ellipsis=True, pad=True)


def joined(lines: Iterable[Content], width: int) -> Content:
    """Return lines as one text, none of them wider than a width in cells."""
    room = max(0, width)
    return Content("\n").join(line.truncate(room, ellipsis=True) for line in lines)


def hung(head: Iterable[Piece], body: str, width: int, style: str = "") -> list[Content]:
    """Return a body behind its head, its further lines beginning beneath its first."""
    first = Content.assemble(*head)
    indent = first.cell_length
    room = width - indent
    if room < 12:
        # Too narrow for a column of its own: the body goes below, a little to the right.
        below = [Content(f"  {line}") for line in _wrapped(body, max(1, width - 2))]
        return [first, *(line.stylize(style) for line in below)]
    first_line, *further = _wrapped(body, room) or [""]
    return [
        Content.assemble(first, (first_line, style)),
        *(Content.assemble(" " * indent, (line, style)) for line in further),
    ]


def _wrapped(text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in Content(one_line(text)).wrap(width)]


def filled(share: float, cells: int) -> tuple[str, str]:
    """Return the filled and the empty part of a bar.

    Something that is not nothing shows at least one cell, and what is not all leaves one empty.
    """
    share = min(1.0, max(0.0, share))
    full = round(share * cells)
    if cells > 1:
        full = max(full, 1) if share > 0 else 0
        full = min(full, cells - 1) if share < 1 else cells
    return "█" * full, "░" * (cells - full)


def percent(share: float) -> str:
    """Return a share in per cent: ``62 %``; 100 % only for all of it, 0 % only for nothing."""
    share = min(1.0, max(0.0, share))
    rounded = round(100 * share)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"
