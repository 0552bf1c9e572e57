"""Lines out and replies in, such that a screen reader, a pipe and a script can follow."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import TextIO

WIDEST = 100
"""Columns that no line goes beyond, except an address or a command, which is to be copied."""

NARROWEST = 40
"""Columns: in a terminal with fewer, lines are broken by the terminal."""

LONGEST_REPLY = 1_000
"""Characters of a reply that are looked at; whatever is longer is no answer."""

_INDENT = "  "
_PLAIN = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "·": "-",
    "•": "*",
    "→": "->",
    "←": "<-",
    "⇒": "=>",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "about ",
    "µ": "u",
    "✓": "yes",
    "✗": "no",
    "▶": ">",
}
_BOXES_AND_BLOCKS = dict.fromkeys(map(chr, range(0x2500, 0x25A0)), "-")
_AS_ASCII = str.maketrans(_PLAIN | _BOXES_AND_BLOCKS)


class EndedError(Exception):
    """No more replies come: the input has ended, or the learner has interrupted it."""

    def __init__(self, *, is_interrupted: bool) -> None:
        super().__init__("The input has ended.")
        self.is_interrupted = is_interrupted


class Console:
    """Says lines and asks for replies."""

    def __init__(
        self,
        out: TextIO,
        read_line: Callable[[int], str],
        *,
        width: int = WIDEST,
        echoes: bool = False,
    ) -> None:
        """Use these streams.

        Args:
            out: Where lines and prompts go.
            read_line: Returns the next line, or so many characters of it; empty at the end.
            width: Columns of a line, at most ``WIDEST``.
            echoes: Whether to repeat what was read, as no terminal shows it.
        """
        self._out = out
        self._read_line = read_line
        self._width = min(width, WIDEST)
        self._echoes = echoes

    def say(self, text: str) -> None:
        """Print text as lines that are broken between words, all but the first one indented.

        Paragraphs, parted by blank lines, follow one another.
        """
        first, *others = re.split(r"\n\s*\n", plain(text).strip())
        self._wrapped(first, "")
        for paragraph in others:
            self._wrapped(paragraph, _INDENT)

    def say_whole(self, label: str, text: str) -> None:
        """Print what is to be copied (an address, a command) after its label, unbroken."""
        self._print(f"{label} {plain(text)}")

    def say_lines(self, text: str) -> None:
        """Print lines that mean something as they stand (code, a difference), indented."""
        for line in plain(text).rstrip("\n").split("\n"):
            self._print(f"{_INDENT}{line}".rstrip())

    def show(self, line: str, mark: str = "") -> None:
        """Print a line of a document with its indent, after its mark or after two blanks.

        With a mark it is whole, broken where it must be; without one it is cut to the width.
        """
        text = plain(f"{mark or ' '} {line}".replace("\n", " "))
        if mark:
            for part in textwrap.wrap(text, self._width, subsequent_indent=_INDENT * 2):
                self._print(part)
        else:
            self._print(text if len(text) <= self._width else f"{text[: self._width - 3]}...")

    def skip(self) -> None:
        """Print an empty line."""
        self._print("")

    def ask(self, prompt: str) -> str:
        """Print a prompt and return the reply, on one line and without blanks around it.

        Raises:
            EndedError: There is no reply any more.
        """
        self._out.write(f"{prompt}> ")
        self._out.flush()
        try:
            reply = self._read()
        except KeyboardInterrupt:
            self._print("")
            raise EndedError(is_interrupted=True) from None
        if reply is None:
            self._print("")
            raise EndedError(is_interrupted=False)
        if self._echoes:
            self._print(reply[: max(0, self._width - len(prompt) - 2)])
        return reply

    def _read(self) -> str | None:
        """Return the next line, of which what is too long is skipped; None at the end."""
        line = rest = self._read_line(LONGEST_REPLY)
        while rest and not rest.endswith("\n"):
            rest = self._read_line(LONGEST_REPLY)
        return " ".join(plain(line).split()) if line else None

    def _wrapped(self, paragraph: str, indent: str) -> None:
        lines = textwrap.wrap(
            " ".join(paragraph.split()),
            self._width,
            initial_indent=indent,
            subsequent_indent=_INDENT,
            break_on_hyphens=False,
        )
        for line in lines or [""]:
            self._print(line)

    def _print(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


def standard_console(out: TextIO) -> Console:
    """Return a console that reads standard input; what is typed may be anything."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    columns = shutil.get_terminal_size((WIDEST, 24)).columns if out.isatty() else WIDEST
    return Console(
        out,
        sys.stdin.readline,
        width=max(NARROWEST, columns),
        echoes=not sys.stdin.isatty(),
    )


def plain(text: str) -> str:
    """Return text without signs that a terminal obeys, and in ASCII where that says the same."""
    kept = (sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    return "".join(kept).translate(_AS_ASCII)
