"""A screen with a sandbox of its own: its thread, and what is known from the thread's reports."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from textual import on
from textual.message import Message
from textual.screen import Screen

from pipeline.topology import DEFAULT
from studyapp.commands import Command
from studyapp.live_state import LiveState
from studyapp.reports import Report
from studyapp.sandbox_thread import SandboxThread
from studyapp.widgets.diagram_state import drawn_at_first

STOP_SECONDS = 2.0
"""How long leaving waits for a call that is under way."""

FIRST_FRAME_SECONDS = 0.1
"""What the terminal is left to draw the first frame in: importing the cloud leaves little else."""


@dataclass
class Reported(Message, bubble=False):
    """The sandbox's thread says something."""

    report: Report


class SandboxScreen(Screen[None]):
    """Starts the thread once the first frame is on the screen, and ends it when it leaves."""

    def __init__(self, topology: str = DEFAULT) -> None:
        """Begin with an architecture: one of ``TOPOLOGY_NAMES``."""
        super().__init__()
        self.live = LiveState(drawn_at_first(topology))
        self._thread = SandboxThread(self._post, topology)

    def ask(self, command: Command) -> None:
        """Send a command to the sandbox."""
        self._thread.send(command)

    def give_way(self) -> None:
        """Have the sandbox's thread wait while the screen is drawn: both need the interpreter."""
        self._thread.road.clear()
        self.call_after_refresh(self._thread.road.set)

    def take(self, report: Report) -> None:
        """Act on a report that ``live`` has taken; for subclasses."""

    def on_mount(self) -> None:
        """Let the first frame reach the terminal before the cloud is loaded."""
        self.call_after_refresh(self.set_timer, FIRST_FRAME_SECONDS, self._begin)

    def leave(self) -> None:
        """Go home."""
        self.call_later(self.app.run_action, "home")

    async def complete(self) -> None:
        """Place what the first frame does without; for subclasses."""

    async def _begin(self) -> None:
        await self.complete()
        self._thread.start()

    async def on_unmount(self) -> None:
        """End the thread; the event loop goes on meanwhile."""
        await asyncio.to_thread(self._thread.stop, STOP_SECONDS)

    @on(Reported)
    def _fold(self, message: Reported) -> None:
        self.live.take(message.report)
        self.take(message.report)

    def _post(self, report: object) -> None:
        if isinstance(report, Report):
            self.post_message(Reported(report))
