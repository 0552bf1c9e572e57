"""A file into a bucket, as boto3 does it: in one piece, or from 8 MB on in parts."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig

MULTIPART_THRESHOLD = 8 * 1024 * 1024
"""boto3's default, in bytes: bigger files are multipart uploads."""

_TRANSFER = TransferConfig(multipart_threshold=MULTIPART_THRESHOLD, use_threads=False)
"""Without threads: one thread owns a sandbox, and the order of its calls is part of the lesson."""


def put_file(
    s3: Any,
    bucket: str,
    key: str,
    source: Path | bytes,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Upload a file or bytes; raises what opening the file and boto3 raise."""
    if not key:
        raise ValueError("an object needs a key of at least one character")
    content_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
    options = {"ContentType": content_type}
    if isinstance(source, bytes):
        s3.upload_fileobj(
            io.BytesIO(source), bucket, key, options, Callback=progress, Config=_TRANSFER
        )
        return
    with source.open("rb") as file:
        s3.upload_fileobj(file, bucket, key, options, Callback=progress, Config=_TRANSFER)
