"""The tour: a photo goes in, an arrow snaps, and one key repairs it. Enter only; esc skips."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from pipeline.events import RequestDenied
from studyapp import commands as c
from studyapp import reports as r
from studyapp.first_launch import remember_tour
from studyapp.guidance import next_step
from studyapp.live_words import title_line
from studyapp.screens.key_line import KeyLine
from studyapp.screens.live_views import picture_of
from studyapp.screens.sandbox_screen import SandboxScreen
from studyapp.tour_script import Scene, scenes
from studyapp.widgets.decision_view import DecisionView
from studyapp.widgets.diagram_state import DiagramState
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.picture_view import PictureView
from studyapp.widgets.pipeline_diagram import PipelineDiagram


class TourScreen(SandboxScreen):
    """Plays the scenes, one enter after another, on a sandbox of its own."""

    CSS_PATH = "tour.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "go on"),
        Binding("escape", "skip", "skip the tour"),
    ]

    diagram: var[DiagramState] = var(DiagramState.initial)
    next_words: var[str] = var("")
    next_key: var[str] = var("")
    number: var[int] = var(0)
    """The scene that is played."""

    is_over: var[bool] = var(False)  # noqa: FBT003 - a reactive takes its default so
    """Whether the scene is over and enter goes on."""

    class Finished(Message):
        """The tour is over, or was skipped."""

        def __init__(self, *, was_seen: bool) -> None:
            super().__init__()
            self.was_seen = was_seen
            """Whether it was seen to its end."""

    def __init__(self) -> None:
        super().__init__()
        self._scenes = scenes()

    def compose(self) -> ComposeResult:
        """Place the diagram above the words and what they are about."""
        yield Static(id="title")
        yield PipelineDiagram(id="diagram").data_bind(state=TourScreen.diagram)
        yield NextStep(id="next").data_bind(text=TourScreen.next_words, key=TourScreen.next_key)
        with Horizontal(id="stage"):
            with VerticalScroll(id="told", can_focus=False):
                yield Static(id="words")
            with Container(id="shown"):
                yield PictureView(id="picture")
                with VerticalScroll(id="denial", can_focus=False):
                    yield Static(id="answer")
                    yield DecisionView(id="decided", can_focus=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#diagram").can_focus = False
        self._tell()

    def on_resize(self) -> None:
        """Fit the first line and the pictures to the new size."""
        self._tell()
        self.call_after_refresh(self._fit)

    def take(self, report: r.Report) -> None:
        """Act on a report."""
        match report:
            case r.PicturesDrawn(_, original, thumbnail):
                self.query_one("#picture", PictureView).show(
                    picture_of(original), picture_of(thumbnail)
                )
            case r.ThreadFailed(sentence, log_path):
                more = f" The details are in {log_path}." if log_path else ""
                self.notify(f"{sentence}{more} Press esc for the app.", severity="error")
        if not self.is_over and self._scene.is_over(self.live):
            self.is_over = True
        self._tell()

    def action_go_on(self) -> None:
        """Play the next scene; while one is under way, play it faster."""
        if not self.is_over:
            self.ask(c.Play(0.0, skips_time=self.number == len(self._scenes) - 2))
        elif self.number + 1 == len(self._scenes):
            self._end(was_seen=True)
        else:
            self.number += 1
            self.is_over = self.number + 1 == len(self._scenes)
            pace = 0.0 if self.app.animation_level == "none" else c.HUMAN_PACE
            for command in self._scene.commands(pace):
                self.ask(command)
            self._tell()

    def action_skip(self) -> None:
        """End the tour."""
        self._end(was_seen=False)

    def _end(self, *, was_seen: bool) -> None:
        remember_tour()
        self.post_message(self.Finished(was_seen=was_seen))

    @property
    def _scene(self) -> Scene:
        return self._scenes[self.number]

    def _tell(self) -> None:
        scene, live = self._scene, self.live
        self.diagram = live.diagram
        self.query_one("#title", Static).update(
            Content(title_line("Tour", live.topology, live.status, live.time, self.size.width - 2))
        )
        if self.is_over:
            self.next_words, self.next_key = scene.next_words, "enter"
        elif self.number:
            self.next_words, self.next_key = "watch", "enter goes faster"
        else:
            self.next_words, self.next_key = next_step(live.situation("")).words, ""
        self.query_one("#words", Static).update(self._words(scene))
        self.query_one("#diagram", PipelineDiagram).selected = scene.selected
        self._show_denial(live.denied)
        shown = self.query_one("#shown")
        shown.set_class(scene.shows == "decision" and self.is_over, "-decision")
        self.refresh_bindings()

    def _show_denial(self, denied: RequestDenied | None) -> None:
        if denied is None or denied is self.query_one("#decided", DecisionView).decided:
            return
        self.query_one("#decided", DecisionView).show(denied)
        self.query_one("#answer", Static).update(
            Content.assemble(
                (f"{denied.status} {denied.code}\n", "bold $text-error"), denied.message
            )
        )

    def _words(self, scene: Scene) -> Content:
        parts: list[tuple[str, str] | str] = [
            (f"{self.number + 1} of {len(self._scenes)} · {scene.title}\n\n", "bold $text-accent"),
            scene.after if self.is_over else scene.before,
        ]
        if self.is_over and scene.shows == "decision":
            parts.append((f"\n\n{self.live.photo_words()}", "$text-warning"))
        return Content.assemble(*parts)

    def _fit(self) -> None:
        size = self.query_one("#picture").content_size
        if size.width:
            self.ask(c.FitPictures(size.width // 2 - 2, size.height - 4))
