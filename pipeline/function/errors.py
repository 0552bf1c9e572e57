"""What can go wrong with one record, as a tree.

::

    RecordError            the record cannot succeed now; its text is one clear sentence
    ├── MessageError       the message is no S3 event: nothing is known of any photo
    ├── ThumbnailError     the photo can never become a thumbnail
    └── TryAgainLater      nothing is wrong with the photo: the queue should bring it again
"""

from __future__ import annotations


class RecordError(Exception):
    """A record is reported as a batch item failure, with this sentence in the log."""


class MessageError(RecordError):
    """The message is no S3 event notification; only the dead-letter queue is of use to it."""


class ThumbnailError(RecordError):
    """The photo can never become a thumbnail."""


class TryAgainLater(RecordError):  # noqa: N818 - it names what to do; nothing is in error
    """The photo cannot be worked on at this moment."""
