"""A chapter on the screen, by keyboard alone, at both sizes: keys in, text out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from studyapp import walk_thread
from studyapp.app import StudyApp
from studyapp.screens.live import LiveScreen
from studyapp.screens.walkthrough import WalkthroughScreen
from studyapp.study import loading, walk_loading, walk_recording
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.walkthrough import Chapter
from studyapp.walking import COVER
from tests.studyapp.study.small_chapter import STEPS, small_course

NARROW, WIDE = (80, 24), (120, 40)
READ_COURSE, READ_CHAPTERS = loading.read_course, walk_loading.read_chapters
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the options of the question in the same order each time."""
    monkeypatch.setattr("studyapp.study.given.secrets.randbelow", lambda _: 7)


@pytest.fixture(autouse=True)
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chapter:
    """Have one small chapter on the buffer, and nothing else."""
    return _teach(tmp_path, monkeypatch, STEPS)


def _teach(folder: Path, monkeypatch: pytest.MonkeyPatch, steps: str) -> Chapter:
    content = folder / "content"
    _, chapter = small_course(content, steps)
    monkeypatch.setattr(loading, "read_course", lambda root=None: READ_COURSE(root or content))
    monkeypatch.setattr(
        walk_loading,
        "read_chapters",
        lambda course, root=None: READ_CHAPTERS(course, root or content),
    )
    return chapter


def _at(seeing: Any) -> WalkthroughScreen:
    screen = seeing.pilot.app.screen
    assert isinstance(screen, WalkthroughScreen)
    return screen


async def _open(seeing: Any) -> WalkthroughScreen:
    await seeing.until(lambda: isinstance(seeing.pilot.app.screen, WalkthroughScreen))
    return _at(seeing)


async def _go_to(seeing: Any, step_id: str) -> WalkthroughScreen:
    """Go on with keys, predicting and answering wrong, until a step."""
    screen = await _open(seeing)
    for _ in range(60):
        step = screen.walking.step
        if step is not None and step.id == step_id:
            return screen
        if step is not None and step.kind == "predict":
            await seeing.press("1")
        await seeing.press("enter")
        await seeing.until(lambda: not screen.running)
    pytest.fail(seeing.text)


def _walk() -> StudyApp:
    return StudyApp("walkthrough", chapter="buffer")


@SIZES
async def test_a_chapter_is_gone_through_from_first_to_last(look_at: Any, size: Any) -> None:
    async with look_at(_walk(), size) as seeing:
        await seeing.sees("Say who polls", "Not covered here", "FIFO queues: see Fan-out")
        await seeing.sees("task 2.1", "begin  [enter]")
        await seeing.press("enter")
        await seeing.sees("step 1 of 9 · read", "A queue keeps messages", "• it pushes nothing")
        await seeing.press("enter")
        await seeing.sees("step 2 of 9 · predict", "predict: type a number")
        await seeing.press("enter")
        await seeing.sees("step 2 of 9")
        await seeing.press("2", "enter")
        await seeing.sees("step 3 of 9 · run", "bring in photo-1.jpg to photo-2.jpg", "run it")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4  sqs:SendMessage", "sent 2", "2 photos", "▤ 2 + 0")
        await seeing.press("enter")
        await seeing.sees("step 4 of 9 · observe", "▶ ", '"key": "photo-2.jpg"')
        await seeing.press("enter")
        await seeing.sees("✓ Right. You predicted: 2 messages", "One for each object.")
        await seeing.press("enter", "down", "enter")
        await seeing.sees("step 7 of 9 · run")
        await seeing.press("enter")
        await seeing.sees("poller poller", "2 items")
        await seeing.press("enter")
        await seeing.sees("✗ Wrong. You predicted: The function", "It is: The Lambda service")
        await seeing.press("enter")
        await seeing.sees("step 9 of 9 · check", "Who receives the messages", "choose an option")
        screen = _at(seeing)
        assert screen.asked is not None
        order = screen.asked.sitting.order_of(screen.asked.question)
        await seeing.press(str(order.index(0) + 1), "enter")
        await seeing.sees("Right. Go on", "Its pollers do.")
        await seeing.press("enter")
        await seeing.sees("The end of The buffer", "Of 2 predictions 1 were right.")


@SIZES
async def test_going_back_rewinds_what_ran_and_going_on_replays_it(look_at: Any, size: Any) -> None:
    async with look_at(_walk(), size) as seeing:
        screen = await _go_to(seeing, "the-key")
        await seeing.sees("2 photos")
        film = screen.walking.films["upload-two"]
        await seeing.press("b")
        await seeing.sees("step 3 of 9 · run", "call 4 of 4")
        await seeing.press("b")
        await seeing.sees("step 2 of 9 · predict", "0 photos")
        await seeing.press("enter")
        await seeing.sees("step 3 of 9 · run", "before the first of 4 calls", "0 photos")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4", "2 photos")
        assert film is screen.walking.films["upload-two"]


@SIZES
async def test_time_is_travelled_call_by_call(look_at: Any, size: Any) -> None:
    async with look_at(_walk(), size) as seeing:
        await _go_to(seeing, "upload-two")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4", "▤ 2 + 0")
        await seeing.press("left_square_bracket")
        await seeing.sees("call 3 of 4  s3:PutObject", "▤ 1 + 0", "2 photos")
        await seeing.press("left_square_bracket", "left_square_bracket")
        await seeing.sees("call 1 of 4", "▤ 0 + 0", "1 photo")
        await seeing.press("right_square_bracket")
        await seeing.sees("call 2 of 4  sqs:SendMessage", "▤ 1 + 0")
        await seeing.press("o")
        await seeing.sees('"QueueUrl"', '"MessageBody"')
        await seeing.press("escape")
        await seeing.sees("let the calls go on  [enter]")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4", "go on  [enter]")


async def test_the_marked_payload_fills_the_screen(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        await _go_to(seeing, "the-key")
        await seeing.press("o")
        await seeing.sees("payload · NotificationSent, message", '"key": "photo-2.jpg"')
        marked = [line for line in seeing.text.splitlines() if "▶" in line]
        assert len(marked) == 1
        assert '"key": "photo-2.jpg"' in marked[0]
        await seeing.press("o")
        await seeing.sees("step 4 of 9")


async def test_live_opens_with_this_very_state_and_leads_back(look_at: Any) -> None:
    async with look_at(_walk(), WIDE) as seeing:
        await _go_to(seeing, "upload-two")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4")
        await seeing.press("left_square_bracket", "v")
        await seeing.sees("Live   thumbnails", "let S3 call SQS SendMessage", "2 photos")
        assert isinstance(seeing.pilot.app.screen, LiveScreen)
        await seeing.sees("▤ 1 + 0")
        await seeing.press("escape")
        await seeing.sees("step 3 of 9 · run", "call 3 of 4")


async def test_who_comes_back_goes_on_where_they_left(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        await _go_to(seeing, "the-key")
        await seeing.press("escape")
        await seeing.sees("The buffer, step 4 of 9", "0 of 1 chapters")
    async with look_at(StudyApp(), NARROW) as seeing:
        await seeing.sees("The buffer, step 4 of 9")
        await seeing.press("enter")
        await seeing.sees("step 4 of 9 · observe", '"key": "photo-2.jpg"', "2 photos")
        await seeing.press("b", "b")
        await seeing.sees("step 2 of 9", "0 photos", "let the prediction stand")


async def test_a_prediction_that_was_kept_stands_and_can_be_changed(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "why-two")
        await seeing.sees("✗ Wrong. You predicted: 1 messages", "It is: 2 messages")
        await seeing.press("b", "b", "b", "backspace", "2")
        await seeing.sees("step 2 of 9")
        await seeing.press("enter", "enter", "enter", "enter")
        await seeing.sees("step 5 of 9", "✓ Right. You predicted: 2 messages")
        assert screen.walking.predictions == (1, 1)


async def test_what_is_no_number_is_no_prediction(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "how-many")
        await seeing.press("minus", "full_stop", "minus", *"1" * 30)
        await seeing.press("enter")
        assert screen.walking.step is not None
        assert screen.walking.step.id == "how-many"
        await seeing.sees("predict: type a number")


async def test_a_question_left_open_can_be_passed_over_by_going_back(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "ask")
        await seeing.press("h")
        await seeing.sees("Who calls ReceiveMessage?")
        await seeing.press("enter")
        await seeing.sees("step 9 of 9")
        await seeing.press("space")
        await seeing.sees("answer  [enter]")
        await seeing.press("b")
        await seeing.sees("step 8 of 9")
        assert "ask" not in screen.walking.done


async def test_an_answer_counts_in_the_quiz_as_well(look_at: Any, data_directory: Path) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "ask")
        await seeing.press("1", "enter")
        await seeing.sees("Go on  [enter]")
        now = screen.desk.now()
    store = ProgressStore.open(progress_file(data_directory), now)
    try:
        assert list(store.memories()) == ["buffer/who-polls"]
        assert store.unfinished() == ()
    finally:
        store.close()


async def test_a_run_that_breaks_off_is_told_and_passed(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise walk_recording.RecordingError("let-it-run cannot be done.")

    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "let-it-run")
        monkeypatch.setattr(walk_recording.Recorder, "record", broken)
        await seeing.press("enter")
        await seeing.sees("let-it-run cannot be done.", "go on without this run")
        await seeing.press("enter")
        await seeing.sees("step 8 of 9")
        assert "let-it-run" not in screen.walking.done
        await seeing.press("b", "b", "b", "b")
        await seeing.sees("step 4 of 9", '"key": "photo-2.jpg"')


async def test_what_cannot_be_repeated_is_not_waited_for(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with look_at(_walk(), NARROW) as seeing:
        await _go_to(seeing, "the-key")
    monkeypatch.setattr(walk_recording.Recorder, "record", broken)
    async with look_at(_walk(), NARROW) as seeing:
        await seeing.sees("step 4 of 9 · observe", "The run broke off: ZeroDivisionError")
        await seeing.press("enter")
        await seeing.sees("step 5 of 9")


async def test_leaving_in_the_middle_of_a_run_stops_it(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _held(monkeypatch) as gate:
        async with look_at(_walk(), NARROW) as seeing:
            screen = await _go_to(seeing, "upload-two")
            await seeing.press("enter")
            await seeing.until(gate.is_reached)
            await seeing.sees("running on the emulated cloud")
            await seeing.press("escape")
            gate.open()
            await seeing.until(lambda: not screen._thread.is_alive())
            await seeing.sees("0 of 1 chapters")


class _Gate:
    """Holds a run until it is opened."""

    def __init__(self) -> None:
        self._reached, self._opened = threading.Event(), threading.Event()

    def hold(self) -> None:
        self._reached.set()
        self._opened.wait(20)

    def is_reached(self) -> bool:
        return self._reached.is_set()

    def open(self) -> None:
        self._opened.set()


@contextmanager
def _held(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Gate]:
    gate = _Gate()
    make = walk_thread.WalkThread._sandbox

    def held(self: walk_thread.WalkThread, topology: str) -> Any:
        gate.hold()
        return make(self, topology)

    monkeypatch.setattr(walk_thread.WalkThread, "_sandbox", held)
    yield gate
    gate.open()


async def test_a_terminal_resized_in_the_middle_shows_the_same_place(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        await _go_to(seeing, "upload-two")
        await seeing.press("enter")
        await seeing.sees("call 4 of 4")
        await seeing.press("left_square_bracket")
        for size in (WIDE, (60, 16), NARROW):
            await seeing.pilot.resize_terminal(*size)
            await seeing.sees("step 3 of 9", "▸ Next  let the calls go on")
        await seeing.sees("call 3 of 4")
        await seeing.pilot.resize_terminal(40, 10)
        await seeing.sees("60")
        await seeing.pilot.resize_terminal(*NARROW)
        await seeing.sees("call 3 of 4")


async def test_long_text_is_read_before_it_is_gone_on_from(
    look_at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "\n\n".join(f"Paragraph {n}." for n in range(30))
    steps = STEPS.replace('"""\nA queue', f'"""\n{long}\n\nA queue')
    _teach(tmp_path / "long", monkeypatch, steps)
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _open(seeing)
        await seeing.press("enter")
        await seeing.sees("Paragraph 0.", "read on  [enter]")
        for _ in range(20):
            if not screen.is_unread:
                break
            await seeing.press("enter")
            await seeing.pilot.pause()
            assert screen.walking.place == 0
        await seeing.sees("A queue keeps messages", "▸ Next  go on")


async def test_help_explains_the_node_at_hand(look_at: Any) -> None:
    async with look_at(_walk(), WIDE) as seeing:
        await _go_to(seeing, "what-happens")
        await seeing.press("question_mark")
        await seeing.sees("The exam", "the step before, as it was")
        await seeing.press("escape")
        await seeing.sees("step 1 of 9")


async def test_only_what_a_step_is_about_is_lit(look_at: Any) -> None:
    async with look_at(_walk(), WIDE) as seeing:
        screen = await _go_to(seeing, "what-happens")
        diagram = screen.query_one("#diagram")
        assert diagram.lit == {"queue"}  # type: ignore[attr-defined]
        await seeing.press("b")
        assert screen.walking.place == COVER
        assert diagram.lit == frozenset()  # type: ignore[attr-defined]


async def test_with_animations_the_calls_pass_one_by_one_and_enter_ends_it(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "upload-two")
        seeing.pilot.app.animation_level = "full"
        await seeing.press("enter")
        await seeing.until(lambda: screen.player is not None)
        await seeing.press("enter")
        await seeing.sees("call 4 of 4", "sent 2")
        assert screen.player is None


async def test_with_animations_the_calls_come_to_their_end_by_themselves(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "upload-two")
        seeing.pilot.app.animation_level = "full"
        await seeing.press("enter")
        await seeing.sees("call 4 of 4", "sent 2", "go on  [enter]")
        assert screen.player is None
        assert "upload-two" in screen.walking.done
        await seeing.press("b", "enter", "enter")
        await seeing.until(lambda: screen.player is not None)
        await seeing.press("b")
        await seeing.sees("step 2 of 9", "0 photos")
        assert screen.player is None


async def test_what_is_asked_can_be_passed_over(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        screen = await _go_to(seeing, "how-many")
        await seeing.sees("n skip")
        await seeing.press("n", "enter")
        await seeing.sees("call 4 of 4")
        await seeing.press("enter", "enter")
        await seeing.sees("You made no prediction. It is: 2 messages")
        await _go_to(seeing, "ask")
        await seeing.press("n")
        await seeing.sees("The end of The buffer", "7 of 9 are done.")
        assert not {"how-many", "ask"} & set(screen.walking.done)


async def test_keys_that_do_nothing_here_are_not_offered(look_at: Any) -> None:
    async with look_at(_walk(), NARROW) as seeing:
        await _go_to(seeing, "upload-two")
        await seeing.sees("v live")
        assert not [word for word in ("earlier", "later", "payload", "skip") if word in seeing.text]
        await seeing.press("enter")
        await seeing.sees("[ earlier", "o payload")
        assert "] later" not in seeing.text
