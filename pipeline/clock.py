"""The sandbox's time, and skipping it.

A learner never waits for real seconds: ``skip`` moves the clock, and visibility timeouts, delays
and retention follow. Between skips time runs on, because a clock that stands still would hang
whoever waits for it. Two sources of running time exist: the machine's own, and a counted one in
which each API call takes a fixed while, so that a seeded run gives the same times again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

SEEDED_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp()
"""When a seeded sandbox opens, in seconds since the epoch."""

SECONDS_PER_CALL = 0.004
"""What one API call costs on counted time."""


@dataclass(slots=True)
class CountedTime:
    """Time that passes only when it is told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the seconds counted so far."""
        return self.seconds


@dataclass(slots=True)
class Clock:
    """A clock that runs on and can be moved. Times are seconds since the epoch, in UTC."""

    source: Callable[[], float] = time.monotonic
    started_at: float = field(default_factory=time.time)
    _skipped: float = 0.0
    _source_start: float = field(init=False)
    _held: int = 0
    _held_at: float = 0.0

    def __post_init__(self) -> None:
        """Start running."""
        self._source_start = self.source()

    @classmethod
    def seeded(cls) -> Clock:
        """Return a clock whose times are the same in every run."""
        return cls(source=CountedTime(), started_at=SEEDED_START)

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.started_at + self.elapsed()

    def elapsed(self) -> float:
        """Return the seconds since the clock started, skips included."""
        running = (self._held_at if self._held else self.source()) - self._source_start
        return running + self._skipped

    def skip(self, seconds: float) -> None:
        """Move the clock ahead; ``ValueError`` for a negative number, for time runs one way."""
        if seconds < 0:
            raise ValueError(f"Time cannot be skipped backwards ({seconds} s).")
        self._skipped += seconds

    def tick(self) -> None:
        """Let one API call's time pass, where time is counted."""
        if isinstance(self.source, CountedTime):
            self.source.seconds += SECONDS_PER_CALL

    @property
    def runs(self) -> bool:
        """Whether time passes by itself."""
        return not isinstance(self.source, CountedTime)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stop the clock while a learner looks at a call that has not been made yet."""
        if not self._held:
            self._held_at = self.source()
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if not self._held:
                self._source_start += self.source() - self._held_at

    def iso(self, at: float | None = None) -> str:
        """Return a time (now, unless given) as ISO 8601 in UTC with milliseconds."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, tz=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
