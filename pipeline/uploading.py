"""A file into a bucket, as boto3 does it: in one piece, or from 8 MB on in parts."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

MULTIPART_THRESHOLD = 8 * 1024 * 1024
"""boto3's default, in bytes: bigger files are multipart uploads."""

_TRANSFER = TransferConfig(multipart_threshold=MULTIPART_THRESHOLD, use_threads=False)
"""Without threads: one thread owns a sandbox, and the order of its calls is part of the lesson."""


class UploadError(Exception):
    """A file could not be uploaded; the text says which and why."""


def put(
    s3: Any,
    bucket: str,
    key: str | None,
    source: Path | bytes,
    *,
    progress: Callable[[int], None] | None = None,
) -> str:
    """Upload a file or bytes, and return the key: the file's name unless given.

    Raises:
        UploadError: The file cannot be read, or S3 refused it; one clear sentence.
    """
    if isinstance(source, Path) and source.exists() and not source.is_file():
        raise UploadError(f"{source} is not a file; name a photo.")
    name = key if key is not None else source.name if isinstance(source, Path) else ""
    if not name:
        raise UploadError("An object needs a key of at least one character.")
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as body:
            s3.upload_fileobj(
                body,
                bucket,
                name,
                {"ContentType": mimetypes.guess_type(name)[0] or "application/octet-stream"},
                Callback=progress,
                Config=_TRANSFER,
            )
    except OSError as error:
        raise UploadError(f"{source!s}: {error.strerror or error}.") from error
    except ClientError as error:
        refusal = error.response["Error"]
        raise UploadError(
            f"S3 refused {name!r}: {refusal['Code']}: {refusal['Message']}"
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise UploadError(f"{name!r} cannot be uploaded: {error}") from error
    return name
