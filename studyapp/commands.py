"""What a screen may ask of the sandbox, as frozen values.

A command crosses from the screen's thread to the sandbox's thread through a queue, so it carries
only values. ``sandbox_thread.py`` says what becomes of each. Those without a field inherit what a
value needs from ``Command``: making a dataclass takes half a millisecond before the first frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyapp.study.walk_record import Replay

HUMAN_PACE = 0.35
"""Seconds between two hops while playing: slow enough to follow, short enough not to wait for."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do."""


@dataclass(frozen=True, slots=True)
class OpenTopology(Command):
    """Close the sandbox, and open a fresh one with another architecture in it."""

    name: str


@dataclass(frozen=True, slots=True)
class Upload(Command):
    """Bring files into the architecture, in this order: as uploads, messages or items."""

    paths: tuple[Path, ...]
    """Files, or folders whose files are meant (one level deep)."""


@dataclass(frozen=True, slots=True)
class Retrace(Command):
    """Do again what was done in a lesson, up to one of its calls, and stop there."""

    replay: Replay


class Step(Command):
    """Let one hop happen: the next API call of S3, the Lambda service or the function."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Let hops happen until nothing is left to happen."""

    seconds_per_hop: float = HUMAN_PACE
    """0 goes as fast as it can."""

    skips_time: bool = True
    """Whether to skip to the moment at which a hidden message is visible again, or to rest."""


class Pause(Command):
    """Stop before the next hop."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class BreakArrow(Command):
    """Take the permission under an arrow away."""

    arrow: str


@dataclass(frozen=True, slots=True)
class RestoreArrow(Command):
    """Give the permission under an arrow back."""

    arrow: str


@dataclass(frozen=True, slots=True)
class SetPolicy(Command):
    """Put a policy as a learner wrote it."""

    place: str
    document: str


class Redrive(Command):
    """Move the dead-lettered messages back to the queue they came from."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SkipTime(Command):
    """Move the sandbox's clock."""

    seconds: float | None = None
    """None skips to the moment at which the next hidden message can be received."""


@dataclass(frozen=True, slots=True)
class Burst(Command):
    """Upload so many photos as fast as they go, and let the pipeline work them off."""

    count: int
    size: tuple[int, int] = (320, 240)
    """Pixels of each photo."""


@dataclass(frozen=True, slots=True)
class ConfigureMapping(Command):
    """Change the event source mappings of the queues; None leaves a setting as it is."""

    batch_size: int | None = None
    batching_window: int | None = None
    """Seconds."""

    maximum_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class LookUpItem(Command):
    """Read one item by its key, as a front end would."""

    image_id: str


class LookUpFailed(Command):
    """Read the failed items by the index, as a front end would."""

    __slots__ = ()


class ScanItems(Command):
    """Try to read the whole table, as a front end should not."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class FitPictures(Command):
    """Draw pictures for a panel of this size from now on, and the last one again."""

    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class DrawPictures(Command):
    """Draw a photo and its thumbnail, if there is one."""

    key: str


class Reset(Command):
    """Throw everything away and create it anew."""

    __slots__ = ()


class CancelWork(Command):
    """Abandon what is under way and what waits behind it."""

    __slots__ = ()


class Stop(Command):
    """End the thread."""

    __slots__ = ()
