"""The handler: a batch of S3 events in, thumbnails and items out, and which messages failed.

Lambda calls it with a batch of SQS messages (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)
and deletes those that the answer does not name
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A photo that can
never succeed is recorded as failed and named as well, so that the redrive policy moves its message
to the dead-letter queue. Every message named has its reason in the log at level ERROR.

It needs ``s3:GetObject`` on the uploads, ``s3:PutObject`` on the thumbnails and
``dynamodb:PutItem`` on the table, and nothing else. Without ``s3:ListBucket``, S3 answers
AccessDenied also for an object that has been deleted
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
"""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .context import LambdaContext
from .errors import RecordError, ThumbnailError, TryAgainLater
from .items import AlreadyDone, Claim, ImageTable, thumbnail_key
from .records import Upload, read_message
from .settings import Settings
from .thumbnail import Thumbnail, make_thumbnail

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Event = Mapping[str, Any]
Response = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Response]

LOGGER = logging.getLogger("thumbnail")
LOGGER.setLevel(logging.INFO)

CACHE_CONTROL = "public, max-age=300"
"""Five minutes and not for ever: an upload that replaces a photo replaces its thumbnail too."""

_LEAST_TIME = 1.0
"""Seconds that must be left to begin with a message."""

_AWS_ERRORS = (ClientError, BotoCoreError)
_FAILURES = (RecordError, *_AWS_ERRORS)


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session.

    Args:
        session: Carries the execution role's credentials and the Region.
        environment: The function's environment variables.
        now: The clock: seconds since 1970.
    """
    config = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard"})
    settings = Settings.from_environment(environment)
    table = ImageTable(session.client("dynamodb", config=config), settings.images_table)
    return _Function(session.client("s3", config=config), table, settings, now).handle


@functools.cache
def _connected() -> Handler:
    return connect(boto3.Session())


def handler(event: Event, context: LambdaContext) -> Response:
    """Handle a batch on Lambda; the first call of an execution environment makes the clients."""
    return _connected()(event, context)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One message in one invocation."""

    message_id: str
    number: int
    """How often the message has been received."""

    context: LambdaContext
    log: logging.LoggerAdapter[logging.Logger]
    """Writes lines that carry the message's id as an attribute."""

    @classmethod
    def at(cls, record: Mapping[str, Any], context: LambdaContext) -> _Attempt:
        message_id = record["messageId"]
        return cls(
            message_id,
            int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)),
            context,
            logging.LoggerAdapter(LOGGER, {"message_id": message_id}),
        )


class _Function:
    def __init__(
        self, s3: S3Client, table: ImageTable, settings: Settings, now: Callable[[], float]
    ) -> None:
        self._s3 = s3
        self._table = table
        self._settings = settings
        self._now = now

    def handle(self, event: Event, context: LambdaContext) -> Response:
        """Work through a batch; one message's failure does not touch the others."""
        failed = [
            {"itemIdentifier": record["messageId"]}
            for record in event["Records"]
            if not self._succeeds(record, context)
        ]
        return {"batchItemFailures": failed}

    def _succeeds(self, record: Mapping[str, Any], context: LambdaContext) -> bool:
        attempt = _Attempt.at(record, context)
        try:
            message = read_message(record.get("body"))
        except RecordError as error:
            attempt.log.error("message %s: %s", attempt.message_id, error)  # noqa: TRY400
            return False
        for name in message.ignored:
            attempt.log.info("message %s: %s, nothing to do", attempt.message_id, _shown(name))
        results = [self._is_done(upload, attempt) for upload in message.uploads]
        return all(results)

    def _is_done(self, upload: Upload, attempt: _Attempt) -> bool:
        shown, log = _shown(upload.key), attempt.log
        try:
            claim = self._claim(upload, attempt)
        except AlreadyDone as finding:
            log.info("%s: %s", shown, finding)
            return True
        except _FAILURES as error:
            log.error("%s: %s", shown, error)  # noqa: TRY400
            return False
        try:
            self._work(upload, claim)
        except TryAgainLater as error:
            log.error("%s: %s", shown, error)  # noqa: TRY400
            return False
        except _FAILURES as error:
            log.error("%s: %s", shown, error)  # noqa: TRY400
            self._record_failure(shown, claim, str(error))
            return False
        return True

    def _claim(self, upload: Upload, attempt: _Attempt) -> Claim:
        seconds_left = attempt.context.get_remaining_time_in_millis() / 1000
        if seconds_left < _LEAST_TIME:
            raise TryAgainLater(f"Not begun: only {seconds_left:.1f} seconds are left.")
        return self._table.claim(
            upload,
            token=f"{attempt.context.aws_request_id}/{attempt.message_id}",
            attempt=attempt.number,
            now=self._now(),
            lease_seconds=seconds_left,
        )

    def _work(self, upload: Upload, claim: Claim) -> None:
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
            now=self._now(),
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

    def _record_failure(self, shown: str, claim: Claim, error: str) -> None:
        try:
            self._table.finish(claim, now=self._now(), status="failed", error=error)
        except _FAILURES as second_error:
            LOGGER.error("%s: the failure is not recorded: %s", shown, second_error)  # noqa: TRY400


def _log_success(upload: Upload, thumbnail: Thumbnail, size: int) -> None:
    LOGGER.info(
        "%s: %d x %d %s of %d bytes became a thumbnail of %d x %d, %d bytes",
        _shown(upload.key),
        thumbnail.original_width,
        thumbnail.original_height,
        thumbnail.original_format,
        size,
        thumbnail.width,
        thumbnail.height,
        len(thumbnail.data),
    )


def _shown(key: str) -> str:
    """Return a key for one line of the log: what cannot be printed is escaped."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in key)
