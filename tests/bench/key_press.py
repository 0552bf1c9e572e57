"""From a key press to the next frame in a quiz, with a store of 100,000 answers behind it.

The keys are those of a question: choose, point, strike, say how sure. Milliseconds, 99th
percentile; beside it an app whose one label shows the key.
"""

# ruff: noqa: S608 - the script fills a store of its own

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, printed_by

PRESSES = """
from textual import events

async def presses(app, keys, rounds):
    painted = asyncio.Event()
    display = app._display

    def noting(screen, renderable):
        display(screen, renderable)
        painted.set()

    app._display = noting
    taken = []
    for number in range(rounds):
        key = keys[number % len(keys)]
        painted.clear()
        started = time.perf_counter()
        app.post_message(events.Key(key, key if len(key) == 1 else None))
        await painted.wait()
        taken.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(0.03)
    app._display = display
    return sorted(taken)[int(rounds * 0.99) - 1]
"""

OURS = (
    """
import asyncio, json, os, tempfile, time
os.environ["STUDYAPP_DATA_DIR"] = folder = tempfile.mkdtemp()
import datetime as dt
from pathlib import Path
from studyapp.app import StudyApp
from studyapp.study.loading import load_course
from studyapp.study.progress import ProgressStore, progress_file

KEYS = ["1", "2", "down", "x", "c"]
ROUNDS = {rounds}

def fill(answers):
    names = [question.id for question in load_course().questions]
    store = ProgressStore.open(progress_file(Path(folder)), dt.datetime.now(dt.UTC))
    state = json.dumps({})
    with store.writing() as write:
        for number in range(answers // len(names)):
            write.execute(
                "INSERT INTO sitting VALUES (?, 'practice', ?, ?, ?)",
                (f"old {number}", state, "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"),
            )
            write.executemany(
                "INSERT INTO answer (sitting_id, question_id, chosen, is_right, confidence,"
                " is_hinted, seconds, shown, answered_at) VALUES (?, ?, '[0]', 1, 'sure', 0, 9.0,"
                " '[0, 1, 2, 3]', '2026-01-01T00:00:00+00:00')",
                [(f"old {number}", name) for name in names],
            )
    store.close()
"""
    + PRESSES
    + """
async def main():
    fill(100_000)
    app = StudyApp()
    app.animation_level = "none"
    async with app.run_test(size=(80, 24)) as pilot:
        while app.screen.standing is None:
            await pilot.pause(0.05)
        await pilot.press("q")
        while not app.screen.query("#rounds") or not app.screen.query_one("#rounds").option_count:
            await pilot.pause(0.05)
        await pilot.press("enter")
        while getattr(app.screen, "card", None) is None:
            await pilot.pause(0.05)
        await presses(app, KEYS, 20)
        print(await presses(app, KEYS, ROUNDS))

asyncio.run(main())
"""
)

BARE = (
    """
import asyncio, time
from textual.app import App
from textual.widgets import Label

KEYS = ["1", "2", "x", "c"]
ROUNDS = {rounds}

class Bare(App):
    def compose(self):
        yield Label("one label is here")

    def on_key(self, event):
        self.query_one(Label).update(event.key)
"""
    + PRESSES
    + """
async def main():
    app = Bare()
    async with app.run_test(size=(80, 24)):
        await presses(app, KEYS, 20)
        print(await presses(app, KEYS, ROUNDS))

asyncio.run(main())
"""
)


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the 99th percentile of a key press to the next frame, in milliseconds."""
    rounds = 300 if full else 100
    ours, floor = (
        float(printed_by(script.replace("{rounds}", str(rounds)))) for script in (OURS, BARE)
    )
    yield Measure(
        name="key press to next frame in a quiz, 99th percentile",
        ours=ours,
        floor=floor,
        value=ours,
        limit=50.0,
        unit="ms",
        runs=rounds,
        is_ratio=False,
    )
