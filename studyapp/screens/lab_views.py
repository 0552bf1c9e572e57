"""Four views on a lab: its story, what happened, why, and the grade."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.reactive import var

from pipeline.events import PipelineEvent, RequestAuthorized, RequestDenied
from studyapp.widgets.decision_view import DecisionView
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.page import Page
from studyapp.widgets.payload_view import PayloadView

VIEWS = ("story", "pipeline", "why", "grade")


class LabViews(Container):
    """The views, of which one is shown."""

    view: var[str] = var("story")

    def compose(self) -> ComposeResult:
        """Place all four."""
        yield Page(id="story")
        log = EventLog(id="pipeline")
        yield log
        with Vertical(id="why"):
            yield DecisionView(id="decided")
            yield PayloadView(id="payload")
        yield Page(id="grade")

    def on_mount(self) -> None:
        """Begin with the story."""
        self.show_event(None)
        self.watch_view()

    @property
    def story(self) -> Page:
        """The lab's story."""
        return self.query_one("#story", Page)

    @property
    def log_view(self) -> EventLog:
        """What happened."""
        return self.query_one("#pipeline", EventLog)

    @property
    def grade(self) -> Page:
        """The last grade."""
        return self.query_one("#grade", Page)

    def show_event(self, event: PipelineEvent | None) -> None:
        """Show why a call was decided as it was, or what another event carried."""
        is_decided = event is None or isinstance(event, RequestAuthorized | RequestDenied)
        decided, payload = self.query_one("#decided", DecisionView), self.query_one(PayloadView)
        decided.display, payload.display = is_decided, not is_decided
        if isinstance(event, RequestAuthorized | RequestDenied) or event is None:
            decided.show(event)
        else:
            payload.show(event)
        self._name_views()

    def watch_view(self) -> None:
        """Show one view."""
        for name in VIEWS:
            self.set_class(name == self.view, f"-{name}")
        self._name_views()

    def take_keys(self) -> None:
        """Let the keys go to the view that is shown."""
        if self.view == "pipeline":
            self.log_view.focus()
        elif self.view == "why":
            shown = [view for view in self.query("#why > *") if view.display]
            shown[0].focus()
        else:
            self.query_one(f"#{self.view}", Page).focus()

    def _name_views(self) -> None:
        names = [f"[b reverse] {name} [/]" if name == self.view else f" {name} " for name in VIEWS]
        self.border_title = "".join(names)
