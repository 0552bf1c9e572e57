"""Two questions with words of their own, and a learner who is asked them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.study.course import Course, Option, Question
from tests.studyapp.plain.learner import Learner
from tests.studyapp.study.small_course import course, question


def _option(text: str, rationale: str, misconception: str | None = None) -> Option:
    is_key = misconception is None
    return Option(text, is_key, rationale, misconception, "seen" if is_key else None)


def poll() -> Question:
    """Return a multiple choice question with an experiment."""
    return replace(
        question("trigger/poll", domain="high-performing", experiment="service-polls"),
        stem=(
            "A company’s function works on messages of an SQS queue, and nobody has written code "
            "that\nreceives them.\n\nHow do they reach the function?"
        ),
        hint="Who calls ReceiveMessage?",
        options=(
            _option("The Lambda service polls the queue", "It receives batches and invokes."),
            _option("SQS pushes them", "SQS pushes nothing.", "push"),
            _option("The function polls", "It is invoked with them.", "exactly-once"),
            _option("A rule forwards them", "No rule is needed.", "public"),
        ),
    )


def two_buffers() -> Question:
    """Return a multiple response question without one."""
    return replace(
        question("buffer/two", keys=2),
        stem="What does a queue between S3 and the function give? Choose two.",
        hint="Think of bursts.",
    )


@pytest.fixture
def small() -> Course:
    return course((poll(), two_buffers()))


@pytest.fixture
def learner(small: Course, tmp_path: Path) -> Learner:
    return Learner(small, tmp_path / "progress.sqlite")
