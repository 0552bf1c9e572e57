"""The Live screen on the real sandbox: keys in, text out, at both sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Size

from studyapp import commands as c
from studyapp.app import StudyApp
from studyapp.reports import Activity
from studyapp.screens.live import LiveScreen
from studyapp.screens.sandbox_screen import Reported

NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@pytest.fixture
async def live(request: pytest.FixtureRequest, look_at: Any) -> AsyncIterator[Any]:
    """Return eyes on a Live screen that is ready."""
    size = getattr(request, "param", NARROW)
    async with look_at(StudyApp("live"), size) as seeing:
        await seeing.until(lambda: _screen(seeing).live.is_ready)
        yield seeing


BOTH = pytest.mark.parametrize("live", [NARROW, WIDE], indirect=True)


def _screen(live: Any) -> LiveScreen:
    screen = live.pilot.app.screen_stack[0]
    assert isinstance(screen, LiveScreen)
    return screen


async def _rest(live: Any) -> None:
    await live.until(lambda: _screen(live).live.status.activity is Activity.RESTING)


async def _upload(live: Any, row: int = 0) -> None:
    """Upload a sample by its row in the list."""
    await live.press("u")
    await live.sees("upload a sample")
    before = _screen(live).live.diagram.entered
    await live.press(*["down"] * row, "enter")
    await live.until(lambda: _screen(live).live.diagram.entered > before)


async def _play_through(live: Any, row: int = 0) -> None:
    await live.press("p")
    await _upload(live, row)
    await _rest(live)


@SIZES
async def test_the_first_frame_has_the_diagram_before_the_cloud_is_loaded(
    size: tuple[int, int], look_at: Any
) -> None:
    async with look_at(StudyApp("live"), size) as seeing:
        assert "loading the emulated cloud" in seeing.text
        assert "uploads" in seeing.text
        assert "DynamoDB" in seeing.text


@BOTH
async def test_an_empty_sandbox_names_the_next_step_and_the_keys(live: Any) -> None:
    await live.sees("upload a sample photo", "[u]", "u sample", "space step", "? help")

    assert "d redrive" not in live.text
    assert "r restore" not in live.text
    assert "stepping" in live.text


@BOTH
async def test_stepping_goes_hop_by_hop_until_the_thumbnail_is_drawn(live: Any) -> None:
    await _upload(live)
    await live.sees("let S3 call SQS SendMessage", "[space]", "lighthouse.jpg: uploaded")

    await live.press("space")
    await live.sees("let Lambda poll the queue", "NotificationSent", "lighthouse.jpg: in the queue")

    while _screen(live).live.diagram.thumbnails < 1 or _screen(live).live.status.hop is not None:
        before = _screen(live).live.status
        await live.press("space")
        await live.until(
            lambda seen=before: (  # type: ignore[misc]
                _screen(live).live.status != seen
                and _screen(live).live.status.activity in {Activity.WAITING, Activity.RESTING}
            )
        )
    await live.sees("original", "thumbnail", "1600 × 1200 JPEG", "256 × 192 JPEG")


async def test_the_end_of_a_step_is_told_at_once_and_one_frame_is_drawn_of_it(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = _screen(live)
    told: list[Activity] = []
    monkeypatch.setattr(screen, "tell", lambda: told.append(screen.live.status.activity))
    for activity in (Activity.RUNNING, Activity.WAITING):
        status = dataclasses.replace(screen.live.status, activity=activity, playing=False)
        screen._fold(Reported(status))

    assert told == [Activity.WAITING]


@BOTH
async def test_a_broken_arrow_is_denied_seen_and_repaired(live: Any) -> None:
    await live.press("4")
    await live.sees('"Sid": "FunctionWritesThumbnails"', "No call has been decided")
    await live.press("b")
    await live.sees("╳ No statement FunctionWritesThumbnails", "r restore")

    await _upload(live)
    while _screen(live).live.denied is None:
        await live.press("space")
        await live.pilot.pause()
    await live.sees("Implicitly denied", "restore arrow 4", "[r]", "broken, ✗ denied")
    while not _screen(live).live.returned:
        await live.press("space")
        await live.pilot.pause()
    await _rest(live)
    await live.sees("lighthouse.jpg waits in the queue, attempt 1 of 5 failed, visible in")

    await live.press("r", "p")
    await live.until(lambda: _screen(live).live.diagram.thumbnails == 1)
    await _rest(live)
    await live.sees("0:03:", "lighthouse.jpg: thumbnail")


async def test_a_photo_that_never_succeeds_is_dead_lettered_and_redriven(live: Any) -> None:
    await _play_through(live, row=8)
    await live.sees("redrive 1 dead-lettered message", "[d]", "d redrive", "† 1")

    await live.press("p", "d")
    await live.sees("MessagesRedriven", "let Lambda poll the queue")


async def test_playing_takes_several_uploads_while_it_plays(live: Any) -> None:
    await live.press("p", "u")
    await live.sees("upload a sample")
    await live.press("a")
    await live.until(lambda: _screen(live).live.diagram.entered == 9)
    await _rest(live)

    assert _screen(live).live.diagram.thumbnails == 8
    assert _screen(live).live.diagram.dead_lettered == 1


async def test_cancelling_ends_what_waits(live: Any) -> None:
    await _upload(live)
    await live.sees("x cancel")
    await live.press("x")
    await live.sees("Cancelled.")
    await _rest(live)

    await live.until(lambda: "x cancel" not in live.text)


async def test_selecting_an_event_shows_its_payload_and_enter_the_whole_of_it(live: Any) -> None:
    await _play_through(live)
    await live.press("slash", *"notif", "enter", "up")
    await live.sees("payload", "eventVersion")

    await live.press("enter")
    await live.sees("S3 event", "ObjectCreated:Put", "c Copy payload")
    await live.press("c")
    await live.sees("in the clipboard")
    assert '"eventName"' in live.pilot.app.clipboard
    await live.press("escape")
    await live.sees("u sample")


async def test_the_views_take_turns_on_a_narrow_screen(live: Any) -> None:
    await _play_through(live)
    await live.sees("256 × 192 JPEG")
    await live.press("v")
    await live.sees("Allowed")
    assert "256 × 192 JPEG" not in live.text
    await live.press("v")
    await live.sees("message_id")


@pytest.mark.parametrize("live", [WIDE], indirect=True)
async def test_a_wide_screen_shows_everything_side_by_side(live: Any) -> None:
    await _play_through(live)

    await live.sees("events", "decision", "payload · ", "picture · lighthouse.jpg")
    await live.sees("✓ Allowed", "message_id", "256 × 192 JPEG")


async def test_the_picture_fills_the_screen_with_enter(live: Any) -> None:
    await _play_through(live)
    await live.sees("256 × 192 JPEG")
    await live.press("enter")
    await live.sees("picture · lighthouse.jpg", "1600 × 1200 JPEG")
    await live.press("escape")
    await live.sees("u sample")


async def test_reset_asks_and_then_begins_anew(live: Any) -> None:
    await _play_through(live)
    await live.press("ctrl+r")
    await live.sees("Reset the sandbox?", "yes")
    await live.press("escape")
    await live.sees("u sample")
    assert _screen(live).live.diagram.entered == 1

    await live.press("ctrl+r")
    await live.sees("Reset the sandbox?")
    await live.press("enter")
    await live.until(lambda: _screen(live).live.diagram.entered == 0)
    await _rest(live)
    await live.sees("upload a sample photo", "SandboxReady", "No call has been decided")
    assert "ObjectStored" not in live.text


async def test_an_unexpected_error_is_said_and_a_reset_offered(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("pipeline.sandbox.Sandbox.break_arrow", fails)
    await live.press("4", "b")
    await live.sees("The sandbox stopped unexpectedly", "ZeroDivisionError", "[ctrl+r]", "stopped")

    await live.press("ctrl+r")
    await live.sees("Reset the sandbox?")
    await live.press("enter")
    await _rest(live)
    await live.sees("upload a sample photo")


async def test_help_explains_the_selected_thing_and_lists_every_key(live: Any) -> None:
    await live.press("4", "question_mark")
    await live.sees("Arrow 4 · the function stores the thumbnail", "The exam", "When it is broken")
    await live.press("end")
    await live.sees("select arrow 5", "every command by name", "quit")
    await live.press("escape")
    await live.sees("u sample")


async def test_the_palette_offers_what_has_a_key_and_what_has_none(live: Any) -> None:
    await live.press("ctrl+p")
    await live.sees("Upload a bundled picture")
    await live.press(*"every")
    await live.sees("Restore every arrow")
    await live.press("escape")
    await live.sees("u sample")


async def test_the_pace_changes_while_playing(live: Any) -> None:
    await live.press("p")
    await live.sees("playing, fast")
    await live.press("minus")
    await live.sees("playing, 0.8 s a hop")
    await live.press("plus", "plus")
    await live.sees("playing, 0.1 s a hop")
    await live.press("p")
    await live.sees("stepping")


async def test_a_small_terminal_says_which_size_it_needs(live: Any) -> None:
    await live.pilot.resize_terminal(50, 14)
    await live.sees("50×14", "60×16", "studyapp run PHOTO")
    await live.pilot.resize_terminal(120, 40)
    await live.sees("u sample", "payload")
    assert live.pilot.app.size == Size(120, 40)


async def test_the_least_size_shows_the_diagram_the_next_step_and_the_keys(live: Any) -> None:
    await live.pilot.resize_terminal(60, 16)
    await live.sees("Next", "u sample", "uploads", "images", "events")


async def test_leaving_ends_the_sandbox_s_thread(look_at: Any) -> None:
    async with look_at(StudyApp("live"), NARROW) as seeing:
        await seeing.until(lambda: _screen(seeing).live.is_ready)
        screen = _screen(seeing)
        screen.ask(c.Play(0.0))

    assert not screen._thread.is_alive()


async def test_keys_in_the_footer_can_be_clicked(live: Any) -> None:
    await live.sees("u sample", "? help")
    line = live.text.splitlines()[-1]
    await live.pilot.click(offset=(line.index("? help"), 23))
    await live.sees("The exam")


async def test_uploading_a_file_of_one_s_own(
    live: Any, tmp_path: Path, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.png").write_bytes(sample("badge.png").read_bytes())
    (tmp_path / "none").mkdir()

    await live.press("f")
    await live.sees("upload a file, or a folder")
    await live.press(*"gone.png", "enter")
    await live.sees("✗ There is no file at")
    await live.press("home", "ctrl+k", *"none", "enter")
    await live.sees("No pictures lie in")
    await live.press("home", "ctrl+k", *"./mi")
    await live.press("right", "enter")
    await live.until(lambda: _screen(live).live.diagram.entered == 1)
    await live.sees("mine.png: uploaded")


async def test_a_file_is_picked_from_the_tree(
    live: Any, tmp_path: Path, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tree.png").write_bytes(sample("badge.png").read_bytes())
    (tmp_path / "notes.txt").write_text("left out")
    monkeypatch.chdir(tmp_path)

    await live.press("f", "ctrl+t")
    await live.sees("tree.png")
    assert "notes.txt" not in live.text
    await live.press("down", "enter")
    await live.sees("tree.png: uploaded")


async def test_look_ups_read_by_key_and_index_and_scan_is_refused(live: Any) -> None:
    await _play_through(live, row=8)
    await live.press("l")
    await live.sees("GetItem  the item of not-a-photo.jpg", "Scan reads the whole table")
    await live.press("enter")
    await live.sees("ScannedCount 1: 1 item read to return 1", '"status": "failed"')
    await live.press("down", "enter")
    await live.sees("✓ Query", "from the index")
    await live.press("down", "enter")
    await live.sees("✗ AccessDeniedException", "dynamodb:Scan", "Why not Scan")
    await live.press("question_mark")
    await live.sees("Who may call")
    await live.press("escape")
    await live.sees("u sample")
