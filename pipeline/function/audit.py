"""An audit trail: for each event one object that says who did what, to which object, when.

Records are never changed. A record's key begins with the day and ends with a hash of the record
itself, ``2026/11/25/0123….json``, so that an event that comes twice writes the same object twice.

Needs ``s3:PutObject`` on the audit bucket. Environment: ``AUDIT_BUCKET``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping

import boto3

from .batch import work_through
from .connecting import CONFIG, Event, Handler, Response, at_first_call
from .context import LambdaContext
from .errors import MessageError
from .log import LOGGER, shown
from .records import ObjectEvent, read_message

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T")


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,  # noqa: ARG001 - every time here is the event's
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    s3, bucket = session.client("s3", config=CONFIG), environment["AUDIT_BUCKET"]

    def record(body: object) -> None:
        for event in read_message(body).events:
            text = _record(event)
            key = audit_key(event, text)
            s3.put_object(
                Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json"
            )
            LOGGER.info("%s of %s: recorded as %s", shown(event.name), shown(event.key), key)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, record)

    return handle


def audit_key(event: ObjectEvent, record: str) -> str:
    """Return where the record of an event goes.

    Raises:
        MessageError: The event does not say when it happened.
    """
    day = _DAY.match(event.time or "")
    if day is None:
        raise MessageError("The S3 event does not say when it happened.")
    return f"{'/'.join(day.groups())}/{hashlib.sha256(record.encode()).hexdigest()[:32]}.json"


def _record(event: ObjectEvent) -> str:
    known = {
        "who": event.principal,
        "source_ip": event.source_ip,
        "what": event.name,
        "bucket": event.bucket,
        "key": event.key,
        "when": event.time,
        "size": event.size,
        "etag": event.etag,
        "sequencer": event.sequencer,
    }
    return json.dumps(known, indent=1)


handler = at_first_call(connect)
