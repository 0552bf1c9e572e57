"""When the next hop may happen: the sandbox thread's inbox, its mode, and its granted steps.

Everything that makes the thread wait goes through the inbox, with a deadline or without one, so
that whatever a learner does next ends the wait at once. Nothing here sleeps.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from studyapp.commands import HUMAN_PACE, Command, Pause, Play, Step

LONGEST_WAY_GIVEN = 0.1
"""Seconds that a hop waits for a screen to be drawn; a screen that has gone draws no more."""


def _free_road() -> threading.Event:
    road = threading.Event()
    road.set()
    return road


@dataclass(slots=True)
class Tempo:
    """Stepping or playing, how fast, and how many steps are granted."""

    inbox: queue.SimpleQueue[Command] = field(default_factory=queue.SimpleQueue)
    playing: bool = False
    seconds_per_hop: float = HUMAN_PACE
    skips_time: bool = True
    steps: int = 0
    road: threading.Event = field(default_factory=_free_road)
    """Clear while a screen is drawn; only hops without a pause between them heed it."""

    def set(self, command: Command) -> bool:
        """Follow a command that is about tempo; False when it is about something else."""
        match command:
            case Play(seconds_per_hop, skips_time):
                self.playing, self.seconds_per_hop = True, seconds_per_hop
                self.skips_time = skips_time
            case Pause():
                self.playing, self.steps = False, 0
            case Step():
                self.playing, self.steps = False, self.steps + 1
            case _:
                return False
        return True

    @property
    def is_instant(self) -> bool:
        """Whether hops follow one another without a pause."""
        return self.playing and not self.seconds_per_hop

    def take_step(self) -> bool:
        """Use up one granted step, if there is one."""
        if self.steps:
            self.steps -= 1
            return True
        return False

    def waiting_commands(self, take: Callable[[Command], None]) -> None:
        """Hand over each command that has arrived, without waiting."""
        while not self.inbox.empty():
            take(self.inbox.get())

    def wait_for_hop(self, take: Callable[[Command], None]) -> None:
        """Wait until the next hop is granted, by a step or, while playing, by the clock."""
        started = time.monotonic()
        while not self.take_step():
            seconds = started + self.seconds_per_hop - time.monotonic() if self.playing else None
            if seconds is not None and seconds <= 0:
                return
            self.wait_for_command(take, seconds)

    def wait_until_playing(self, take: Callable[[Command], None]) -> None:
        """Wait for the command to play."""
        while not self.playing:
            self.wait_for_command(take, None)

    def wait_for_command(self, take: Callable[[Command], None], seconds: float | None) -> bool:
        """Wait for one command at most so long; False when none came."""
        try:
            command = self.inbox.get(timeout=seconds)
        except queue.Empty:
            return False
        take(command)
        return True
