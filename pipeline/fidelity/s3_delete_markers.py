"""moto answers a read of a delete marker as if there had never been an object.

S3 answers 404 NoSuchKey when the current version is a delete marker, and 405 MethodNotAllowed when
the marker's own version is asked for; both say ``x-amz-delete-marker: true``.
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html)
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import MethodNotAllowed, MissingKey
from moto.s3.models import FakeDeleteMarker
from moto.s3.responses import S3Response

from pipeline.fidelity.entered import entered_clock

_get_object = S3Response.get_object


def get_object(response: S3Response) -> Any:
    """Answer as moto does, but for a delete marker as S3 does."""
    if entered_clock() is None:
        return _get_object(response)
    key = response.parse_key_name()
    version = response.querystring.get("versionId", [None])[0]
    found: Any = response.backend.get_object(
        response.bucket_name, key, version_id=version, return_delete_marker=True
    )
    if not isinstance(found, FakeDeleteMarker):
        return _get_object(response)
    error = MissingKey(key=key) if version is None else MethodNotAllowed()
    status, headers, body = response.serialized(ActionResult(error))
    headers |= {"x-amz-delete-marker": "true", "x-amz-version-id": found.version_id}
    if version is not None:
        headers["allow"] = "DELETE"
    return status, headers, body


def apply() -> None:
    """Stand before moto's answers to GetObject."""
    S3Response.get_object = get_object  # type: ignore[assignment, method-assign]
