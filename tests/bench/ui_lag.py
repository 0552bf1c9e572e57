"""The event loop of the running app while 60 photos go through it, and while a burst does.

A task sleeps two milliseconds again and again and notes how late it wakes: that is how late a key
press would be. Milliseconds, 99th percentile; the floor is the same app with an idle sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, printed_by

PHOTOS_OF_A_BURST = (300, 2_000)
"""In a quick measurement, and in a full one."""

SCRIPT = """
import asyncio, json, os, sys, tempfile, time
os.environ["STUDYAPP_DATA_DIR"] = tempfile.mkdtemp()
from pathlib import Path
from importlib import resources
from studyapp import commands as c
from studyapp.app import StudyApp

PERIOD = 0.002

async def lags(until):
    late = []
    while not until():
        before = time.perf_counter()
        await asyncio.sleep(PERIOD)
        late.append((time.perf_counter() - before - PERIOD) * 1000)
    return sorted(late)

def percentile(late, share):
    return late[min(len(late) - 1, int(len(late) * share))]

async def main():
    app = StudyApp("live")
    async with app.run_test(size=(120, 40)) as pilot:
        while not hasattr(app.screen, "live"):
            await pilot.pause(0.05)
        screen = app.screen
        while not screen.live.is_ready:
            await pilot.pause(0.05)
        quiet_until = time.perf_counter() + 2
        quiet = await lags(lambda: time.perf_counter() > quiet_until)
        sample = Path(str(resources.files("content") / "images" / "lighthouse.jpg"))
        folder = Path(tempfile.mkdtemp())
        for number in range(60):
            (folder / f"{number:02}.jpg").write_bytes(sample.read_bytes())
        screen.ask(c.Upload(tuple(sorted(folder.iterdir()))))
        screen.ask(c.Play(seconds_per_hop=0))
        busy = await lags(lambda: screen.live.diagram.thumbnails >= 60)
        await lags(lambda: not screen.live.is_busy)
        await pilot.press("s")
        screen.ask(c.Burst(BURST))
        await lags(lambda: screen.live.status.activity == "bursting")
        burst = await lags(lambda: screen.live.status.activity != "bursting")
        print(json.dumps({
            "quiet": percentile(quiet, 0.99),
            "busy": percentile(busy, 0.99), "busy_most": busy[-1],
            "burst": percentile(burst, 0.99), "burst_most": burst[-1],
        }))

asyncio.run(main())
"""


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield how late the loop is under load, mostly and at most; the worst of the runs."""
    runs = 3 if full else 1
    photos = PHOTOS_OF_A_BURST[full]
    results = [printed_by(f"BURST = {photos}\n{SCRIPT}") for _ in range(runs)]
    quiet = max(result["quiet"] for result in results)
    for words, key, limit in (
        ("60 photos run, 99th percentile", "busy", 30.0),
        ("60 photos run, at most", "busy_most", 100.0),
        (f"a burst of {photos:,} runs, 99th percentile", "burst", 30.0),
        (f"a burst of {photos:,} runs, at most", "burst_most", 100.0),
    ):
        worst = max(result[key] for result in results)
        yield Measure(
            name=f"UI event loop lag while {words}",
            ours=worst,
            floor=quiet,
            value=worst,
            limit=limit,
            unit="ms",
            runs=runs,
            is_ratio=False,
        )
