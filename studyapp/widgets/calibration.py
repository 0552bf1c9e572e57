"""How sure answers were, and how often right: a table, and what it means in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.bars import Bar, bars_text
from studyapp.widgets.text_lines import joined

Counts = tuple[int, int]
"""How many answers were right, of how many."""

DEGREES = ("sure", "unsure", "guess")
"""How sure an answer can be."""

FEWEST = 5
"""With fewer answers nothing is said about a degree."""

_TRUSTED = 0.85
"""The share of right answers from which being sure can be trusted."""

_MODEST = 0.8
"""The share from which being unsure is too modest."""

_KNOWING = 0.5
"""The share from which guesses are more than luck: one of four would be a quarter."""

_NO_ROWS: Mapping[str, Counts] = MappingProxyType({})


class Calibration(Widget):
    """The table and its sentence."""

    DEFAULT_CSS = """
    Calibration { width: 1fr; height: auto; }
    """

    rows: reactive[Mapping[str, Counts]] = reactive(_NO_ROWS, layout=True)
    """By degree (sure, unsure, guess): how many answers were right, of how many."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as table and sentence need."""
        return calibration_text(self.rows, width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return table and sentence as wide as there is room."""
        return calibration_text(self.rows, self.content_size.width)


def calibration_text(rows: Mapping[str, Counts], width: int) -> Content:
    """Return the table and its sentence, no line wider than a width in cells."""
    return joined(_lines(rows, width), width)


def _lines(rows: Mapping[str, Counts], width: int) -> Iterator[Content]:
    bars = [_bar(name, rows.get(name, (0, 0))) for name in DEGREES]
    yield from bars_text(bars, width).split("\n")
    yield from Content(meaning(rows)).wrap(max(1, min(width, 72)))


def _bar(name: str, counts: Counts) -> Bar:
    right, asked = counts
    return Bar(name, right / asked if asked else None, f"{right} of {asked} right")


def meaning(rows: Mapping[str, Counts]) -> str:
    """Return in one plain sentence what the table means: the most useful thing that it shows."""
    sure, unsure, guess = (_share(rows.get(name, (0, 0))) for name in DEGREES)
    if sure is not None and sure < _TRUSTED:
        return f"Sure answers were right {_times(rows['sure'])}: slow down on those."
    if guess is not None and guess >= _KNOWING:
        return f"Guesses were right {_times(rows['guess'])}: you know more than you think."
    if unsure is not None and unsure >= _MODEST:
        return f"Unsure answers were right {_times(rows['unsure'])}: trust yourself more."
    if sure is not None:
        return f"Sure answers were right {_times(rows['sure'])}: you can trust that feeling."
    if not any(asked for _, asked in rows.values()):
        return "Say before an answer how sure you are; this tells how far to trust it."
    return f"Too few answers to tell yet: it takes {FEWEST} that you were sure of."


def _share(counts: Counts) -> float | None:
    right, asked = counts
    return right / asked if asked >= FEWEST else None


def _times(counts: Counts) -> str:
    return "{} of {} times".format(*counts)
