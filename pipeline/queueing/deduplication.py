"""What a FIFO queue remembers of what was sent to it, for five minutes.

A message stays remembered after it was received and deleted.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import replace

from pipeline.queueing.message import Outgoing, QueueSettings, Sent

INTERVAL = 300.0
"""Seconds."""

Fingerprint = tuple[str | None, str]
"""The group, where deduplication is by group, and the deduplication id."""


def deduplication_id(outgoing: Outgoing, settings: QueueSettings) -> str | None:
    """Return a message's deduplication id: its own, or the SHA-256 hash of its body."""
    if outgoing.deduplication_id is not None or not settings.content_based_deduplication:
        return outgoing.deduplication_id
    return hashlib.sha256(outgoing.body.encode()).hexdigest()


class Deduplication:
    """The memory of one queue. Looking and remembering cost O(1) on average."""

    def __init__(self) -> None:
        self._sent: dict[Fingerprint, Sent] = {}
        self._ends: deque[tuple[float, Fingerprint]] = deque()

    def first(self, fingerprint: Fingerprint, now: float) -> Sent | None:
        """Return what the first sender of this within the interval was told; None for the first."""
        while self._ends and self._ends[0][0] <= now:
            del self._sent[self._ends.popleft()[1]]
        return self._sent.get(fingerprint)

    def remember(self, fingerprint: Fingerprint, sent: Sent, now: float) -> None:
        """Remember what is new, from now on for the interval."""
        self._sent[fingerprint] = replace(sent, is_duplicate=True)
        self._ends.append((now + INTERVAL, fingerprint))
