"""The thread that runs a chapter's steps: steps in, recordings out."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studyapp.study.walk_recording import Recorder
from studyapp.study.walkthrough import Chapter
from studyapp.walk_thread import BrokenOff, Recorded, WalkThread
from tests.studyapp.conftest import PATIENCE
from tests.studyapp.study.small_chapter import small_course


class Walk:
    """A chapter's thread, and what it reported."""

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.mail: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.thread = WalkThread(chapter, self.mail.put)

    def until(self, kind: type[Any]) -> Any:
        while True:
            report = self.mail.get(timeout=PATIENCE)
            if isinstance(report, kind):
                return report


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    walk = Walk(small_course(tmp_path / "content")[1])
    yield walk
    assert walk.thread.stop(PATIENCE)


def test_steps_are_recorded_in_the_order_in_which_they_are_asked_for(walk: Walk) -> None:
    walk.thread.start()
    first, second = walk.chapter.runs
    walk.thread.record(second)
    walk.thread.record(first)
    assert walk.until(Recorded).step == second.id
    assert walk.until(Recorded).recording.facts == {"sent": 2, "invoked": 0}


def test_what_cannot_be_run_is_told_and_the_next_runs(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Recorder.record
    failures = iter([ZeroDivisionError("no")])

    def fails_once(self: Recorder, *given: Any) -> Any:
        for failure in failures:
            raise failure
        return record(self, *given)

    monkeypatch.setattr(Recorder, "record", fails_once)
    walk.thread.start()
    walk.thread.record(walk.chapter.runs[0])
    walk.thread.record(walk.chapter.runs[0])
    assert "The run broke off: ZeroDivisionError: no." in walk.until(BrokenOff).sentence
    assert walk.until(Recorded).step == "upload-two"


def test_a_thread_that_never_began_ends_at_once(walk: Walk) -> None:
    assert walk.thread.stop(0.0)
    walk.thread.start()


def test_ending_abandons_what_is_under_way(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    make = WalkThread._sandbox

    def ends_meanwhile(self: WalkThread, topology: str) -> Any:
        self._is_stopping = True
        return make(self, topology)

    monkeypatch.setattr(WalkThread, "_sandbox", ends_meanwhile)
    walk.thread.start()
    walk.thread.record(walk.chapter.runs[0])
    walk.thread.join(PATIENCE)
    assert not walk.thread.is_alive()
