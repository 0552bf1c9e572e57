"""Where the nodes and arrows of the diagram stand in the room there is.

Three styles, the roomiest that fits: a box of four rows for each node with the name of each call;
a chip of two rows; one line. Columns go from where things come in to where they end, and each
branch has a row. In all of them an arrow points from who calls to what is called, which is why a
function's arrow points back to the queue it is polled for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.topology import Arrow, Topology
from studyapp.widgets.diagram_canvas import Point, Route
from studyapp.widgets.diagram_columns import LEAST_WIDTH, Columns, Style, columns_of
from studyapp.widgets.diagram_nodes import Spot, Tree, Way, tree_of

ROOMY_WIDTH = 112
"""Columns from which nodes have boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a spot stands."""

    spot: Spot
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    @property
    def middle(self) -> int:
        """The column in its middle."""
        return self.x + self.width // 2

    @property
    def centre(self) -> Point:
        """The cell in its middle."""
        return self.middle, self.y + (self.height - 1) // 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands."""

    topology: Topology
    tree: Tree
    style: Style
    width: int
    height: int
    """Rows, with the caption."""

    asked: tuple[int, int] = (0, 0)
    """The columns and the screen's rows that it was made for."""

    learner: tuple[int, int, str] = (0, 0, "")
    """Column and row of the words for who brings something in."""

    boxes: tuple[Box, ...] = ()
    routes: tuple[tuple[Arrow | None, Route], ...] = ()
    """Arrows and links, each with where it runs."""

    def places(self) -> list[tuple[str, Point]]:
        """Return everything that can be selected with where it is drawn."""
        boxes = [(box.spot.node.name, box.centre) for box in self.boxes]
        labels = [(arrow.name, route.place(" ")) for arrow, route in self.routes if arrow]
        return boxes + labels

    def neighbour(self, name: str, *, upwards: bool) -> str | None:
        """Return what is drawn next above or below something, or None."""
        places = self.places()
        here = next((place for other, place in places if other == name), None)
        if here is None:
            return None
        found = [
            (abs(y - here[1]), abs(x - here[0]), other)
            for other, (x, y) in places
            if (y < here[1] if upwards else y > here[1])
        ]
        return min(found, key=lambda entry: (entry[0] * 3 + entry[1], entry))[2] if found else None


def layout(topology: Topology, width: int, rows: int) -> Layout:
    """Return where everything stands.

    Args:
        topology: The architecture.
        width: Columns for the drawing.
        rows: Rows of the whole screen, of which the drawing takes about half at most.
    """
    tree, asked = tree_of(topology), (width, rows)
    for style, stride in _manners(width):
        columns = columns_of(topology, tree, style, width)
        height = _height(tree, style, stride)
        if columns is not None and height <= max(rows // 2, 6):
            break
    else:
        style, stride = Style.LINE, 1
        columns = columns_of(topology, tree, style, max(width, LEAST_WIDTH), is_last=True)
        height = _height(tree, style, stride)
    assert columns is not None  # noqa: S101 - the last manner cuts names until they fit
    return _placed(Layout(topology, tree, style, width, height, asked), columns, stride)


def _manners(width: int) -> Iterator[tuple[Style, int]]:
    """Return styles, each with the rows from one branch to the next, the roomiest first."""
    if width >= ROOMY_WIDTH:
        yield from ((Style.BOX, 5), (Style.BOX, 4))
    yield from ((Style.CHIP, 3), (Style.LINE, 2), (Style.LINE, 1))


def _height(tree: Tree, style: Style, stride: int) -> int:
    above, below = _lanes(tree, style)
    return above + (tree.rows - 1) * stride + style.rows + below + 1


def _lanes(tree: Tree, style: Style) -> tuple[int, int]:
    """Return the rows above and below the nodes that arrows back to the entry take."""
    above = any(way.target.row == 0 for way in tree.readings)
    below = any(way.target.row > 0 for way in tree.readings)
    return (2 if style is Style.BOX else 1) * above, int(below)


# -- places --


def _placed(plan: Layout, columns: Columns, stride: int) -> Layout:
    """Return a plan with its boxes and routes."""
    tree, style = plan.tree, plan.style
    above, _ = _lanes(tree, style)
    boxes = {
        (spot.column, spot.row): Box(
            spot,
            columns.starts[spot.column],
            above + spot.row * stride,
            columns.widths[spot.column],
            style.rows,
        )
        for spot in tree.spots
    }

    def ends(way: Way) -> tuple[Box, Box]:
        source, target = way.source, way.target
        return boxes[source.column, source.row], boxes[target.column, target.row]

    return replace(
        plan,
        learner=(columns.left, above + style.port, columns.learner),
        boxes=tuple(boxes.values()),
        routes=(
            *((way.arrow, _route(way, *ends(way), style.port)) for way in tree.ways),
            *((way.arrow, _reading(way, *ends(way), plan.height - 2)) for way in tree.readings),
        ),
    )


def _route(way: Way, source: Box, target: Box, port: int) -> Route:
    """Return a way along its row, or down from its source and then along."""
    row = target.y + port
    end = (target.x - 1, row)
    if way.source.row == way.target.row:
        start: Point = (source.right, row)
        room = target.x - source.right
        if way.is_pulled:
            return Route((end, start), "l", "l", (start[0] + 1, row), room - 1)
        return Route((start, end), "r", "r", start, room - 1)
    down = source.middle
    corners = ((down, source.bottom), (down, row), end)
    room = target.x - down - 2
    if way.is_pulled:
        return Route(corners[::-1], "l", "u", (down + 1, row), room)
    return Route(corners, "d", "r", (down + 1, row), room)


def _reading(way: Way, source: Box, target: Box, last_row: int) -> Route:
    """Return an arrow from a function back to the entry: over the first branch, or below all."""
    label_from, room = source.middle + 1, target.middle - source.middle - 1
    if way.target.row == 0:
        tip = source.y - 1
        corners = (
            (target.middle, tip),
            (target.middle, 0),
            (source.middle, 0),
            (source.middle, tip),
        )
        return Route(tuple(dict.fromkeys(corners)), "u", "d", (label_from, 0), room)
    leg = target.x + 1
    corners = (
        (leg, target.bottom),
        (leg, last_row),
        (source.middle, last_row),
        (source.middle, source.bottom),
    )
    return Route(tuple(dict.fromkeys(corners)), "d", "u", (label_from, last_row), leg - label_from)
