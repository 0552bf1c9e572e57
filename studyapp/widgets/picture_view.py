"""The original and its thumbnail, side by side or one above the other."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import RenderableType
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

_STACKED_BELOW = 56
"""Columns below which the pictures stand one above the other."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is drawn already."""

    title: str
    caption: str
    """Its facts in one line: ``4000×3000 JPEG · 3.1 MB``."""

    renderable: RenderableType | None = None
    """The drawing; None when there is none to show."""


class PicturePane(Vertical):
    """One picture with its title and its caption."""

    DEFAULT_CSS = """
    PicturePane {
        height: auto;
        width: 1fr;
        padding: 0 1;

        & > Static { width: auto; max-width: 100%; }
        & > .picture-pane--title { text-style: bold; }
        & > .picture-pane--caption { color: $text-muted; }
    }
    """

    picture: reactive[Picture | None] = reactive(None)
    absence: reactive[str] = reactive("")
    """What is said while there is no picture."""

    def compose(self) -> ComposeResult:
        """Title, picture, caption."""
        yield Static(classes="picture-pane--title")
        yield Static(classes="picture-pane--picture")
        yield Static(classes="picture-pane--caption")

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()

    def watch_picture(self) -> None:
        """Show the picture."""
        self._show()

    def watch_absence(self) -> None:
        """Say why there is none."""
        self._show()

    def _show(self) -> None:
        if not self.children:
            return
        title, drawing, caption = self.query_children(Static)
        picture = self.picture
        if picture is None:
            title.update("")
            drawing.update(Content(self.absence))
            caption.update("")
            return
        title.update(Content(picture.title))
        drawing.update(
            Content("(no preview of this picture)")
            if picture.renderable is None
            else picture.renderable
        )
        caption.update(Content(picture.caption))


class PictureView(VerticalScroll, can_focus=True):
    """A photo and what the pipeline made of it."""

    DEFAULT_CSS = """
    PictureView {
        layout: horizontal;
        scrollbar-size-vertical: 1;
        &.-stacked { layout: vertical; }
        & > PicturePane.-failed { color: $text-error; }
        &.-stacked > PicturePane { margin-bottom: 1; }
    }
    """
    original: reactive[Picture | None] = reactive(None)
    thumbnail: reactive[Picture | None] = reactive(None)
    problem: reactive[str] = reactive("")
    """Why there is no thumbnail and will be none, as one sentence."""

    def compose(self) -> ComposeResult:
        """Place the original before its thumbnail."""
        yield PicturePane(id="original")
        yield PicturePane(id="thumbnail")

    def on_mount(self) -> None:
        """Say what there is."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Stack the pictures where there is no room for both."""
        self.set_class(event.size.width < _STACKED_BELOW, "-stacked")

    def show(
        self, original: Picture | None, thumbnail: Picture | None = None, *, problem: str = ""
    ) -> None:
        """Show a photo, its thumbnail, or why there is none."""
        self.original = original
        self.thumbnail = thumbnail
        self.problem = problem

    def watch_original(self) -> None:
        """Show the original."""
        self._show()

    def watch_thumbnail(self) -> None:
        """Show the thumbnail."""
        self._show()

    def watch_problem(self) -> None:
        """Say why there is no thumbnail."""
        self._show()

    def _show(self) -> None:
        if not self.children:
            return
        first = self.query_one("#original", PicturePane)
        second = self.query_one("#thumbnail", PicturePane)
        first.picture, second.picture = self.original, self.thumbnail
        first.absence = "No photo yet."
        second.set_class(bool(self.problem), "-failed")
        if self.problem:
            second.absence = f"✗ No thumbnail: {self.problem}"
        else:
            second.absence = "No thumbnail yet." if self.original else ""
