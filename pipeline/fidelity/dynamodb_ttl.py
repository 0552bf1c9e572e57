"""moto keeps items for ever; DynamoDB deletes those whose time to live is over.

DynamoDB deletes an item within a few days after the time, in epoch seconds, that its TTL attribute
holds; a value that is no number, or that lies more than five years back, is left alone. The
deletion stands in the table's stream as one of the service's own.
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html)
Simplified: here it is deleted when a call next looks at the table.
"""

from __future__ import annotations

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from pipeline.fidelity import streams_records
from pipeline.fidelity.entered import entered_clock

OLDEST = 5 * 365 * 24 * 3600
"""Seconds after its time to live from which an item is left alone."""

_BY_SERVICE = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
_get_table = DynamoDBBackend.get_table


def get_table(backend: DynamoDBBackend, table_name: str) -> Table:
    """Return a table without the items whose time to live is over."""
    table = _get_table(backend, table_name)
    clock = entered_clock()
    if clock is not None:
        remove_expired(table, clock.now())
    return table


def remove_expired(table: Table, now: float) -> None:
    """Delete the items whose time to live is over at ``now`` (epoch seconds)."""
    if table.ttl["TimeToLiveStatus"] != "ENABLED":
        return
    name = table.ttl["AttributeName"]
    for item in [each for each in table.all_items() if _is_expired(each, name, now)]:
        if item.range_key is None:
            del table.items[item.hash_key]
        else:
            del table.items[item.hash_key][item.range_key]
        if table.stream_shard is not None:
            streams_records.add(table.stream_shard, item, None, _BY_SERVICE)


def _is_expired(item: Item, name: str, now: float) -> bool:
    attribute = item.attrs.get(name)
    if attribute is None or attribute.type != "N":
        return False
    ends = float(attribute.value)
    return now - OLDEST < ends < now


def apply() -> None:
    """Stand where every call finds its table."""
    DynamoDBBackend.get_table = get_table  # type: ignore[method-assign, assignment]
