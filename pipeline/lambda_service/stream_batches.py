"""Batches of a stream's records: the event Lambda makes of one, and what becomes of a failed one.

Pure; the stream mapping uses it. A shard is worked on in order: a batch that fails blocks what
comes after it, until it succeeds or is given up.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.cloud.stored_streams import STREAM_RETENTION
from pipeline.events import Json
from pipeline.lambda_service.batches import PAYLOAD_LIMIT

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
AGE_EXCEEDED = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What an event source mapping of a stream is set to; the defaults are Lambda's.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
    """

    batch_size: int = 100
    batching_window: float = 0
    """Seconds to wait for a batch to fill."""

    starting_position: str = "TRIM_HORIZON"
    """TRIM_HORIZON: all that the stream holds; LATEST: what comes from now on."""

    maximum_retry_attempts: int = -1
    """Retries of a batch that the function failed on; -1: until its records expire."""

    maximum_record_age: float = -1
    """Seconds; -1: until the stream drops the record."""

    bisects_batch: bool = False
    report_batch_item_failures: bool = False
    on_failure: str | None = None
    """ARN of the queue or topic that is told of records given up."""

    @property
    def longest_age(self) -> float:
        """Seconds after which a record is given up."""
        own = self.maximum_record_age
        return STREAM_RETENTION if own < 0 else min(own, STREAM_RETENTION)


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records that are given to the function together."""

    records: tuple[Json, ...]
    """As the function gets them."""

    retries: int = 0
    """Retries used up."""

    invocations: int = 0
    """How often the function was run on them."""

    @property
    def first(self) -> str:
        """The sequence number of the first record."""
        return sequence_number(self.records[0])

    @property
    def last(self) -> str:
        """The sequence number of the last record."""
        return sequence_number(self.records[-1])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a batch after an invocation that did not succeed as a whole."""

    again: tuple[Batch, ...]
    """What is tried again, in order, before anything after it."""

    given_up: tuple[Json, ...] = ()
    was_split: bool = False


def sequence_number(record: Json) -> str:
    """Return a record's place in its shard: digits, growing but not without gaps."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def function_record(record: Json, stream_arn: str) -> dict[str, Json]:
    """Return one record of the event that Lambda makes of what GetRecords answered.

    Binary values are Base64 text and the time is a whole number of epoch seconds.
    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    made: dict[str, Json] = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record["eventVersion"],
        "eventSource": record["eventSource"],
        "awsRegion": record["awsRegion"],
        "dynamodb": _as_json(record["dynamodb"]),
        "eventSourceARN": stream_arn,
    }
    identity = record.get("userIdentity")
    if identity:
        made["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return made


def _as_json(value: Any) -> Json:
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(part) for part in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value


def batches(records: Sequence[Json], batch_size: int) -> Iterator[Batch]:
    """Yield records in order as batches of at most ``batch_size`` and below the payload limit."""
    part: list[Json] = []
    size = 0
    for record in records:
        length = len(json.dumps(record))
        if part and (len(part) == batch_size or size + length > PAYLOAD_LIMIT):
            yield Batch(tuple(part))
            part, size = [], 0
        part.append(record)
        size += length
    if part:
        yield Batch(tuple(part))


def first_failed(response: Json, batch: Batch) -> int | None:
    """Return the index of the first record that a partial batch response reports; None: no failure.

    Of several reported records the lowest sequence number counts: it is the checkpoint, and all
    records from it on are tried again. Nothing to report means that all succeeded; an empty, null
    or misnamed identifier means that all failed. Not documented: what an identifier means that the
    batch does not hold; here all failed.
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    if response in (None, "", {}):
        return None
    entries = response.get("batchItemFailures", []) if isinstance(response, dict) else False
    if entries is None or entries == []:
        return None
    if not isinstance(entries, list):
        return 0
    places = {sequence_number(record): n for n, record in enumerate(batch.records)}
    named = [entry.get("itemIdentifier") if isinstance(entry, dict) else None for entry in entries]
    return min(places.get(name, 0) if isinstance(name, str) else 0 for name in named)


def expired(batch: Batch, now: float, settings: StreamSettings) -> tuple[tuple[Json, ...], Batch]:
    """Return the records of a batch that are too old at ``now``, and the batch without them."""
    old = [created_at(record) + settings.longest_age <= now for record in batch.records]
    count = old.index(False) if False in old else len(old)
    return batch.records[:count], replace(batch, records=batch.records[count:])


def created_at(record: Json) -> int:
    """Return when a record came into the stream, in epoch seconds."""
    moment: int = record["dynamodb"]["ApproximateCreationDateTime"]
    return moment


def after_failure(batch: Batch, failed_from: int, settings: StreamSettings) -> Verdict:
    """Return what becomes of a batch that the function failed on from one of its records on.

    With bisecting, a batch is split at the record that was reported, or else in two halves, and a
    split uses up no retry. Otherwise a retry is used up; without one left the batch is given up.
    Not documented: whether a reported record that lets a batch advance starts the count again; here
    it goes on.
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
    """
    rest = replace(batch, records=batch.records[failed_from:])
    if settings.bisects_batch and failed_from:
        return Verdict((rest,), was_split=True)
    if settings.bisects_batch and len(rest.records) > 1:
        half = len(rest.records) // 2
        return Verdict(
            (
                replace(rest, records=rest.records[:half]),
                replace(rest, records=rest.records[half:]),
            ),
            was_split=True,
        )
    if 0 <= settings.maximum_retry_attempts <= rest.retries:
        return Verdict((), rest.records)
    return Verdict((replace(rest, retries=rest.retries + 1),))
