"""The living architecture: what stands where, what passes, what was allowed and what was denied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget

from studyapp.widgets.diagram_canvas import Line, Role, Segment
from studyapp.widgets.diagram_drawing import draw
from studyapp.widgets.diagram_layout import Layout, layout
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from studyapp.widgets.diagram_words import arrow_named

_FRAMES_PER_SECOND = 8
_FILLED = {Role.NAME, Role.COUNT, Role.ALERT}


class PipelineDiagram(Widget, can_focus=True):
    """The architecture, drawn for the width there is."""

    DEFAULT_CSS = """
    PipelineDiagram {
        width: 1fr;
        height: auto;

        & > .pipeline-diagram--node { color: $foreground 50%; }
        & > .pipeline-diagram--name { color: $foreground; text-style: bold; }
        & > .pipeline-diagram--count { color: $foreground 80%; }
        & > .pipeline-diagram--filled { background: $foreground 10%; }
        & > .pipeline-diagram--alert { color: $text-warning; text-style: bold; }
        & > .pipeline-diagram--warning { color: $text-warning; text-style: bold; }
        & > .pipeline-diagram--muted { color: $foreground 55%; }
        & > .pipeline-diagram--idle { color: $foreground 65%; }
        & > .pipeline-diagram--passing { color: $text-accent; text-style: bold; }
        & > .pipeline-diagram--allowed { color: $text-success; }
        & > .pipeline-diagram--denied { color: $text-error; text-style: bold; }
        & > .pipeline-diagram--broken { color: $text-error; text-style: bold; }
        &:nocolor > .pipeline-diagram--denied { color: $foreground; }
        &:nocolor > .pipeline-diagram--broken { color: $foreground; }
        & > .pipeline-diagram--text { color: $foreground 85%; }
        & > .pipeline-diagram--dim { color: $foreground 30%; text-style: dim; }
        & > .pipeline-diagram--selected { background: $foreground 20%; text-style: bold; }
        &:focus > .pipeline-diagram--selected { background: $primary 50%; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"pipeline-diagram--{role.value}" for role in Role),
        "pipeline-diagram--dim",
        "pipeline-diagram--filled",
        "pipeline-diagram--selected",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right", "step(1)", "Next", show=False),
        Binding("up", "go('up')", "Up", show=False),
        Binding("down", "go('down')", "Down", show=False),
        *(
            Binding(str(number % 10), f"number({number})", f"Arrow {number}", show=False)
            for number in range(1, 11)
        ),
    ]

    state: reactive[DiagramState] = reactive(DiagramState.initial)
    selected: reactive[str] = reactive("s3-to-queue")
    """An arrow or a node."""

    lit: reactive[frozenset[str]] = reactive(frozenset())
    """The nodes that matter, and with them the arrows between; all do where there is none."""

    animate_passing: var[bool] = var(True)  # noqa: FBT003 (a reactive takes its default so)
    tick: reactive[int] = reactive(0)

    @dataclass
    class Selected(Message):
        """The learner selected an arrow or a node."""

        diagram: PipelineDiagram
        name: str

        @property
        def control(self) -> PipelineDiagram:
            """The diagram it was selected in."""
            return self.diagram

    def __init__(self, state: DiagramState | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        """Begin with a state; without one, with the empty thumbnail pipeline."""
        super().__init__(id=id)
        if state is not None:
            self.set_reactive(PipelineDiagram.state, state)
            self.set_reactive(PipelineDiagram.selected, state.topology.arrows[0].name)

    _clock: Timer | None = None
    _plan: Layout | None = None

    def on_mount(self) -> None:
        """Start the clock of the moving call, which runs only while something passes."""
        self._clock = self.set_interval(1 / _FRAMES_PER_SECOND, self._next_frame, pause=True)
        self._run_clock()

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 (an override)
        """Take all the width there is."""
        return container.width

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (an override)
        viewport: Size,
        width: int,
    ) -> int:
        """Take the rows that the drawing has at that width."""
        return layout(self.state.topology, width, viewport.height).height

    def render(self) -> RenderResult:
        """Draw the architecture for the current width."""
        lines = draw(self.state, self.selected, self.plan, self._frame)
        return Content("\n").join([self._styled(line) for line in lines])

    @property
    def plan(self) -> Layout:
        """Where everything stands now."""
        topology, width = self.state.topology, self.size.width
        rows = self.screen.size.height
        known = self._plan
        if known is None or known.topology is not topology or known.asked != (width, rows):
            known = self._plan = layout(topology, width, rows)
        return known

    @property
    def reading_order(self) -> tuple[str, ...]:
        """Everything that can be selected, along the way of what goes through."""
        return self.plan.tree.reading_order

    def watch_state(self, before: DiagramState, state: DiagramState) -> None:
        """Let the passing call move, or rest; another architecture takes other rows."""
        if before.topology.name != state.topology.name:
            self.selected = state.topology.arrows[0].name
            self.refresh(layout=True)
        self._run_clock()

    def watch_animate_passing(self) -> None:
        """Let the passing call move, or rest."""
        self._run_clock()

    def on_click(self, event: events.Click) -> None:
        """Select what is under the mouse."""
        name = self.target_at(event.x, event.y)
        if name is not None:
            self.action_select(name)

    def target_at(self, x: int, y: int) -> str | None:
        """Return the arrow or node that is drawn at a cell, if any."""
        lines = draw(self.state, self.selected, self.plan, self._frame)
        column = 0
        for segment in lines[y] if 0 <= y < len(lines) else ():
            column += len(segment.text)
            if x < column:
                return segment.target
        return None

    def action_select(self, name: str) -> None:
        """Select an arrow or a node and say so."""
        self.selected = name
        self.post_message(self.Selected(self, name))

    def action_number(self, number: int) -> None:
        """Select an arrow by its number."""
        for arrow in self.state.topology.arrows:
            if arrow.number == number:
                self.action_select(arrow.name)

    def action_step(self, step: int) -> None:
        """Select the next or the previous one along the way of what goes through."""
        order = self.reading_order
        place = order.index(self.selected) if self.selected in order else 0
        self.action_select(order[(place + step) % len(order)])

    def action_go(self, direction: str) -> None:
        """Select what is drawn above or below."""
        name = self.plan.neighbour(self.selected, upwards=direction == "up")
        if name is not None:
            self.action_select(name)

    @property
    def _moves(self) -> bool:
        return self.animate_passing and self.app.animation_level != "none"

    @property
    def _frame(self) -> int | None:
        return self.tick if self._moves else None

    def _run_clock(self) -> None:
        if self._clock is None:
            return
        passes = self.state.passing is not None or ArrowState.PASSING in self.state.arrows.values()
        if passes and self._moves:
            self._clock.resume()
        else:
            self._clock.pause()

    def _next_frame(self) -> None:
        self.tick += 1

    def _styled(self, line: Line) -> Content:
        return Content.assemble(*((segment.text, self._style(segment)) for segment in line), end="")

    def _is_dim(self, name: str | None) -> bool:
        """Whether something is not among what matters."""
        if not self.lit or name is None or name in self.lit:
            return False
        arrow = arrow_named(self.state, name)
        return arrow is None or not {arrow.source, arrow.target} <= self.lit

    def _style(self, segment: Segment) -> Style:
        is_dim = self._is_dim(segment.target)
        role = "dim" if is_dim else segment.role.value
        classes = [f"pipeline-diagram--{role}"]
        if segment.role in _FILLED and not is_dim:
            classes.append("pipeline-diagram--filled")
        if segment.target is not None and segment.target == self.selected:
            classes.append("pipeline-diagram--selected")
        return self.get_visual_style(*classes)
