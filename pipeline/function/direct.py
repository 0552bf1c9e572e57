"""Thumbnails without a queue: S3 invokes the function itself, asynchronously.

Lambda keeps such an event in a queue of its own. There is no batch and no message to delete: the
invocation succeeds or fails as a whole. So every failure is raised, also that of a photo that can
never succeed, after it was recorded as failed: Lambda then runs the function twice more and hands
the event to the on-failure destination
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).

It needs ``s3:GetObject`` on the uploads, ``s3:PutObject`` on the thumbnails and
``dynamodb:PutItem`` on the table, and for an on-failure destination what sending there takes
(``sqs:SendMessage`` on a queue). Environment variables: see ``settings.py``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

import boto3

from .batch import FAILURES
from .connecting import Event, Handler, at_first_call
from .context import LambdaContext
from .log import LOGGER, shown
from .records import read_message
from .work import Attempt, PhotoWork


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    work = PhotoWork.connect(session, environment)

    def handle(event: Event, context: LambdaContext) -> None:
        """Work through the event's records; the first failure is raised when all were tried."""
        attempt = Attempt(context)
        message = read_message(event)
        for name in message.ignored:
            LOGGER.info("%s, nothing to do", shown(name))
        failures = []
        for upload in message.uploads:
            try:
                work.do(upload, attempt, now)
            except FAILURES as failure:
                failures.append(failure)
        if failures:
            raise failures[0]

    return handle


handler = at_first_call(connect)
