"""The thread that runs a chapter's steps: steps in, recordings out.

It imports the cloud once it runs and not before, so that the first frame does not pay for it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.uncollected import uncollected
from studyapp.fault_log import write_log
from studyapp.pauses import leave_alone
from studyapp.study.walk_record import RunRecording
from studyapp.study.walkthrough import Chapter, RunStep

if TYPE_CHECKING:
    from pipeline.events import PipelineEvent
    from pipeline.sandbox import Sandbox
    from studyapp.study.walk_recording import Recorder

TELL_SECONDS = 0.1
"""How often it is told how far a run is."""


@dataclass(frozen=True, slots=True)
class WalkReport:
    """What the thread says of a run step."""

    step: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Running(WalkReport):
    """The step runs."""

    events: int
    """How many have happened so far."""


@dataclass(frozen=True, slots=True)
class Recorded(WalkReport):
    """The step has run."""

    recording: RunRecording


@dataclass(frozen=True, slots=True)
class BrokenOff(WalkReport):
    """The step could not be run."""

    sentence: str


class WalkThread(threading.Thread):
    """Records the run steps of one chapter, as they are asked for."""

    def __init__(self, chapter: Chapter, post: Callable[[WalkReport], object]) -> None:
        """Take a chapter and a place to report to."""
        super().__init__(name="walkthrough", daemon=True)
        self._chapter = chapter
        self._post = post
        self._inbox: queue.SimpleQueue[RunStep | None] = queue.SimpleQueue()
        self._is_stopping = False

    def record(self, step: RunStep) -> None:
        """Ask for a step's recording, which comes as a report; from any thread."""
        self._inbox.put(step)

    def stop(self, seconds: float = 2.0) -> bool:
        """Abandon what runs and end, waiting at most so long; False when it is still busy."""
        self._is_stopping = True
        self._inbox.put(None)
        if self.is_alive():
            self.join(seconds)
        return not self.is_alive()

    def run(self) -> None:
        """Record until the end is asked for."""
        with uncollected():
            from pipeline.sandbox import RunCancelled  # noqa: PLC0415 - the cloud is imported here
            from studyapp.study.walk_recording import Recorder  # noqa: PLC0415
        try:
            with Recorder(self._chapter, self._sandbox) as recorder:
                leave_alone()  # the cloud's models are hundreds of thousands of objects that stay
                while (step := self._inbox.get()) is not None and not self._is_stopping:
                    self._record(recorder, step)
        except RunCancelled:
            return

    def _record(self, recorder: Recorder, step: RunStep) -> None:
        from studyapp.study.walk_recording import RecordingError  # noqa: PLC0415 - it is loaded

        count, told_at = 0, 0.0

        def tell(_: PipelineEvent) -> None:
            nonlocal count, told_at
            count += 1
            if time.monotonic() - told_at >= TELL_SECONDS:
                told_at = time.monotonic()
                self._post(Running(step.id, count))

        try:
            self._post(Recorded(step.id, recorder.record(step, tell)))
        except RecordingError as error:
            self._post(BrokenOff(step.id, str(error)))
        except Exception as error:  # noqa: BLE001 - the thread's outermost frame: all is told
            path = write_log(error)
            more = f" The details are in {path}." if path else ""
            said = f"The run broke off: {type(error).__name__}: {error}.{more}"
            self._post(BrokenOff(step.id, said))

    def _sandbox(self, topology: str) -> Sandbox:
        """Return a sandbox that gives up when the thread is to end."""
        from pipeline.sandbox import RunCancelled  # noqa: PLC0415 - it is loaded
        from studyapp.study.walk_recording import seeded  # noqa: PLC0415

        def mind(*_: object) -> None:
            if self._is_stopping:
                raise RunCancelled

        sandbox = seeded(topology)
        sandbox.pace = mind
        return sandbox
