"""Garbage collection that holds nobody up.

Python stops every thread while it looks through all objects for cycles, which takes a tenth of a
second once a cloud is loaded: a key press would wait for it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000


def leave_alone() -> None:
    """Have what exists now, which is there to stay, not looked through again."""
    gc.freeze()


@contextmanager
def without_long_pauses() -> Iterator[None]:
    """Look through young objects only, for a while: what photos leave behind is found there."""
    young, middle, old = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(young, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)
