"""Draws the architecture: a pure function from what it shows to lines of text with a meaning.

Two drawings of the same thing. The compact one fits 56 columns and 7 rows: each node is a chip of
two rows. The roomy one, from 112 columns, gives each node a box and each arrow the name of its
call. In both an arrow points from who calls to what is called, which is why the function's arrows
point away from it, back to the queue it is fed from.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.topology import Arrow, thumbnails_topology
from studyapp.widgets.diagram_canvas import Canvas, Line, Role, Route
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from studyapp.widgets.diagram_words import caption, node_texts

ARROWS: tuple[Arrow, ...] = thumbnails_topology().arrows
COMPACT_WIDTH = 56
"""The narrowest width that is drawn without cutting anything off."""

ROOMY_WIDTH = 112

_MARKS = {ArrowState.ALLOWED: "✓", ArrowState.DENIED: "✗"}


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands."""

    x: int
    y: int
    width: int

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.x + self.width

    @property
    def middle(self) -> int:
        """The column in its middle."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands at one width."""

    height: int
    """Rows, with the caption."""

    row: int
    """The row on which the first two arrows and the fourth run."""

    roomy: bool
    learner: tuple[int, str]
    boxes: dict[str, Box]
    routes: dict[str, Route]


def height_of(width: int) -> int:
    """Return how many rows the drawing takes at a width, with its caption."""
    return layout(width).height


def draw(
    state: DiagramState, selected: str, width: int, tick: int | None = None
) -> tuple[Line, ...]:
    """Return the drawing, with the caption as its last line; ``tick`` moves the passing call."""
    plan = layout(width)
    canvas = Canvas(width, plan.height)
    x, learner = plan.learner
    canvas.put(x, plan.row, learner, Role.MUTED)
    for name, box in plan.boxes.items():
        (_draw_box if plan.roomy else _draw_chip)(canvas, state, name, box)
    _draw_redrive(canvas, plan, state)
    for arrow in ARROWS:
        _draw_arrow(canvas, state, arrow, plan, tick)
    canvas.put(0, plan.height - 1, caption(state, selected, width), Role.TEXT, None)
    return canvas.lines()


def layout(width: int) -> Layout:
    """Return where everything stands at a width."""
    return _roomy(width) if width >= ROOMY_WIDTH else _compact(max(width, COMPACT_WIDTH))


def _compact(width: int) -> Layout:
    narrow = width < 77
    learner = "you▶" if narrow else "you ─▶ " if width < 96 else "you ──put──▶ "
    widths = (10, 10, 11, 9) if narrow else (12, 12, 13, 15)
    gap = (width - len(learner) - sum(widths)) // 3
    left = (width - len(learner) - sum(widths) - 3 * gap) // 2
    start = left + len(learner)
    uploads = Box(start, 1, widths[0])
    queue = Box(uploads.right + gap, 1, widths[1])
    function = Box(queue.right + gap, 1, widths[2])
    thumbnails = Box(function.right + gap, 1, widths[3])
    table = Box(thumbnails.x, 4, widths[3])
    down = function.middle
    return Layout(
        height=7,
        row=1,
        roomy=False,
        learner=(left, learner),
        boxes={
            "uploads": uploads,
            "queue": queue,
            "dead-letter-queue": Box(queue.x, 4, widths[1]),
            "function": function,
            "thumbnails": thumbnails,
            "table": table,
        },
        routes=_routes(uploads, queue, function, thumbnails, row=1, top=0, tip=0)
        | {
            "function-writes-metadata": Route(
                ((down, 3), (down, 4), (table.x - 1, 4)),
                "d",
                "r",
                ((down + table.x) // 2, 4),
                table.x - down - 2,
            )
        },
    )


def _roomy(width: int) -> Layout:
    learner = "you ──put──▶ "
    widths = (15, 16, 15, 16)
    gap = (width - len(learner) - sum(widths)) // 3
    left = (width - len(learner) - sum(widths) - 3 * gap) // 2
    start = left + len(learner)
    uploads = Box(start, 2, widths[0])
    queue = Box(uploads.right + gap, 2, widths[1])
    function = Box(queue.right + gap, 2, widths[2])
    thumbnails = Box(function.right + gap, 2, widths[3])
    table = Box(thumbnails.x, 7, widths[3])
    down = function.middle
    return Layout(
        height=12,
        row=3,
        roomy=True,
        learner=(left, learner),
        boxes={
            "uploads": uploads,
            "queue": queue,
            "dead-letter-queue": Box(queue.x, 7, widths[1]),
            "function": function,
            "thumbnails": thumbnails,
            "table": table,
        },
        routes=_routes(uploads, queue, function, thumbnails, row=3, top=0, tip=1)
        | {
            "function-writes-metadata": Route(
                ((down, 6), (down, 8), (table.x - 1, 8)),
                "d",
                "r",
                ((down + table.x) // 2, 8),
                table.x - down - 2,
            )
        },
    )


def _routes(
    uploads: Box,
    queue: Box,
    function: Box,
    thumbnails: Box,
    *,
    row: int,
    top: int,
    tip: int,
) -> dict[str, Route]:
    """Return the arrows between neighbours, and the one over the top."""

    def along(start: int, end: int, direction: str) -> Route:
        middle = ((start + end) // 2, row)
        return Route(((start, row), (end, row)), direction, direction, middle, abs(end - start))

    over = (
        (function.middle, tip),
        (function.middle, top),
        (uploads.middle, top),
        (uploads.middle, tip),
    )
    return {
        "s3-to-queue": along(uploads.right, queue.x - 1, "r"),
        "queue-to-function": along(function.x - 1, queue.right, "l"),
        "function-reads-uploads": Route(
            tuple(dict.fromkeys(over)),
            "u",
            "d",
            ((uploads.middle + function.middle) // 2, top),
            function.middle - uploads.middle - 2,
        ),
        "function-writes-thumbnails": along(function.right, thumbnails.x - 1, "r"),
    }


def _draw_chip(canvas: Canvas, state: DiagramState, name: str, box: Box) -> None:
    texts = node_texts(state, name, box.width - 2 if box.width > 11 else box.width)
    indent = " " if box.width > 11 else ""
    for row, text, role in (
        (0, texts.title, Role.NAME),
        (1, texts.count, Role.WARNING if texts.warns else Role.COUNT),
    ):
        canvas.put(box.x, box.y + row, f"{indent}{text}".ljust(box.width), role, name)


def _draw_box(canvas: Canvas, state: DiagramState, name: str, box: Box) -> None:
    texts = node_texts(state, name, box.width - 4)
    inner = box.width - 2
    top = f"─ {texts.service} ".ljust(inner, "─")
    canvas.put(box.x, box.y, f"╭{top}╮", Role.NODE, name)
    for row, text, role in (
        (1, texts.name, Role.NAME),
        (2, texts.count, Role.WARNING if texts.warns else Role.COUNT),
    ):
        canvas.put(box.x, box.y + row, "│", Role.NODE, name)
        canvas.put(box.x + 1, box.y + row, f" {text}".ljust(inner), role, name)
        canvas.put(box.right - 1, box.y + row, "│", Role.NODE, name)
    canvas.put(box.x, box.y + 3, f"╰{'─' * inner}╯", Role.NODE, name)


def _draw_redrive(canvas: Canvas, plan: Layout, state: DiagramState) -> None:
    """Draw the way from the queue to its dead-letter queue, which no call travels."""
    queue, dead = plan.boxes["queue"], plan.boxes["dead-letter-queue"]
    role = Role.WARNING if state.dead_lettered else Role.MUTED
    canvas.put(queue.middle, dead.y - 1, "▼", role, "dead-letter-queue")


def _draw_arrow(
    canvas: Canvas, state: DiagramState, arrow: Arrow, plan: Layout, tick: int | None
) -> None:
    route = plan.routes[arrow.name]
    mark = state.arrows.get(arrow.name, ArrowState.IDLE)
    broken = arrow.name in state.broken
    passing = not broken and (mark is ArrowState.PASSING or state.passing == arrow.name)
    role = Role.BROKEN if broken else Role.PASSING if passing else Role(mark.value)
    for (x, y), stroke in route.strokes(heavy=passing):
        canvas.put(x, y, stroke, role, arrow.name)
    label = _label(arrow, mark, route.label_room, broken=broken)
    x, y = route.label_at
    start = x - len(label) // 2
    canvas.put(start, y, label, role, arrow.name)
    if plan.roomy:
        call = _call(arrow, route.label_room)
        canvas.put(x - len(call) // 2, y + 1, call, Role.MUTED, arrow.name)
    if passing:
        taken = {(start + n, y) for n in range(len(label))}
        track = [cell for cell in route.cells()[:-1] if cell not in taken]
        column, row = track[tick % len(track) if tick is not None else len(track) - 1]
        canvas.put(column, row, "●", Role.PASSING, arrow.name)


def _label(arrow: Arrow, mark: ArrowState, room: int, *, broken: bool) -> str:
    """Return an arrow's number and sign, with the gap of a broken one."""
    label = f"{arrow.number}{_MARKS.get(mark, '')}"
    if broken:
        return f" {label} ╴╳╶" if room >= 12 else f"{label}╴╳╶" if room >= 7 else f"{label}╳"
    return f" {label} " if room >= 7 else label


def _call(arrow: Arrow, room: int) -> str:
    """Return the operation that an arrow stands for, cut to what fits under it."""
    name = arrow.actions[0].partition(":")[2]
    return name if len(name) <= room - 2 else name.removesuffix("Message")
