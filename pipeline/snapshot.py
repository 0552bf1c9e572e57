"""What stands where in a sandbox, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.cloud.stored import Stored
from pipeline.topology import Topology


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counters of a sandbox."""

    uploads: int
    """Objects in the uploads bucket."""

    visible: int
    in_flight: int
    delayed: int
    dead_lettered: int
    """Messages in the dead-letter queue."""

    thumbnails: int
    items: int
    broken_arrows: frozenset[str]


def take_snapshot(topology: Topology, stored: Stored, broken_arrows: frozenset[str]) -> Snapshot:
    """Return what stands where, now."""
    queue = stored.queue_state(topology.queue.name)
    return Snapshot(
        uploads=len(stored.object_keys(topology.uploads.name)),
        visible=queue.visible,
        in_flight=queue.in_flight,
        delayed=queue.delayed,
        dead_lettered=len(stored.stored_messages(topology.dead_letter_queue.name)),
        thumbnails=len(stored.object_keys(topology.thumbnails.name)),
        items=stored.item_count(topology.table.name),
        broken_arrows=broken_arrows,
    )
