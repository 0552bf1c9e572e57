"""What can go wrong with the file that keeps progress, and what is said about it.

::

    StoreError            what was done is not kept; the sentence says why
    ├── StoreBusyError    another copy of the app is writing
    └── StoreFullError    there is no room on the disk
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class StoreError(Exception):
    """Something could not be kept; the message is one sentence that says what to do."""


class StoreBusyError(StoreError):
    """Another copy of the app holds the file for longer than can be waited for."""


class StoreFullError(StoreError):
    """The disk is full."""


def as_store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """Return what SQLite says as a sentence."""
    name = _name(error)
    if is_busy(error):
        return StoreBusyError(
            f"{path} is held by another copy of studyapp. Close that, or try again."
        )
    if name.startswith("SQLITE_FULL"):
        return StoreFullError(f"The disk of {path} is full: make room, then go on.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return StoreError(f"{path} cannot be written: make it writable, then go on.")
    if is_damage(error):
        return StoreError(f"{path} is damaged: start studyapp again, which sets it aside.")
    return StoreError(f"{path} could not be used ({error}). studyapp doctor says where it is.")


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another copy of the app holds the file."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the file itself is at fault."""
    return _name(error).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "malformed" in str(error)


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""
