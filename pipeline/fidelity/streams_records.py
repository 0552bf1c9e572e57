"""moto's streams keep records for ever, also of writes that changed nothing, and misstate them.

A DynamoDB stream keeps a record for 24 hours, writes none for a put or an update that leaves an
item as it was, and none while it is disabled.
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html)
Its records have the event version 1.1, the table's Region, a time in whole seconds, and the size of
keys and images in bytes; the stream's label is a time in milliseconds.
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html)
moto's own mapping, which runs functions inside the write, never runs in a sandbox.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord, StreamShard, Table

from pipeline.fidelity.dynamodb_sizes import item_size
from pipeline.fidelity.entered import entered_clock

STREAM_RETENTION = 24 * 3600
"""Seconds."""

_add = StreamShard.add
_get = StreamShard.get
_set_stream_specification = Table.set_stream_specification


def add(
    shard: StreamShard, old: Item | None, new: Item | None, identity: dict[str, str] | None = None
) -> None:
    """Record a change, if it is one, at the sandbox's time."""
    clock = entered_clock()
    if clock is None:
        _add(shard, old, new)
        return
    specification = shard.table.stream_specification or {}
    if not specification.get("StreamEnabled") or _same(old, new):
        return
    drop_old(shard, clock.now())
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    number = shard.starting_sequence_number + len(shard.items)
    made = StreamRecord(shard.table, specification["StreamViewType"], name, old, new, number)
    change = made.record["dynamodb"]
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].replace(
        microsecond=0
    )
    images = (change.get(part, {}) for part in ("Keys", "NewImage", "OldImage"))
    change["SizeBytes"] = sum(item_size(image) for image in images)
    made.record |= {"eventVersion": "1.1", "awsRegion": shard.table.region_name}
    if identity is not None:
        made.record["userIdentity"] = identity
    shard.items.append(made)


def drop_old(shard: StreamShard, now: float) -> None:
    """Drop the records that are 24 hours old at ``now`` (epoch seconds)."""
    horizon = datetime.fromtimestamp(now - STREAM_RETENTION, tz=UTC).replace(tzinfo=None)
    old = 0
    for each in shard.items:
        if each.record["dynamodb"]["ApproximateCreationDateTime"] > horizon:
            break
        old += 1
    del shard.items[:old]
    shard.starting_sequence_number += old


def get(shard: StreamShard, start: int, quantity: int) -> list[dict[str, Any]]:
    """Return records from a sequence number on; an error when it is one of a dropped record."""
    clock = entered_clock()
    if clock is not None:
        drop_old(shard, clock.now())
        if start < shard.starting_sequence_number:
            raise JsonRESTError(
                "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException",
                "The stream no longer holds the records from this sequence number on.",
            )
    return _get(shard, start, quantity)


def set_stream_specification(table: Table, streams: dict[str, Any] | None) -> None:
    """Label a new stream in milliseconds; a disabled one stays as it was, to be read."""
    if entered_clock() is None:
        _set_stream_specification(table, streams)
        return
    before = dict(getattr(table, "stream_specification", None) or {})
    _set_stream_specification(table, streams)
    label = table.latest_stream_label
    if label is not None:
        table.latest_stream_label = datetime.fromisoformat(label).isoformat(timespec="milliseconds")
    if table.stream_specification == {"StreamEnabled": False}:
        table.stream_specification = before | {"StreamEnabled": False}


def _same(old: Item | None, new: Item | None) -> bool:
    return old is not None and new is not None and _plain(old.attrs) == _plain(new.attrs)


def _plain(attributes: Any) -> dict[str, Any]:
    return {name: _value(each.to_regular_json()) for name, each in attributes.items()}


def _value(attribute: dict[str, Any]) -> Any:
    """Return a value to compare: a set has no order."""
    ((kind, value),) = attribute.items()
    return kind, frozenset(value) if kind in {"SS", "NS", "BS"} else value


def apply() -> None:
    """Replace how moto's shards write and read, and how it labels a stream."""
    StreamShard.add = add  # type: ignore[method-assign, assignment]
    StreamShard.get = get  # type: ignore[method-assign, assignment]
    Table.set_stream_specification = set_stream_specification  # type: ignore[method-assign, assignment]
