"""A burst: many photos at once, counted."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstProgressed(PipelineEvent):
    """How far a burst is; told a few times a second."""

    wanted: int
    """Photos to upload."""

    uploaded: int
    visible: int
    """Messages that can be received."""

    in_flight: int
    """Messages received and not yet deleted or visible again."""

    done: int
    """Photos with a thumbnail and an item."""

    failed: int
    """Photos that are dead-lettered or whose notification was refused."""

    oldest_seconds: float
    """Age of the oldest message in the queue; 0 in an empty one."""

    concurrency: int
    """Invocations running at this moment."""

    photos_per_second: float
    """Done in the last seconds, on the machine's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstFinished(PipelineEvent):
    """A burst is over: every upload is accounted for."""

    uploaded: int
    """The sum of thumbnails, dead_lettered and refused."""

    thumbnails: int
    items: int
    dead_lettered: int
    refused: int
    """Notifications that the queue refused."""

    duplicates_skipped: int
    seconds: float
    """On the machine's clock."""

    photos_per_second: float
    peak_memory_mb: float
    """The most that the process has held so far."""
