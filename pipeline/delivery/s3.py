"""S3's event notifications: which are due, and their delivery.

S3 delivers after it has answered the call: what is due is noted while the call is made, and
delivered when S3 has its turn. Delivery is at least once and in no order
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html): here each event
arrives once and in order, unless ``disturb`` does otherwise.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.object_changes import MARKED, REMOVED, ObjectChange, take_changes
from pipeline.cloud.stored import Stored
from pipeline.delivery.s3_destinations import Connect, Destinations
from pipeline.gate.calls import SOURCE_IP, ApiCall
from pipeline.notification import Message, ObjectEvent, notification_message
from pipeline.notification_events import bus_event
from pipeline.notification_rules import BUS, NotificationRule

EVENT_NAMES: Mapping[str, str] = {
    "PutObject": "ObjectCreated:Put",
    "CopyObject": "ObjectCreated:Copy",
    "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload",
}
"""The event that each operation that stores an object raises."""

TAGGING: Mapping[str, str] = {
    "PutObjectTagging": "ObjectTagging:Put",
    "DeleteObjectTagging": "ObjectTagging:Delete",
}
DELETING = ("DeleteObject", "DeleteObjects")

NOTED = frozenset((*EVENT_NAMES, *TAGGING, *DELETING))
"""The operations that ``note`` wants to hear of."""

_REMOVAL = {REMOVED: "ObjectRemoved:Delete", MARKED: "ObjectRemoved:DeleteMarkerCreated"}

_EMPTY = "d41d8cd98f00b204e9800998ecf8427e"
"""The ETag of nothing, which a delete marker's event has."""

REFUSED_NOTE = (
    "The call itself succeeded. AWS documents no retry and no dead-letter queue for S3's own "
    "notifications: this one is lost."
)


@dataclass(frozen=True, slots=True)
class Due:
    """A notification on its way."""

    rule: NotificationRule
    event: ObjectEvent


@dataclass(slots=True)
class S3Delivery:
    """S3's side of the notifications of one account."""

    waits_for: ClassVar[str] = "S3 delivers"

    stored: Stored
    clock: Clock
    emit: e.Emit
    connect: Connect
    new_id: Callable[[], str]
    put_event: Callable[[Message], None] | None = None
    """Takes an event for the default bus; None: there is no bus."""

    disturb: Callable[[deque[Due]], None] | None = None
    """May repeat and reorder what is due, before it is sent."""

    _due: deque[Due] = field(default_factory=deque)

    # -- after a call --

    def note(self, call: ApiCall) -> tuple[ObjectEvent, ...]:
        """Note what is due after a call that did something to objects; return what it did."""
        events = tuple(self._events(call))
        for event in events:
            for rule in self.stored.notification_rules(event.bucket):
                if rule.wants(event.event_name, event.key):
                    self._due.append(Due(rule, event))
        return events

    def _events(self, call: ApiCall) -> Iterator[ObjectEvent]:
        bucket = call.parameters["Bucket"]
        if call.operation in TAGGING:
            yield from self._tagging(call, bucket)
            return
        for change in take_changes(bucket):
            yield self._event(
                call,
                change.key,
                _REMOVAL.get(change.kind) or EVENT_NAMES[call.operation],
                size=change.size,
                etag=_EMPTY if change.kind == MARKED else change.etag,
                version_id=change.version_id,
                sequencer=sequencer(change),
            )

    def _tagging(self, call: ApiCall, bucket: str) -> Iterator[ObjectEvent]:
        key = call.parameters["Key"]
        try:
            stored = self.stored.stored_object(bucket, key, call.parameters.get("VersionId"))
        except KeyError:  # deleted since: there is nothing left to tell of
            return
        yield self._event(
            call, key, TAGGING[call.operation], etag=stored.etag, version_id=stored.version_id
        )

    def _event(self, call: ApiCall, key: str, name: str, **about: Any) -> ObjectEvent:
        principal = call.caller.principal
        return ObjectEvent(
            bucket=call.parameters["Bucket"],
            key=key,
            event_name=name,
            time=self.clock.now(),
            region=self.stored.region,
            principal_id=f"AWS:{call.caller.user_id}",
            requester=principal.account or principal.arn,
            source_ip=SOURCE_IP,
            request_id=short_id(self.new_id),
            host_id=host_id(self.new_id),
            owner_id=self.stored.account,
            **about,
        )

    # -- S3's turn --

    def due_at(self) -> float | None:
        """Return now when something is due, else None."""
        return self.clock.now() if self._due else None

    def act(self) -> bool:
        """Send everything that is due; tell whether anything was."""
        if self.disturb is not None:
            self.disturb(self._due)
        acted = False
        while self._due:
            self._send(self._due[0])
            # Only now: were S3 interrupted while it sends, it would send again.
            self._due.popleft()
            acted = True
        return acted

    def forget(self) -> None:
        """Drop what is due."""
        self._due.clear()

    def _send(self, due: Due) -> None:
        rule, event = due.rule, due.event
        message = (
            bus_event(event, self.new_id())
            if rule.kind == BUS
            else notification_message(event, rule.rule_id)
        )
        try:
            message_id = self._give(rule, event.bucket, message)
        except ClientError as error:
            self.emit(
                e.NotificationRefused(
                    time=self.clock.elapsed(),
                    bucket=event.bucket,
                    key=event.key,
                    destination=rule.destination,
                    destination_kind=rule.kind,
                    message=message,
                    code=error.response["Error"]["Code"],
                    reason=error.response["Error"]["Message"],
                    note=REFUSED_NOTE,
                )
            )
            return
        self.emit(
            e.NotificationSent(
                time=self.clock.elapsed(),
                bucket=event.bucket,
                key=event.key,
                destination=rule.destination,
                destination_kind=rule.kind,
                message_id=message_id,
                message=message,
            )
        )

    def _give(self, rule: NotificationRule, bucket: str, message: Message) -> str:
        if rule.kind != BUS:
            return Destinations(self.connect).send(bucket, rule, message)
        if self.put_event is not None:
            self.put_event(message)
        return str(message["id"])


def sequencer(change: ObjectChange) -> str:
    """Return what orders the events of one key: the time, and the number of the change."""
    return f"{int(change.time * 1000):014X}{change.number % 65536:04X}"


def short_id(new_id: Callable[[], str]) -> str:
    """Return a request id in the form that S3 gives them."""
    return new_id().replace("-", "")[:16].upper()


def host_id(new_id: Callable[[], str]) -> str:
    """Return an ``x-amz-id-2``."""
    return (new_id() + new_id()).replace("-", "")
