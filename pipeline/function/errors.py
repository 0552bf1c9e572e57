"""What can go wrong with one record, as a tree.

::

    RecordError            the record cannot succeed now; its text is one clear sentence
    ├── MessageError       the message says nothing that the function understands
    ├── ThumbnailError     the photo can never become a thumbnail
    ├── OrderError         the order contradicts itself
    ├── LogFileError       the file is no access log
    ├── DocumentError      the document does not fit its schema
    └── TryAgainLater      nothing is wrong with it: the queue should bring it again
"""

from __future__ import annotations


class RecordError(Exception):
    """A record is reported as a batch item failure, with this sentence in the log."""


class MessageError(RecordError):
    """The message cannot be understood; only the dead-letter queue is of use to it."""


class ThumbnailError(RecordError):
    """The photo can never become a thumbnail."""


class OrderError(RecordError):
    """The order can be read but not be right."""


class LogFileError(RecordError):
    """Not one line of the file can be read."""


class DocumentError(RecordError):
    """The document can never be indexed as it is."""


class TryAgainLater(RecordError):  # noqa: N818 - it names what to do; nothing is in error
    """It cannot be worked on at this moment."""
