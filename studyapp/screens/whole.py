"""A payload, or the pictures, on the whole screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from studyapp import commands as c
from studyapp import reports as r
from studyapp.screens.dialogs import Dialog, ListeningDialog
from studyapp.screens.key_line import KeyLine
from studyapp.screens.live_views import picture_of
from studyapp.study.walk_payload import Shown
from studyapp.widgets.marked_view import MarkedView
from studyapp.widgets.payload import Payload
from studyapp.widgets.payload_view import PayloadView
from studyapp.widgets.picture_view import PictureView


class PayloadScreen(Dialog[None]):
    """One payload; ``c`` copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,o", "give_up", "back", show=False)]

    def __init__(self, payload: Payload) -> None:
        super().__init__()
        self._payload = payload

    def compose(self) -> ComposeResult:
        """Show the payload."""
        view = PayloadView(classes="whole")
        view.payload = self._payload
        yield view
        yield KeyLine()

    def on_payload_view_copied(self) -> None:
        """Say that it is in the clipboard."""
        self.notify("The payload is in the clipboard.")


class MarkedScreen(Dialog[None]):
    """One payload of a lesson, with what matters marked."""

    AUTO_FOCUS = "MarkedView"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,o", "give_up", "back", show=False)]

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self._shown = shown

    def compose(self) -> ComposeResult:
        """Show the payload."""
        view = MarkedView(classes="whole -whole")
        view.can_focus = True
        view.border_title = f"payload · {self._shown.title}"
        view.shown = self._shown
        yield view
        yield KeyLine()


class PictureScreen(ListeningDialog):
    """A photo and its thumbnail, as large as the terminal allows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "give_up", "back", show=False)]

    def __init__(self, ask: Callable[[c.Command], None], title: str) -> None:
        super().__init__()
        self._ask = ask
        self._shown_title = title

    def compose(self) -> ComposeResult:
        """Show the pictures."""
        view = PictureView(classes="whole")
        view.border_title = self._shown_title
        yield view
        yield KeyLine()

    def on_resize(self, event: events.Resize) -> None:
        """Have the pictures drawn for the whole screen."""
        self._ask(c.FitPictures(event.size.width // 2 - 4, event.size.height - 6))

    def take(self, report: r.Report) -> None:
        """Show the pictures once they are drawn."""
        if isinstance(report, r.PicturesDrawn):
            view = self.query_one(PictureView)
            view.border_title = f"picture · {report.key}"
            view.show(picture_of(report.original), picture_of(report.thumbnail))
