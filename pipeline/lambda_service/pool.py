"""Several batches at once: the invocations of a spike, on threads.

The thread that owns the sandbox receives; workers invoke the function and settle the messages. They
meet at the gate, which lets one call at a time into the emulator, so what runs at once is the
function's own work: Pillow gives the interpreter free while it decodes, scales and encodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from pipeline.lambda_service.event_source import Polled, QueuePoller

PATIENCE = 0.05
"""Seconds that the owner waits for a worker before it looks around again."""


@dataclass(slots=True)
class WorkerPool:
    """Works on the batches of several mappings. A context manager: left when all work is over."""

    mappings: Sequence[QueuePoller]
    workers: int
    _executor: ThreadPoolExecutor = field(init=False)
    _running: dict[Future[None], QueuePoller] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the threads."""
        self._executor = ThreadPoolExecutor(self.workers, thread_name_prefix="function")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the work that has begun; begin no more."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> int:
        """How many batches are worked on."""
        return len(self._running)

    def feed(self) -> bool:
        """Receive as many batches as there is room for; tell whether any came."""
        fed = False
        for mapping in self.mappings:
            while self._has_room(mapping):
                outcome, batches = mapping.receive(1)
                for batch in batches:
                    self._running[self._executor.submit(mapping.work, batch)] = mapping
                if outcome is not Polled.WORKED:
                    break
                fed = True
        return fed

    def collect(self, patience: float = PATIENCE) -> None:
        """Wait at most so long for one batch to end; raise what ended a worker."""
        ended, _ = wait(self._running, timeout=patience, return_when=FIRST_COMPLETED)
        for future in ended:
            del self._running[future]
            future.result()

    def _has_room(self, mapping: QueuePoller) -> bool:
        mine = sum(1 for each in self._running.values() if each is mapping)
        return mine < mapping.concurrency and len(self._running) < self.workers
