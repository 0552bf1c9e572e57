"""What a queue message says: which uploads, or that S3 only tested the queue.

The message's body is an S3 event notification
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). It
comes from outside, so nothing of it is taken for granted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from .errors import MessageError

SEQUENCER_WIDTH = 32
"""Digits of a stored sequencer; S3 sends about half as many."""

LONGEST_KEY = 1024
"""Bytes of UTF-8 in an object key
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html)."""

_HEXADECIMAL = re.compile(rf"[0-9A-Fa-f]{{1,{SEQUENCER_WIDTH}}}\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """One object that S3 says was created."""

    bucket: str
    key: str
    """The real key, un-quoted."""

    sequencer: str
    """Orders the events of one key: the greater came later. Comparable as a string."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue, as it concerns this function."""

    uploads: tuple[Upload, ...]
    ignored: tuple[str, ...]
    """What else the message says that asks for no work: names of events."""


def read_message(body: object) -> Message:
    """Return what a message's body says.

    Raises:
        MessageError: The body is no S3 event notification; the text says why.
    """
    document = _parse(body)
    if document.get("Event") == "s3:TestEvent":
        return Message((), ("s3:TestEvent",))
    records = document.get("Records")
    if not isinstance(records, list) or not records:
        raise MessageError("The message is not an S3 event: it has no Records.")
    uploads, ignored = [], []
    for record in records:
        name = _event_name(record)
        if name.startswith("ObjectCreated:"):
            uploads.append(_upload(record))
        else:
            ignored.append(name)
    return Message(tuple(uploads), tuple(ignored))


def normalised_sequencer(sequencer: str) -> str:
    """Return a sequencer so that comparing strings orders events.

    S3 says to pad the shorter of two with zeros on the right and compare; all are padded to one
    width here, so that DynamoDB's comparison of strings is the right one.

    Raises:
        MessageError: It is not hexadecimal, or longer than any that S3 sends.
    """
    if not _HEXADECIMAL.match(sequencer):
        raise MessageError("The S3 event has no hexadecimal sequencer.")
    return sequencer.upper().ljust(SEQUENCER_WIDTH, "0")


def _parse(body: object) -> Mapping[str, Any]:
    if not isinstance(body, str):
        raise MessageError("The message has no text.")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"The message is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise MessageError("The message is not an S3 event: it is not a JSON object.")
    return document


def _event_name(record: object) -> str:
    """Return the event's name; S3 asks readers to compare the major version for equality."""
    if not isinstance(record, dict) or record.get("eventSource") != "aws:s3":
        raise MessageError("The message is not an S3 event: a record is not from aws:s3.")
    version, name = record.get("eventVersion"), record.get("eventName")
    if not isinstance(version, str) or version.partition(".")[0] != "2":
        raise MessageError("The S3 event is not of version 2.")
    if not isinstance(name, str):
        raise MessageError("The S3 event has no name.")
    return name


def _upload(record: Mapping[str, Any]) -> Upload:
    try:
        entity = record["s3"]
        bucket, key = entity["bucket"]["name"], entity["object"]["key"]
        sequencer = entity["object"]["sequencer"]
    except (KeyError, TypeError) as error:
        raise MessageError(f"The S3 event lacks {error}.") from error
    if not (isinstance(bucket, str) and isinstance(key, str) and isinstance(sequencer, str)):
        raise MessageError("The S3 event's bucket, key or sequencer is not a string.")
    return Upload(_utf8(bucket), _unquoted(key), normalised_sequencer(sequencer))


def _unquoted(quoted_key: str) -> str:
    try:
        key = _utf8(unquote_plus(quoted_key, errors="strict"))
    except UnicodeDecodeError as error:
        raise MessageError("The S3 event's key is not UTF-8.") from error
    if not 1 <= len(key.encode()) <= LONGEST_KEY:
        raise MessageError(f"The S3 event's key is not 1 to {LONGEST_KEY:,} bytes long.")
    return key


def _utf8(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MessageError("The S3 event's bucket or key is not Unicode text.") from error
    return text
