"""What C libraries print does not reach the screen while the app draws on it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import os, sys
from studyapp.clean_screen import clean_screen
os.write(2, b"before ")
with clean_screen():
    os.write(2, b"noise ")
    print("drawing", end=" ", file=sys.__stderr__)
os.write(2, b"after")
"""


def test_only_the_app_draws_while_the_screen_is_kept_clean() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)

    assert ended.stderr == b"before drawing after"


def test_an_error_of_the_app_is_still_told_afterwards() -> None:
    script = """
from studyapp.clean_screen import clean_screen
with clean_screen():
    raise SystemExit("told")
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert b"told" in ended.stderr
