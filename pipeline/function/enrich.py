"""A greeting for each new person: a table's stream in, items of another table out.

Lambda reads the stream in order, shard by shard
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). At the first record that fails the
batch ends and its sequence number is reported: Lambda goes on from there, so that nothing later is
written before it (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
A record that can never succeed holds up its shard until it expires, or until the mapping gives it
up. A greeting depends on the new image alone, and a person's changes come in order: writing it
again does no harm, and needs no condition.

Needs ``dynamodb:PutItem`` on the greetings. Environment: ``GREETINGS_TABLE``, whose partition key
is ``person_id``. The stream has new images: ``person_id``, ``name`` and, if known, ``language``,
all strings.
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
from .errors import MessageError
from .items import timestamp
from .log import LOGGER, log_of_message, shown
from .tables import Item, Table

_GREETINGS = {"de": "Guten Tag", "en": "Hello", "es": "Hola", "fr": "Bonjour", "it": "Buongiorno"}
_OTHERWISE = "en"


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    table = Table.connect(session, environment["GREETINGS_TABLE"], "person_id")

    def greet(record: Mapping[str, Any]) -> None:
        if record.get("eventName") == "REMOVE":
            LOGGER.info("a person was removed, nothing to do")
            return
        item = greeting(record["dynamodb"].get("NewImage"))
        table.put({**item, "greeted_at": timestamp(now())})
        LOGGER.info("%s: %s", shown(item["person_id"]), shown(item["greeting"]))

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        for record in event["Records"]:
            number = record["dynamodb"]["SequenceNumber"]
            try:
                greet(record)
            except FAILURES as error:
                log_of_message(number).error("record %s: %s", number, error)
                return {"batchItemFailures": [{"itemIdentifier": number}]}
        return {"batchItemFailures": []}

    return handle


def greeting(image: object) -> Item:
    """Return the greeting of a person, given as a stream's record has the item.

    Raises:
        MessageError: The record has no image, or the person no id or no name.
    """
    if not isinstance(image, Mapping):
        raise MessageError("The record has no new image: the stream's view type must include it.")
    name, language = _text(image, "name"), _text(image, "language", _OTHERWISE)
    return {
        "person_id": _text(image, "person_id"),
        "greeting": f"{_GREETINGS.get(language, _GREETINGS[_OTHERWISE])}, {name}!",
    }


def _text(image: Mapping[str, Any], attribute: str, otherwise: str | None = None) -> str:
    value = image.get(attribute, {} if otherwise is None else {"S": otherwise})
    text = value.get("S") if isinstance(value, Mapping) else None
    if not isinstance(text, str) or not text:
        raise MessageError(f"The person has no {attribute}, or it is not a string.")
    return text


handler = at_first_call(connect)
