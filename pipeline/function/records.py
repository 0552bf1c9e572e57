"""What a message says about objects in S3.

An S3 event notification has ``Records``
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html), with
keys quoted as in a web form. S3's event on an event bus is about one object, with the key as it is
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). Either may come in SNS's
envelope. It comes from outside, so nothing of it is taken for granted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from .envelope import open_envelope
from .errors import MessageError

SEQUENCER_WIDTH = 32
"""Digits of a stored sequencer; S3 sends about half as many."""

LONGEST_KEY = 1024
"""Bytes of UTF-8 in an object key
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html)."""

TEST_EVENT = "s3:TestEvent"

_HEXADECIMAL = re.compile(rf"[0-9A-Fa-f]{{1,{SEQUENCER_WIDTH}}}\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """One object that S3 says was created."""

    bucket: str
    key: str
    """The real key, un-quoted."""

    sequencer: str
    """Orders the events of one key: the greater came later. Comparable as a string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent:
    """What happened to one object, as far as the event says."""

    name: str
    """``ObjectCreated:Put``, ``ObjectRemoved:Delete`` …; on an event bus ``Object Created`` …"""

    bucket: str
    key: str
    """The real key, un-quoted."""

    sequencer: str | None
    """As an :class:`Upload` has it; only creating and deleting have one."""

    size: int | None
    """In bytes."""

    etag: str | None
    time: str | None
    """When it happened, in ISO 8601."""

    principal: str | None
    """Who did it: a principal's id; on an event bus the requester's account."""

    source_ip: str | None

    @property
    def is_upload(self) -> bool:
        """Whether an object was created."""
        return self.name.startswith("ObjectCreated:") or self.name == "Object Created"


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says."""

    events: tuple[ObjectEvent, ...]
    is_test: bool = False
    """Whether S3 only tested where its notifications go."""

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The objects that were created."""
        return tuple(
            Upload(event.bucket, event.key, event.sequencer or "")
            for event in self.events
            if event.is_upload
        )

    @property
    def ignored(self) -> tuple[str, ...]:
        """What else the message says, which creates nothing: names of events."""
        others = tuple(event.name for event in self.events if not event.is_upload)
        return (TEST_EVENT, *others) if self.is_test else others


def read_message(body: object) -> Message:
    """Return what a message says, given as its text or as its document.

    Raises:
        MessageError: The body is no S3 event; the text says why.
    """
    document = open_envelope(body)
    if document.get("Event") == TEST_EVENT:
        return Message((), is_test=True)
    if document.get("source") == "aws.s3":
        return Message((_from_bus(document),))
    records = document.get("Records")
    if not isinstance(records, list) or not records:
        raise MessageError("The message is not an S3 event: it has no Records.")
    return Message(tuple(_from_notification(record) for record in records))


def object_id(bucket: str, key: str) -> str:
    """Return an object's id: the SHA-256 of ``bucket/key`` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()


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


def _from_notification(record: object) -> ObjectEvent:
    """Read one of the Records; S3 asks to compare the event's major version for equality."""
    if not isinstance(record, dict) or record.get("eventSource") != "aws:s3":
        raise MessageError("The message is not an S3 event: a record is not from aws:s3.")
    version, name = record.get("eventVersion"), record.get("eventName")
    if not isinstance(version, str) or version.partition(".")[0] != "2":
        raise MessageError("The S3 event is not of version 2.")
    if not isinstance(name, str):
        raise MessageError("The S3 event has no name.")
    bucket, stored = _bucket_and_object(_member(record, "s3"))
    return _event(
        name,
        bucket,
        _unquoted(_text(stored, "key")),
        stored,
        etag=_optional(stored, "eTag"),
        time=_optional(record, "eventTime"),
        principal=_optional(_member(record, "userIdentity"), "principalId"),
        source_ip=_optional(_member(record, "requestParameters"), "sourceIPAddress"),
    )


def _from_bus(document: Mapping[str, Any]) -> ObjectEvent:
    name, detail = document.get("detail-type"), _member(document, "detail")
    if not isinstance(name, str):
        raise MessageError("The S3 event has no detail-type.")
    bucket, stored = _bucket_and_object(detail)
    return _event(
        name,
        bucket,
        _checked(_text(stored, "key")),
        stored,
        etag=_optional(stored, "etag"),
        time=_optional(document, "time"),
        principal=_optional(detail, "requester"),
        source_ip=_optional(detail, "source-ip-address"),
    )


def _event(
    name: str, bucket: str, key: str, stored: Mapping[str, Any], **details: str | None
) -> ObjectEvent:
    size, sequencer = stored.get("size"), _optional(stored, "sequencer")
    event = ObjectEvent(
        name=name,
        bucket=bucket,
        key=key,
        sequencer=None if sequencer is None else normalised_sequencer(sequencer),
        size=size if type(size) is int else None,
        **details,
    )
    if event.is_upload and event.sequencer is None:
        raise MessageError("The S3 event has no hexadecimal sequencer.")
    return event


def _bucket_and_object(entity: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    bucket = _text(_member(entity, "bucket"), "name", of="bucket")
    return _utf8(bucket), _member(entity, "object")


def _member(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a document inside another, empty where there is none."""
    inner = document.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(document: Mapping[str, Any], name: str, *, of: str = "object") -> str:
    if name not in document:
        raise MessageError(f"The S3 event lacks the {of}'s {name}.")
    if not isinstance(document[name], str):
        raise MessageError(f"The S3 event's {of} {name} is not a string.")
    return str(document[name])


def _optional(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    return _utf8(value) if isinstance(value, str) else None


def _unquoted(quoted_key: str) -> str:
    try:
        return _checked(unquote_plus(quoted_key, errors="strict"))
    except UnicodeDecodeError as error:
        raise MessageError("The S3 event's key is not UTF-8.") from error


def _checked(key: str) -> str:
    if not 1 <= len(_utf8(key).encode()) <= LONGEST_KEY:
        raise MessageError(f"The S3 event's key is not 1 to {LONGEST_KEY:,} bytes long.")
    return key


def _utf8(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MessageError("The S3 event has characters that are not Unicode text.") from error
    return text
