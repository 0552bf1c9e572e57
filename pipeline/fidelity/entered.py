"""Which sandbox's call is inside the emulator on this thread.

moto's functions take no sandbox, yet time and randomness are a sandbox's own. The gate enters
here before it hands a call to moto, and the corrections ask.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.clock import Clock

EMULATOR_LOCK = threading.RLock()
"""Lets one call at a time into moto, whose state is the process's and not made for threads."""

_thread = threading.local()


@contextmanager
def entered(clock: Clock) -> Iterator[None]:
    """Hold the emulator for one call made at this clock's time."""
    with EMULATOR_LOCK:
        before = getattr(_thread, "clock", None)
        _thread.clock = clock
        try:
            yield
        finally:
            _thread.clock = before


def entered_clock() -> Clock | None:
    """Return the clock of the call that is inside the emulator on this thread, if any."""
    clock: Clock | None = getattr(_thread, "clock", None)
    return clock
