"""Where the details of an unexpected error go: a file, for the screen has room for a sentence."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

from studyapp.first_launch import data_directory

LOG_NAME = "studyapp.log"


def write_log(error: BaseException) -> str:
    """Append an error's traceback to the log; return the log's path, or "" when it cannot be."""
    path = data_directory() / LOG_NAME
    text = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{text}\n")
    except OSError:
        return ""
    return str(path)
