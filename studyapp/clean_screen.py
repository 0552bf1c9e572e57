"""Keeps what C libraries print off the screen that the app draws on.

libtiff, for one, writes its complaints about a damaged picture straight to file descriptor 2, past
Python; Textual draws on the terminal through the same descriptor. While the app runs, the terminal
has a descriptor of its own for drawing, and number 2 leads nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def clean_screen() -> Iterator[None]:
    """Give the terminal's error stream to the app alone."""
    errors = sys.__stderr__
    if errors is None:
        yield
        return
    errors.flush()
    number = errors.fileno()
    with (
        os.fdopen(os.dup(number), "w", encoding=errors.encoding) as screen,
        open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123 - a device, not a path
    ):
        os.dup2(nowhere.fileno(), number)
        sys.__stderr__ = screen  # type: ignore[misc]
        try:
            yield
        finally:
            screen.flush()
            os.dup2(screen.fileno(), number)
            sys.__stderr__ = errors  # type: ignore[misc]
