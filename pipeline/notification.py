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
class ObjectCreated:
    """An object was stored, and a notification configuration asks to hear of it."""

    bucket: str
    key: str
    """As it was put, not encoded."""

    size: int
    """In bytes."""

    etag: str
    """Without quotation marks."""

    sequencer: str
    """Hexadecimal; of two events of one key the later has the greater."""

    event_name: str
    """``ObjectCreated:Put``, ``ObjectCreated:CompleteMultipartUpload`` …"""

    time: float
    """Seconds since 1970."""

    region: str
    principal_id: str
    """Who put it: ``AWS:AIDA…`` for a user, ``AWS:AROA…:session`` for a role."""

    source_ip: str
    request_id: str
    """The ``x-amz-request-id`` of the request that stored it."""

    host_id: str
    """That request's ``x-amz-id-2``."""

    configuration_id: str
    """The id of the entry in the bucket's notification configuration."""

    owner_id: str
    """The canonical id of the bucket's owner."""

    version_id: str | None = None
    """None in a bucket without versioning: then the message does not have the field."""


def notification_message(event: ObjectCreated) -> Message:
    """Return the message that S3 sends for an event, ready for ``json.dumps``."""
    stored: Message = {
        "key": encode_key(event.key),
        "size": event.size,
        "eTag": event.etag,
    }
    if event.version_id is not None:
        stored["versionId"] = event.version_id
    stored["sequencer"] = event.sequencer
    record = {
        "eventVersion": EVENT_VERSION,
        "eventSource": "aws:s3",
        "awsRegion": event.region,
        "eventTime": _iso(event.time),
        "eventName": event.event_name,
        "userIdentity": {"principalId": event.principal_id},
        "requestParameters": {"sourceIPAddress": event.source_ip},
        "responseElements": {
            "x-amz-request-id": event.request_id,
            "x-amz-id-2": event.host_id,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": event.configuration_id,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": event.owner_id},
                "arn": f"arn:aws:s3:::{event.bucket}",
            },
            "object": stored,
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
        "Time": _iso(time),
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


def event_matches(configured: str, event_name: str) -> bool:
    """Say whether a configured event covers one that happened.

    ``s3:ObjectCreated:*`` covers ``ObjectCreated:Put``; ``s3:ObjectCreated:Put`` does not cover
    ``ObjectCreated:CompleteMultipartUpload``
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html).
    """
    wanted = configured.removeprefix("s3:")
    if wanted.endswith(":*"):
        return event_name.startswith(wanted.removesuffix("*"))
    return event_name == wanted


def key_matches(key: str, prefix: str = "", suffix: str = "") -> bool:
    """Say whether a filter's prefix and suffix cover a key; letters' case counts.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    """
    return key.startswith(prefix) and key.endswith(suffix)


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


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
