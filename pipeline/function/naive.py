"""Thumbnails made carelessly, to compare with ``handler.py``.

What is missing here is what the lessons are about:

- The first photo that fails ends the batch: all its messages come back, also of those that are
  done.
- Nothing is claimed: a message that comes twice is worked on twice and makes two items.
- The key is taken as the event has it, quoted: ``my cat.jpg`` is looked for as ``my+cat.jpg``.
- A photo that can never succeed leaves no trace but the error.

Needs ``s3:GetObject`` on the uploads, ``s3:PutObject`` on the thumbnails and ``dynamodb:PutItem``
on the table. Environment variables: see ``settings.py``.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping

import boto3

from .connecting import CONFIG, Event, Handler, at_first_call
from .context import LambdaContext
from .items import thumbnail_key, timestamp
from .log import LOGGER
from .settings import Settings
from .tables import Table
from .thumbnail import make_thumbnail


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    settings = Settings.from_environment(environment)
    s3 = session.client("s3", config=CONFIG)
    table = Table.connect(session, settings.images_table, "image_id")

    def make(bucket: str, key: str, item_id: str) -> None:
        data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        thumbnail = make_thumbnail(data, longest_side=settings.longest_side)
        place = thumbnail_key(bucket, key, thumbnail.extension)
        s3.put_object(
            Bucket=settings.thumbnails_bucket,
            Key=place,
            Body=thumbnail.data,
            ContentType=thumbnail.content_type,
        )
        table.put(
            {
                "image_id": item_id,
                "bucket": bucket,
                "key": key,
                "thumbnail_bucket": settings.thumbnails_bucket,
                "thumbnail_key": place,
                "status": "done",
                "updated_at": timestamp(now()),
            }
        )
        LOGGER.info("%s became %s", key, place)

    def handle(event: Event, context: LambdaContext) -> None:
        number = 0
        for record in event["Records"]:
            for entry in json.loads(record["body"]).get("Records", []):
                number += 1
                bucket, key = entry["s3"]["bucket"]["name"], entry["s3"]["object"]["key"]
                make(bucket, key, f"{context.aws_request_id}-{number}")

    return handle


handler = at_first_call(connect)
