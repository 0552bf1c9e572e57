"""moto's answers do not tell whether a deletion found its object; its S3 notes what it changed.

AWS's S3 raises one event for each object that a call stored, removed or hid behind a delete marker
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html).
Each change is noted while it is made (``cloud/object_changes.py``).
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeKey, S3Backend

from pipeline.cloud.object_changes import MARKED, REMOVED, STORED, note_change
from pipeline.fidelity.entered import entered_clock

_put_object = S3Backend.put_object
_delete_object = S3Backend.delete_object


def put_object(backend: S3Backend, *arguments: Any, **named: Any) -> FakeKey:
    """Store as moto does, and note it: a put, a copy, and a multipart upload once."""
    stored = _put_object(backend, *arguments, **named)
    clock = entered_clock()
    if clock is not None:
        versioned = backend.get_bucket(str(stored.bucket_name)).is_versioned
        note_change(
            backend.account_id,
            STORED,
            str(stored.bucket_name),
            stored.name,
            clock.now(),
            version_id=stored.version_id if versioned else None,
            size=stored.size,
            etag=stored.etag.strip('"'),
        )
    return stored


def delete_object(
    backend: S3Backend,
    bucket_name: str,
    key_name: str,
    version_id: str | None = None,
    bypass: bool = False,  # noqa: FBT001, FBT002 - moto's signature
) -> tuple[bool, dict[str, Any]]:
    """Delete as moto does, and note what was there."""
    clock = entered_clock()
    if clock is None:
        return _delete_object(backend, bucket_name, key_name, version_id, bypass)
    bucket = backend.get_bucket(bucket_name)
    before = {str(each.version_id) for each in bucket.keys.getlist(key_name, [])}
    done, meta = _delete_object(backend, bucket_name, key_name, version_id, bypass)
    made = meta.get("version-id") if bucket.is_versioned and version_id is None else None
    if made is not None:
        note_change(
            backend.account_id, MARKED, bucket_name, key_name, clock.now(), version_id=str(made)
        )
    elif before and (version_id in before or not bucket.is_versioned):
        note_change(
            backend.account_id, REMOVED, bucket_name, key_name, clock.now(), version_id=version_id
        )
    return done, meta


def apply() -> None:
    """Stand before what moto's buckets store and delete."""
    S3Backend.put_object = put_object  # type: ignore[method-assign, assignment]
    S3Backend.delete_object = delete_object  # type: ignore[method-assign, assignment]
