"""The lab's thread: what it reports, what it abandons, and what it survives."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline import events as e
from pipeline.grading import grade as grading
from pipeline.grading.values import GradingError
from studyapp import lab_thread as t
from studyapp.study.lab_loading import read_labs
from studyapp.study.labs import Lab, lab_named

PATIENCE = 20.0


class Mail:
    """Hears a lab's thread as its screen would."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._mail: queue.SimpleQueue[t.LabReport] = queue.SimpleQueue()
        self.thread = t.LabThread(lab.setup, self._mail.put)
        self.heard: list[t.LabReport] = []

    def until(self, kind: type[Any]) -> Any:
        """Return the next report of a kind."""
        while True:
            report = self._mail.get(timeout=PATIENCE)
            self.heard.append(report)
            if isinstance(report, kind):
                return report

    def all(self, kind: type[Any]) -> list[Any]:
        return [report for report in self.heard if isinstance(report, kind)]


@pytest.fixture
def mail() -> Iterator[Mail]:
    mail = Mail(lab_named(read_labs()[0], "queue-hears-nothing"))
    mail.thread.start()
    yield mail
    assert mail.thread.stop(PATIENCE)


def test_a_grading_is_told_as_it_goes_and_ends_with_a_grade(mail: Mail) -> None:
    number = mail.thread.grade(mail.lab.solutions)
    graded = mail.until(t.Graded)
    assert (graded.number, graded.documents) == (number, mail.lab.solutions)
    assert graded.grade.mastered
    assert mail.all(t.SandboxOpened)[0].topology.name == mail.lab.topology
    assert any(told.words.startswith("works: ") for told in mail.all(t.LooksAt))
    events = [event for told in mail.all(t.Observed) for event in told.events]
    assert any(isinstance(event, e.NotificationSent) for event in events)
    assert not any(isinstance(event, e.ResourceCreated) for event in events)


def test_the_sandbox_is_used_again_and_nothing_of_the_last_grading_is_left(mail: Mail) -> None:
    mail.thread.grade(mail.lab.solutions)
    assert mail.until(t.Graded).grade.passed
    mail.thread.grade(mail.lab.starts)
    assert not mail.until(t.Graded).grade.passed
    assert len(mail.all(t.SandboxOpened)) == 1


def test_of_several_that_are_asked_for_the_last_counts(mail: Mail) -> None:
    mail.thread.grade(mail.lab.starts)
    mail.thread.grade(mail.lab.starts)
    last = mail.thread.grade(mail.lab.solutions)
    assert mail.until(t.Graded).number == last


def test_of_one_that_is_cancelled_nothing_more_is_said(mail: Mail) -> None:
    cancelled = mail.thread.grade(mail.lab.starts)
    mail.thread.cancel()
    mail.thread.grade(mail.lab.solutions)
    graded = mail.until(t.Graded)
    assert graded.number != cancelled
    assert graded.grade.mastered


def test_after_a_grading_that_broke_there_is_another_sandbox(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise GradingError("a screw is loose")

    with monkeypatch.context() as broken:
        broken.setattr(grading, "grade", fail)
        number = mail.thread.grade(mail.lab.solutions)
        broke = mail.until(t.GradingBroke)
    assert broke.number == number
    assert "the grading itself failed: a screw is loose" in broke.sentence
    mail.thread.grade(mail.lab.solutions)
    assert mail.until(t.Graded).grade.mastered
    assert len(mail.all(t.SandboxOpened)) == 2


def test_a_sandbox_that_cannot_be_opened_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline import sandbox

    mail = Mail(lab_named(read_labs()[0], "queue-hears-nothing"))

    def fail(**_: Any) -> Any:
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(sandbox, "Sandbox", fail)
        mail.thread.start()
        assert "no room" in mail.until(t.GradingBroke).sentence
    number = mail.thread.grade(mail.lab.solutions)
    assert mail.until(t.Graded).number == number
    assert mail.thread.stop(PATIENCE)
