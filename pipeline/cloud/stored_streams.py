"""What waits in a table's stream, read from the emulator's own records: no call, no permission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.cloud.stored import Stored

STREAM_RETENTION = 24 * 3600
"""Seconds that a DynamoDB stream keeps a record.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""


@dataclass(frozen=True, slots=True)
class Unread:
    """What a stream holds after a place in it."""

    stream_arn: str
    count: int
    """Records after the place."""

    oldest_at: float | None
    """When the first of them was written, in epoch seconds; None without any."""

    newest: str | None
    """The sequence number of the last record that the stream holds, read or not."""


def unread(stored: Stored, table: str, after: str | None) -> Unread | None:
    """Return what a table's stream holds after a sequence number; None while it has no stream.

    Args:
        stored: The emulator's records.
        table: The table's name.
        after: The sequence number of the last record that was read; None for all records.
    """
    holder: Any = stored.backend("dynamodb", stored.region).tables.get(table)
    if holder is None or holder.stream_shard is None or not holder.latest_stream_label:
        return None
    records = holder.stream_shard.items
    # The emulator numbers a shard's records without a gap.
    place = 0 if after is None else int(after) + 1 - holder.stream_shard.starting_sequence_number
    horizon = stored.clock.now() - STREAM_RETENTION
    place = max(place, 0)
    while place < len(records) and _written_at(records[place]) <= horizon:
        place += 1
    return Unread(
        f"{holder.table_arn}/stream/{holder.latest_stream_label}",
        max(0, len(records) - place),
        _written_at(records[place]) if place < len(records) else None,
        records[-1].record["dynamodb"]["SequenceNumber"] if records else None,
    )


def _written_at(record: Any) -> float:
    """Return when a record was written, in epoch seconds; the emulator keeps it as bare UTC."""
    moment: datetime = record.record["dynamodb"]["ApproximateCreationDateTime"]
    return moment.replace(tzinfo=UTC).timestamp()
