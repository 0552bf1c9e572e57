"""What SQS answers of messages: digests, and the attributes that were asked for.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Collection, Mapping
from typing import Any

from pipeline.queueing.message import Message


def received(
    message: Message, system_names: Collection[str], attribute_names: Collection[str]
) -> dict[str, Any]:
    """Return a received message as the API writes it.

    Args:
        message: It, just received.
        system_names: The system attributes that were asked for; ``All`` means all.
        attribute_names: The message attributes that were asked for; ``All`` or ``.*`` mean all,
            ``name.*`` those whose name begins so.
    """
    answer: dict[str, Any] = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": digest_of_body(message.body),
        "Body": message.body,
    }
    system = _system_attributes(message) if system_names else {}
    chosen = {
        name: value
        for name, value in system.items()
        if "All" in system_names or name in system_names
    }
    if chosen:
        answer["Attributes"] = chosen
    attributes = {
        name: value
        for name, value in message.attributes.items()
        if _is_asked_for(name, attribute_names)
    }
    if attributes:
        answer["MessageAttributes"] = {n: _written(v) for n, v in attributes.items()}
        answer["MD5OfMessageAttributes"] = digest_of_attributes(attributes)
    return answer


def _system_attributes(message: Message) -> dict[str, str]:
    """Return all system attributes of a received message; times are in milliseconds."""
    found = {
        **message.system,
        "SentTimestamp": str(int(message.sent_at * 1000)),
        "ApproximateReceiveCount": str(message.receive_count),
        "ApproximateFirstReceiveTimestamp": str(int((message.first_received_at or 0) * 1000)),
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
        "SequenceNumber": message.sequence_number,
        "DeadLetterQueueSourceArn": message.dead_letter_source,
    }
    return {name: value for name, value in found.items() if value is not None}


def _is_asked_for(name: str, asked: Collection[str]) -> bool:
    return any(
        each in {"All", name} or (each.endswith(".*") and name.startswith(each[:-2]))
        for each in asked
    )


def _written(value: Mapping[str, Any]) -> dict[str, Any]:
    if "BinaryValue" not in value:
        return dict(value)
    return {**value, "BinaryValue": base64.b64encode(_as_bytes(value["BinaryValue"])).decode()}


def digest_of_body(body: str) -> str:
    """Return the MD5 digest of a body."""
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def digest_of_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the MD5 digest of message attributes.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        is_binary = value["DataType"].startswith("Binary")
        content = value["BinaryValue"] if is_binary else value["StringValue"]
        for part in (name.encode(), value["DataType"].encode()):
            digest.update(struct.pack("!I", len(part)) + part)
        raw = _as_bytes(content)
        digest.update((b"\x02" if is_binary else b"\x01") + struct.pack("!I", len(raw)) + raw)
    return digest.hexdigest()


def _as_bytes(content: Any) -> bytes:
    return content.encode() if isinstance(content, str) else bytes(content)
