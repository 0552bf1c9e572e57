"""Labs: from applying to the verdict, from the ready sandbox to the open lab, and a reset.

The verdict is that of the lab that takes longest, with its solution, in the sandbox that stands
ready; the screen is measured in an app without a terminal.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from harness import Measure, printed_by

VERDICTS = """
import json, time
from pipeline.grading.grade import grade
from pipeline.sandbox import Sandbox
from studyapp.study.lab_loading import read_labs

longest = []
for lab in read_labs()[0]:
    with Sandbox(topology=lab.topology, seed=1) as sandbox:
        taken = []
        for _ in range({runs}):
            started = time.perf_counter()
            grade(lab.setup, lab.solutions, None, sandbox)
            taken.append(time.perf_counter() - started)
    longest.append(sorted(taken)[len(taken) // 2])
print(json.dumps(max(longest)))
"""

SCREEN = """
import asyncio, json, os, tempfile, time

os.environ["STUDYAPP_DATA_DIR"] = tempfile.mkdtemp()
from studyapp.app import StudyApp
from studyapp.lab_play import Activity
from studyapp.screens.lab import LabScreen
from studyapp.screens.lab_question import LabQuestionScreen

async def until(condition):
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)

async def main():
    opened, resets = [], []
    app = StudyApp(lab="queue-hears-nothing")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: isinstance(app.screen, LabQuestionScreen))
        await pilot.press("1", "enter")
        await until(lambda: isinstance(app.screen, LabScreen))
        await until(lambda: app.screen.play.activity is Activity.RESTING)
        for _ in range({runs}):
            screen = app.screen
            screen.editor.put({{screen.editor.place: "{{}}"}})
            await pilot.press("ctrl+s")
            started = time.perf_counter()
            await screen.run_action("reset")
            await pilot.pause()
            resets.append((time.perf_counter() - started) * 1000)
            assert screen.editor.texts == screen.session.lab.starts
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, LabScreen))
            started = time.perf_counter()
            await app._ways.play("queue-hears-nothing")
            await until(lambda: isinstance(app.screen, LabScreen))
            await until(lambda: app.screen.play.activity is Activity.RESTING)
            opened.append(time.perf_counter() - started)
    print(json.dumps([opened, resets]))

asyncio.run(main())
"""


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the longest verdict, the opening of a lab, and a reset in the middle of a run."""
    runs = 5 if full else 1
    verdict = printed_by(VERDICTS.format(runs=runs))
    yield _absolute("apply to verdict of the longest lab", verdict, 5.0, "s", runs)
    runs = 15 if full else 5
    opened, resets = printed_by(SCREEN.format(runs=runs))
    name = "from choosing a lab to its open sandbox, the cloud being loaded"
    yield _absolute(name, statistics.median(opened), 1.0, "s", runs)
    name = "reset of a lab in the middle of its run"
    yield _absolute(name, statistics.median(resets), 300.0, "ms", runs)


def _absolute(name: str, taken: float, limit: float, unit: str, runs: int) -> Measure:
    return Measure(
        name=name,
        ours=taken,
        floor=None,
        value=taken,
        limit=limit,
        unit=unit,
        runs=runs,
        is_ratio=False,
    )
