"""What has become of the uploads of a burst: folded from events, one at a time and cheaply."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pipeline import events as e
from pipeline.notification import objects_of

SPAN = 3.0
"""Seconds over which the throughput is taken."""


@dataclass(slots=True)
class Tally:
    """Subscribe it to a sandbox's events."""

    uploads: str
    """The bucket that is uploaded to."""

    uploaded: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    dead_lettered: dict[str, str] = field(default_factory=dict)
    """For each key whose message was dead-lettered: the reason."""

    duplicates_skipped: int = 0
    running: int = 0
    """Invocations that run now."""

    _finished_at: deque[float] = field(default_factory=deque)

    def __call__(self, event: e.PipelineEvent, at: float = 0.0) -> None:
        """Take one event; ``at`` is the machine's time in seconds."""
        match event:
            case e.ObjectStored(bucket=self.uploads):
                self.uploaded.add(event.key)
            case e.FunctionInvoked():
                self.running += 1
            case e.FunctionReturned() | e.FunctionFailed():
                self.running -= 1
            case e.ItemRecorded(status="done"):
                self.done.add(event.item["key"])
                self._finished_at.append(at)
            case e.DuplicateSkipped():
                self.duplicates_skipped += 1
            case e.NotificationRefused():
                self.refused.add(event.key)
            case e.MessageDeadLettered():
                for _, key in objects_of(event.body):
                    self.dead_lettered[key] = event.reason

    @property
    def failed(self) -> int:
        """Uploads that did not become thumbnails, so far."""
        return len((self.refused | self.dead_lettered.keys()) - self.done)

    def per_second(self, now: float) -> float:
        """Return the photos done a second, over the last seconds before ``now``."""
        while self._finished_at and self._finished_at[0] < now - SPAN:
            self._finished_at.popleft()
        if not self._finished_at:
            return 0.0
        return len(self._finished_at) / max(0.1, min(SPAN, now - self._finished_at[0]))
