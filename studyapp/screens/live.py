"""The Live screen: upload anything, step or play, break any arrow, and see why it fails.

What is known lies in ``LiveState``; the screen hands it to its widgets and turns keys into
commands to the sandbox's thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from pipeline.events import PipelineEvent, RequestAuthorized, RequestDenied, SandboxReset
from studyapp import commands as c
from studyapp import reports as r
from studyapp.guidance import next_step
from studyapp.live_words import statement_lines, title_line
from studyapp.screens.key_line import KeyLine
from studyapp.screens.sandbox_screen import SandboxScreen
from studyapp.sizes import WIDE_COLUMNS, WIDE_ROWS
from studyapp.widgets.decision_view import DecisionView
from studyapp.widgets.diagram_state import Decided, DiagramState
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.payload_view import PayloadView
from studyapp.widgets.picture_view import Picture, PictureView
from studyapp.widgets.pipeline_diagram import PipelineDiagram

if TYPE_CHECKING:
    from studyapp.screens.lookups import LookUpsScreen

PACES = (0.0, 0.1, c.HUMAN_PACE, 0.8, 1.5)
"""Seconds between two hops, from as fast as it can to slow."""

VIEWS = ("decision", "payload", "picture")


class LiveScreen(SandboxScreen):
    """The pipeline, live."""

    CSS_PATH = "live.tcss"
    AUTO_FOCUS = "#diagram"
    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-narrow"), (WIDE_COLUMNS, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar = [(0, "-low"), (WIDE_ROWS, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cancel", "cancel", tooltip="abandon what is under way"),
        Binding("u", "upload_sample", "sample", tooltip="upload a bundled picture"),
        Binding("f,U", "upload_file", "file", tooltip="upload a picture of your own, or a folder"),
        Binding("space", "step", "step", tooltip="let one hop happen"),
        Binding("p", "play", "play", tooltip="let hops follow one another"),
        Binding("p", "pause", "pause", tooltip="stop before the next hop"),
        Binding("b", "break", "break", tooltip="take the selected arrow's permission away"),
        Binding("r", "restore", "restore", tooltip="give a broken arrow its permission back"),
        Binding("d", "redrive", "redrive", tooltip="move dead letters back to the queue"),
        Binding("l", "look_up", "look up", tooltip="read the table as a front end would"),
        Binding("v", "next_view", "view", tooltip="decision, payload and picture in turn"),
        Binding("enter", "open", "open", tooltip="the payload or picture on the whole screen"),
        Binding("question_mark", "help", "help", tooltip="about the selected thing, and all keys"),
        Binding("ctrl+r", "reset", "reset", show=False, tooltip="begin anew, with nothing in it"),
        Binding("slash", "filter", "filter", show=False, tooltip="filter the events"),
        Binding("plus,equals_sign", "pace(-1)", "faster", show=False, tooltip="play faster"),
        Binding("minus", "pace(1)", "slower", show=False, tooltip="play slower"),
        Binding("t", "app.tour", "tour", show=False, tooltip="see the first ninety seconds again"),
        Binding("escape", "back", "back", show=False, tooltip="cancel, or go back to the newest"),
        *(
            Binding(str(n), f"arrow({n})", f"arrow {n}", show=False, tooltip=f"select arrow {n}")
            for n in range(1, 6)
        ),
    ]

    diagram: var[DiagramState] = var(DiagramState.initial)
    next_words: var[str] = var("")
    next_key: var[str] = var("")
    view: var[str] = var("decision")
    subject: var[str | PipelineEvent | None] = var(None)
    """What the views are about: an arrow's name, an event, or None for what happened last."""

    def __init__(self) -> None:
        super().__init__()
        self._pace = PACES.index(c.HUMAN_PACE)
        self._look_ups: LookUpsScreen | None = None

    # -- wiring ------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Place the diagram above what happens and why."""
        yield Static(id="title")
        yield PipelineDiagram(id="diagram").data_bind(state=LiveScreen.diagram)
        yield NextStep(id="next").data_bind(text=LiveScreen.next_words, key=LiveScreen.next_key)
        yield Static(id="photo")
        with Horizontal(id="panels"):
            yield EventLog(id="log")
            with Container(id="views"):
                with Vertical(id="reading"):
                    with VerticalScroll(id="decision"):
                        yield Static(id="arrow")
                        yield DecisionView(id="decided", can_focus=False)
                    yield PayloadView(id="payload")
                yield PictureView(id="picture")
        yield KeyLine()

    def take(self, report: r.Report) -> None:
        """Act on a report."""
        match report:
            case r.Happened(happened):
                self._log_events(happened)
            case r.PicturesDrawn():
                self._show_pictures(report)
            case r.CommandRefused(_, sentence, code):
                self._tell_refusal(f"{code}: {sentence}" if code else sentence)
            case r.ThreadFailed(sentence, log_path):
                more = f" The details are in {log_path}." if log_path else ""
                self.notify(f"{sentence}{more} Press ctrl+r to reset.", severity="error", timeout=60)
            case r.WorkCancelled():
                self.notify("Cancelled. What was done stays done; messages come again.")
        if self._look_ups is not None:
            self._look_ups.take(report)
        self.tell()
"""
"""
