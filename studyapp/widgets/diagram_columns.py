"""How wide the columns of the diagram are: names first, then room for the arrows' numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.topology import Node, Topology
from studyapp.widgets.diagram_nodes import Tree, box_service, box_title, count_room, line_titles
from studyapp.widgets.diagram_nodes import titles as chip_titles

LEAST_WIDTH = 56
"""The narrowest width that is drawn without cutting anything off."""

_VERBS = {"upload": "put", "publish": "publish", "put": "put"}


class Style(Enum):
    """How a node is drawn: its rows, and the row on which arrows meet it."""

    BOX = (4, 1)
    CHIP = (2, 0)
    LINE = (1, 0)

    @property
    def rows(self) -> int:
        """How many rows a node takes."""
        return self.value[0]

    @property
    def port(self) -> int:
        """On which of them arrows come and go."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Columns:
    """The starts and widths of the columns, and the words before the first."""

    starts: tuple[int, ...]
    widths: tuple[int, ...]
    learner: str
    left: int


def columns_of(
    topology: Topology, tree: Tree, style: Style, width: int, *, is_last: bool = False
) -> Columns | None:
    """Return the columns that fit, or None when names would be cut too short."""
    wished, readable, least = _widths(topology, tree, style)
    labelled = _labelled_gaps(tree, len(wished))
    widest = max((arrow.number for arrow in topology.arrows), default=1)
    tight = len(str(widest)) + 3
    attempts = (
        (f"you ──{_VERBS[topology.entry.kind]}──▶", 8, wished),
        ("you ──▶", 6, wished),
        ("you▶", tight, wished),
        ("you▶", tight, readable),
        ("you▶", tight, least),
        *((("", tight, [4] * len(least)),) if is_last else ()),
    )
    for learner, gap, floor in attempts:
        gaps = [gap if is_labelled else 3 for is_labelled in labelled]
        room = width - len(learner) - sum(gaps)
        if sum(floor) <= room:
            widths = _cut(wished, floor, room)
            spare = room - sum(widths)
            return _spread(widths, gaps, labelled, learner, spare)
    return None


def _widths(topology: Topology, tree: Tree, style: Style) -> tuple[list[int], ...]:
    """Return for each column the width that it wishes, one that says enough, and the least."""
    columns = range(1 + max(spot.column for spot in tree.spots))
    needs = [
        [_widths_of(topology, spot.node, style) for spot in tree.spots if spot.column == column]
        for column in columns
    ]
    return tuple([max(need[level] for need in column) for column in needs] for level in range(3))


def _widths_of(topology: Topology, node: Node, style: Style) -> tuple[int, int, int]:
    count = count_room(topology, node)
    if style is Style.BOX:
        wished = max(len(box_title(node)), len(box_service(node)) + 1, count) + 4
        return wished, wished, wished
    if style is Style.CHIP:
        names = chip_titles(node)
        wished = max(len(names[0]), count) + 2
        return wished, max(len(names[-1]), 8), min(max(len(names[-1]), 8), 10)
    if node.kind == "queue":
        return 11, 8, 8
    names = line_titles(node)
    counter = 0 if node.kind == "function" else 3
    return len(names[0]) + counter, len(names[-1]) + counter, min(len(names[-1]), 8)


def _labelled_gaps(tree: Tree, columns: int) -> list[bool]:
    """Return for each gap between columns whether an arrow with a number runs there."""
    return [
        any(way.arrow is not None and way.source.column == gap for way in tree.ways)
        for gap in range(columns - 1)
    ]


def _cut(wished: list[int], floor: list[int], room: int) -> list[int]:
    """Return widths that fit a room, cut from the widest columns first."""
    widths = list(wished)
    while sum(widths) > room:
        spare = [w - f for w, f in zip(widths, floor, strict=True)]
        widest = max(range(len(widths)), key=lambda n: (spare[n] > 0, widths[n]))
        widths[widest] -= 1
    return widths


def _spread(
    widths: list[int], gaps: list[int], labelled: list[bool], learner: str, spare: int
) -> Columns:
    """Give what is left over to the gaps with labels, and place what remains in the middle."""
    wide = [n for n, is_labelled in enumerate(labelled) if is_labelled]
    more = spare // len(wide) if wide else 0
    for gap in wide:
        gaps[gap] += more
    left = (spare - more * len(wide)) // 2
    starts = [left + len(learner)]
    for width, gap in zip(widths, gaps, strict=False):
        starts.append(starts[-1] + width + gap)
    return Columns(tuple(starts[: len(widths)]), tuple(widths), learner, left)
