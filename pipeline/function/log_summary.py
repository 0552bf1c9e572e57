"""Log files summarised: an access log in, a JSON document and an item out.

The file is read as it streams, so that its size does not matter to the function's memory. Bad
lines are counted; a file without one good line is no log, and is recorded and reported as failed.
The format is said in ``access_log.py``.

Needs ``s3:GetObject`` on the logs, ``s3:PutObject`` on the results and ``dynamodb:PutItem`` on the
table. Environment: ``RESULTS_BUCKET``; ``SUMMARIES_TABLE``, whose partition key is ``log_id``.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import boto3

from .access_log import Summary, lines_of
from .batch import work_through
from .connecting import CONFIG, Event, Handler, Response, at_first_call
from .context import LambdaContext
from .errors import LogFileError
from .items import timestamp
from .log import LOGGER, shown
from .records import LONGEST_KEY, Upload, object_id, read_message
from .tables import Item, Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 64 * 1024


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    s3 = session.client("s3", config=CONFIG)
    table = Table.connect(session, environment["SUMMARIES_TABLE"], "log_id")
    results = environment["RESULTS_BUCKET"]

    def summarise(upload: Upload) -> None:
        summary = _summary(s3, upload)
        item = {**_item(upload, now()), "lines": summary.lines, "bad_lines": summary.bad_lines}
        if summary.lines == summary.bad_lines:
            reason = f"None of the {summary.lines} lines is one of an access log."
            table.put_latest({**item, "status": "failed", "error": reason})
            raise LogFileError(f"{shown(upload.key)}: {reason}")
        document = {"bucket": upload.bucket, "key": upload.key, **summary.as_json()}
        key = summary_key(upload)
        s3.put_object(
            Bucket=results,
            Key=key,
            Body=json.dumps(document, indent=1).encode(),
            ContentType="application/json",
        )
        is_latest = table.put_latest(
            {**item, "status": "done", "summary_bucket": results, "summary_key": key}
        )
        told = f"summarised in {shown(key)}" if is_latest else "a newer upload was seen before"
        LOGGER.info("%s: %d lines, %s", shown(upload.key), summary.lines, told)

    def work(body: object) -> None:
        for upload in read_message(body).uploads:
            summarise(upload)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, work)

    return handle


def summary_key(upload: Upload) -> str:
    """Return where the summary of a log goes: ``logs/access.log.0123456789abcdef.json``."""
    ending = f".{object_id(upload.bucket, upload.key)[:16]}.json"
    return upload.key.encode()[: LONGEST_KEY - len(ending)].decode(errors="ignore") + ending


def _summary(s3: S3Client, upload: Upload) -> Summary:
    summary = Summary()
    body = s3.get_object(Bucket=upload.bucket, Key=upload.key)["Body"]
    try:
        for line in lines_of(body.iter_chunks(_CHUNK)):
            summary.add(line)
    finally:
        body.close()
    return summary


def _item(upload: Upload, now: float) -> Item:
    return {
        "log_id": object_id(upload.bucket, upload.key),
        "bucket": upload.bucket,
        "key": upload.key,
        "sequencer": upload.sequencer,
        "updated_at": timestamp(now),
    }


handler = at_first_call(connect)
