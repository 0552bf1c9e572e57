"""What the app's tests share: a data directory of their own, and waiting on conditions."""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from studyapp import reports as r
from studyapp.commands import Command, Step
from studyapp.sandbox_thread import SandboxThread
from studyapp.uploads import samples

PATIENCE = 20.0
"""Seconds after which what is waited for will not come."""

LOOK_SECONDS = 0.02
"""Between two looks at the screen."""


@pytest.fixture(autouse=True)
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "data"
    monkeypatch.setenv("STUDYAPP_DATA_DIR", str(directory))
    return directory


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """Return the path of a bundled picture by its file name."""
    return lambda name: next(s.path for s in samples() if s.path.name == name)


class Desk:
    """Talks to a sandbox's thread as a screen would."""

    def __init__(self) -> None:
        self.reports: list[Any] = []
        self._mail: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.thread = SandboxThread(self._mail.put)

    def ask(self, *commands: Command) -> None:
        for command in commands:
            self.thread.send(command)

    def until(self, is_it: Callable[[Any], bool]) -> Any:
        """Return the next report that is meant; everything before it is kept in ``reports``."""
        while True:
            report = self._mail.get(timeout=PATIENCE)
            self.reports.append(report)
            if is_it(report):
                return report
            if isinstance(report, r.ThreadFailed):
                pytest.fail(report.sentence)

    def status(self, *activities: r.Activity) -> r.Status:
        """Return the next status of one of these activities."""
        found: r.Status = self.until(
            lambda report: isinstance(report, r.Status) and report.activity in activities
        )
        return found

    def rest(self) -> r.Status:
        return self.status(r.Activity.RESTING)

    def next_hop(self) -> r.Hop:
        hop = self.status(r.Activity.WAITING).hop
        assert hop is not None
        return hop

    def step_to(self, operation: str) -> None:
        """Step until a call of that operation is next."""
        hop = None
        while hop is None or hop.operation != operation:
            self.ask(Step())
            hop = self.status(r.Activity.WAITING, r.Activity.RESTING).hop

    def done(self, command: Command) -> None:
        self.until(lambda report: isinstance(report, r.CommandDone) and report.command == command)

    def events(self, kind: type[Any] = object) -> list[Any]:
        """Return the events so far, of one kind."""
        bundles = [report for report in self.reports if isinstance(report, r.Happened)]
        return [event for bundle in bundles for event in bundle.events if isinstance(event, kind)]

    def last(self, kind: type[Any]) -> Any:
        return [report for report in self.reports if isinstance(report, kind)][-1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Return a desk whose sandbox is open and rests."""
    desk = Desk()
    desk.thread.start()
    desk.rest()
    yield desk
    assert desk.thread.stop(PATIENCE)


class Eyes:
    """Sees a running app as a learner does: keys in, text out."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    @property
    def text(self) -> str:
        """What is on the screen, as lines of text."""
        strips = self.pilot.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def until(self, is_it: Callable[[], bool]) -> None:
        """Wait until something is so; fail with what is on the screen instead."""
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            if is_it():
                await self.pilot.pause()
                return
            await asyncio.sleep(LOOK_SECONDS)
        pytest.fail(f"It did not come. The screen shows:\n{self.text}")

    async def sees(self, *words: str) -> None:
        """Wait until all these words are on the screen."""

        def is_seen() -> bool:
            text = self.text
            return all(word in text for word in words)

        await self.until(is_seen)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)


@asynccontextmanager
async def _look_at(app: App[None], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Eyes]:
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        eyes = Eyes(pilot)
        await eyes.until(lambda: "opening" not in app._screen_stacks)
        yield eyes


@pytest.fixture
def look_at() -> Callable[..., AbstractAsyncContextManager[Eyes]]:
    """Return what runs an app, without animations, and gives eyes to see it with."""
    return _look_at
