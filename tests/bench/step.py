"""From the key that lets one hop happen to the frame that shows it, on the Live screen.

Drawn is a hop when its events are in the log and the next one is named. Milliseconds, 95th
percentile; the floor is an app whose one label shows what a thread answers to the key.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, printed_by

FRAMES = """
import asyncio, time
from textual import events

PATIENCE = 20
SECONDS_BETWEEN = 0.2

async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)

async def taken(app, key, is_answered):
    '''Return the milliseconds from a key to the first frame after it is answered.'''
    drawn = asyncio.Event()
    display = app._display

    def noting(screen, renderable):
        display(screen, renderable)
        if is_answered():
            drawn.set()

    app._display = noting
    started = time.perf_counter()
    app.post_message(events.Key(key, None))
    async with asyncio.timeout(PATIENCE):
        await drawn.wait()
    milliseconds = (time.perf_counter() - started) * 1000
    app._display = display
    await asyncio.sleep(SECONDS_BETWEEN)
    return milliseconds
"""

OURS = """
import json, os, sys, tempfile
from importlib import resources
from pathlib import Path

os.environ["STUDYAPP_DATA_DIR"] = tempfile.mkdtemp()
from studyapp import commands as c
from studyapp.app import StudyApp
from studyapp.reports import Activity
{frames}

async def main():
    app = StudyApp("live")
    steps = []
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: getattr(app.screen, "live", None) and app.screen.live.is_ready)
        screen, live = app.screen, app.screen.live
        told = None
        tell = screen.tell

        def telling():
            nonlocal told
            tell()
            told = live.status

        screen.tell = telling
        sample = Path(str(resources.files("content"))) / "images" / "lighthouse.jpg"
        copy = Path(tempfile.mkdtemp())
        for number in range(20):
            (copy / f"{{number}}.jpg").write_bytes(sample.read_bytes())
        files = iter(sorted(copy.iterdir()))
        while len(steps) < {steps}:
            if live.status.activity is Activity.RESTING and live.status.next_visible_in is None:
                screen.ask(c.Upload((next(files),)))
                await until(lambda: live.status.activity is Activity.WAITING)
                await asyncio.sleep(SECONDS_BETWEEN)
            before, latest = live.status, live.latest

            def is_answered():
                return (
                    live.latest is not latest
                    and live.status is not before
                    and live.status.activity in (Activity.WAITING, Activity.RESTING)
                    and told is live.status
                )

            steps.append(await taken(app, "space", is_answered))
    print(json.dumps(sorted(steps)))

asyncio.run(main())
"""

BARE = """
import json, queue, threading
from textual.app import App
from textual.message import Message
from textual.widgets import Label
{frames}

class Answered(Message):
    pass

class Bare(App):
    count = 0

    def compose(self):
        yield Label("one label is here")

    def on_mount(self):
        self.asked = queue.SimpleQueue()
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while self.asked.get():
            self.post_message(Answered())

    def on_key(self):
        self.asked.put(True)

    def on_answered(self):
        self.count += 1
        self.query_one(Label).update(str(self.count))

async def main():
    app = Bare()
    async with app.run_test(size=(120, 40)):
        steps = []
        for number in range({steps}):
            steps.append(await taken(app, "space", lambda: app.count > number))
    print(json.dumps(sorted(steps)))

asyncio.run(main())
"""


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the 95th percentile of a step, in milliseconds."""
    steps = 200 if full else 60
    ours, floor = (
        _percentile(printed_by(script.format(frames=FRAMES, steps=steps)), 0.95)
        for script in (OURS, BARE)
    )
    yield Measure(
        name="key press to drawn hop on the Live screen, 95th percentile",
        ours=ours,
        floor=floor,
        value=ours,
        limit=100.0,
        unit="ms",
        runs=steps,
        is_ratio=False,
    )


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
