"""Receipt handles: what proves that a message was received, and which time.

A handle holds the message's place and the number of the receive, and a seal, so that a queue knows
every handle it ever gave without remembering one, also those of messages long deleted. Its form is
our own: AWS documents that a handle is opaque and up to 1,024 characters long.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

_FORM = struct.Struct(">QI")
_SEAL_BYTES = 36


class Receipt(NamedTuple):
    """What a handle says."""

    order: int
    """The message's place in its queue."""

    number: int
    """1 for the first receive."""


class Receipts:
    """Writes and reads the handles of one queue."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def handle(self, receipt: Receipt) -> str:
        """Return the handle of a receive."""
        content = _FORM.pack(*receipt)
        return base64.b64encode(content + self._seal(content)).decode()

    def read(self, handle: str) -> Receipt | None:
        """Return what a handle says; None when this queue did not give it."""
        try:
            raw = base64.b64decode(handle, validate=True)
        except (binascii.Error, ValueError):
            return None
        content, seal = raw[: _FORM.size], raw[_FORM.size :]
        if len(content) < _FORM.size or seal != self._seal(content):
            return None
        return Receipt(*_FORM.unpack(content))

    def _seal(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=_SEAL_BYTES, key=self._secret).digest()
