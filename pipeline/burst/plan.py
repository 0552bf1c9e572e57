"""What a burst is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

SMALL = (320, 240)
"""Pixels of a photo when nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class BurstPlan:
    """How many photos, how large, how fast."""

    count: int
    size: tuple[int, int] = SMALL
    """Width and height in pixels."""

    rate: float | None = None
    """Uploads a second; None: as fast as they go."""

    workers: int = 2
    """Threads that run the function: as many as the machine has cores."""

    poison: tuple[int, ...] = ()
    """Which of the uploads, from 0, are no photos."""

    def key(self, number: int) -> str:
        """Return the key of an upload: ``burst/00042.jpg``."""
        return f"burst/{number:05d}.jpg"
