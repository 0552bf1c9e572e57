"""Draws the picture of the app for the README, from the running app.

A photo goes through, arrow 4 is broken, a second photo meets the denial; the screen is saved as it
stands then. Run as ``make picture``; writes ``live.svg`` beside this file.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from studyapp import commands as c

FILE = Path(__file__).with_name("live.svg")
COLUMNS, ROWS = 120, 40


async def until(condition: Callable[[], bool], pilot: object) -> None:
    """Let the app run until something is so; ``TimeoutError`` after a minute."""
    async with asyncio.timeout(60):
        while not condition():
            await pilot.pause(0.05)  # type: ignore[attr-defined]


async def drawn() -> str:
    """Return the picture as SVG."""
    from studyapp.app import StudyApp

    images = Path(str(resources.files("content"))) / "images"
    app = StudyApp("live")
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await until(lambda: hasattr(app.screen, "live"), pilot)
        live = app.screen.live
        await until(lambda: live.is_ready, pilot)
        app.screen.ask(c.Upload((images / "lighthouse.jpg",)))
        app.screen.ask(c.Play(seconds_per_hop=0))
        await until(lambda: live.diagram.thumbnails == 1 and not live.is_busy, pilot)
        await pilot.press("4", "b")
        await until(lambda: bool(live.diagram.broken), pilot)
        app.screen.ask(c.Upload((images / "leaf.webp",)))
        app.screen.ask(c.Play(seconds_per_hop=0, skips_time=False))
        await until(lambda: live.denied is not None and not live.is_busy, pilot)
        await pilot.pause(0.5)
        return without_addresses(app.export_screenshot(title="studyapp"))


def without_addresses(svg: str) -> str:
    """Return a picture that loads no font from anywhere."""
    return re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)


def main() -> int:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STUDYAPP_DATA_DIR"] = folder
        FILE.write_text(asyncio.run(drawn()), encoding="utf-8")
    print(FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
