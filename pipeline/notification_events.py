"""What S3 tells EventBridge: the same happenings as in notifications, in an envelope of its own.

The key stands as it was put, not encoded, and the names are spelled with hyphens
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.notification import Message, ObjectEvent, iso


@dataclass(frozen=True, slots=True)
class _Kind:
    """How EventBridge's events name what notifications name otherwise."""

    detail_type: str
    reason: str | None = None
    """The operation; None for events that are not about storing or deleting."""

    deletion_type: str | None = None


_CREATED, _DELETED = "Object Created", "Object Deleted"

_KINDS = {
    "ObjectCreated:Put": _Kind(_CREATED, "PutObject"),
    "ObjectCreated:Copy": _Kind(_CREATED, "CopyObject"),
    "ObjectCreated:CompleteMultipartUpload": _Kind(_CREATED, "CompleteMultipartUpload"),
    "ObjectRemoved:Delete": _Kind(_DELETED, "DeleteObject", "Permanently Deleted"),
    "ObjectRemoved:DeleteMarkerCreated": _Kind(_DELETED, "DeleteObject", "Delete Marker Created"),
    "ObjectTagging:Put": _Kind("Object Tags Added"),
    "ObjectTagging:Delete": _Kind("Object Tags Deleted"),
}


def bus_event(event: ObjectEvent, event_id: str) -> Message:
    """Return the event that S3 gives to the default bus; ``event_id`` is a UUID.

    Raises:
        KeyError: S3 sends EventBridge no event of this name.
    """
    kind = _KINDS[event.event_name]
    about = {
        "key": event.key,
        "size": event.size,
        "etag": event.etag,
        "version-id": event.version_id,
        "sequencer": event.sequencer,
    }
    detail = {
        "version": "0",
        "event-version": "1.0",
        "bucket": {"name": event.bucket},
        "object": _present(about),
        "request-id": event.request_id,
        "requester": event.requester,
        "source-ip-address": event.source_ip,
        "reason": kind.reason,
        "deletion-type": kind.deletion_type,
    }
    return {
        "version": "0",
        "id": event_id,
        "detail-type": kind.detail_type,
        "source": "aws.s3",
        "account": event.owner_id,
        "time": iso(event.time, "seconds"),
        "region": event.region,
        "resources": [f"arn:aws:s3:::{event.bucket}"],
        "detail": _present(detail),
    }


def _present(members: Message) -> Message:
    return {name: value for name, value in members.items() if value is not None}
