"""What the call that this thread made did to objects, in the order in which S3 did it.

A call's answer does not say all that S3 tells in its events: whether a deleted key was there, how
large an object is that another call has replaced since. So the emulator's S3 notes each change
while it makes it, and who observes the call takes the notes, on the same thread.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

STORED, REMOVED, MARKED = "stored", "removed", "marked"

_MOST_PER_CALL = 1000
"""Keys in one DeleteObjects
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html)."""


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object was stored, removed for good, or hidden by a delete marker."""

    kind: str
    """stored, removed or marked."""

    bucket: str
    key: str
    version_id: str | None
    """None in a bucket without versioning."""

    size: int | None
    """In bytes; of a stored object."""

    etag: str | None
    """Without quotation marks; of a stored object."""

    time: float
    """Epoch seconds."""

    number: int
    """Counts the changes of one account."""


_thread = threading.local()
_counts: dict[str, int] = {}
"""Changes so far, by account; written only inside the emulator, one call at a time."""


def note_change(
    account: str,
    kind: str,
    bucket: str,
    key: str,
    time: float,
    *,
    version_id: str | None = None,
    size: int | None = None,
    etag: str | None = None,
) -> None:
    """Note a change for who observes this thread's call."""
    number = _counts[account] = _counts.get(account, 0) + 1
    change = ObjectChange(kind, bucket, key, version_id, size, etag, time, number)
    _noted().append(change)


def take_changes(bucket: str) -> tuple[ObjectChange, ...]:
    """Return what this thread's last call did in a bucket, once."""
    noted = _noted()
    taken = tuple(change for change in noted if change.bucket == bucket)
    noted.clear()
    return taken


def drop_changes() -> None:
    """Drop what this thread's last call did, if nobody took it: its caller was gone by then."""
    _noted().clear()


def forget_changes(account: str) -> None:
    """Count an account's changes from the beginning: it is empty."""
    _counts.pop(account, None)


def _noted() -> deque[ObjectChange]:
    noted: deque[ObjectChange] | None = getattr(_thread, "noted", None)
    if noted is None:
        noted = _thread.noted = deque(maxlen=_MOST_PER_CALL)
    return noted
