"""The thread that owns a sandbox: commands in, reports out.

True stepping: the pipeline asks before each API call of its own actors (``Sandbox.pace``), and this
thread waits there until a step is granted. What a learner does meanwhile (break an arrow, put a
policy, look an item up) is done right there, between two hops, on the same thread; uploads and the
like wait their turn. The sandbox's clock stands still for as long.

The cloud is imported here and not before, so that the first frame does not pay for it.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.events import PipelineEvent, PollRefused
from studyapp import commands as c
from studyapp import reports as r
from studyapp.first_launch import data_directory
from studyapp.outbox import Outbox
from studyapp.stepping import Tempo

if TYPE_CHECKING:
    from pipeline.authorizer import ApiCall
    from pipeline.sandbox import Sandbox
    from studyapp.carrying_out import Hands

COUNT_SECONDS = 0.2
"""How often the resources are counted while hops follow one another without a pause."""

LINGER_HOPS = 4
"""How many hops long the app waits, while playing, before it skips time."""


class SandboxThread(threading.Thread):
    """Owns one sandbox from its opening to its end; speaks only through ``post``."""

    def __init__(self, post: Callable[[object], object]) -> None:
        super().__init__(name="sandbox", daemon=True)
        self._tempo = Tempo()
        self._outbox = Outbox(post)
        self._agenda: deque[c.Command] = deque()
        self._stopping = False
        self._working = False
        self._pausing = False
        self._stuck = ""
        self._status: r.Status | None = None
        self._counted_at = 0.0

    def send(self, command: c.Command) -> None:
        """Ask for something; from any thread."""
        self._tempo.inbox.put(command)

    def stop(self, seconds: float = 2.0) -> bool:
        """End the thread and wait for it at most so long; False when it is still busy."""
        self.send(c.Stop())
        if self.is_alive():
            self.join(seconds)
        return not self.is_alive()

    # -- the thread's life ---------------------------------------------------------------------

    def run(self) -> None:
        """Serve commands until Stop; an unexpected error is reported, and a reset starts anew."""
        while not self._stopping:
            try:
                self._serve()
            except Exception as error:  # noqa: BLE001 - the thread's outermost frame: all is told
                self._report_failure(error)
                self._await_reset()

    def _serve(self) -> None:
        self._report_status(r.Activity.STARTING)
        from pipeline.sandbox import RunCancelled, Sandbox  # noqa: PLC0415
        from studyapp.carrying_out import Hands  # noqa: PLC0415

        self._cancelled: type[BaseException] = RunCancelled
        with Sandbox(emit=self._emit) as sandbox:
            self._sandbox: Sandbox = sandbox
            self._hands: Hands = Hands(sandbox, self._outbox)
            sandbox.pace = self._pace
            self._outbox.report(r.Ready(sandbox.topology))
            self._hands.report_policies()
            self._hands.count()
            while not self._stopping:
                self._turn()

    def _turn(self) -> None:
        """Do the next thing, or wait for a command when there is none."""
        self._tempo.waiting_commands(self._take)
        if self._stopping:
            return
        if self._agenda:
            command = self._agenda.popleft()
            self._stuck = ""
            self._work(lambda: self._carry_out(command))
        elif self._may_advance():
            self._work(self._advance)
        else:
            self._tempo.steps = 0
            self._hands.draw_due()
            self._report_status(r.Activity.RESTING, self._stuck)
            self._tempo.wait_for_command(self._take, None)

    def _report_failure(self, error: Exception) -> None:
        self._agenda.clear()
        self._tempo.playing, self._tempo.steps, self._stuck = False, 0, ""
        sentence = f"The sandbox stopped unexpectedly: {type(error).__name__}: {error}"
        self._outbox.report(r.ThreadFailed(sentence, write_log(error)))
        self._report_status(r.Activity.STOPPED)

    def _await_reset(self) -> None:
        while True:
            match self._tempo.inbox.get():
                case c.Reset():
                    self._agenda.clear()
                    return
                case c.Stop():
                    self._stopping = True
                    return
                case other:
                    self._outbox.report(
                        r.CommandRefused(other, "The sandbox has stopped; reset it first.")
                    )

    # -- taking commands -----------------------------------------------------------------------

    def _take(self, command: c.Command) -> None:
        """Follow a command at once, or put it on the agenda; may abandon what is under way."""
        if self._tempo.set(command):
            if isinstance(command, c.Step):
                self._stuck = ""
            if self._pausing:
                self._report_waiting()
            return
        match command:
            case c.Upload(paths):
                self._agenda.extend(c.Upload((path,)) for path in paths)
            case c.Stop() | c.Reset() | c.CancelWork():
                self._abandon(command)
            case c.Redrive() | c.SkipTime():
                self._agenda.append(command)
            case _:
                self._stuck = ""
                self._carry_out(command)

    def _abandon(self, command: c.Command) -> None:
        self._agenda.clear()
        self._tempo.steps = 0
        if isinstance(command, c.Stop):
            self._stopping = True
        else:
            self._tempo.playing = False
        if isinstance(command, c.Reset):
            self._agenda.append(command)
        if self._working:
            raise self._cancelled

    def _work(self, do: Callable[[], None]) -> None:
        self._working = True
        try:
            do()
        except self._cancelled:
            if not self._agenda and not self._stopping:
                self._outbox.report(r.WorkCancelled())
        finally:
            self._working = False
        if not self._stopping:
            self._hands.count()

    def _carry_out(self, command: c.Command) -> None:
        match command:
            case c.Upload(paths):
                self._report_status(r.Activity.UPLOADING, paths[0].name)
            case c.Reset():
                self._report_status(r.Activity.RESETTING)
        self._hands.carry_out(command)

    # -- going on --------------------------------------------------------------------------------

    def _may_advance(self) -> bool:
        if not (self._tempo.playing or self._tempo.steps) or self._stuck:
            return False
        seconds = self._sandbox.next_event_at()
        if seconds is None:
            return False
        return seconds <= 0 or self._tempo.skips_time or bool(self._tempo.steps)

    def _advance(self) -> None:
        """Poll the queue; when its messages are hidden, skip to the next that is not."""
        self._report_status(r.Activity.RUNNING)
        seconds = self._sandbox.next_event_at() or 0.0
        if seconds > 0:
            if not self._linger():
                return
            self._sandbox.skip(seconds, "the next message is visible again")
        if not self._sandbox.poll() and self._sandbox.next_event_at() == 0.0:
            self._stuck = self._stuck or "Messages wait, and nothing polls for them."

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
        if self._pausing or threading.current_thread() is not self:
            return
        self._pausing = True
        self._hop = r.Hop(arrow, call.caller.actor, call.service, call.operation)
        try:
            self._tempo.waiting_commands(self._take)
            if not self._tempo.take_step():
                self._wait_for_hop()
        finally:
            self._pausing = False
        self._report_status(r.Activity.RUNNING)

    def _wait_for_hop(self) -> None:
        if self._tempo.is_instant:
            if time.monotonic() - self._counted_at >= COUNT_SECONDS:
                self._counted_at = time.monotonic()
                self._hands.count()
            return
        if self._tempo.playing and self._hop.arrow is None:
            return
        with self._sandbox.clock.held():
            self._hands.draw_due()
            self._hands.count()
            self._report_waiting()
            self._tempo.wait_for_hop(self._take)

    # -- telling -----------------------------------------------------------------------------------

    def _emit(self, event: PipelineEvent) -> None:
        if isinstance(event, PollRefused):
            self._stuck = "Lambda may not receive from the queue, so the messages wait."
        self._outbox.emit(event)
        if hasattr(self, "_hands"):
            self._hands.note(event)

    def _report_waiting(self) -> None:
        activity = r.Activity.RUNNING if self._tempo.playing else r.Activity.WAITING
        self._report_status(activity, hop=None if self._tempo.playing else self._hop)

    def _report_status(
        self, activity: r.Activity, detail: str = "", hop: r.Hop | None = None
    ) -> None:
        resting = activity is r.Activity.RESTING
        status = r.Status(
            activity,
            playing=self._tempo.playing,
            seconds_per_hop=self._tempo.seconds_per_hop,
            detail=detail,
            hop=hop,
            queued=sum(isinstance(command, c.Upload) for command in self._agenda),
            next_visible_in=self._sandbox.next_event_at() if resting else None,
        )
        self._outbox.flush()
        if status != self._status:
            self._status = status
            self._outbox.report(status)


def write_log(error: BaseException) -> str:
    """Append an error's traceback to the log; return the log's path, or "" when it cannot be."""
    path: Path = data_directory() / "studyapp.log"
    text = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{text}\n")
    except OSError:
        return ""
    return str(path)
