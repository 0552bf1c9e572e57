"""Three views on one thing: why it was decided so, what was sent, and the picture itself.

The thing is an arrow or an event that the learner selected, or else what happened last. On a wide
screen the three stand side by side, on a narrow one they take turns.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from pipeline.events import PipelineEvent, RequestAuthorized, RequestDenied
from pipeline.topology import Arrow, PolicyDocument
from studyapp.live_state import LiveState
from studyapp.live_words import statement_lines
from studyapp.reports import Drawing, PicturesDrawn
from studyapp.widgets.decision_view import DecisionView
from studyapp.widgets.diagram_folding import Decided
from studyapp.widgets.payload_view import PayloadView
from studyapp.widgets.picture_view import Picture, PictureView

VIEWS = ("decision", "payload", "picture")
_TITLE_AND_CAPTION = 3
"""Rows of a picture's pane that are not the picture."""


class LiveViews(Container):
    """Decision, payload and picture."""

    view: var[str] = var("decision")
    """The one that is shown where there is room for one only."""

    subject: var[str | PipelineEvent | None] = var(None)
    """An arrow's name, an event, or None for what happened last."""

    class Fitted(Message):
        """The pictures have room for so many characters each."""

        def __init__(self, columns: int, rows: int) -> None:
            super().__init__()
            self.columns = columns
            self.rows = rows

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes="-decision")
        self._is_complete = False

    def compose(self) -> ComposeResult:
        """Begin with the decision; the first frame does not wait for views that are empty."""
        with Vertical(id="reading"), VerticalScroll(id="decision"):
            yield Static(id="arrow")
            yield DecisionView(id="decided", can_focus=False)

    def on_mount(self) -> None:
        """Name what there is."""
        self._name_views()

    async def complete(self) -> None:
        """Place the other views, once the first frame is drawn."""
        await self.query_one("#reading").mount(PayloadView(id="payload"))
        await self.mount(PictureView(id="picture"))
        self._is_complete = True
        self._name_views()
        self.call_after_refresh(self.fit)

    @property
    def payload(self) -> PayloadView:
        """The payload's view."""
        return self.query_one("#payload", PayloadView)

    @property
    def picture(self) -> PictureView:
        """The pictures' view."""
        return self.query_one("#picture", PictureView)

    def show(self, live: LiveState) -> None:
        """Show the subject as it is now."""
        if not self._is_complete:
            return
        subject = self.subject
        decided: Decided | None = live.notable
        event = live.latest
        arrow: Arrow | None = None
        if isinstance(subject, PipelineEvent):
            event = subject
            decided = subject if isinstance(subject, RequestAuthorized | RequestDenied) else None
        elif subject is not None and subject in live.diagram.arrows:
            arrow = live.topology.arrow(subject)
            decided = live.diagram.last_decision_by_arrow.get(subject)
            event = decided or event
        self._show_arrow(arrow, live.policies)
        view = self.query_one("#decided", DecisionView)
        if decided is not view.decided:
            view.show(decided)
        if event is not None:
            self.payload.show(event)
        self._name_views()

    def show_pictures(self, drawn: PicturesDrawn) -> None:
        """Show a photo, and its thumbnail if there is one."""
        self.picture.show(picture_of(drawn.original), picture_of(drawn.thumbnail))
        self.picture.border_title = f"picture · {drawn.key}"

    def clear(self) -> None:
        """Forget everything."""
        self.subject, self.view = None, "decision"
        self.payload.show(None)
        self.query_one("#decided", DecisionView).show(None)
        self.picture.show(None)
        self.picture.border_title = "picture"

    def watch_view(self) -> None:
        """Show one view, where only one has room."""
        if self._is_complete:
            for name in VIEWS:
                self.set_class(name == self.view, f"-{name}")
            self._name_views()

    def action_next(self) -> None:
        """Show the next view."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def on_resize(self) -> None:
        """Tell what the pictures have room for, once it is laid out."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Tell how much room each picture has."""
        if not self._is_complete:
            return
        if self.screen.has_class("-wide") and self.screen.has_class("-tall"):
            size = self.picture.content_size
            room = (size.width - 2, size.height // 2 - _TITLE_AND_CAPTION)
        else:
            size = self.content_size
            room = (size.width // 2 - 2, size.height - _TITLE_AND_CAPTION - 1)
        if size.width:
            self.post_message(self.Fitted(*room))

    def _show_arrow(self, arrow: Arrow | None, policies: Mapping[str, PolicyDocument]) -> None:
        shown = self.query_one("#arrow", Static)
        shown.display = arrow is not None
        if arrow is not None:
            heading, statement = statement_lines(arrow, policies)
            style = "bold $text-error" if statement.startswith("╳") else "$text-accent"
            shown.update(Content.assemble((f"{heading}\n", "bold"), (f"{statement}", style)))

    def _name_views(self) -> None:
        if not self.is_mounted:
            return
        self.query_one("#decision").border_title = "decision"
        payload = self.payload.payload
        self.payload.border_title = f"payload · {payload.title}" if payload else "payload"
        names = [f"[b reverse] {name} [/]" if name == self.view else f" {name} " for name in VIEWS]
        self.border_title = "".join(names)


def picture_of(drawing: Drawing | None) -> Picture | None:
    """Return a drawing as the widgets take it."""
    if drawing is None:
        return None
    return Picture(drawing.title, drawing.caption, drawing.renderable)  # type: ignore[arg-type]
