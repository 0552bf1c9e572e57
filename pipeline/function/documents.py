"""Documents validated and indexed: a JSON file in, an item out.

A document describes an article; ``ARTICLE`` says what one must look like. One that does not fit
can never succeed: it is recorded as rejected with all its problems, and reported as a batch item
failure, so that its message ends in the dead-letter queue.

Needs ``s3:GetObject`` on the documents and ``dynamodb:PutItem`` on the table. Environment:
``DOCUMENTS_TABLE``, whose partition key is ``document_id``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3

from .batch import work_through
from .connecting import CONFIG, Event, Handler, Response, at_first_call
from .context import LambdaContext
from .envelope import json_object
from .errors import DocumentError
from .items import timestamp
from .log import LOGGER, shown
from .records import Upload, object_id, read_message
from .schema import Date, ListOf, Object, Text, Whole
from .tables import Item, Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 64 * 1024
MOST_PROBLEMS = 20
"""How many problems are recorded."""

ARTICLE = Object(
    {
        "title": Text(200),
        "authors": ListOf(
            Object({"name": Text(100), "email": Text(200)}, frozenset({"email"})), 20
        ),
        "published": Date(),
        "language": Text(2, "[a-z]{2}"),
        "pages": Whole(1, 10_000),
        "keywords": ListOf(Text(50), 20),
    },
    optional=frozenset({"keywords"}),
)


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    s3 = session.client("s3", config=CONFIG)
    table = Table.connect(session, environment["DOCUMENTS_TABLE"], "document_id")

    def index(upload: Upload) -> None:
        document, problems = _read(s3, upload)
        item = _item(upload, now())
        if problems:
            kept = problems[:MOST_PROBLEMS]
            table.put_latest({**item, "status": "rejected", "problems": kept})
            more = f" and {len(problems) - len(kept)} more" if len(problems) > len(kept) else ""
            raise DocumentError(f"{shown(upload.key)}: rejected: {'; '.join(kept)}{more}")
        is_latest = table.put_latest({**item, **_indexed(document), "status": "indexed"})
        told = "indexed" if is_latest else "skipped, a newer upload was seen before"
        LOGGER.info("%s: %s", shown(upload.key), told)

    def work(body: object) -> None:
        for upload in read_message(body).uploads:
            index(upload)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, work)

    return handle


def _read(s3: S3Client, upload: Upload) -> tuple[dict[str, Any], list[str]]:
    """Return a document and its problems; nothing of a too large one is read."""
    answer = s3.get_object(Bucket=upload.bucket, Key=upload.key)
    body, size = answer["Body"], answer["ContentLength"]
    try:
        if size > MAX_BYTES:
            return {}, [
                f"The file is too large: {size:,} bytes, at most {MAX_BYTES:,} are allowed."
            ]
        document = json_object(body.read(), "file")
    except ValueError as error:
        return {}, [str(error)]
    finally:
        body.close()
    return document, list(ARTICLE.problems(document))


def _item(upload: Upload, now: float) -> Item:
    return {
        "document_id": object_id(upload.bucket, upload.key),
        "bucket": upload.bucket,
        "key": upload.key,
        "sequencer": upload.sequencer,
        "updated_at": timestamp(now),
    }


def _indexed(document: Mapping[str, Any]) -> Item:
    """Return what of a valid article can be searched."""
    return {
        "title": document["title"],
        "authors": [author["name"] for author in document["authors"]],
        "published": document["published"],
        "language": document["language"],
        "pages": document["pages"],
        "keywords": document.get("keywords", []),
    }


handler = at_first_call(connect)
