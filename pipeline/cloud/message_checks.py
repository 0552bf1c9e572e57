"""What SQS checks of a message that is sent, and of the entries of a batch.

Sizes are in bytes of UTF-8 and count the message's attributes: names, types and values.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.cloud.refusals import PREFIX, SqsRefusalError, invalid_value, missing
from pipeline.queueing.message import QueueSettings

LARGEST_MESSAGE = 1_048_576
"""Bytes, of a message and of a whole batch."""

BATCH_LIMIT = 10
LONGEST_DELAY = 900
MOST_ATTRIBUTES = 10

_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ATTRIBUTE_NAME = re.compile(r"(?!(?i:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_TYPES = ("String", "Number", "Binary")
_WRONG_TYPE_OF_QUEUE = "The request include parameter that is not valid for this queue type."


def size_of(entry: Mapping[str, Any]) -> int:
    """Return the bytes of one message to be sent."""
    size = len(entry["MessageBody"].encode("utf-8", "surrogatepass"))
    for name, value in (entry.get("MessageAttributes") or {}).items():
        size += len(name.encode()) + len(str(value["DataType"]).encode())
        size += len(_bytes(value.get("StringValue", value.get("BinaryValue", ""))))
    return size


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def check_message(entry: Mapping[str, Any], settings: QueueSettings, largest: int) -> None:
    """Refuse a message that the queue does not take.

    Args:
        entry: SendMessage's parameters, or a batch's entry.
        settings: The queue's.
        largest: The queue's MaximumMessageSize, in bytes.

    Raises:
        SqsRefusalError: SQS does not take the message.
    """
    body = entry["MessageBody"]
    if not body:
        raise missing("MessageBody")
    if _INVALID.search(body):
        raise SqsRefusalError(
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        )
    _check_attributes(entry.get("MessageAttributes") or {})
    if size_of(entry) > largest:
        raise SqsRefusalError(
            "InvalidParameterValue",
            "One or more parameters are invalid. "
            f"Reason: Message must be shorter than {largest} bytes.",
        )
    _check_delay(entry.get("DelaySeconds"), settings)
    _check_identity(entry, settings)


def _check_attributes(attributes: Mapping[str, Any]) -> None:
    if len(attributes) > MOST_ATTRIBUTES:
        raise SqsRefusalError(
            "InvalidParameterValue",
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{MOST_ATTRIBUTES}].",
        )
    for name, value in attributes.items():
        if not _ATTRIBUTE_NAME.fullmatch(name):
            raise SqsRefusalError(
                "InvalidParameterValue",
                f"The message attribute name '{name}' is invalid. Attribute name can contain "
                "A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.",
            )
        kind = value["DataType"]
        if kind.partition(".")[0] not in _TYPES:
            raise SqsRefusalError(
                "InvalidParameterValue",
                f"The message attribute '{name}' has an invalid message attribute type, the set "
                "of supported type prefixes is Binary, Number, and String.",
            )
        if not value.get("BinaryValue" if kind.startswith("Binary") else "StringValue"):
            raise SqsRefusalError(
                "InvalidParameterValue",
                f"The message attribute '{name}' must contain non-empty message attribute value "
                f"for message attribute type '{kind}'.",
            )


def _check_delay(delay: int | None, settings: QueueSettings) -> None:
    if delay is None:
        return
    if not 0 <= delay <= LONGEST_DELAY:
        reason = f"DelaySeconds must be >= 0 and <= {LONGEST_DELAY}."
        raise invalid_value(delay, "DelaySeconds", reason)
    if delay and settings.fifo:
        raise invalid_value(delay, "DelaySeconds", _WRONG_TYPE_OF_QUEUE)


def _check_identity(entry: Mapping[str, Any], settings: QueueSettings) -> None:
    """A FIFO queue needs a group and an id; a standard queue takes a group only (fair queues).

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """
    group, chosen = entry.get("MessageGroupId"), entry.get("MessageDeduplicationId")
    if not settings.fifo:
        if chosen is not None:
            raise invalid_value(chosen, "MessageDeduplicationId", _WRONG_TYPE_OF_QUEUE)
        return
    if not group:
        raise missing("MessageGroupId")
    if not chosen and not settings.content_based_deduplication:
        raise SqsRefusalError(
            "InvalidParameterValue",
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly",
        )


def check_batch(entries: Sequence[Mapping[str, Any]], action: str) -> None:
    """Refuse a batch as a whole: none or too many entries, ids that are no ids or not distinct.

    Args:
        entries: Each with its ``Id``.
        action: The operation without its Batch, such as SendMessage.

    Raises:
        SqsRefusalError: SQS does not take the batch.
    """
    if not entries:
        raise SqsRefusalError(
            f"{PREFIX}EmptyBatchRequest",
            f"There should be at least one {action}BatchRequestEntry in the request.",
        )
    if len(entries) > BATCH_LIMIT:
        raise SqsRefusalError(
            f"{PREFIX}TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {BATCH_LIMIT}. "
            f"You have sent {len(entries)}.",
        )
    ids = [entry["Id"] for entry in entries]
    if any(not _BATCH_ID.fullmatch(each) for each in ids):
        raise SqsRefusalError(
            f"{PREFIX}InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        )
    repeated = _first_repeated(ids)
    if repeated is not None:
        raise SqsRefusalError(f"{PREFIX}BatchEntryIdsNotDistinct", f"Id {repeated} repeated.")


def check_batch_size(entries: Iterable[Mapping[str, Any]]) -> None:
    """Refuse messages that are too large together; ``SqsRefusalError``."""
    total = sum(size_of(entry) for entry in entries)
    if total > LARGEST_MESSAGE:
        raise SqsRefusalError(
            f"{PREFIX}BatchRequestTooLong",
            f"Batch requests cannot be longer than {LARGEST_MESSAGE} bytes. "
            f"You have sent {total} bytes.",
        )


def _first_repeated(ids: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            return each
        seen.add(each)
    return None
