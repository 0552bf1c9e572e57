"""Drives a burst through a sandbox: upload, drain, count, and account for every photo.

On running time the function works in parallel while the uploads go on; on counted time everything
happens on one thread, in an order that the seed decides.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline import events as e
from pipeline.burst.faults import Faults, ThreadDied
from pipeline.burst.memory import peak_memory_mb
from pipeline.burst.photos import Photos
from pipeline.burst.plan import BurstPlan
from pipeline.burst.tally import Tally
from pipeline.lambda_service.pool import WorkerPool
from pipeline.sandbox import Sandbox

TELL_SECONDS = 0.25
"""How often progress is told."""

UPLOADS_AT_ONCE = 5
"""Uploads between two looks at the workers, so that neither waits long for the other."""

PHOTOS_A_POLL = 50
"""On counted time: uploads between two polls."""

TROUBLED_POLLS = 40
"""Polls after the last upload during which permissions and concurrency still change."""


@dataclass(slots=True)
class Burst:
    """One burst in one sandbox of the thumbnail pipeline."""

    sandbox: Sandbox
    plan: BurstPlan
    listen: e.Emit
    """Gets ``BurstProgressed`` and ``BurstFinished``; the single calls are not told."""

    look: Callable[[], None] = lambda: None
    """Called many times a second on this thread; may raise to end the burst."""

    faults: Faults | None = None
    """What goes wrong meanwhile; on counted time only."""

    tally: Tally = field(init=False)
    _started: float = 0.0
    _told_at: float = 0.0

    def __post_init__(self) -> None:
        """Count from now on."""
        self.tally = Tally(self.sandbox.topology.uploads.name)

    def run(self) -> e.BurstFinished:
        """Upload everything, drain the queue, and return the account."""
        self._started = self._told_at = time.monotonic()
        with self.sandbox.heard_by(self._hear):
            if self.sandbox.clock.runs:
                self._run_in_parallel()
            else:
                self._run_in_turn()
            self._tell()
            finished = self._finished()
        self.listen(finished)
        return finished

    def _hear(self, event: e.PipelineEvent) -> None:
        self.tally(event, time.monotonic())

    # -- going on --

    def _run_in_parallel(self) -> None:
        uploads = self._uploads()
        with self.sandbox.parallel(self.plan.workers) as pool:
            is_uploading = True
            while True:
                self._look()
                if is_uploading:
                    is_uploading = self._upload_some(uploads)
                fed = pool.feed()
                if pool.busy:
                    pool.collect(0.0 if is_uploading else TELL_SECONDS / 5)
                elif not fed and not is_uploading and not self._wait(pool):
                    return

    def _upload_some(self, uploads: Iterator[bool]) -> bool:
        """Upload as many as the rate allows, and not too many at once; False when all are up."""
        for _ in range(UPLOADS_AT_ONCE):
            if not self._may_upload():
                return True
            if not next(uploads, False):
                return False
        return True

    def _may_upload(self) -> bool:
        if self.plan.rate is None:
            return True
        return len(self.tally.uploaded) <= (time.monotonic() - self._started) * self.plan.rate

    def _wait(self, pool: WorkerPool) -> bool:
        """Skip to the moment at which something happens; False when nothing will."""
        due = self.sandbox.next_event_at()
        if due is None:
            return False
        if due > 0:
            self.sandbox.skip_to_next_event()
        elif not pool.feed() and not pool.busy:
            return self.sandbox.poll()
        return True

    def _run_in_turn(self) -> None:
        if self.faults is None:
            self._take_turns()
            return
        with self.faults.in_(self.sandbox):
            self._take_turns(self.faults)
        self._drain()

    def _take_turns(self, faults: Faults | None = None) -> None:
        for number, _ in enumerate(self._uploads(), 1):
            self._look()
            if faults is not None and number % UPLOADS_AT_ONCE == 0:
                faults.step(self.sandbox)
            if number % PHOTOS_A_POLL == 0:
                _surviving(self.sandbox.poll)
        if faults is not None:
            for _ in range(TROUBLED_POLLS):
                faults.step(self.sandbox)
                self._go_on()
            faults.calm(self.sandbox)
        self._drain()

    def _drain(self) -> None:
        while self._go_on():
            self._look()

    def _go_on(self) -> bool:
        """Poll, or skip to the moment at which that makes sense; False when nothing will come."""
        if self.sandbox.next_event_at() is None:
            return False
        self.sandbox.skip_to_next_event()
        return _surviving(self.sandbox.poll) is not False or self.sandbox.next_event_at() != 0

    def _uploads(self) -> Iterator[bool]:
        photos = Photos.of_size(*self.plan.size)
        poison = set(self.plan.poison)
        for number in range(self.plan.count):
            body = photos.poison(number) if number in poison else photos.photo(number)
            key = self.plan.key(number)
            _surviving(functools.partial(self.sandbox.upload, body, key))
            yield True

    # -- telling --

    def _look(self) -> None:
        self.look()
        if time.monotonic() - self._told_at >= TELL_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        queue = self.sandbox.queue_state()
        self.listen(
            e.BurstProgressed(
                time=self.sandbox.clock.elapsed(),
                wanted=self.plan.count,
                uploaded=len(self.tally.uploaded),
                visible=queue.visible,
                in_flight=queue.in_flight,
                done=len(self.tally.done),
                failed=self.tally.failed,
                oldest_seconds=self.sandbox.oldest_message_age(),
                concurrency=self.tally.running,
                photos_per_second=self.tally.per_second(self._told_at),
            )
        )

    def _finished(self) -> e.BurstFinished:
        """Account for every upload by what is stored in the end; events tell of the failures."""
        seconds = time.monotonic() - self._started
        tally, sandbox = self.tally, self.sandbox
        items = [item for item in sandbox.items() if item.get("status") == "done"]
        done = {item["key"] for item in items}
        stored = set(sandbox.object_keys(sandbox.topology.thumbnails.name))
        failed = tally.dead_lettered.keys() - done
        return e.BurstFinished(
            time=sandbox.clock.elapsed(),
            uploaded=len(tally.uploaded),
            thumbnails=sum(item["thumbnail_key"] in stored for item in items),
            items=len(items),
            dead_lettered=len(failed),
            refused=len(tally.refused - done - failed),
            duplicates_skipped=tally.duplicates_skipped,
            seconds=round(seconds, 3),
            photos_per_second=round(len(items) / seconds, 2),
            peak_memory_mb=round(peak_memory_mb(), 1),
        )


def _surviving(act: Callable[[], object]) -> object:
    """Do something; where a fault ends the thread that does it, another goes on from there.

    Returns what was returned, or None.
    """
    try:
        return act()
    except ThreadDied:
        return None
