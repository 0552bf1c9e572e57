"""The real payload of one event, pretty-printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from pipeline.events import PipelineEvent
from studyapp.widgets.payload import Payload, payload_of, sections

_NOTHING = "Select an event to see what it carried."


class PayloadView(VerticalScroll, can_focus=True):
    """What an event carried: JSON in colour, strings of JSON unfolded, log lines as lines."""

    DEFAULT_CSS = """
    PayloadView {
        padding: 0 1;
        scrollbar-size-vertical: 1;

        & > Static { width: 100%; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", "Copy payload")]

    payload: reactive[Payload | None] = reactive(None)

    @dataclass
    class Copied(Message):
        """The payload is in the clipboard."""

        view: PayloadView
        payload: Payload

        @property
        def control(self) -> PayloadView:
            """The view it was copied from."""
            return self.view

    def compose(self) -> ComposeResult:
        """One text; the view scrolls."""
        yield Static(_NOTHING)

    def on_mount(self) -> None:
        """Show what was set before there was a place for it."""
        self.watch_payload(self.payload)

    def show(self, event: PipelineEvent | None) -> None:
        """Show what an event carried, or nothing."""
        self.payload = payload_of(event) if event is not None else None

    def watch_payload(self, payload: Payload | None) -> None:
        """Print the payload from its beginning."""
        if not self.children:
            return
        self.border_title = payload.title if payload is not None else "payload"
        self.query_one(Static).update(_printed(payload))
        self.scroll_home(animate=False)

    def action_copy(self) -> None:
        """Copy the whole payload, as it was, to the clipboard."""
        if self.payload is not None:
            self.app.copy_to_clipboard(self.payload.text())
            self.post_message(self.Copied(self, self.payload))


def _printed(payload: Payload | None) -> Content:
    if payload is None:
        return Content.styled(_NOTHING, "$text-muted")
    from textual.highlight import highlight  # noqa: PLC0415 (Pygments would delay the first frame)

    parts: list[Content] = []
    for section in sections(payload):
        if section.label:
            parts.append(Content.styled(f"\n▾ {section.label}", "bold $text-accent"))
        text = section.text or "(empty)"
        parts.append(highlight(text, language="json") if section.is_json else Content(text))
    return Content("\n").join(parts)
