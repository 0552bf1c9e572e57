"""What stands where in a sandbox, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.cloud.stored import Stored
from pipeline.counts import QueueCount
from pipeline.topology import Topology


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counters of a sandbox, of each resource and summed up."""

    uploads: int
    """Objects in the uploads bucket; 0 in an architecture without a bucket."""

    visible: int
    """Messages in the queues that are polled for a function: these three."""

    in_flight: int
    delayed: int
    dead_lettered: int
    """Messages in the queues that nothing polls."""

    thumbnails: int
    """Objects in the bucket for what is made of uploads."""

    items: int
    """Items in the main table."""

    broken_arrows: frozenset[str]
    queues: Mapping[str, QueueCount] = field(default_factory=dict)
    """By the queue's name."""

    objects: Mapping[str, int] = field(default_factory=dict)
    """Objects in each bucket."""

    table_items: Mapping[str, int] = field(default_factory=dict)
    """Items in each table."""


def take_snapshot(topology: Topology, stored: Stored, broken_arrows: frozenset[str]) -> Snapshot:
    """Return what stands where, now."""
    queues = {queue.name: _count(stored, queue.name) for queue in topology.queues}
    objects = {bucket.name: len(stored.object_keys(bucket.name)) for bucket in topology.buckets}
    items = {table.name: stored.item_count(table.name) for table in topology.tables}
    polled = [queues[q.name] for q in topology.queues if topology.mapping_of(q.arn) is not None]
    others = [queues[q.name] for q in topology.queues if topology.mapping_of(q.arn) is None]
    uploads, thumbnails = (*objects.values(), 0, 0)[:2]
    return Snapshot(
        uploads=uploads,
        visible=sum(count.visible for count in polled),
        in_flight=sum(count.in_flight for count in polled),
        delayed=sum(count.delayed for count in polled),
        dead_lettered=sum(count.total for count in others),
        thumbnails=thumbnails,
        items=next(iter(items.values()), 0),
        broken_arrows=broken_arrows,
        queues=queues,
        objects=objects,
        table_items=items,
    )


def _count(stored: Stored, name: str) -> QueueCount:
    state = stored.queue_state(name)
    return QueueCount(state.visible, state.in_flight, state.delayed)
