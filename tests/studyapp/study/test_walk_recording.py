"""A chapter's runs are recorded hop by hop, and a cursor goes back and forth over them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.sandbox import Sandbox
from studyapp.study.walk_answers import LONGEST_TEXT, MOST_ENTRIES, answer_document
from studyapp.study.walk_checking import check_chapters
from studyapp.study.walk_record import Cursor, RunRecording
from studyapp.study.walk_recording import Recorder, RecordingError, record_all
from studyapp.study.walkthrough import Chapter, ObserveStep
from tests.studyapp.study.small_chapter import STEPS, small_course

BROKEN = """
[[step]]
id = "break-it"
kind = "run"
fresh = true
text = "Break the arrow to the table."
actions = [
  { do = "break", arrow = "function-writes-metadata" },
  { do = "submit", file = "photo.jpg" },
  { do = "poll" },
  { do = "call", service = "sqs", operation = "get_queue_url", parameters = { QueueName = "no" } },
]

[[step]]
id = "try-again"
kind = "run"
text = "Once more."
actions = [{ do = "restore", arrow = "function-writes-metadata" }, { do = "run" }]

[[step]]
id = "nothing"
kind = "run"
text = "Only time."
actions = [{ do = "skip", seconds = 60 }]
"""


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    return small_course(tmp_path_factory.mktemp("content"), STEPS + BROKEN)[1]


@pytest.fixture(scope="module")
def recorder(chapter: Chapter) -> Iterator[Recorder]:
    with Recorder(chapter) as recorder:
        yield recorder


@pytest.fixture(scope="module")
def recordings(recorder: Recorder) -> dict[str, RunRecording]:
    return {recording.step: recording for recording in record_all(recorder)}


def test_facts_are_measured(recordings: dict[str, RunRecording]) -> None:
    assert recordings["upload-two"].facts == {"sent": 2, "invoked": 0}
    assert recordings["let-it-run"].facts == {"poller": "poller"}


def test_every_call_is_a_hop_with_its_answer(recordings: dict[str, RunRecording]) -> None:
    hops = recordings["upload-two"].hops
    calls = [(hop.request.actor, hop.request.operation, hop.status) for hop in hops]
    assert calls == [("learner", "PutObject", 200), ("s3", "SendMessage", 200)] * 2
    sent = recordings["upload-two"].events[hops[1].end - 1]
    assert isinstance(sent, e.NotificationSent)
    assert hops[1].answer is not None
    assert hops[1].answer["MessageId"] == sent.message_id
    assert [hop.is_paced for hop in hops] == [False, True] * 2


def test_each_hop_has_the_counters_after_it(recordings: dict[str, RunRecording]) -> None:
    first, second = recordings["upload-two"], recordings["let-it-run"]
    assert [hop.snapshot.visible for hop in first.hops] == [0, 1, 1, 2]
    assert first.at_start.uploads == 0
    assert second.at_start.visible == 2
    received = next(h for h in second.hops if h.request.operation == "ReceiveMessage")
    assert (received.snapshot.visible, received.snapshot.in_flight) == (0, 2)
    assert (received.attempt, second.hops[-1].snapshot.in_flight) == (1, 0)


def test_a_denied_call_has_the_services_error_as_its_answer(
    recordings: dict[str, RunRecording],
) -> None:
    denied = next(
        hop
        for hop in recordings["break-it"].hops
        if isinstance(hop.request, e.RequestDenied) and hop.answer is not None
    )
    assert denied.answer is not None
    assert denied.answer["Error"]["Code"] == "AccessDeniedException"


def test_a_refused_action_is_noted_and_the_rest_goes_on(
    recordings: dict[str, RunRecording],
) -> None:
    (refusal,) = recordings["break-it"].refusals
    assert refusal.action == 3
    assert "NonExistentQueue" in refusal.code


def test_a_second_attempt_is_told_as_such(recordings: dict[str, RunRecording]) -> None:
    recording = recordings["try-again"]
    assert recording.hops[-1].attempt == 2
    assert len(recording.before) == len(recordings["break-it"].events)


def test_a_run_without_a_call_has_no_hop_and_all_its_events(
    recordings: dict[str, RunRecording],
) -> None:
    recording = recordings["nothing"]
    assert recording.hops == ()
    assert [type(event) for event in recording.start().events] == [e.TimeSkipped]
    assert recording.start() == recording.end()


def test_what_an_observe_step_shows_is_an_event_of_its_run(
    chapter: Chapter, recordings: dict[str, RunRecording]
) -> None:
    step = chapter.step("the-key")
    assert isinstance(step, ObserveStep)
    shown = recordings[step.of].observed(step)
    assert isinstance(shown, e.NotificationSent)
    assert shown.key == "photo-2.jpg"


@given(moves=st.lists(st.integers(-3, 5), max_size=12), data=st.data())
def test_forward_then_back_is_the_same_place(
    recordings: dict[str, RunRecording], moves: list[int], data: st.DataObject
) -> None:
    cursor = data.draw(st.sampled_from(list(recordings.values()))).start()
    for move in moves:
        cursor = cursor.at(cursor.position + move)
        assert 0 <= cursor.position <= len(cursor.run.hops)
        if not cursor.is_at_end:
            there = cursor.forward()
            assert there.events[: len(cursor.events)] == cursor.events
            assert there.new_events == there.events[len(cursor.events) :]
            assert there.back() == cursor
            assert there.back().events == cursor.events
            assert there.back().snapshot == cursor.snapshot
        if cursor.hop is not None:
            assert cursor.back().forward() == cursor


def test_the_hops_have_all_the_events_between_them(recordings: dict[str, RunRecording]) -> None:
    for recording in recordings.values():
        places = [recording.start()]
        while not places[-1].is_at_end:
            places.append(places[-1].forward())
        parts = [event for place in places for event in place.new_events]
        assert not recording.hops or parts == list(recording.events)


def _replayed(cursor: Cursor) -> list[e.PipelineEvent]:
    """Return what happens when a cursor's replay is carried out on a fresh sandbox."""
    replay = cursor.replay
    heard: list[e.PipelineEvent] = []
    with Sandbox(topology=replay.topology, seed=1, emit=heard.append) as sandbox:
        heard.clear()
        for action in replay.actions:
            action.do(sandbox)
    return heard


def test_a_replay_to_the_end_of_an_action_is_the_recording_again(
    recordings: dict[str, RunRecording],
) -> None:
    recording = recordings["let-it-run"]
    assert [type(event) for event in _replayed(recording.start())] == [
        type(event) for event in recording.before
    ]
    assert [type(event) for event in _replayed(recording.end())] == [
        type(event) for event in recording.end().all_events
    ]


def test_a_replay_to_the_middle_says_how_many_hops_of_the_last_action(
    recordings: dict[str, RunRecording],
) -> None:
    recording = recordings["let-it-run"]
    replay = recording.start().forward().forward().replay
    assert replay.actions == recording.earlier
    assert (replay.last, replay.hops) == (recording.actions[0], 2)
    uploads = recordings["upload-two"].start().forward().replay
    assert (uploads.actions, uploads.hops) == ((), 0)


def test_recording_again_beside_another_sandbox_gives_the_same_events_at_the_same_times(
    chapter: Chapter, recordings: dict[str, RunRecording]
) -> None:
    with Recorder(chapter) as other:
        again = other.record(chapter.runs[1])
    known = recordings["let-it-run"]
    assert [(type(x), x.time) for x in again.events] == [(type(x), x.time) for x in known.events]


def test_what_has_run_is_told_again_and_not_run_again(
    chapter: Chapter, recorder: Recorder, recordings: dict[str, RunRecording]
) -> None:
    told: list[e.PipelineEvent] = []
    recording = recorder.record(chapter.runs[0], told.append)
    assert recording is recordings["upload-two"]
    assert tuple(told) == recording.events


def test_a_run_goes_on_from_its_own_sandbox_whatever_ran_in_between(
    chapter: Chapter, recordings: dict[str, RunRecording]
) -> None:
    first, second, fresh, *_ = chapter.runs
    with Recorder(chapter) as other:
        other.record(first)
        other.record(fresh)
        again = other.record(second)
    assert [type(event) for event in again.events] == [
        type(event) for event in recordings["let-it-run"].events
    ]


def test_a_run_that_broke_off_can_be_tried_again_from_the_start(tmp_path: Path) -> None:
    sandboxes: list[Sandbox] = []

    def make(topology: str) -> Sandbox:
        sandbox = Sandbox(topology=topology, seed=1)
        if not sandboxes:
            sandbox.run_until_idle = lambda: {}["broken"]  # type: ignore[method-assign]
        sandboxes.append(sandbox)
        return sandbox

    _, chapter = small_course(tmp_path)
    with Recorder(chapter, make) as recorder:
        with pytest.raises(RecordingError, match="let-it-run, action 1"):
            recorder.record(chapter.runs[1])
        assert recorder.record(chapter.runs[1]).facts == {"poller": "poller"}
    assert len(sandboxes) == 2


def test_an_action_that_cannot_be_done_is_told_in_a_sentence(tmp_path: Path) -> None:
    action = '{ do = "call", service = "sqs", operation = "get_queue_url" }'
    _, chapter = small_course(tmp_path, STEPS.replace('{ do = "run" }', action))
    with Recorder(chapter) as recorder, pytest.raises(RecordingError, match="let-it-run, action 1"):
        recorder.record(chapter.runs[1])


def test_answers_are_kept_to_a_size_that_can_be_shown() -> None:
    answer = {"A": "x" * 10_000, "B": list(range(100)), "C": b"12345", "ResponseMetadata": {}}
    document = answer_document(answer)
    assert len(document["A"]) < LONGEST_TEXT + 50
    assert len(document["B"]) == MOST_ENTRIES + 1
    assert (document["C"], "ResponseMetadata" in document) == ("(5 bytes)", False)


# -- the author's check --


def _checked(folder: Path, steps: str) -> list[str]:
    course, _ = small_course(folder, steps)
    _, problems = check_chapters(course, folder, record=Recorder)
    return [f"{problem.key}: {problem.message}" for problem in problems]


def test_the_small_chapter_is_without_fault(tmp_path: Path) -> None:
    assert _checked(tmp_path, STEPS) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("number = 2", "number = 3", "how-many, expect: sent is 2 in upload-two, not 3.0"),
        ('expect = "poller"', 'expect = "function"', "poller is poller in let-it-run"),
        ('which = "last"', "which = 3", "NotificationSent happens 2 times in upload-two"),
        ("s3.object.key", "s3.object.colour", "nothing stands at message.Records.0.s3"),
        ('kind = "check"\nquestion = "buffer/who-polls"', 'kind = "read"\ntext = "."', "no check"),
        ('["Say who polls", "Say what a queue keeps"]', '["One"]', "there are 1 of objectives"),
        (
            "One for each object",
            "{snt} of {sent}",
            "why-two, text: the run before it measures no snt",
        ),
        (
            "You upload two",
            "After {sent}: two",
            "how-many, text: the run before it measures no sent",
        ),
        ('file = "photo.jpg"', 'text = "", name = ""', "broke off|name is empty"),
    ],
)
def test_a_chapter_that_says_something_else_than_its_run_is_found_out(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in STEPS
    course, _ = small_course(tmp_path)
    (tmp_path / "topics/buffer/steps.toml").write_text(STEPS.replace(old, new), "utf-8")
    _, problems = check_chapters(course, tmp_path, record=Recorder)
    assert any(re.search(expected, f"{p.key}: {p.message}") for p in problems), problems
