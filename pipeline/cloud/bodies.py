"""Where the bytes of objects are: one file for each, in a folder that belongs to one account.

A thousand photos of 4 MB must cost neither 4 GB of memory nor an open file each, so a body is
written to its file and read from it whole, and the file is open only meanwhile. Small bodies stay
in memory. The folder is in the machine's temporary folder; it goes when the account is emptied, and
at the latest when the process ends, whichever of its threads died before.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SMALL = 64 * 1024
"""Bytes up to which a body stays in memory."""

PREFIX = "studyapp-objects-"
"""How the folders' names begin."""


class Body:
    """The bytes of one object or part."""

    __slots__ = ("_kept",)

    def __init__(self, kept: bytes | Path) -> None:
        """Keep the bytes themselves, or the path of the file that has them."""
        self._kept: bytes | Path | None = kept

    def value(self) -> bytes:
        """Return the bytes.

        Raises:
            ValueError: The body is closed.
            OSError: Its file cannot be read.
        """
        kept = self._kept
        if kept is None:
            raise ValueError("The body of an object is read as a closed file.")
        return kept if isinstance(kept, bytes) else kept.read_bytes()

    def close(self) -> None:
        """Give the bytes up; doing it again changes nothing."""
        kept, self._kept = self._kept, None
        if isinstance(kept, Path):
            kept.unlink(missing_ok=True)


@dataclass(slots=True, weakref_slot=True)
class Bodies:
    """The bodies of one account."""

    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _folder: Path | None = None
    _remove: weakref.finalize[..., Bodies] | None = None

    def keep(self, data: bytes) -> Body:
        """Keep bytes; ``OSError`` when there is no room for them, and then nothing is left."""
        if len(data) <= SMALL:
            return Body(bytes(data))
        path = self._place() / str(next(self._numbers))
        try:
            path.write_bytes(data)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return Body(path)

    def close(self) -> None:
        """Remove the folder and all files in it."""
        if self._remove is not None:
            self._remove()
        self._folder = self._remove = None

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


_of_account: dict[str, Bodies] = {}
"""Written only inside the emulator, one call at a time."""


def keep_body(account: str, data: bytes) -> Body:
    """Keep bytes for an account; ``OSError`` when there is no room for them."""
    return _of_account.setdefault(account, Bodies()).keep(data)


def drop_bodies(account: str) -> None:
    """Remove everything that an account keeps."""
    bodies = _of_account.pop(account, None)
    if bodies is not None:
        bodies.close()
