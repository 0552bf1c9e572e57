"""A catalogue of what was uploaded, made of the events alone: no object is read.

An event says an object's name, size and entity tag but not its content type. The catalogue has the
name's extension in its place; the type itself would take a HeadObject, and so ``s3:GetObject`` on
all uploads.

The item of an object is that of its latest upload: an event with a lesser sequencer came late.
Needs ``dynamodb:PutItem`` on the table. Environment: ``CATALOGUE_TABLE``, whose partition key is
``object_id``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

import boto3

from .batch import work_through
from .connecting import Event, Handler, Response, at_first_call
from .context import LambdaContext
from .items import file_name
from .log import LOGGER, shown
from .records import ObjectEvent, object_id, read_message
from .tables import Item, Table


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,  # noqa: ARG001 - every time here is the event's
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    table = Table.connect(session, environment["CATALOGUE_TABLE"], "object_id")

    def list_uploads(body: object) -> None:
        message = read_message(body)
        for name in message.ignored:
            LOGGER.info("%s, nothing to do", shown(name))
        for event in message.events:
            if event.is_upload:
                found = "in the catalogue" if table.put_latest(_item(event)) else "skipped, older"
                LOGGER.info("%s: %s", shown(event.key), found)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, list_uploads)

    return handle


def _item(event: ObjectEvent) -> Item:
    name = file_name(event.key)
    stem, _, extension = name.rpartition(".")
    item = {
        "object_id": object_id(event.bucket, event.key),
        "bucket": event.bucket,
        "key": event.key,
        "file_name": name,
        "extension": extension.lower() if stem else None,
        "size": event.size,
        "etag": event.etag,
        "uploaded_at": event.time,
        "sequencer": event.sequencer,
    }
    return {attribute: value for attribute, value in item.items() if value is not None}


handler = at_first_call(connect)
