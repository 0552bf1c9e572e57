"""A lesson's text: paragraphs and lists of Markdown, at a width that is read with ease."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

LONGEST_LINE = 72
_SPAN = re.compile(r"`([^`\n]+)`|(?<![\w*])(\*{1,2})(?!\s)([^*\n]+?)(?<!\s)\2(?![\w*])")
_ITEM = re.compile(r"([-*]|\d+\.)\s+(.*)")


class Prose(Widget):
    """Text with `code`, *emphasis* and lists."""

    DEFAULT_CSS = """
    Prose { width: 1fr; height: auto; }
    """

    text: reactive[str] = reactive("", layout=True)
    """Markdown: each paragraph and each item of a list on one line."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as the text needs."""
        return len(prose_lines(self.text, width))

    def render(self) -> Content:
        """Return the text as wide as there is room, at most ``LONGEST_LINE``."""
        return Content("\n").join(prose_lines(self.text, self.content_size.width))


def prose_lines(markdown: str, width: int) -> list[Content]:
    """Return Markdown as lines of which none is longer than a width, or than is read with ease."""
    room = max(8, min(width, LONGEST_LINE))
    return [line for block in markdown.split("\n\n") for line in (*_block(block, room), Content())][
        :-1
    ]


def inline(markdown: str) -> Content:
    """Return one line of Markdown with its code and its emphasis."""
    parts: list[Content | str | tuple[str, str]] = []
    end = 0
    for found in _SPAN.finditer(markdown):
        parts.append(markdown[end : found.start()])
        code, _, emphasized = found.groups()
        parts.append((code, "bold $text-accent") if code else (emphasized, "bold"))
        end = found.end()
    return Content.assemble(*parts, markdown[end:])


def _block(block: str, room: int) -> Iterator[Content]:
    if block.startswith("```"):
        inner = [line for line in block.splitlines() if not line.startswith("```")]
        yield from (_code(line, room) for line in inner)
    elif block.startswith("    "):
        yield from (_code(line[4:], room) for line in block.splitlines())
    else:
        for line in block.splitlines():
            yield from _wrapped(line, room)


def _code(line: str, room: int) -> Content:
    return Content.styled(f"  {line}", "bold $text-accent").truncate(room, ellipsis=True)


def _wrapped(line: str, room: int) -> Iterator[Content]:
    """Yield a paragraph's lines; those of an item hang beneath its first."""
    item = _ITEM.fullmatch(line)
    mark, text = item.groups() if item is not None else ("", line)
    head = f"{'•' if mark in {'-', '*'} else mark} " if mark else ""
    for number, part in enumerate(inline(text).wrap(room - len(head))):
        yield Content.assemble(" " * len(head) if number else head, part.rstrip())
