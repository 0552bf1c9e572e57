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

from pipeline.topology import ARROW_NAMES
from studyapp.widgets.diagram_canvas import Line, Role, Segment
from studyapp.widgets.diagram_drawing import draw, height_of
from studyapp.widgets.diagram_state import ArrowState, DiagramState

READING_ORDER = (
    "uploads",
    "s3-to-queue",
    "queue",
    "dead-letter-queue",
    "queue-to-function",
    "function",
    "function-reads-uploads",
    "function-writes-thumbnails",
    "thumbnails",
    "function-writes-metadata",
    "table",
)
"""Everything that can be selected, along the way of a photo."""

_OVER_THE_TOP = "function-reads-uploads"
_UP = {
    "dead-letter-queue": "queue",
    "function-writes-metadata": "function",
    "table": "thumbnails",
} | dict.fromkeys(("uploads", "s3-to-queue", "queue", "queue-to-function"), _OVER_THE_TOP)
_UP |= {"function": _OVER_THE_TOP}
_DOWN = {
    _OVER_THE_TOP: "function",
    "s3-to-queue": "dead-letter-queue",
    "queue": "dead-letter-queue",
    "queue-to-function": "dead-letter-queue",
    "function": "function-writes-metadata",
    "function-writes-thumbnails": "function-writes-metadata",
    "thumbnails": "table",
}

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
        & > .pipeline-diagram--selected { background: $foreground 20%; text-style: bold; }
        &:focus > .pipeline-diagram--selected { background: $primary 50%; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"pipeline-diagram--{role.value}" for role in Role),
        "pipeline-diagram--filled",
        "pipeline-diagram--selected",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right", "step(1)", "Next", show=False),
        Binding("up", "go('up')", "Up", show=False),
        Binding("down", "go('down')", "Down", show=False),
        *(
            Binding(str(number), f"select('{name}')", f"Arrow {number}", show=False)
            for number, name in enumerate(ARROW_NAMES, 1)
        ),
    ]

    state: reactive[DiagramState] = reactive(DiagramState.initial)
    selected: reactive[str] = reactive("s3-to-queue")
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

    _clock: Timer | None = None

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
        viewport: Size,  # noqa: ARG002 (an override)
        width: int,
    ) -> int:
        """Take the rows that the drawing has at that width."""
        return height_of(width)

    def render(self) -> RenderResult:
        """Draw the architecture for the current width."""
        lines = draw(self.state, self.selected, self.size.width, self._frame)
        return Content("\n").join([self._styled(line) for line in lines])

    def watch_state(self) -> None:
        """Let the passing call move, or rest."""
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
        lines = draw(self.state, self.selected, self.size.width, self._frame)
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

    def action_step(self, step: int) -> None:
        """Select the next or the previous one along the way of a photo."""
        place = READING_ORDER.index(self.selected) if self.selected in READING_ORDER else 0
        self.action_select(READING_ORDER[(place + step) % len(READING_ORDER)])

    def action_go(self, direction: str) -> None:
        """Select what is drawn above or below."""
        name = (_UP if direction == "up" else _DOWN).get(self.selected)
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

    def _style(self, segment: Segment) -> Style:
        classes = [f"pipeline-diagram--{segment.role.value}"]
        if segment.role in _FILLED:
            classes.append("pipeline-diagram--filled")
        if segment.target is not None and segment.target == self.selected:
            classes.append("pipeline-diagram--selected")
        return self.get_visual_style(*classes)
