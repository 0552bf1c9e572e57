"""First frame: the app against a bare Textual app that shows one label, both in a real terminal.

Measured from outside: from the start of the process until the words of its first screen come out
of a pseudo-terminal of 80 × 24.
"""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness import Measure, paired

BARE = """
from textual.app import App
from textual.widgets import Label

class Bare(App):
    def compose(self):
        yield Label("one label is here")

Bare().run()
"""


def seconds_until(arguments: list[str], words: bytes, environment: dict[str, str]) -> float:
    """Return the seconds from a process's start until it has drawn some words."""
    leader, follower = pty.openpty()
    size = struct.pack("HHHH", 24, 80, 0, 0)
    _set_size(follower, size)
    started = time.perf_counter()
    process = subprocess.Popen(
        arguments, stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    drawn = b""
    try:
        while words not in drawn:
            if not select.select([leader], [], [], 30)[0]:
                raise TimeoutError(f"{arguments} never drew {words!r}")
            drawn += os.read(leader, 65536)
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def _set_size(terminal: int, size: bytes) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the first frame of home against the bare app's."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TERM": "xterm-256color", "STUDYAPP_DATA_DIR": folder}
        # A marker of an earlier launch: the Live screen, not the tour, is measured.
        subprocess.run(
            [
                sys.executable,
                "-c",
                "from studyapp import first_launch; first_launch.remember_tour()",
            ],
            env=environment,
            check=True,
        )
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        yield paired(
            "first frame, studyapp / bare Textual app",
            lambda: seconds_until([sys.executable, "-m", "studyapp"], b"DynamoDB", environment),
            lambda: seconds_until([sys.executable, str(bare)], b"one label is here", environment),
            limit=1.5,
            runs=9 if full else 5,
        )
