"""S3 event notifications: from what happened to the message S3 sends, and back.

The message's shape is AWS's
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
Readers here never raise: what is no S3 event is about no object.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

Message = dict[str, Any]
"""A message's body as a JSON document."""

EVENT_VERSION = "2.5"
"""The version the documentation shows; readers should accept any 2.x."""

TEST_EVENT = "s3:TestEvent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent:
    """Something happened to an object: what S3 tells every destination that wants to hear of it."""

    bucket: str
    key: str
    """As it was put, not encoded."""

    size: int | None = None
    """In bytes; None where the message has none: after a deletion, and of tags."""

    etag: str | None = None
    """Without quotation marks; None after a permanent deletion."""

    sequencer: str | None = None
    """Hexadecimal; of two events of one key the later has the greater. Only of PUT and DELETE."""

    event_name: str
    """``ObjectCreated:Put``, ``ObjectRemoved:Delete``, ``ObjectTagging:Put`` …"""

    time: float
    """Seconds since 1970."""

    region: str
    principal_id: str
    """Who called: ``AWS:AIDA…`` for a user, ``AWS:AROA…:session`` for a role."""

    requester: str
    """The account id or the service principal that called."""

    source_ip: str
    request_id: str
    """The ``x-amz-request-id`` of the request that did it."""

    host_id: str
    """That request's ``x-amz-id-2``."""

    owner_id: str
    """The canonical id of the bucket's owner."""

    version_id: str | None = None
    """None in a bucket without versioning: then the message does not have the field."""


def notification_message(event: ObjectEvent, configuration_id: str) -> Message:
    """Return the message that S3 sends to a queue, a topic or a function.

    ``configuration_id`` is the id of the entry in the bucket's notification configuration. What
    the event does not have is absent from the message, not null.
    """
    about = {
        "key": encode_key(event.key),
        "size": event.size,
        "eTag": event.etag,
        "versionId": event.version_id,
        "sequencer": event.sequencer,
    }
    record = {
        "eventVersion": EVENT_VERSION,
        "eventSource": "aws:s3",
        "awsRegion": event.region,
        "eventTime": iso(event.time),
        "eventName": event.event_name,
        "userIdentity": {"principalId": event.principal_id},
        "requestParameters": {"sourceIPAddress": event.source_ip},
        "responseElements": {
            "x-amz-request-id": event.request_id,
            "x-amz-id-2": event.host_id,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": event.owner_id},
                "arn": f"arn:aws:s3:::{event.bucket}",
            },
            "object": {name: value for name, value in about.items() if value is not None},
        },
    }
    return {"Records": [record]}


def test_event(bucket: str, time: float, request_id: str, host_id: str) -> Message:
    """Return the message with which S3 tests a destination of a new configuration.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    shows it below the event; it has no ``Records``. ``time`` is in seconds since 1970.
    """
    return {
        "Service": "Amazon S3",
        "Event": TEST_EVENT,
        "Time": iso(time),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id,
    }


def encode_key(key: str) -> str:
    """Return a key as events carry it: form-urlencoded, but with ``/`` as it is."""
    return quote_plus(key, safe="/")


def decode_key(encoded_key: str) -> str:
    """Return the key that an event carries, as it was put."""
    return unquote_plus(encoded_key)


def iso(seconds: float, precision: str = "milliseconds") -> str:
    """Return seconds since 1970 as ISO 8601 in UTC, to the millisecond or to the second."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def is_test_event(body: object) -> bool:
    """Say whether a message (its text, or the document parsed) is S3's test of a destination."""
    return _document(body).get("Event") == TEST_EVENT


def objects_of(body: object) -> tuple[tuple[str, str], ...]:
    """Return the objects a message is about, as (bucket, key), in its order.

    ``body`` is the message's text or the document parsed; anything else, and anything that is
    not an S3 event, is about no object.
    """
    records = _document(body).get("Records")
    if not isinstance(records, list):
        return ()
    found = (_object_of_record(record) for record in records)
    return tuple(pair for pair in found if pair is not None)


def _object_of_record(record: object) -> tuple[str, str] | None:
    entity = _member(record, "s3")
    bucket = _member(_member(entity, "bucket"), "name")
    key = _member(_member(entity, "object"), "key")
    if isinstance(bucket, str) and isinstance(key, str):
        return bucket, decode_key(key)
    return None


def _member(document: object, name: str) -> object:
    return document.get(name) if isinstance(document, dict) else None


def _document(body: object) -> Message:
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    return body if isinstance(body, dict) else {}
