"""moto keeps every object in memory; a sandbox keeps each in a file, opened on demand.

Not a matter of what S3 answers, but of what a spike costs: S3 has no limit to how much is stored
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html), memory has one. An object's
bytes go when moto disposes of the object: overwritten without versioning, deleted, or cleared.
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.s3.models import FakeKey

from pipeline.cloud.bodies import Body, keep_body
from pipeline.fidelity.entered import entered_clock

_value: Any = FakeKey.value


def get_value(key: Any) -> bytes:
    """Return an object's bytes, from wherever they are."""
    kept = key._value_buffer  # noqa: SLF001 - where moto has them
    value: bytes = kept.value() if isinstance(kept, Body) else _value.fget(key)
    return value


def set_value(key: Any, value: bytes | str) -> None:
    """Keep an object's bytes, and its ETag while they are at hand: the MD5 of what was put."""
    if entered_clock() is None:
        _value.fset(key, value)
        return
    data = value.encode() if isinstance(value, str) else value
    key._value_buffer.close()  # noqa: SLF001 - where moto would have them
    key._value_buffer = keep_body(key.account_id, data)  # noqa: SLF001
    key.contentsize = len(data)
    if key._etag is None:  # noqa: SLF001 - a multipart upload has an ETag of its own
        key._etag = hashlib.md5(data, usedforsecurity=False).hexdigest()  # noqa: SLF001


def apply() -> None:
    """Stand between moto's objects and their bytes."""
    FakeKey.value = property(get_value, set_value)  # type: ignore[assignment, method-assign]
