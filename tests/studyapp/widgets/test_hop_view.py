"""One call of a recorded run: who called what, what was answered, what then stood where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.study.walk_record import RunRecording
from studyapp.study.walk_recording import Recorder
from studyapp.widgets.hop_view import answers, hop_lines
from tests.studyapp.study.small_chapter import STEPS, small_course

BROKEN = """
[[step]]
id = "break-it"
kind = "run"
fresh = true
text = "Break the arrow to the queue."
actions = [{ do = "break", arrow = "s3-to-queue" }, { do = "submit", file = "photo.jpg" }]

[[step]]
id = "ask-again"
kind = "check"
question = "buffer/who-polls"
"""


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunRecording]]:
    folder: Path = tmp_path_factory.mktemp("content")
    chapter = small_course(folder, STEPS + BROKEN)[1]
    with Recorder(chapter) as recorder:
        yield {run.id: recorder.record(run) for run in chapter.runs}


def _text(recording: RunRecording, position: int, width: int = 78, height: int = 30) -> list[str]:
    lines = hop_lines(recording.start().at(position), width, height)
    return [line.plain.rstrip() for line in lines]


def test_before_the_first_call_nothing_has_happened(recordings: dict[str, RunRecording]) -> None:
    text = _text(recordings["upload-two"], 0)
    assert text[0] == "before the first of 4 calls"
    assert text[-1].startswith("─ what happened")


def test_a_call_is_shown_with_request_answer_and_counters(
    recordings: dict[str, RunRecording],
) -> None:
    text = _text(recordings["upload-two"], 2)
    assert text[0] == "call 2 of 4  sqs:SendMessage"
    assert text[1] == "by s3 · ✓ allowed · HTTP 200"
    assert text[2].startswith("queues  jobs ▤ 1 + 0 · ")
    assert "request" in text
    assert "answer" in text


def test_only_what_the_call_brought_is_marked(recordings: dict[str, RunRecording]) -> None:
    text = _text(recordings["upload-two"], 2)
    log = text[text.index(next(line for line in text if "what happened" in line)) + 1 :]
    assert [line[0] for line in log if "SendMessage" in line] == ["▸"]
    assert [line[0] for line in log if "PutObject" in line] == [" "]


def test_a_denied_call_says_so_with_its_error(recordings: dict[str, RunRecording]) -> None:
    recording = recordings["break-it"]
    position = next(
        n for n, hop in enumerate(recording.hops, 1) if hop.request.operation == "SendMessage"
    )
    assert "✗ denied" in _text(recording, position)[1]
    assert answers(recording.hops[position - 1])["answer"]["Error"]["Code"]


@pytest.mark.parametrize("width", [20, 38, 78])
@pytest.mark.parametrize("height", [0, 3, 8, 16, 30])
def test_it_fits_whatever_room_there_is(
    recordings: dict[str, RunRecording], width: int, height: int
) -> None:
    for recording in recordings.values():
        for position in range(len(recording.hops) + 1):
            lines = hop_lines(recording.start().at(position), width, height)
            assert len(lines) <= height
            assert all(line.cell_length <= width for line in lines)
