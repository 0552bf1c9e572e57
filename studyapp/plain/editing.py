"""A file in the learner's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], str]
"""Has a file edited; returns what went wrong as a sentence, or nothing."""


def open_editor(file: Path, instead: str = "edit the file by yourself, then g grades it") -> str:
    """Open a file in the editor that ``VISUAL`` or ``EDITOR`` names, and wait until it ends.

    Without a terminal the editor gets no input: what it would read are replies to somebody else.

    Args:
        file: The file.
        instead: What to do where there is no editor.

    Returns:
        What went wrong, as a sentence; empty when nothing did.
    """
    wish = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(wish)
    except ValueError as error:
        return f"EDITOR is no command ({error}): {instead}."
    if not command:
        return f"EDITOR names no editor: {instead}."
    given = None if sys.stdin.isatty() else subprocess.DEVNULL
    try:
        ended = subprocess.run([*command, str(file)], stdin=given, check=False)  # noqa: S603 - it is the learner's own
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"The editor {command[0]} cannot be started: {reason}."
    if ended.returncode:
        return f"The editor ended with status {ended.returncode}; the file is as it left it."
    return ""
