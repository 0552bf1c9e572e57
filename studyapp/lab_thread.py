"""The thread that applies a lab's documents, runs its scenario and grades: one sandbox, reused.

It imports the cloud once it runs and not before. Each grading has a number, so that whoever hears
of one that was abandoned meanwhile knows it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.events import PipelineEvent
from pipeline.grading.values import Grade, GradingError, Setup
from pipeline.topology import Topology
from pipeline.uncollected import uncollected
from studyapp.fault_log import write_log

if TYPE_CHECKING:
    from pipeline.sandbox import Sandbox

BUNDLE_SECONDS = 0.05
"""How long events wait for others at most before they are told."""

SEED = 6001


@dataclass(frozen=True, slots=True)
class LabReport:
    """What the thread says."""


@dataclass(frozen=True, slots=True)
class SandboxOpened(LabReport):
    """Documents can be applied."""

    topology: Topology
    """As it stands in the sandbox, with its account."""


@dataclass(frozen=True, slots=True)
class GradingReport(LabReport):
    """What the thread says of one grading."""

    number: int


@dataclass(frozen=True, slots=True)
class LooksAt(GradingReport):
    """Something is looked at now: ``works: photo.jpg``."""

    words: str


@dataclass(frozen=True, slots=True)
class Observed(GradingReport):
    """The scenario's run announced events."""

    events: tuple[PipelineEvent, ...]


@dataclass(frozen=True, slots=True)
class Graded(GradingReport):
    """A grading is over."""

    documents: Mapping[str, str]
    """What was graded, by place."""

    grade: Grade


@dataclass(frozen=True, slots=True)
class GradingBroke(GradingReport):
    """The grading itself failed, which says nothing about the documents."""

    sentence: str


class LabThread(threading.Thread):
    """Grades documents in one lab, as they are asked for; the last asked for counts."""

    def __init__(self, setup: Setup, post: Callable[[LabReport], object]) -> None:
        """Take what documents are graded against, and a place to report to."""
        super().__init__(name="lab", daemon=True)
        self._setup = setup
        self._post = post
        self._inbox: queue.SimpleQueue[tuple[int, Mapping[str, str]]] = queue.SimpleQueue()
        self._wanted = 0
        self._is_stopping = False
        self._unsaid: list[PipelineEvent] = []
        self._said_at = 0.0

    # -- from any thread --

    def grade(self, documents: Mapping[str, str]) -> int:
        """Ask for a grading and return its number; one that runs is abandoned."""
        self._wanted += 1
        self._inbox.put((self._wanted, documents))
        return self._wanted

    def cancel(self) -> None:
        """Abandon the grading that runs, if any; nothing more is said of it."""
        self._wanted += 1

    def stop(self, seconds: float = 2.0) -> bool:
        """Abandon what runs and end, waiting at most so long; False when it is still busy."""
        self._is_stopping = True
        self._inbox.put((self._wanted, {}))
        if self.is_alive():
            self.join(seconds)
        return not self.is_alive()

    # -- on this thread --

    def run(self) -> None:
        """Grade until the end is asked for; after a grading that broke, in another sandbox."""
        number = 0
        while not self._is_stopping:
            try:
                with uncollected():
                    from pipeline.sandbox import Sandbox  # noqa: PLC0415 - the cloud comes here
                with Sandbox(topology=self._setup.topology, seed=SEED) as sandbox:
                    self._post(SandboxOpened(sandbox.topology))
                    is_sound = True
                    while is_sound and not self._is_stopping:
                        number, documents = self._inbox.get()
                        is_sound = self._grade(sandbox, number, documents)
            except Exception as error:  # noqa: BLE001 - the thread's outermost frame: all is told
                self._broke(number, error, f"{type(error).__name__}: {error}")
                if not self._is_stopping:
                    self._inbox.put(self._inbox.get())

    def _grade(self, sandbox: Sandbox, number: int, documents: Mapping[str, str]) -> bool:
        """Grade once; return whether the sandbox can be used again."""
        from pipeline.grading.grade import grade  # noqa: PLC0415 - it is loaded
        from pipeline.sandbox import RunCancelled  # noqa: PLC0415 - it is loaded

        def mind(*_: object) -> None:
            if self._is_stopping or number != self._wanted:
                raise RunCancelled

        def tell(words: str) -> None:
            mind()
            self._post(LooksAt(number, words))

        self._unsaid.clear()
        sandbox.pace = mind
        try:
            mind()
            found = grade(self._setup, documents, tell, sandbox, lambda e: self._take(number, e))
            mind()
        except RunCancelled:
            return True
        except GradingError as error:
            self._broke(number, error, str(error))
            return False
        finally:
            sandbox.pace = None
        self._say(number)
        self._post(Graded(number, documents, found))
        return True

    def _take(self, number: int, event: PipelineEvent) -> None:
        self._unsaid.append(event)
        if time.monotonic() - self._said_at >= BUNDLE_SECONDS:
            self._say(number)

    def _say(self, number: int) -> None:
        self._said_at = time.monotonic()
        if self._unsaid:
            events, self._unsaid = tuple(self._unsaid), []
            self._post(Observed(number, events))

    def _broke(self, number: int, error: Exception, sentence: str) -> None:
        path = write_log(error)
        more = f" The details are in {path}." if path else ""
        self._post(GradingBroke(number, f"{sentence}.{more}"))
