"""Draws the architecture: a pure function from what it shows to lines of text with a meaning.

Two drawings of the same thing. The compact one fits 56 columns and 7 rows: each node is a chip of
two rows. The roomy one, from 112 columns, gives each node a box and each arrow the name of its
call. In both an arrow points from who calls to what is called, which is why the function's arrows
point away from it, back to the queue it is fed from.
"""

from __future__ import annotations

from pipeline.topology import Arrow, thumbnails_topology
from studyapp.widgets.diagram_canvas import Canvas, Line, Role
from studyapp.widgets.diagram_layout import Box, Layout, layout
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from studyapp.widgets.diagram_words import caption, node_texts

ARROWS: tuple[Arrow, ...] = thumbnails_topology().arrows
_MARKS = {ArrowState.ALLOWED: "✓", ArrowState.DENIED: "✗"}


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


def _draw_chip(canvas: Canvas, state: DiagramState, name: str, box: Box) -> None:
    texts = node_texts(state, name, box.width - 2 if box.width > 11 else box.width)
    indent = " " if box.width > 11 else ""
    for row, text, role in (
        (0, texts.title, Role.NAME),
        (1, texts.count, Role.ALERT if texts.warns else Role.COUNT),
    ):
        canvas.put(box.x, box.y + row, f"{indent}{text}".ljust(box.width), role, name)


def _draw_box(canvas: Canvas, state: DiagramState, name: str, box: Box) -> None:
    texts = node_texts(state, name, box.width - 4)
    inner = box.width - 2
    top = f"─ {texts.service} ".ljust(inner, "─")
    canvas.put(box.x, box.y, f"╭{top}╮", Role.NODE, name)
    for row, text, role in (
        (1, texts.name, Role.NAME),
        (2, texts.count, Role.ALERT if texts.warns else Role.COUNT),
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
    start, y = route.place(label)
    canvas.put(start, y, label, role, arrow.name)
    if plan.roomy:
        call = _call(arrow, route.label_room)
        canvas.put(route.place(call)[0], y + 1, call, Role.MUTED, arrow.name)
    if passing:
        taken = {(start + n, y) for n in range(len(label))}
        track = [cell for cell in route.cells()[:-1] if cell not in taken]
        column, row = track[tick % len(track) if tick is not None else len(track) - 1]
        canvas.put(column, row, "●", Role.PASSING, arrow.name)


def _label(arrow: Arrow, mark: ArrowState, room: int, *, broken: bool) -> str:
    """Return an arrow's number and sign, with the gap of a broken one."""
    label = f"{arrow.number}{_MARKS.get(mark, '')}"
    if broken:
        return f" {label} ─ ╳ " if room >= 11 else f"{label} ╳ " if room >= 6 else f"{label}╳"
    return f" {label} " if room >= 7 else label


def _call(arrow: Arrow, room: int) -> str:
    """Return the operation that an arrow stands for, cut to what fits under it."""
    name = arrow.actions[0].partition(":")[2]
    return name if len(name) <= room - 2 else name.removesuffix("Message")
