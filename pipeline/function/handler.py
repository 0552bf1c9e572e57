"""The handler: a batch of S3 events in, thumbnails and items out, and which messages failed.

Lambda calls it with a batch of SQS messages (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)
and deletes those that the answer does not name
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A photo that can
never succeed is recorded as failed and named as well, so that the redrive policy moves its message
to the dead-letter queue. Every message named has its reason in the log at level ERROR.

It needs ``s3:GetObject`` on the uploads, ``s3:PutObject`` on the thumbnails and
``dynamodb:PutItem`` on the table, and nothing else. Environment variables: see ``settings.py``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from .batch import FAILURES
from .connecting import Event, Handler, Response, at_first_call
from .context import LambdaContext
from .errors import RecordError
from .log import shown
from .records import Upload, read_message
from .work import Attempt, PhotoWork


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
    return _Function(PhotoWork.connect(session, environment), now).handle


handler = at_first_call(connect)


class _Function:
    def __init__(self, work: PhotoWork, now: Callable[[], float]) -> None:
        self._work = work
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
        receive_count = record.get("attributes", {}).get("ApproximateReceiveCount", 1)
        attempt = Attempt(context, record["messageId"], int(receive_count))
        try:
            message = read_message(record.get("body"))
        except RecordError as error:
            attempt.log.error("message %s: %s", attempt.message_id, error)  # noqa: TRY400
            return False
        for name in message.ignored:
            attempt.log.info("message %s: %s, nothing to do", attempt.message_id, shown(name))
        results = [self._is_done(upload, attempt) for upload in message.uploads]
        return all(results)

    def _is_done(self, upload: Upload, attempt: Attempt) -> bool:
        try:
            self._work.do(upload, attempt, self._now)
        except FAILURES:
            return False
        return True
