"""moto's shard iterators never expire, have no seed, and serve streams that are not there.

A shard iterator expires after 15 minutes, and a stream's ARN names one stream: that of another
label is not found. The texts of these errors are not documented.
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html)
"""

from __future__ import annotations

import base64
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models.table import Table
from moto.dynamodbstreams.models import DynamoDBStreamsBackend, ShardIterator
from moto.moto_api._internal import mock_random

from pipeline.fidelity.entered import entered_clock
from pipeline.fidelity.streams_records import drop_old

ITERATOR_LIFE = 15 * 60
"""Seconds."""

_PREFIX = "com.amazonaws.dynamodb.v20120810#"
_init = ShardIterator.__init__
_get_table_from_arn = DynamoDBStreamsBackend._get_table_from_arn  # noqa: SLF001 - every call's way
_describe_stream = DynamoDBStreamsBackend.describe_stream
_get_shard_iterator = DynamoDBStreamsBackend.get_shard_iterator
_get_records = DynamoDBStreamsBackend.get_records


def init(iterator: ShardIterator, *arguments: Any, **named: Any) -> None:
    """Give an iterator an id of the sandbox's own chance, and a time."""
    _init(iterator, *arguments, **named)
    clock = entered_clock()
    if clock is not None:
        iterator.id = base64.b64encode(mock_random.randbytes(96)).decode()
        vars(iterator)["issued_at"] = clock.now()


def get_table_from_arn(backend: DynamoDBStreamsBackend, arn: str) -> Table:
    """Return the table of a stream, if this is the table's stream."""
    if entered_clock() is not None:
        name, _, label = arn.rpartition("table/")[2].partition("/stream/")
        table = backend.dynamodb.tables.get(name)
        if table is None or table.latest_stream_label != label:
            raise _error("ResourceNotFoundException", _missing("Stream", arn))
    return _get_table_from_arn(backend, arn)


def describe_stream(backend: DynamoDBStreamsBackend, arn: str) -> dict[str, Any]:
    """Describe a stream, which is disabled once its table's stream is."""
    described = _describe_stream(backend, arn)
    if entered_clock() is not None:
        specification = backend._get_table_from_arn(arn).stream_specification or {}  # noqa: SLF001 - moto's own way
        if not specification.get("StreamEnabled"):
            described["StreamStatus"] = "DISABLED"
    return described


def get_shard_iterator(
    backend: DynamoDBStreamsBackend, arn: str, shard_id: str, *arguments: Any, **named: Any
) -> ShardIterator:
    """Return an iterator of a shard that is there."""
    clock = entered_clock()
    if clock is not None:
        shard = get_table_from_arn(backend, arn).stream_shard
        if shard is None or shard.id != shard_id:
            raise _error("ResourceNotFoundException", _missing("Shard", shard_id))
        drop_old(shard, clock.now())
    return _get_shard_iterator(backend, arn, shard_id, *arguments, **named)


def get_records(backend: DynamoDBStreamsBackend, iterator_arn: str, limit: int) -> dict[str, Any]:
    """Read with an iterator that has not expired, and forget those that have."""
    clock = entered_clock()
    if clock is not None:
        alive = clock.now() - ITERATOR_LIFE
        backend.shard_iterators = {
            arn: each
            for arn, each in backend.shard_iterators.items()
            if vars(each)["issued_at"] > alive
        }
        if iterator_arn not in backend.shard_iterators:
            raise _error("ExpiredIteratorException", "The shard iterator has expired.")
        _follow(backend, backend.shard_iterators[iterator_arn])
    return _get_records(backend, iterator_arn, limit)


def _follow(backend: DynamoDBStreamsBackend, iterator: ShardIterator) -> None:
    """Let an iterator read its table's shard, also where moto has put a copy in its place.

    moto copies tables before a transaction and puts the copies in when it fails.
    """
    before = iterator.stream_shard.table
    table = backend.dynamodb.tables.get(before.name)
    if table is not None and table.latest_stream_label == before.latest_stream_label:
        iterator.stream_shard = table.stream_shard or iterator.stream_shard


def _missing(kind: str, name: str) -> str:
    return f"Requested resource not found: {kind}: {name} not found"


def _error(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(_PREFIX + code, message)


def apply() -> None:
    """Replace what moto's iterators are made of and how they are used."""
    ShardIterator.__init__ = init  # type: ignore[method-assign, assignment]
    DynamoDBStreamsBackend._get_table_from_arn = get_table_from_arn  # type: ignore[method-assign, assignment]  # noqa: SLF001 - every call's way
    DynamoDBStreamsBackend.describe_stream = describe_stream  # type: ignore[method-assign, assignment]
    DynamoDBStreamsBackend.get_shard_iterator = get_shard_iterator  # type: ignore[method-assign, assignment]
    DynamoDBStreamsBackend.get_records = get_records  # type: ignore[method-assign, assignment]
