"""No search for garbage while what stays is made.

Loading the cloud and opening a sandbox make a million objects that stay: models, handlers, clients.
Python's collector would look through the growing heap again and again, and find nothing; that is a
tenth of what opening takes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest for a while; one that rests already is left at rest."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
