"""What the sandbox's thread does all day: takes commands, lets hops happen, tells how it goes.

True stepping: the pipeline asks before each API call of its own actors (``Sandbox.pace``), and the
thread waits there until a step is granted. What a learner does meanwhile (break an arrow, put a
policy, look an item up) is done right there, between two hops, on the same thread; uploads and the
like wait their turn. The sandbox's clock stands still for as long.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.burst.driving import Burst
from pipeline.burst.plan import BurstPlan
from pipeline.events import PipelineEvent, PollRefused, SandboxReset, StreamPollRefused
from pipeline.gate.calls import ApiCall
from pipeline.sandbox import RunCancelled, Sandbox
from studyapp import commands as c
from studyapp import reports as r
from studyapp.bulletin import Bulletin
from studyapp.carrying_out import Hands
from studyapp.outbox import Outbox
from studyapp.pauses import leave_alone, without_long_pauses
from studyapp.stepping import LONGEST_WAY_GIVEN, Tempo

if TYPE_CHECKING:
    from studyapp.study.walk_record import Replay

COUNT_SECONDS = 0.2
"""How often the resources are counted while hops follow one another without a pause."""

_WORKERS = min(8, os.cpu_count() or 2)
"""Functions that run at the same time in a burst."""

LINGER_HOPS = 4
"""How many hops long the app waits, while playing, before it skips time."""


class Operator:
    """Operates one sandbox, on the thread that made this object."""

    def __init__(self, tempo: Tempo, outbox: Outbox, bulletin: Bulletin, topology: str) -> None:
        self._tempo = tempo
        self._outbox = outbox
        self._bulletin = bulletin
        self._thread = threading.current_thread()
        self._agenda: deque[c.Command] = deque()
        self._hop: r.Hop | None = None
        self._is_stopping = False
        self._following: str | None = None
        self._is_working = False
        self._is_uploading = False
        self._is_bursting = False
        self._stuck = ""
        self._counted_at = 0.0
        self._sandbox = Sandbox(topology=topology, emit=self._emit)
        self._hands = Hands(self._sandbox, outbox, self._listen)

    def serve(self) -> str | None:
        """Open the sandbox and serve commands until Stop, or until another one is asked for.

        Returns:
            The name of the architecture to open next; None after Stop.
        """
        with self._sandbox:
            leave_alone()  # the cloud's models are hundreds of thousands of objects that stay
            self._sandbox.pace = self._pace
            self._outbox.report(r.Ready(self._sandbox.topology))
            self._hands.report_policies()
            self._hands.count()
            while not self._is_stopping:
                self._turn()
        return self._following

    def _turn(self) -> None:
        """Do the next thing, or wait for a command when there is none."""
        self._tempo.waiting_commands(self._take)
        if self._is_stopping:
            return
        if self._agenda:
            command = self._agenda.popleft()
            self._stuck = ""
            self._work(lambda: self._carry_out(command))
        elif self._may_advance():
            self._work(self._advance)
        else:
            self._rest()

    def _rest(self) -> None:
        self._tempo.steps = 0
        self._hands.draw_due()
        seconds = self._sandbox.next_event_at()
        self._bulletin.tell(r.Activity.RESTING, self._stuck, next_visible_in=seconds)
        self._tempo.wait_for_command(self._take, None)

    # -- taking commands --

    def _take(self, command: c.Command) -> None:
        """Follow a command at once, or put it on the agenda; may abandon what is under way."""
        if self._tempo.set(command):
            if isinstance(command, c.Step):
                self._stuck = ""
            if self._hop is not None:
                self._tell_waiting()
            return
        match command:
            case c.Upload(paths):
                self._agenda.extend(c.Upload((path,)) for path in paths)
            case c.Stop() | c.OpenTopology() | c.Reset() | c.CancelWork():
                self._abandon(command)
            case c.Redrive() | c.SkipTime() | c.Burst() | c.Retrace():
                self._agenda.append(command)
            case c.ConfigureMapping() if self._is_bursting:
                self._hands.carry_out(command)
            case _ if self._is_uploading or self._is_bursting:
                self._agenda.append(command)
            case _:
                self._stuck = ""
                self._carry_out(command)

    def _abandon(self, command: c.Command) -> None:
        self._agenda.clear()
        self._tempo.steps = 0
        if isinstance(command, c.Stop | c.OpenTopology):
            self._is_stopping = True
            self._following = command.name if isinstance(command, c.OpenTopology) else None
        else:
            self._tempo.playing = False
        if isinstance(command, c.Reset):
            self._agenda.append(command)
        if self._is_working:
            raise RunCancelled

    def _work(self, do: Callable[[], None]) -> None:
        self._is_working = True
        try:
            do()
        except RunCancelled:
            if not self._agenda and not self._is_stopping:
                self._outbox.report(r.WorkCancelled())
        finally:
            self._is_working = self._is_uploading = False
        if not self._is_stopping:
            self._hands.count()

    def _carry_out(self, command: c.Command) -> None:
        match command:
            case c.Upload(paths):
                self._bulletin.tell(r.Activity.UPLOADING, paths[0].name, queued=self._queued)
            case c.Reset():
                self._bulletin.tell(r.Activity.RESETTING)
            case c.Burst():
                self._burst(command)
                return
            case c.Retrace(replay):
                self._bulletin.tell(r.Activity.RUNNING, "what the lesson did")
                self._retrace(replay)
                return
        self._hands.carry_out(command)

    def _retrace(self, replay: Replay) -> None:
        """Do a lesson's actions: all but the last at once, of the last so many hops."""
        self._sandbox.pace = None
        try:
            for action in replay.actions:
                self._hands.act(action)
        finally:
            self._sandbox.pace = self._pace
        if replay.last is not None:
            self._tempo.playing, self._tempo.steps = False, replay.hops
            self._hands.act(replay.last)
            self._tempo.steps = 0

    # -- a burst --

    def _burst(self, command: c.Burst) -> None:
        """Send a burst through, as fast as it goes; pause, cancel and settings act at once."""
        self._is_bursting, self._sandbox.pace = True, None
        self._tempo.playing, self._tempo.seconds_per_hop = True, 0.0
        self._bulletin.tell(r.Activity.BURSTING)
        plan = BurstPlan(command.count, command.size, workers=_WORKERS)
        try:
            with without_long_pauses():
                Burst(self._sandbox, plan, self._tell_burst, self._look).run()
        finally:
            self._is_bursting, self._sandbox.pace = False, self._pace
            self._tempo.playing = False
        self._outbox.report(r.CommandDone(command))

    def _tell_burst(self, event: PipelineEvent) -> None:
        """Tell how far a burst is, and what lies where meanwhile."""
        self._outbox.emit(event)
        self._hands.count()

    def _look(self) -> None:
        """Hear what is asked for in the middle of a burst; stand still while it is paused."""
        self._outbox.flush()
        self._tempo.waiting_commands(self._take)
        if self._tempo.playing:
            return
        self._bulletin.tell(r.Activity.BURSTING)
        with self._sandbox.clock.held():
            self._tempo.wait_until_playing(self._take)
        self._bulletin.tell(r.Activity.BURSTING)

    def _listen(self) -> None:
        """Hear a cancellation in the middle of an upload; what else comes waits for its end."""
        self._is_uploading = True
        self._tempo.waiting_commands(self._take)

    @property
    def _queued(self) -> int:
        return sum(isinstance(command, c.Upload) for command in self._agenda)

    # -- going on --

    def _may_advance(self) -> bool:
        if not (self._tempo.playing or self._tempo.steps) or self._stuck:
            return False
        seconds = self._sandbox.next_event_at()
        if seconds is None:
            return False
        return seconds <= 0 or self._tempo.skips_time or bool(self._tempo.steps)

    def _advance(self) -> None:
        """Poll the queue; when its messages are hidden, skip to the next that is not."""
        self._bulletin.tell(r.Activity.RUNNING)
        seconds = self._sandbox.next_event_at() or 0.0
        if seconds > 0:
            if not self._linger():
                return
            self._sandbox.skip(seconds, "the next message is visible again")
        if not self._sandbox.poll() and self._sandbox.next_event_at() == 0.0:
            self._stuck = self._stuck or "messages wait, and nothing polls"

    def _linger(self) -> bool:
        """Leave the learner time to act before time is skipped; False when they did."""
        if not self._tempo.playing or self._tempo.is_instant:
            return True
        until = time.monotonic() + LINGER_HOPS * self._tempo.seconds_per_hop
        while (seconds := until - time.monotonic()) > 0:
            self._tempo.wait_for_command(self._take, seconds)
            if self._agenda or not self._tempo.playing:
                return bool(self._tempo.steps)
        return True

    def _pace(self, call: ApiCall, arrow: str | None) -> None:
        """Wait until the hop may happen; called by the sandbox before each API call."""
        if self._hop is not None or threading.current_thread() is not self._thread:
            return
        self._is_uploading = False
        self._hop = r.Hop(arrow, call.caller.actor, call.service, call.operation)
        try:
            self._tempo.waiting_commands(self._take)
            if not self._tempo.take_step():
                self._wait_for_hop(arrow)
        finally:
            self._hop = None
        self._bulletin.tell(r.Activity.RUNNING, queued=self._queued)

    def _wait_for_hop(self, arrow: str | None) -> None:
        if self._tempo.is_instant:
            self._tempo.road.wait(LONGEST_WAY_GIVEN)
            if time.monotonic() - self._counted_at >= COUNT_SECONDS:
                self._counted_at = time.monotonic()
                self._hands.count()
            return
        if self._tempo.playing and arrow is None:
            return
        with self._sandbox.clock.held():
            self._hands.draw_due()
            self._hands.count()
            self._tell_waiting()
            self._tempo.wait_for_hop(self._take)

    def _tell_waiting(self) -> None:
        if self._tempo.playing:
            self._bulletin.tell(r.Activity.RUNNING, queued=self._queued)
        else:
            self._bulletin.tell(r.Activity.WAITING, hop=self._hop, queued=self._queued)

    def _emit(self, event: PipelineEvent) -> None:
        if isinstance(event, PollRefused):
            self._stuck = "Lambda may not receive, the messages wait"
        elif isinstance(event, StreamPollRefused):
            self._stuck = "Lambda may not read the stream, the records wait"
        elif isinstance(event, SandboxReset):
            self._stuck = ""
        self._outbox.emit(event)
        self._hands.note(event)
