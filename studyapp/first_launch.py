"""Where the app keeps what it writes, and whether it has been here before."""

from __future__ import annotations

import os
from pathlib import Path

_MARKER = "tour-seen"


def data_directory() -> Path:
    """Return the directory for the app's files; it may not exist yet.

    ``STUDYAPP_DATA_DIR`` overrides the platform's place.
    """
    override = os.environ.get("STUDYAPP_DATA_DIR")
    if override:
        return Path(override).expanduser()
    from platformdirs import user_data_path  # noqa: PLC0415 - only where no override is set

    return user_data_path("studyapp", appauthor=False)


def is_first_launch() -> bool:
    """Return whether the tour has not been seen; False where that cannot be found out."""
    try:
        return not (data_directory() / _MARKER).exists()
    except OSError:
        return False


def remember_tour() -> bool:
    """Note that the tour has been seen; False when nothing can be written there."""
    try:
        directory = data_directory()
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _MARKER).write_text("The tour has been seen; delete this to see it again.\n")
    except OSError:
        return False
    return True
