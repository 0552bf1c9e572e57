"""The Live screen: upload anything, step or play, break any arrow, and see why it fails.

What is known lies in ``LiveState``; the screen hands it to its widgets and turns keys into
commands to the sandbox's thread.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import Static

from pipeline.events import PipelineEvent, RequestAuthorized, RequestDenied, SandboxReset
from pipeline.topology import DEFAULT
from studyapp import commands as c
from studyapp import reports as r
from studyapp.guidance import fitted, next_step
from studyapp.live_words import title_line
from studyapp.screens.key_line import KeyLine
from studyapp.screens.live_actions import LiveActions
from studyapp.screens.live_views import LiveViews
from studyapp.sizes import WIDE_COLUMNS, WIDE_ROWS
from studyapp.widgets.diagram_state import DiagramState
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.pipeline_diagram import PipelineDiagram

if TYPE_CHECKING:
    from studyapp.study.walk_record import Replay

TELL_SECONDS = 0.125
"""How often the widgets are told at most: more often than the eye needs, seldom enough that a
flood of events leaves the event loop free for keys."""

FLOOD_TELL_SECONDS = 0.25
"""The same while photos run as fast as they can: nobody reads a thousand lines a second."""


class LiveScreen(LiveActions):
    """The pipeline, live."""

    CSS_PATH = "live.tcss"
    AUTO_FOCUS = "#diagram"
    HORIZONTAL_BREAKPOINTS = [(WIDE_COLUMNS, "-wide")]
    VERTICAL_BREAKPOINTS = [(WIDE_ROWS, "-tall")]

    diagram: var[DiagramState] = var(DiagramState.initial)
    next_words: var[str] = var("")
    next_key: var[str] = var("")

    def __init__(self, topology: str = DEFAULT, replay: Replay | None = None) -> None:
        """Begin with an architecture.

        Args:
            topology: One of ``TOPOLOGY_NAMES``.
            replay: What a lesson did in it, which is done again; leaving goes back to the lesson.
        """
        super().__init__(topology)
        self._replay = replay
        self.set_reactive(LiveScreen.diagram, self.live.diagram)
        self._unlogged: list[PipelineEvent] = []
        self._telling: Timer | None = None
        self._told_at = 0.0
        self._diagram_is_told = False
        self._keys_told: tuple[object, ...] = ()

    # -- wiring --

    def compose(self) -> ComposeResult:
        """Place the diagram above what happens and why."""
        yield Static(id="title")
        yield PipelineDiagram(self.live.diagram, id="diagram").data_bind(state=LiveScreen.diagram)
        yield NextStep(id="next").data_bind(text=LiveScreen.next_words, key=LiveScreen.next_key)
        yield Static(id="photo")
        with Horizontal(id="panels"):
            log = EventLog(id="log")
            log.border_title = "events"
            yield log
            yield LiveViews(id="views")
        yield KeyLine()

    def on_mount(self) -> None:
        """Say what there is from the first frame on."""
        self.tell()

    async def complete(self) -> None:
        """Place the views that are empty at first."""
        await self.views.complete()
        if self._replay is not None:
            self.ask(c.Retrace(self._replay))
            self.notify("What the lesson did is done again here; esc goes back to the lesson.")

    def action_back(self) -> None:
        """Go back to what happens now, then to the lesson: what it did here need not end."""
        if self._replay is not None and self.views.subject is None:
            self.leave()
        else:
            super().action_back()

    def leave(self) -> None:
        """Go back to the lesson, or home."""
        if self._replay is not None:
            self.dismiss(None)
        else:
            super().leave()

    def take(self, report: r.Report) -> None:
        """Act on a report."""
        match report:
            case r.Happened(happened):
                self._log_events(happened)
            case r.Opening():
                self._begin_anew()
            case r.PicturesDrawn():
                self.views.show_pictures(report)
                is_done = report.thumbnail is not None and self.live.denied_arrow() is None
                if is_done and self.views.subject is None:
                    self.views.view = "picture"
            case r.CommandRefused(_, sentence, code) if self.listener is None:
                self.notify(f"{code}: {sentence}" if code else sentence, severity="error")
            case r.ThreadFailed(sentence, log_path):
                more = f" The details are in {log_path}." if log_path else ""
                self.notify(
                    f"{sentence}{more} Press ctrl+r to reset.", severity="error", timeout=60
                )
            case r.WorkCancelled():
                self.notify("Cancelled. What was done stays done; messages come again.")
        if self.listener is not None:
            self.listener.take(report)
        if isinstance(report, r.Status) and report.is_learners_turn:
            # Whoever steps waits for this frame; nothing else will come until the next key.
            self.tell()
        else:
            self._tell_soon()

    def _log_events(self, happened: tuple[PipelineEvent, ...]) -> None:
        if any(isinstance(event, SandboxReset) for event in happened):
            self._begin_anew()
        self._unlogged.extend(happened)
        if any(isinstance(event, RequestDenied) for event in happened):
            self.views.subject, self.views.view = None, "decision"

    def _begin_anew(self) -> None:
        """Forget what was shown of a sandbox that is no more."""
        self._unlogged.clear()
        self.log_view.clear()
        self.views.clear()

    def _tell_soon(self) -> None:
        """Tell the widgets at once, or, when much happens, a few times a second."""
        if self._telling is not None:
            return
        pause = FLOOD_TELL_SECONDS if self.live.is_flooded else TELL_SECONDS
        # A step's end, which is told at once, most often comes before a frame could be drawn.
        begins = monotonic() if self.live.status.is_amid_step else self._told_at
        wait = begins + pause - monotonic()
        if wait <= 0:
            self.tell()
        else:
            self._telling = self.set_timer(wait, self.tell)

    def tell(self) -> None:
        """Hand everything that is known to the widgets; in a flood, by turns and the least."""
        if self._telling is not None:
            self._telling.stop()
            self._telling = None
        self._told_at = monotonic()
        self.give_way()
        if not self.live.is_flooded:
            self._tell_log()
            self._tell_diagram()
            self._tell_views()
        elif self._unlogged and self._diagram_is_told:
            self._tell_log()
        else:
            self._tell_diagram()

    def _tell_log(self) -> None:
        self._diagram_is_told = False
        if self._unlogged:
            self.log_view.extend(self._unlogged)
            self._unlogged.clear()

    def _tell_diagram(self) -> None:
        self._diagram_is_told = True
        live = self.live
        self.diagram = live.diagram
        width = self.size.width - 2
        guidance = fitted(next_step(live.situation(self.selected)), width)
        self.next_words, self.next_key = guidance.words, guidance.key
        self._say("#title", title_line("Live", live.topology, live.status, live.time, width))
        self._say("#photo", live.photo_words())
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Have the footer read the keys again where others may work than before."""
        live = self.live
        deciding = (
            live.status.activity,
            live.status.playing,
            live.topology.name,
            live.diagram.broken,
            live.diagram.dead_lettered > 0,
            self.selected,
            self.size,
        )
        if deciding != self._keys_told:
            self._keys_told = deciding
            self.refresh_bindings()

    def _tell_views(self) -> None:
        if self.log_view.rows.cursor is None and isinstance(self.views.subject, PipelineEvent):
            self.views.subject = None
        self.views.show(self.live)

    def _say(self, place: str, words: str) -> None:
        self.query_one(place, Static).update(Content(words), layout=False)

    # -- what the learner points at --

    def on_resize(self) -> None:
        """Fit the first line to the new width."""
        self.tell()

    def on_pipeline_diagram_selected(self, message: PipelineDiagram.Selected) -> None:
        """Show an arrow's permission and its last decision."""
        self.views.subject = message.name
        if message.name in self.live.diagram.arrows:
            self.views.view = "decision"
        self.tell()

    def on_event_log_event_selected(self, message: EventLog.EventSelected) -> None:
        """Show what an event carried and, of a call, why it was decided so."""
        self.views.subject = message.event
        is_decided = isinstance(message.event, RequestAuthorized | RequestDenied)
        self.views.view = "decision" if is_decided else "payload"
        key = self.live.key_of(message.event)
        if key is not None:
            self.ask(c.DrawPictures(key))
        self.tell()
        if message.opened:
            self.open_payload()

    def on_live_views_fitted(self, message: LiveViews.Fitted) -> None:
        """Have pictures drawn for the room there is."""
        self.ask(c.FitPictures(message.columns, message.rows))
