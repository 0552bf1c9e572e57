"""The first frame: the architecture, before anything that the app does with it is loaded.

It draws what the next screen draws in the same places, so nothing jumps when that takes over.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from pipeline.topology import DEFAULT
from studyapp.widgets.diagram_state import DiagramState, drawn_at_first
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.pipeline_diagram import PipelineDiagram


class OpeningScreen(Screen[None]):
    """Stands until the first screen that does something is loaded."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    OpeningScreen {
        #title { height: 1; padding: 0 1; background: $panel; color: $foreground 80%; }
        #diagram { margin: 0 1; }
    }
    """

    class Drawn(Message):
        """The first frame is on the screen."""

    def __init__(self, mode: str, topology: str = DEFAULT) -> None:
        """Stand for a mode that begins with an architecture."""
        super().__init__()
        self._mode = mode
        self._topology = topology

    def compose(self) -> ComposeResult:
        """Place the diagram where the next screen has it."""
        yield Static(f"{self._mode.title()}   {self._topology}", id="title")
        yield PipelineDiagram(DiagramState.initial(drawn_at_first(self._topology)), id="diagram")
        yield NextStep("loading the emulated cloud …", id="next")

    def on_mount(self) -> None:
        """Tell when the frame is drawn."""
        self.call_after_refresh(self.post_message, self.Drawn())
