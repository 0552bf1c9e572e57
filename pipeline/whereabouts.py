"""Where every photo is now, told from events alone.

Pure: it folds what happened into one state per photo. The headless summary, the Live screen and
the tests all read the same fold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pipeline import events as e
from pipeline.notification import objects_of


class Place(StrEnum):
    """Where a photo is."""

    NOT_UPLOADED = "not uploaded"
    UPLOADED = "uploaded"
    REFUSED = "refused at the queue"
    QUEUED = "in the queue"
    PROCESSING = "in the function"
    WAITING = "waiting in the queue"
    THUMBNAIL = "a thumbnail"
    DEAD_LETTERED = "in the dead-letter queue"
    EXPIRED = "expired in the queue"


@dataclass(frozen=True, slots=True)
class PhotoState:
    """One photo's whereabouts."""

    key: str
    place: Place
    reason: str = ""
    """Why it is there, when something went wrong."""

    image_id: str | None = None
    thumbnail_key: str | None = None
    item: Mapping[str, Any] | None = None

    def sentence(self) -> str:
        """Return the photo's state as one sentence, without its key."""
        if self.place is Place.THUMBNAIL and self.item is not None:
            size = f"{self.item['thumbnail_width']}×{self.item['thumbnail_height']}"
            note = f" ({self.reason})" if self.reason else ""
            return f"thumbnail {self.thumbnail_key}, {size}{note}"
        return f"{self.place.value}: {self.reason}" if self.reason else self.place.value


@dataclass(slots=True)
class Whereabouts:
    """Subscribe it to a sandbox's events; read ``photos`` at any time."""

    uploads: str
    """The bucket that photos are uploaded to."""

    photos: dict[str, PhotoState] = field(default_factory=dict)
    _key_of_message: dict[str, str] = field(default_factory=dict)

    def __call__(self, event: e.PipelineEvent) -> None:
        """Take one event."""
        fold = _FOLDS.get(type(event))
        if fold is not None:
            fold(self, event)

    def count(self, *places: Place) -> int:
        """Return how many photos are in any of these places."""
        counted = Counter(photo.place for photo in self.photos.values())
        return sum(counted[place] for place in places)

    # -- one small fold for each event that moves a photo --

    def _upload_failed(self, event: e.UploadFailed) -> None:
        self._move([event.key], Place.NOT_UPLOADED, event.reason)

    def _stored(self, event: e.ObjectStored) -> None:
        if event.bucket == self.uploads:
            self.photos[event.key] = PhotoState(event.key, Place.UPLOADED)

    def _sent(self, event: e.NotificationSent) -> None:
        self._key_of_message[event.message_id] = event.key
        self._move([event.key], Place.QUEUED)

    def _refused(self, event: e.NotificationRefused) -> None:
        self._move([event.key], Place.REFUSED, event.reason)

    def _received(self, event: e.BatchReceived) -> None:
        for message in event.messages:
            keys = [key for bucket, key in objects_of(message["Body"]) if bucket == self.uploads]
            if keys:
                self._key_of_message[message["MessageId"]] = keys[0]
                self._move_unless_done(message["MessageId"], Place.PROCESSING)

    def _poll_refused(self, event: e.PollRefused) -> None:
        queued = [p.key for p in self.photos.values() if p.place in {Place.QUEUED, Place.WAITING}]
        self._move(queued, Place.WAITING, event.reason)

    def _recorded(self, event: e.ItemRecorded) -> None:
        key = event.item.get("key", "")
        photo = self.photos.get(key)
        if photo is None:
            return
        photo = replace(photo, image_id=event.image_id, item=event.item)
        if event.status == "done":
            photo = replace(
                photo,
                place=Place.THUMBNAIL,
                reason="",
                thumbnail_key=event.item["thumbnail_key"],
            )
        elif event.status == "failed":
            photo = replace(photo, reason=str(event.item.get("error", "")))
        self.photos[key] = photo

    def _returned(self, event: e.MessageReturned) -> None:
        self._move_unless_done(event.message_id, Place.WAITING)

    def _dead_lettered(self, event: e.MessageDeadLettered) -> None:
        self._move_unless_done(event.message_id, Place.DEAD_LETTERED, event.reason)

    def _delete_refused(self, event: e.DeleteRefused) -> None:
        key = self._key_of_message.get(event.message_id)
        if key in self.photos:
            note = f"its message cannot be deleted and will come again: {event.reason}"
            self.photos[key] = replace(self.photos[key], reason=note)

    def _expired(self, event: e.MessageExpired) -> None:
        self._move_unless_done(event.message_id, Place.EXPIRED)

    def _redriven(self, _: e.MessagesRedriven) -> None:
        dead = [p.key for p in self.photos.values() if p.place is Place.DEAD_LETTERED]
        self._move(dead, Place.QUEUED)

    def _reset(self, _: e.SandboxReset) -> None:
        self.photos.clear()
        self._key_of_message.clear()

    def _move_unless_done(self, message_id: str, place: Place, reason: str = "") -> None:
        key = self._key_of_message.get(message_id)
        photo = self.photos.get(key) if key is not None else None
        if photo is not None and photo.place is not Place.THUMBNAIL:
            self.photos[photo.key] = replace(photo, place=place, reason=reason or photo.reason)

    def _move(self, keys: Iterable[str], place: Place, reason: str = "") -> None:
        for key in keys:
            photo = self.photos.get(key) or PhotoState(key, place)
            self.photos[key] = replace(photo, place=place, reason=reason)


_FOLDS: dict[type[e.PipelineEvent], Callable[[Whereabouts, Any], None]] = {
    e.UploadFailed: Whereabouts._upload_failed,  # noqa: SLF001
    e.ObjectStored: Whereabouts._stored,  # noqa: SLF001 - a table of this module's own folds
    e.NotificationSent: Whereabouts._sent,  # noqa: SLF001
    e.NotificationRefused: Whereabouts._refused,  # noqa: SLF001
    e.BatchReceived: Whereabouts._received,  # noqa: SLF001
    e.PollRefused: Whereabouts._poll_refused,  # noqa: SLF001
    e.ItemRecorded: Whereabouts._recorded,  # noqa: SLF001
    e.MessageReturned: Whereabouts._returned,  # noqa: SLF001
    e.MessageDeadLettered: Whereabouts._dead_lettered,  # noqa: SLF001
    e.DeleteRefused: Whereabouts._delete_refused,  # noqa: SLF001
    e.MessageExpired: Whereabouts._expired,  # noqa: SLF001
    e.MessagesRedriven: Whereabouts._redriven,  # noqa: SLF001
    e.SandboxReset: Whereabouts._reset,  # noqa: SLF001
}
