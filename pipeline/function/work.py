"""One photo's work, whoever asks for it: claim, read, make the thumbnail, store it, record it.

It needs ``s3:GetObject`` on the uploads, ``s3:PutObject`` on the thumbnails and
``dynamodb:PutItem`` on the table, and nothing else. Without ``s3:ListBucket``, S3 answers
AccessDenied also for an object that has been deleted
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from .batch import FAILURES
from .connecting import CONFIG
from .context import LambdaContext
from .errors import ThumbnailError, TryAgainLater
from .items import AlreadyDone, Claim, ImageTable, thumbnail_key
from .log import LOGGER, log_of_message, shown
from .records import Upload
from .settings import Settings
from .thumbnail import Thumbnail, make_thumbnail

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CACHE_CONTROL = "public, max-age=300"
"""Five minutes and not for ever: an upload that replaces a photo replaces its thumbnail too."""

_LEAST_TIME = 1.0
"""Seconds that must be left to begin with a photo."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to do what a message, or an event without one, asks for."""

    context: LambdaContext
    message_id: str | None = None
    number: int | None = None
    """How often the message has been received, where the event says."""

    @property
    def token(self) -> str:
        """What tells this attempt from every other."""
        request_id = self.context.aws_request_id
        return request_id if self.message_id is None else f"{request_id}/{self.message_id}"

    @property
    def log(self) -> logging.LoggerAdapter[logging.Logger]:
        """Writes lines that carry the message's id as an attribute."""
        return log_of_message(self.message_id)


class PhotoWork:
    """Makes thumbnails of uploads."""

    def __init__(self, s3: S3Client, table: ImageTable, settings: Settings) -> None:
        self._s3 = s3
        self._table = table
        self._settings = settings

    @classmethod
    def connect(cls, session: boto3.Session, environment: Mapping[str, str]) -> PhotoWork:
        """Return the work that reaches AWS through a session."""
        settings = Settings.from_environment(environment)
        table = ImageTable(session.client("dynamodb", config=CONFIG), settings.images_table)
        return cls(session.client("s3", config=CONFIG), table, settings)

    def do(self, upload: Upload, attempt: Attempt, now: Callable[[], float]) -> None:
        """Make the thumbnail of an upload, or find that it is done already.

        Raises:
            RecordError, ClientError, BotoCoreError: It did not succeed. The reason is in the log,
                and in the item where the photo was claimed.
        """
        name, log = shown(upload.key), attempt.log
        try:
            claim = self._claim(upload, attempt, now())
        except AlreadyDone as finding:
            log.info("%s: %s", name, finding)
            return
        except FAILURES as error:
            log.error("%s: %s", name, error)  # noqa: TRY400
            raise
        try:
            self._work(upload, claim, now)
        except TryAgainLater as error:
            log.error("%s: %s", name, error)  # noqa: TRY400
            raise
        except FAILURES as error:
            log.error("%s: %s", name, error)  # noqa: TRY400
            self._record_failure(name, claim, str(error), now())
            raise

    def _claim(self, upload: Upload, attempt: Attempt, now: float) -> Claim:
        seconds_left = attempt.context.get_remaining_time_in_millis() / 1000
        if seconds_left < _LEAST_TIME:
            raise TryAgainLater(f"Not begun: only {seconds_left:.1f} seconds are left.")
        return self._table.claim(
            upload,
            token=attempt.token,
            attempt=attempt.number,
            now=now,
            lease_seconds=seconds_left,
        )

    def _work(self, upload: Upload, claim: Claim, now: Callable[[], float]) -> None:
        data = self._read(upload)
        thumbnail = make_thumbnail(
            data, longest_side=self._settings.longest_side, max_pixels=self._settings.max_pixels
        )
        key = thumbnail_key(upload.bucket, upload.key, thumbnail.extension)
        self._s3.put_object(
            Bucket=self._settings.thumbnails_bucket,
            Key=key,
            Body=thumbnail.data,
            ContentType=thumbnail.content_type,
            CacheControl=CACHE_CONTROL,
        )
        self._table.finish(
            claim,
            now=now(),
            status="done",
            thumbnail_bucket=self._settings.thumbnails_bucket,
            thumbnail_key=key,
            format=thumbnail.original_format,
            width=thumbnail.original_width,
            height=thumbnail.original_height,
            size=len(data),
            thumbnail_width=thumbnail.width,
            thumbnail_height=thumbnail.height,
            thumbnail_size=len(thumbnail.data),
        )
        _log_success(upload, thumbnail, len(data))

    def _read(self, upload: Upload) -> bytes:
        """Return the object's bytes; nothing of a too large one is read."""
        answer = self._s3.get_object(Bucket=upload.bucket, Key=upload.key)
        body, size = answer["Body"], answer["ContentLength"]
        try:
            if size > self._settings.max_bytes:
                raise ThumbnailError(
                    f"The file is too large: {size:,} bytes, "
                    f"at most {self._settings.max_bytes:,} are allowed."
                )
            return body.read()
        finally:
            body.close()

    def _record_failure(self, name: str, claim: Claim, error: str, now: float) -> None:
        try:
            self._table.finish(claim, now=now, status="failed", error=error)
        except FAILURES as second_error:
            LOGGER.error("%s: the failure is not recorded: %s", name, second_error)


def _log_success(upload: Upload, thumbnail: Thumbnail, size: int) -> None:
    LOGGER.info(
        "%s: %d x %d %s of %d bytes became a thumbnail of %d x %d, %d bytes",
        shown(upload.key),
        thumbnail.original_width,
        thumbnail.original_height,
        thumbnail.original_format,
        size,
        thumbnail.width,
        thumbnail.height,
        len(thumbnail.data),
    )
