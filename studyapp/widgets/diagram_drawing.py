"""Draws an architecture: a pure function from what it shows to lines of text with a meaning."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.topology import Arrow
from studyapp.widgets.diagram_canvas import Canvas, Line, Point, Role, Route, stroke
from studyapp.widgets.diagram_columns import Style
from studyapp.widgets.diagram_layout import Box, Layout
from studyapp.widgets.diagram_nodes import (
    DEAD_LETTERS,
    box_service,
    box_title,
    line_titles,
    titles,
)
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from studyapp.widgets.diagram_words import caption, node_line, node_texts

_MARKS = {ArrowState.ALLOWED: "✓", ArrowState.DENIED: "✗"}
_AGAIN = "↑ the same"
_RANKS = (Role.MUTED, Role.IDLE, Role.ALLOWED, Role.DENIED, Role.BROKEN, Role.PASSING)
"""Whose colour a cell takes that several arrows share: the last."""


def draw(
    state: DiagramState, selected: str, plan: Layout, tick: int | None = None
) -> tuple[Line, ...]:
    """Return the drawing, with the caption as its last line; ``tick`` moves the passing call."""
    canvas = Canvas(plan.width, plan.height)
    x, y, learner = plan.learner
    canvas.put(x, y, learner, Role.MUTED)
    for box in plan.boxes:
        _BOXES[plan.style](canvas, state, box)
    _draw_redrive(canvas, plan, state)
    looks = [(arrow, route, _look(state, arrow)) for arrow, route in plan.routes]
    _draw_lines(canvas, looks)
    for arrow, route, look in looks:
        if arrow is not None:
            taken = _draw_label(canvas, arrow, route, look)
            if plan.style is Style.BOX:
                _draw_call(canvas, arrow, route)
            if look.passing:
                _draw_passing(canvas, arrow, route, taken, tick)
    canvas.put(0, plan.height - 1, caption(state, selected, plan.width), Role.TEXT, None)
    return canvas.lines()


# -- nodes --


def _draw_line(canvas: Canvas, state: DiagramState, box: Box) -> None:
    node = box.spot.node
    if box.spot.is_again:
        again = f"↑ {titles(node)[-1]}".ljust(box.width)
        canvas.put(box.x, box.y, again[: box.width], Role.MUTED, node.name)
        return
    text = node_line(state, node, line_titles(node), box.width)
    warns = node_texts(state, node, (text,), box.width).warns
    canvas.put(box.x, box.y, text.ljust(box.width), Role.ALERT if warns else Role.NAME, node.name)


def _draw_chip(canvas: Canvas, state: DiagramState, box: Box) -> None:
    node = box.spot.node
    texts = node_texts(state, node, titles(node), box.width)
    indent = " " if max(len(texts.title), len(texts.count)) + 2 <= box.width else ""
    count = _AGAIN if box.spot.is_again else texts.count
    for row, text, role in (
        (0, texts.title, Role.MUTED if box.spot.is_again else Role.NAME),
        (1, count, _count_role(box, warns=texts.warns)),
    ):
        line = f"{indent}{text}"[: box.width].ljust(box.width)
        canvas.put(box.x, box.y + row, line, role, node.name)


def _draw_box(canvas: Canvas, state: DiagramState, box: Box) -> None:
    node = box.spot.node
    texts = node_texts(state, node, (box_title(node),), box.width - 4)
    inner = box.width - 2
    top = f"─ {box_service(node)} ".ljust(inner, "─")
    canvas.put(box.x, box.y, f"╭{top}╮", Role.NODE, node.name)
    count = _AGAIN if box.spot.is_again else texts.count
    for row, text, role in (
        (1, texts.title, Role.MUTED if box.spot.is_again else Role.NAME),
        (2, count, _count_role(box, warns=texts.warns)),
    ):
        canvas.put(box.x, box.y + row, "│", Role.NODE, node.name)
        canvas.put(box.x + 1, box.y + row, f" {text}"[:inner].ljust(inner), role, node.name)
        canvas.put(box.right - 1, box.y + row, "│", Role.NODE, node.name)
    canvas.put(box.x, box.y + 3, f"╰{'─' * inner}╯", Role.NODE, node.name)


_BOXES = {Style.BOX: _draw_box, Style.CHIP: _draw_chip, Style.LINE: _draw_line}


def _count_role(box: Box, *, warns: bool) -> Role:
    if box.spot.is_again:
        return Role.MUTED
    return Role.ALERT if warns else Role.COUNT


def _draw_redrive(canvas: Canvas, plan: Layout, state: DiagramState) -> None:
    """Draw the way from the queue to its dead-letter queue, which no call travels."""
    for box in plan.boxes:
        if box.spot.node.name == DEAD_LETTERS:
            role = Role.WARNING if state.dead_lettered else Role.MUTED
            canvas.put(box.middle, box.y - 1, "▼", role, DEAD_LETTERS)


# -- arrows --


@dataclass(frozen=True, slots=True)
class _Look:
    """How an arrow looks now."""

    role: Role
    mark: ArrowState = ArrowState.IDLE
    broken: bool = False
    passing: bool = False


@dataclass(slots=True)
class _Crossing:
    """What meets in one cell."""

    role: Role
    target: str | None
    heavy: bool = False
    directions: set[str] = field(default_factory=set)


def _look(state: DiagramState, arrow: Arrow | None) -> _Look:
    if arrow is None:
        return _Look(Role.MUTED)
    mark = state.arrows.get(arrow.name, ArrowState.IDLE)
    broken = arrow.name in state.broken
    passing = not broken and (mark is ArrowState.PASSING or state.passing == arrow.name)
    role = Role.BROKEN if broken else Role.PASSING if passing else Role(mark.value)
    return _Look(role, mark, broken, passing)


def _draw_lines(canvas: Canvas, looks: list[tuple[Arrow | None, Route, _Look]]) -> None:
    """Draw every line and head; where lines meet, they join."""
    crossings: dict[Point, _Crossing] = {}
    for arrow, route, look in looks:
        target = arrow.name if arrow is not None else None
        for cell, directions in route.strokes():
            crossing = crossings.setdefault(cell, _Crossing(look.role, target))
            crossing.directions |= directions
            crossing.heavy |= look.passing
            if _RANKS.index(look.role) > _RANKS.index(crossing.role):
                crossing.role, crossing.target = look.role, target
    for (x, y), crossing in crossings.items():
        line = stroke(frozenset(crossing.directions), heavy=crossing.heavy)
        canvas.put(x, y, line, crossing.role, crossing.target)
    for arrow, route, look in looks:
        (x, y), head = route.head
        canvas.put(x, y, head, look.role, arrow.name if arrow is not None else None)


def _draw_label(canvas: Canvas, arrow: Arrow, route: Route, look: _Look) -> set[Point]:
    """Write an arrow's number and sign on it; return the cells that they take."""
    label = _label(arrow, look.mark, route.label_room, broken=look.broken)
    start, y = route.place(label)
    canvas.put(start, y, label, look.role, arrow.name)
    return {(start + n, y) for n in range(len(label))}


def _draw_call(canvas: Canvas, arrow: Arrow, route: Route) -> None:
    """Write the operation under an arrow, where it fits."""
    name = arrow.actions[0].partition(":")[2]
    names = (name, name.removesuffix("Message"), name.removesuffix("Function"))
    call = next((name for name in names if len(name) < route.label_room), "")
    x, y = route.label_from
    if y + 2 < canvas.height:
        start = x + (route.label_room - len(call)) // 2
        canvas.put(start, y + 1, call, Role.MUTED, arrow.name)


def _draw_passing(
    canvas: Canvas, arrow: Arrow, route: Route, taken: set[Point], tick: int | None
) -> None:
    """Put the call that is under way on its arrow, beside the label."""
    track = [cell for cell in route.cells()[:-1] if cell not in taken]
    x, y = track[tick % len(track) if tick is not None else len(track) - 1]
    canvas.put(x, y, "●", Role.PASSING, arrow.name)


def _label(arrow: Arrow, mark: ArrowState, room: int, *, broken: bool) -> str:
    """Return an arrow's number and sign, with the gap of a broken one."""
    label = f"{arrow.number}{_MARKS.get(mark, '')}"
    if broken:
        texts = (f" {label} ─ ╳ ", f"{label} ╳ ", f"{label}╳", f"{arrow.number}╳")
        return next((text for text in texts if len(text) <= room - 1), texts[-1])
    return f" {label} " if room >= len(label) + 5 else label
