"""moto counts an item's size roughly, and an update that it refuses has half happened.

An item may take 400 KB, names included. A write that fails changes nothing, and an update that
makes an item is one change in the table's stream; moto makes the key first and records both steps.
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html)
"""

from __future__ import annotations

import copy
from contextlib import ExitStack
from typing import Any

from moto.dynamodb.exceptions import ItemSizeTooLarge, ItemSizeToUpdateTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import StreamShard, Table

from pipeline.fidelity.dynamodb_sizes import item_size
from pipeline.fidelity.entered import entered_clock
from pipeline.fidelity.streams_records import drop_old

LARGEST_ITEM = 400 * 1024
"""Bytes."""

_setitem = LimitedSizeDict.__setitem__
_put_item = Table.put_item
_update_item = DynamoDBBackend.update_item


def setitem(attributes: LimitedSizeDict, name: str, value: Any) -> None:
    """Set an attribute; its item is measured when it is whole."""
    if entered_clock() is None:
        _setitem(attributes, name, value)
    else:
        dict.__setitem__(attributes, name, value)


def put_item(table: Table, item_attrs: dict[str, Any], *arguments: Any, **named: Any) -> Item:
    """Put an item that is not too large."""
    if entered_clock() is not None and item_size(item_attrs) > LARGEST_ITEM:
        raise ItemSizeTooLarge
    return _put_item(table, item_attrs, *arguments, **named)


def update_item(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *arguments: Any, **named: Any
) -> Item:
    """Update an item whole or not at all, as one change."""
    clock = entered_clock()
    if clock is None:
        return _update_item(backend, table_name, key, *arguments, **named)
    table = backend.get_table(table_name)
    if not all(name in key for name in table.table_key_attrs):
        return _update_item(backend, table_name, key, *arguments, **named)
    place = [DynamoType(key[name]) for name in table.table_key_attrs]
    old = copy.deepcopy(table.get_item(place[0], place[1] if len(place) > 1 else None))
    shard = table.stream_shard
    if shard is not None:
        drop_old(shard, clock.now())
    written = len(shard.items) if shard is not None else 0
    with ExitStack() as undo:
        undo.callback(_put_back, table, place, old, written)
        item = _update_item(backend, table_name, key, *arguments, **named)
        _check_size(item)
        undo.pop_all()
    if shard is not None:
        _as_one_change(shard, written)
    return item


def _check_size(item: Item) -> None:
    if item_size(item.attrs) > LARGEST_ITEM:
        raise ItemSizeToUpdateTooLarge


def _put_back(table: Table, place: list[DynamoType], old: Item | None, written: int) -> None:
    """Put an item back as it was, in its table and in the table's stream."""
    if table.stream_shard is not None:
        del table.stream_shard.items[written:]
    holder: Any = table.items if len(place) == 1 else table.items[place[0]]
    if old is None:
        holder.pop(place[-1], None)
    else:
        holder[place[-1]] = old


def _as_one_change(shard: StreamShard, written: int) -> None:
    """Keep the last of the records from an index on, with the first one's sequence number."""
    made = shard.items[written:]
    if len(made) > 1:
        number = made[0].record["dynamodb"]["SequenceNumber"]
        made[-1].record["dynamodb"]["SequenceNumber"] = number
        shard.items[written:] = made[-1:]


def apply() -> None:
    """Replace how moto measures and updates items."""
    LimitedSizeDict.__setitem__ = setitem  # type: ignore[method-assign]
    Table.put_item = put_item  # type: ignore[method-assign, assignment]
    DynamoDBBackend.update_item = update_item  # type: ignore[method-assign, assignment]
