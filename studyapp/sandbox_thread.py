"""The thread that owns a sandbox: commands in, reports out.

It imports the cloud once it runs and not before, so that the first frame does not pay for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from pipeline.topology import DEFAULT
from pipeline.uncollected import uncollected
from studyapp import reports as r
from studyapp.bulletin import Bulletin
from studyapp.commands import Command, OpenTopology, Reset, Stop
from studyapp.fault_log import write_log
from studyapp.outbox import Outbox
from studyapp.stepping import Tempo


class SandboxThread(threading.Thread):
    """Owns one sandbox from its opening to its end; speaks only through ``post``."""

    def __init__(self, post: Callable[[object], object], topology: str = DEFAULT) -> None:
        """Take a place to report to, and the architecture to begin with."""
        super().__init__(name="sandbox", daemon=True)
        self._topology = topology
        self._tempo = Tempo()
        self.road = self._tempo.road
        """Clear it to have the thread wait a moment before its next hop; set it to let it go on."""

        self._outbox = Outbox(post)
        self._bulletin = Bulletin(self._outbox, self._tempo)

    def send(self, command: Command) -> None:
        """Ask for something; from any thread."""
        self._tempo.inbox.put(command)

    def stop(self, seconds: float = 2.0) -> bool:
        """End the thread and wait for it at most so long; False when it is still busy."""
        self.send(Stop())
        if self.is_alive():
            self.join(seconds)
        return not self.is_alive()

    def run(self) -> None:
        """Serve commands until Stop; an unexpected error is reported, and a reset starts anew."""
        goes_on = True
        while goes_on:
            try:
                goes_on = self._serve()
            except Exception as error:  # noqa: BLE001 - the thread's outermost frame: all is told
                self._report_failure(error)
                goes_on = self._is_reset()

    def _serve(self) -> bool:
        """Serve one sandbox; tell whether another one is asked for."""
        self._outbox.report(r.Opening(self._topology))
        self._bulletin.tell(r.Activity.STARTING)
        with uncollected():
            from studyapp.operating import Operator  # noqa: PLC0415 - the cloud is imported here

        following = Operator(self._tempo, self._outbox, self._bulletin, self._topology).serve()
        if following is None:
            return False
        self._topology = following
        return True

    def _report_failure(self, error: Exception) -> None:
        self._tempo.playing, self._tempo.steps = False, 0
        sentence = f"The sandbox stopped unexpectedly: {type(error).__name__}: {error}"
        self._outbox.report(r.ThreadFailed(sentence, write_log(error)))
        self._bulletin.tell(r.Activity.STOPPED)

    def _is_reset(self) -> bool:
        """Wait for a reset or the end; everything else is refused."""
        while True:
            command = self._tempo.inbox.get()
            match command:
                case Stop():
                    return False
                case Reset():
                    return True
                case OpenTopology(name):
                    self._topology = name
                    return True
            self._outbox.report(
                r.CommandRefused(command, "The sandbox has stopped; reset it first.")
            )
