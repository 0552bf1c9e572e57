"""A grid of cells to draw the diagram on, and the arrows that run over it.

Every cell knows its role (what it means, from which the widget takes its style) and its target
(what a click on it selects), so the finished drawing is plain values and can be read as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

Point = tuple[int, int]
"""A cell: its column and row."""


class Role(StrEnum):
    """What a cell means; the widget has a style for each."""

    BLANK = "blank"
    NODE = "node"
    NAME = "name"
    COUNT = "count"
    ALERT = "alert"
    WARNING = "warning"
    MUTED = "muted"
    IDLE = "idle"
    PASSING = "passing"
    ALLOWED = "allowed"
    DENIED = "denied"
    BROKEN = "broken"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One character."""

    text: str = " "
    role: Role = Role.BLANK
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of cells that look alike."""

    text: str
    role: Role
    target: str | None


Line = tuple[Segment, ...]


class Canvas:
    """A grid of cells; what is put outside of it is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[Cell()] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, role: Role, target: str | None = None) -> None:
        """Write text of one-cell characters from a cell to the right."""
        for column, character in enumerate(text, x):
            if 0 <= column < self.width and 0 <= y < self.height:
                self._cells[y][column] = Cell(character, role, target)

    def lines(self) -> tuple[Line, ...]:
        """Return the drawing, row by row."""
        return tuple(
            tuple(
                Segment("".join(cell.text for cell in run), role, target)
                for (role, target), run in groupby(row, key=lambda cell: (cell.role, cell.target))
            )
            for row in self._cells
        )


_LIGHT = {
    frozenset("lr"): "─",
    frozenset("ud"): "│",
    frozenset("rd"): "╭",
    frozenset("ld"): "╮",
    frozenset("ru"): "╰",
    frozenset("lu"): "╯",
    frozenset("rud"): "├",
    frozenset("lud"): "┤",
    frozenset("lrd"): "┬",
    frozenset("lru"): "┴",
    frozenset("lrud"): "┼",
}
_HEAVY = {
    frozenset("lr"): "━",
    frozenset("ud"): "┃",
    frozenset("rd"): "┏",
    frozenset("ld"): "┓",
    frozenset("ru"): "┗",
    frozenset("lu"): "┛",
    frozenset("rud"): "┣",
    frozenset("lud"): "┫",
    frozenset("lrd"): "┳",
    frozenset("lru"): "┻",
    frozenset("lrud"): "╋",
}
_OPPOSITE = {"l": "r", "r": "l", "u": "d", "d": "u"}
_HEADS = {"l": "◀", "r": "▶", "u": "▲", "d": "▼"}


def stroke(directions: frozenset[str], *, heavy: bool) -> str:
    """Return the character of lines that leave a cell in these directions."""
    return (_HEAVY if heavy else _LIGHT)[directions]


@dataclass(frozen=True, slots=True)
class Route:
    """Where an arrow runs: over its corners from tail to head, horizontally and vertically."""

    corners: tuple[Point, ...]
    leaves: str
    """The direction in which it enters its first cell: l, r, u or d."""

    arrives: str
    """The direction in which its head points."""

    label_from: Point
    """The leftmost cell that its label may take, on a horizontal part."""

    label_room: int
    """How many cells its label may take, its head not among them."""

    def place(self, text: str) -> Point:
        """Return where text starts that stands in the middle of the label's room."""
        x, y = self.label_from
        return x + (self.label_room - len(text) + 1) // 2, y

    def cells(self) -> list[Point]:
        """Return every cell from tail to head."""
        cells = [self.corners[0]]
        for (x1, y1), (x2, y2) in pairwise(self.corners):
            steps = max(abs(x2 - x1), abs(y2 - y1))
            step = ((x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1))
            cells += [(x1 + step[0] * n, y1 + step[1] * n) for n in range(1, steps + 1)]
        return cells

    @property
    def head(self) -> tuple[Point, str]:
        """The cell of its head, and the head."""
        return self.corners[-1], _HEADS[self.arrives]

    def strokes(self) -> list[tuple[Point, frozenset[str]]]:
        """Return every cell before the head with the directions in which its line leaves it."""
        drawn: list[tuple[Point, frozenset[str]]] = []
        coming = self.leaves
        for cell, following in pairwise(self.cells()):
            going = _direction(cell, following)
            drawn.append((cell, frozenset((_OPPOSITE[coming], going))))
            coming = going
        return drawn


def _direction(start: Point, end: Point) -> str:
    if start[1] == end[1]:
        return "r" if end[0] > start[0] else "l"
    return "d" if end[1] > start[1] else "u"
