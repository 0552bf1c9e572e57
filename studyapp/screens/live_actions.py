"""The Live screen's keys: each is a command to the sandbox, or opens a dialog that leads to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from pipeline.topology import DEFAULT
from studyapp import commands as c
from studyapp.screens.live_views import LiveViews
from studyapp.screens.sandbox_screen import SandboxScreen
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.pipeline_diagram import PipelineDiagram

if TYPE_CHECKING:
    from studyapp.screens.dialogs import Listener, ListeningDialog

PACES = (0.0, 0.1, c.HUMAN_PACE, 0.8, 1.5)
"""Seconds between two hops, from as fast as it can to slow."""


class LiveActions(SandboxScreen):
    """What a learner can do on the Live screen."""

    FURTHER_KEYS = (
        ("← → ↑ ↓", "select the next thing in the diagram; scroll a view; go through the events"),
        ("tab", "move between diagram, events and views"),
        ("c", "copy the payload, while it has the focus"),
        ("end", "follow the newest event again, in the events"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cancel", "cancel", tooltip="abandon what is under way"),
        Binding("u", "upload_sample", "sample", tooltip="upload a bundled picture"),
        Binding("f,U", "upload_file", "file", tooltip="upload a picture of your own, or a folder"),
        Binding("space", "step", "step", tooltip="let one hop happen"),
        Binding("p", "play", "play", tooltip="let hops follow one another"),
        Binding("p", "pause", "pause", tooltip="stop before the next hop"),
        Binding("b", "break", "break", tooltip="take the selected arrow's permission away"),
        Binding("r", "restore", "restore", tooltip="give a broken arrow its permission back"),
        Binding("o", "choose", "others", tooltip="choose another architecture"),
        Binding("s", "burst", "burst", tooltip="send hundreds of photos at once, and watch"),
        Binding("d", "redrive", "redrive", tooltip="move dead letters back to the queue"),
        Binding("l", "look_up", "look", tooltip="read the table as a front end would"),
        Binding("v", "next_view", "view", tooltip="decision, payload and picture in turn"),
        Binding("enter", "open", "open", tooltip="the payload or picture on the whole screen"),
        Binding("question_mark", "help", "help", tooltip="about the selected thing, and all keys"),
        Binding("ctrl+r", "reset", "reset", tooltip="begin anew, with nothing in it"),
        Binding("slash", "filter", "filter", show=False, tooltip="filter the events"),
        Binding("plus,equals_sign", "pace(-1)", "faster", show=False, tooltip="play faster"),
        Binding("minus", "pace(1)", "slower", show=False, tooltip="play slower"),
        Binding("a", "fidelity", "as AWS?", show=False, tooltip="how near the sandbox is to AWS"),
        Binding("t", "app.tour", "tour", show=False, tooltip="see the first ninety seconds again"),
        Binding(
            "escape", "back", "back", show=False, tooltip="back to the newest, cancel, or home"
        ),
        *(
            Binding(
                str(n % 10), f"arrow({n})", f"arrow {n}", show=False, tooltip=f"select arrow {n}"
            )
            for n in range(1, 11)
        ),
    ]

    KEYLESS: ClassVar = (
        ("skip time to the moment at which the next message is visible", "skip_time"),
        ("restore every arrow", "restore_all"),
    )
    """What the command palette offers beside the keys: words and action."""

    def __init__(self, topology: str = DEFAULT) -> None:
        super().__init__(topology)
        self._pace = PACES.index(c.HUMAN_PACE)
        self.listener: Listener | None = None
        """The dialog that hears what the thread reports, while it is open."""

    @property
    def log_view(self) -> EventLog:
        """The event log."""
        return self.query_one("#log", EventLog)

    @property
    def views(self) -> LiveViews:
        """Decision, payload and picture."""
        return self.query_one("#views", LiveViews)

    @property
    def selected(self) -> str:
        """The node or arrow that is selected in the diagram."""
        return self.query_one("#diagram", PipelineDiagram).selected

    def tell(self) -> None:
        """Hand what is known to the widgets; for the subclass."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave out the keys that do nothing now."""
        live = self.live
        selected = self.selected if self.is_mounted else ""
        conditions = {
            "cancel": live.is_busy,
            "play": live.is_ready and not live.status.playing,
            "pause": live.is_ready and live.status.playing,
            "step": live.is_ready,
            "upload_sample": live.is_ready,
            "upload_file": live.is_ready,
            "break": live.is_ready
            and selected in live.diagram.arrows
            and selected not in live.diagram.broken,
            "restore": live.is_ready and bool(live.diagram.broken),
            "redrive": live.is_ready and live.can_redrive,
            "look_up": live.is_ready and live.has_photos,
            "burst": live.is_ready and live.topology.name == DEFAULT,
            "next_view": not (self.has_class("-wide") and self.has_class("-tall")),
        }
        return conditions.get(action, True)

    def action_upload_sample(self) -> None:
        """Choose one of what is bundled for the architecture."""
        from studyapp.screens.samples import SamplesScreen  # noqa: PLC0415
        from studyapp.uploads import samples_for  # noqa: PLC0415

        entry = self.live.topology.entry
        listed = samples_for(self.live.topology)
        self.app.push_screen(SamplesScreen(entry, listed), self._upload)

    def action_upload_file(self) -> None:
        """Choose a file or a folder."""
        from studyapp.screens.upload import UploadScreen  # noqa: PLC0415

        self.app.push_screen(UploadScreen(self.live.topology.entry), self._upload)

    def action_choose(self) -> None:
        """Choose an architecture."""
        from studyapp.screens.choosing import ChoosingScreen  # noqa: PLC0415

        self.app.push_screen(ChoosingScreen(self.live.topology.name), self._open)

    def _open(self, name: str | None) -> None:
        if name:
            self.ask(c.OpenTopology(name))

    def action_burst(self) -> None:
        """Show the burst, or ask how large it is to be."""
        from studyapp.screens.burst import BurstScreen  # noqa: PLC0415

        live = self.live
        screen = BurstScreen(self.ask, live.topology.mapping, live.status, live.burst)
        self.listener = screen
        self.app.push_screen(screen, self._end_listening)

    def _upload(self, paths: tuple[Path, ...] | None) -> None:
        if paths:
            self.views.subject = None
            self.ask(c.Upload(paths))

    def action_step(self) -> None:
        """Let one hop happen."""
        self.ask(c.Step())

    def action_play(self) -> None:
        """Let hops follow one another."""
        fast = self.app.animation_level == "none"
        self.ask(c.Play(0.0 if fast else PACES[self._pace]))

    def action_pause(self) -> None:
        """Stop before the next hop."""
        self.ask(c.Pause())

    def action_pace(self, change: int) -> None:
        """Play slower or faster."""
        self._pace = min(max(self._pace + change, 0), len(PACES) - 1)
        if self.live.status.playing:
            self.ask(c.Play(PACES[self._pace]))
        else:
            self.notify(f"Playing will take {PACES[self._pace]:g} s a hop.")

    def action_arrow(self, number: int) -> None:
        """Select an arrow by its number."""
        diagram = self.query_one("#diagram", PipelineDiagram)
        diagram.focus()
        diagram.action_number(number)

    def action_break(self) -> None:
        """Take the selected arrow's permission away."""
        self.ask(c.BreakArrow(self.selected))

    def action_restore(self) -> None:
        """Give the selected arrow its permission back, or else the first broken one."""
        broken = self.live.diagram.broken
        arrow = self.selected
        if arrow not in broken:
            arrow = self.live.denied_arrow() or min(
                broken, key=self.live.topology.arrow_names.index
            )
        self.ask(c.RestoreArrow(arrow))

    def action_restore_all(self) -> None:
        """Give every broken arrow its permission back."""
        for arrow in sorted(self.live.diagram.broken, key=self.live.topology.arrow_names.index):
            self.ask(c.RestoreArrow(arrow))

    def action_skip_time(self) -> None:
        """Skip to the moment at which the next hidden message is visible."""
        self.ask(c.SkipTime())

    def action_redrive(self) -> None:
        """Move the dead letters back to their queue."""
        self.ask(c.Redrive())

    def action_cancel(self) -> None:
        """Abandon what is under way."""
        self.ask(c.CancelWork())

    def action_back(self) -> None:
        """Go back to what happens now; then cancel what is under way; then go home."""
        if self.views.subject is not None:
            self.log_view.rows.action_follow()
            self.views.subject = None
            self.tell()
        elif self.live.is_busy:
            self.action_cancel()
        else:
            self.leave()

    def action_next_view(self) -> None:
        """Show the next of decision, payload and picture."""
        self.views.action_next()

    def action_filter(self) -> None:
        """Filter the events."""
        self.log_view.action_filter()

    def action_open(self) -> None:
        """Open the picture or the payload on the whole screen."""
        if self.views.picture.has_focus or self.views.view == "picture":
            self.open_picture()
        else:
            self.open_payload()

    def open_payload(self) -> None:
        """Show the payload on the whole screen."""
        from studyapp.screens.whole import PayloadScreen  # noqa: PLC0415

        payload = self.views.payload.payload
        if payload is not None:
            self.app.push_screen(PayloadScreen(payload))

    def open_picture(self) -> None:
        """Show the pictures on the whole screen."""
        from studyapp.screens.whole import PictureScreen  # noqa: PLC0415

        if self.views.picture.original is not None:
            self._listen(PictureScreen(self.ask, self.views.picture.border_title or ""))

    def action_look_up(self) -> None:
        """Read the table as a front end would."""
        from studyapp.screens.lookups import LookUpsScreen  # noqa: PLC0415

        self._listen(LookUpsScreen(self.ask, self.live.photo_ids()))

    def _listen(self, dialog: ListeningDialog) -> None:
        self.listener = dialog
        self.app.push_screen(dialog, self._end_listening)

    def _end_listening(self, _: None) -> None:
        self.listener = None
        self.views.fit()

    def action_reset(self) -> None:
        """Throw everything away, once that is confirmed."""
        from studyapp.screens.confirm import ConfirmScreen  # noqa: PLC0415

        question = (
            "Reset the sandbox? Every photo, message, item and changed policy is thrown away."
        )
        self.app.push_screen(ConfirmScreen(question, "reset"), self._reset)

    def _reset(self, is_confirmed: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        if is_confirmed:
            self.ask(c.Reset())

    def action_fidelity(self) -> None:
        """Show how near the sandbox comes to AWS, what is selected first."""
        self.call_later(self.app.run_action, f"fidelity({self.selected!r})")

    def action_help(self) -> None:
        """Explain what is selected, and all keys."""
        from studyapp.explaining import explanation_of  # noqa: PLC0415
        from studyapp.screens.help import HelpScreen, keys_of  # noqa: PLC0415

        explanation = explanation_of(self.live.topology, self.selected)
        self.app.push_screen(HelpScreen(self.selected, keys_of(self), explanation))
