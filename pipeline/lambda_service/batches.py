"""Batches of messages: the event that Lambda makes of one, and what its answer means.

Pure; the event source mapping uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.events import Json

PAYLOAD_LIMIT = 6 * 1024 * 1024
"""The most bytes of messages in one invocation: the limit of a synchronous payload."""


def function_record(message: dict[str, Any], queue_arn: str, region: str) -> dict[str, Any]:
    """Return one record of the event that Lambda makes from a received message.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def failed_message_ids(response: Json, message_ids: Sequence[str]) -> frozenset[str]:
    """Return the ids that a partial batch response reports as failed.

    Nothing to report, an empty or a null list mean that all succeeded; an entry without an id, with
    an empty one or with one that the batch does not hold means that all failed.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    everything = frozenset(message_ids)
    if response in (None, "", {}):
        return frozenset()
    if not isinstance(response, dict):
        return everything
    entries = response.get("batchItemFailures")
    if entries is None or entries == []:
        return frozenset()
    if not isinstance(entries, list):
        return everything
    named = [entry.get("itemIdentifier") if isinstance(entry, dict) else None for entry in entries]
    if any(not isinstance(name, str) or name not in everything for name in named):
        return everything
    return frozenset(name for name in named if isinstance(name, str))


def split_by_payload(messages: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield batches, in order, that each stay below the payload limit."""
    batch: list[dict[str, Any]] = []
    size = 0
    for message in messages:
        length = len(message["Body"].encode())
        if batch and size + length > PAYLOAD_LIMIT:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
