"""``s``: a burst of photos, how the queue takes it, and the settings that decide how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from pipeline.events import BurstFinished, BurstProgressed
from pipeline.topology import EventSourceMapping
from pipeline.words import counted, seconds_words
from studyapp import commands as c
from studyapp import reports as r
from studyapp.screens.key_line import KeyLine
from studyapp.sizes import WIDE_ROWS
from studyapp.widgets.dials import Dial, Dials
from studyapp.widgets.menu import Menu, MenuRow
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.text_lines import filled
from studyapp.widgets.trend import Trend

SIZES = (100, 1_000, 10_000)
"""Photos of a burst."""

DIALS = (
    Dial("batch_size", "batch size", (1, 2, 5, 10, 100, 1_000), "messages in one invocation"),
    Dial("batching_window", "batching window", (0, 1, 5, 20, 60, 300), "s to wait for a batch"),
    Dial(
        "maximum_concurrency",
        "maximum concurrency",
        (2, 5, 10, 50, 100, 1_000),
        "invocations at the same time",
    ),
)
_TRENDS = (
    ("depth", "queue"),
    ("age", "oldest message"),
    ("concurrency", "concurrency"),
    ("throughput", "throughput"),
)
_BAR = 30


class BurstScreen(Screen[None]):
    """Asks for the size of a burst, then shows it; leaving lets it go on.

    It covers the screen beneath, which then need not be drawn: what is drawn four times a second
    while photos run is drawn quickly.
    """

    CSS_PATH = "burst.tcss"
    VERTICAL_BREAKPOINTS = [(WIDE_ROWS, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause or go on", tooltip="stand still, or go on"),
        Binding("x", "cancel", "cancel", tooltip="abandon the burst"),
        Binding("n", "again", "another", tooltip="send another burst"),
        Binding("escape", "leave", "back", priority=True, tooltip="go back; the burst goes on"),
    ]

    def __init__(
        self,
        ask: Callable[[c.Command], None],
        mapping: EventSourceMapping,
        status: r.Status,
        told: Iterable[BurstProgressed] = (),
    ) -> None:
        """Take how to ask the sandbox, and what is known so far.

        Args:
            ask: Sends a command to the sandbox.
            mapping: The mapping as the architecture has it.
            status: What the sandbox does now.
            told: What has been told of the burst that is under way.
        """
        super().__init__()
        self._ask = ask
        self._status = status
        self._settings = {
            "batch_size": mapping.batch_size,
            "batching_window": mapping.batching_window,
        }
        if mapping.maximum_concurrency is not None:
            self._settings["maximum_concurrency"] = mapping.maximum_concurrency
        self._wanted = 0
        self._told = tuple(told) if self.is_bursting else ()

    @property
    def is_bursting(self) -> bool:
        """Whether a burst is under way."""
        return self._status.activity is r.Activity.BURSTING

    def compose(self) -> ComposeResult:
        """The question, and where the burst is shown."""
        with Vertical(id="burst"):
            yield Static("Burst", id="burst-title")
            with Vertical(id="asking"):
                yield Static("How many photos at once?")
                yield Menu()
            with Container(id="trends"):
                for name, label in _TRENDS:
                    yield Trend(label, id=name)
            yield Static(id="account")
            yield Dials(DIALS, self._settings)
            yield Static(id="told")
            yield NextStep(id="burst-next")
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask, or show the burst that is under way."""
        menu = self.query_one(Menu)
        menu.rows = tuple(
            MenuRow(str(number), str(count), f"{count:,}", None, "photos of 320 × 240 pixels")
            for number, count in enumerate(SIZES, 1)
        )
        for event in self._told:
            self._show(event)
        self._tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave out the keys that do nothing now."""
        if action in {"pause", "cancel"}:
            return self.is_bursting
        return not (action == "again" and (self.is_bursting or not self._wanted))

    @on(Menu.Chosen)
    def _begin(self, message: Menu.Chosen) -> None:
        self._wanted = int(message.name)
        for trend in self.query(Trend):
            trend.clear()
        self._say("")
        self.query_one("#account", Static).update("")
        self._ask(c.Burst(self._wanted))
        self._tell()

    @on(Dials.Turned)
    def _turn(self, message: Dials.Turned) -> None:
        self._ask(c.ConfigureMapping(**{message.name: message.value}))

    def action_pause(self) -> None:
        """Stand still, or go on."""
        self._ask(c.Pause() if self._status.playing else c.Play(0.0))

    def action_cancel(self) -> None:
        """Abandon the burst."""
        self._ask(c.CancelWork())

    def action_again(self) -> None:
        """Ask for the size of another one."""
        self._wanted = 0
        self._tell()

    def action_leave(self) -> None:
        """Go back; the burst goes on."""
        self.dismiss(None)

    def take(self, report: r.Report) -> None:
        """Show what is told of the burst and of the settings."""
        match report:
            case r.Status():
                self._status = report
                self._tell()
            case r.Happened(happened):
                for event in happened:
                    if isinstance(event, BurstProgressed):
                        self._show(event)
                    elif isinstance(event, BurstFinished):
                        self.query_one("#account", Static).update(finished_text(event))
            case r.CommandDone(c.ConfigureMapping() as command):
                self._settings |= {
                    name: value
                    for name in self._names()
                    if (value := getattr(command, name)) is not None
                }
                self.query_one(Dials).values = dict(self._settings)
                self._say("")
            case r.CommandRefused(_, sentence, code):
                self._say(f"✗ {code}: {sentence}" if code else f"✗ {sentence}")
            case r.WorkCancelled():
                self._say("Cancelled. What was done stays done; messages come again.")

    def _names(self) -> tuple[str, ...]:
        return tuple(dial.name for dial in DIALS)

    def _show(self, event: BurstProgressed) -> None:
        if self._wanted != event.wanted:
            self._wanted = event.wanted
            self._tell()
        depth = event.visible + event.in_flight
        for name, value, words in (
            ("depth", float(depth), f"▤ {event.visible:,} + {event.in_flight:,}"),
            ("age", event.oldest_seconds, seconds_words(round(event.oldest_seconds, 1))),
            ("concurrency", float(event.concurrency), counted(event.concurrency, "invocation")),
            ("throughput", event.photos_per_second, f"{event.photos_per_second:.0f} photos/s"),
        ):
            self.query_one(f"#{name}", Trend).add(value, words)
        self.query_one("#account", Static).update(progress_text(event))

    def _tell(self) -> None:
        is_asking = not self.is_bursting and not self._wanted
        asking = self.query_one("#asking")
        if asking.display != is_asking:
            asking.display = is_asking
        focused = self.query_one(Menu if is_asking else Dials)
        if not focused.has_focus:
            focused.focus()
        words = "Burst"
        if self._wanted:
            words += f"   {self._wanted:,} photos"
        if self.is_bursting:
            words += "   ▶ under way" if self._status.playing else "   ‖ paused"
        self.query_one("#burst-title", Static).update(Content(words))
        following = self.query_one(NextStep)
        following.text, following.key = self._next()
        self.refresh_bindings()

    def _next(self) -> tuple[str, str]:
        """Return what to do now, and its key."""
        if self.is_bursting and not self._status.playing:
            return "go on", "space"
        if self.is_bursting:
            return "turn a setting down and see the queue grow", "←"
        if self._wanted:
            return "send another burst", "n"
        return "send a thousand photos, more than the function can take", "2"

    def _say(self, words: str) -> None:
        self.query_one("#told", Static).update(Content.styled(words, "$text-warning"))


def progress_text(event: BurstProgressed) -> Content:
    """Return how far a burst is: a bar, and what is where."""
    share = event.done / event.wanted if event.wanted else 0.0
    full, empty = filled(share, _BAR)
    failed = f" · † {event.failed:,} failed" if event.failed else ""
    return Content.assemble(
        (full, "$text-accent"),
        (empty, "$foreground 40%"),
        f"  {event.done:,} of {event.wanted:,} done · {event.uploaded:,} uploaded{failed}",
    )


def finished_text(event: BurstFinished) -> Content:
    """Return the account of a burst: what became of every upload."""
    speed = f"{event.photos_per_second:.0f} photos/s"
    memory = f"at most {event.peak_memory_mb:.0f} MB of memory"
    return Content.assemble(
        ("✓ ", "bold $text-success"),
        f"{event.uploaded:,} uploaded = {event.thumbnails:,} thumbnails + "
        f"{event.dead_lettered:,} dead-lettered + {event.refused:,} refused\n",
        (f"  {event.seconds:.1f} s · {speed} · {memory}", "$text-muted"),
    )
