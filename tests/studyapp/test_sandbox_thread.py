"""The sandbox's thread, without a screen: commands in, reports out."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import events as e
from pipeline.inputs import bundled
from pipeline.topology import ARROW_NAMES, EXECUTION_ROLE_POLICY
from studyapp import commands as c
from studyapp import reports as r

FAST = c.Play(0.0)
WRITES_THUMBNAILS = ARROW_NAMES[3]


def test_opening_reports_each_resource_and_then_that_it_is_ready(desk: Any) -> None:
    created = desk.events(e.ResourceCreated)

    assert [event.number for event in created] == list(range(1, created[-1].total + 1))
    assert isinstance(desk.events()[-1], e.SandboxReady)
    assert set(desk.last(r.PoliciesRead).documents) >= {EXECUTION_ROLE_POLICY}


def test_the_models_of_an_open_cloud_are_not_searched_for_garbage(
    desk: Any,  # noqa: ARG001 - opening is what does it
) -> None:
    assert gc.get_freeze_count() > 100_000


def test_each_step_lets_exactly_one_hop_happen(desk: Any, sample: Callable[[str], Path]) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    assert desk.next_hop().operation == "SendMessage"
    assert desk.events(e.NotificationSent) == []

    desk.ask(c.Step())
    assert desk.rest().next_visible_in == 0.0
    assert len(desk.events(e.NotificationSent)) == 1

    hops = []
    status = None
    while status is None or status.activity is not r.Activity.RESTING:
        desk.ask(c.Step())
        status = desk.status(r.Activity.WAITING, r.Activity.RESTING)
        hops.append(status.hop.operation if status.hop else None)
    assert [hop for hop in hops if hop in {"GetObject", "PutObject", "PutItem"}] == [
        "PutItem",
        "GetObject",
        "PutObject",
        "PutItem",
    ]
    assert desk.last(r.Counted).snapshot.thumbnails == 1


def test_an_arrow_broken_between_two_hops_denies_the_very_next_one(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    desk.next_hop()
    desk.step_to("PutObject")

    desk.ask(c.BreakArrow(WRITES_THUMBNAILS))
    desk.done(c.BreakArrow(WRITES_THUMBNAILS))
    desk.ask(c.Play(0.0, skips_time=False))
    desk.rest()

    denied = desk.events(e.RequestDenied)
    assert [(event.arrow, event.code) for event in denied] == [(WRITES_THUMBNAILS, "AccessDenied")]
    assert desk.last(r.PoliciesRead).broken_arrows == {WRITES_THUMBNAILS}


def test_the_clock_stands_still_while_a_hop_waits(desk: Any, sample: Callable[[str], Path]) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    desk.next_hop()
    for _ in range(3):
        desk.ask(c.LookUpItem("0" * 64))
        desk.done(c.LookUpItem("0" * 64))

    times = [event.time for event in desk.events(e.ItemsRead)]

    assert len(times) == 3
    assert max(times) == min(times)


def test_playing_skips_time_and_goes_on_until_nothing_is_left(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("not-a-photo.jpg"),)), FAST)
    desk.done(c.Upload((sample("not-a-photo.jpg"),)))

    status = desk.rest()

    assert status.next_visible_in is None
    assert len(desk.events(e.MessageReturned)) == 5
    assert len(desk.events(e.TimeSkipped)) == 5
    assert desk.last(r.Counted).snapshot.dead_lettered == 1


def test_playing_without_skipping_rests_while_messages_are_hidden(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("not-a-photo.jpg"),)), c.Play(0.0, skips_time=False))
    desk.done(c.Upload((sample("not-a-photo.jpg"),)))

    status = desk.rest()

    assert 170 < status.next_visible_in <= 180.01
    assert desk.events(e.TimeSkipped) == []


def test_a_step_skips_the_time_that_nothing_happens_in(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("not-a-photo.jpg"),)), c.Play(0.0, skips_time=False))
    desk.done(c.Upload((sample("not-a-photo.jpg"),)))
    desk.rest()

    desk.ask(c.Step())
    desk.next_hop()

    assert len(desk.events(e.TimeSkipped)) == 1
    assert len(desk.events(e.BatchReceived)) == 2


def test_time_is_skipped_on_request(desk: Any) -> None:
    desk.ask(c.SkipTime(60.0))
    desk.done(c.SkipTime(60.0))

    assert [event.seconds for event in desk.events(e.TimeSkipped)] == [60.0]


def test_several_uploads_follow_one_another_and_their_pictures_are_drawn(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    names = ("lighthouse.jpg", "badge.png", "leaf.webp")
    desk.ask(c.Upload(tuple(sample(name) for name in names)), FAST)
    desk.done(c.Upload((sample(names[-1]),)))
    desk.rest()

    drawn = desk.last(r.PicturesDrawn)

    assert desk.last(r.Counted).snapshot.thumbnails == 3
    assert drawn.thumbnail.renderable is not None
    assert "WEBP" in drawn.original.caption


def test_drawing_pictures_leaves_no_trace_among_the_events(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("badge.png"),)), FAST)
    desk.done(c.Upload((sample("badge.png"),)))
    desk.rest()

    reads = [x for x in desk.events(e.RequestAuthorized) if x.operation == "GetObject"]

    assert [event.actor for event in reads] == ["function"]


def test_cancelling_abandons_the_run_and_the_message_comes_again(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"), sample("badge.png"))))
    desk.next_hop()

    desk.ask(c.CancelWork())
    desk.until(lambda report: isinstance(report, r.WorkCancelled))
    status = desk.rest()

    assert status.queued == 0
    assert desk.last(r.Counted).snapshot.uploads == 1


def test_an_upload_can_be_cancelled_before_it_is_through(desk: Any, tmp_path: Path) -> None:
    big = tmp_path / "big.jpg"
    big.write_bytes(bytes(40_000_000))

    desk.ask(c.Upload((big,)))
    desk.until(lambda report: isinstance(report, r.UploadProgressed))
    desk.ask(c.CancelWork())
    desk.until(lambda report: isinstance(report, r.WorkCancelled))
    desk.rest()

    assert desk.last(r.Counted).snapshot.uploads == 0


def test_messages_that_may_not_be_received_wait_until_the_arrow_is_restored(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    polls = ARROW_NAMES[1]
    desk.ask(c.BreakArrow(polls), c.Upload((sample("badge.png"),)), FAST)
    desk.done(c.Upload((sample("badge.png"),)))

    assert "may not receive" in desk.rest().detail
    assert len(desk.events(e.PollRefused)) == 1

    desk.ask(c.RestoreArrow(polls))
    desk.done(c.RestoreArrow(polls))
    assert desk.rest().next_visible_in is None
    assert desk.last(r.Counted).snapshot.thumbnails == 1


def test_dead_letters_are_redriven(desk: Any, sample: Callable[[str], Path]) -> None:
    desk.ask(c.Upload((sample("not-a-photo.jpg"),)), FAST)
    desk.done(c.Upload((sample("not-a-photo.jpg"),)))
    desk.rest()

    desk.ask(c.Pause(), c.Redrive())
    desk.done(c.Redrive())

    assert [event.count for event in desk.events(e.MessagesRedriven)] == [1]
    assert desk.rest().next_visible_in == 0.0


def test_a_missing_file_comes_back_as_one_sentence_and_harms_nothing(
    desk: Any, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((tmp_path / "gone.jpg", sample("badge.png"))), FAST)
    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))
    desk.done(c.Upload((sample("badge.png"),)))
    desk.rest()

    assert "gone.jpg" in refused.sentence
    assert desk.last(r.Counted).snapshot.thumbnails == 1


def test_the_front_end_may_look_up_and_query_but_not_scan(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("not-a-photo.jpg"),)), FAST)
    desk.done(c.Upload((sample("not-a-photo.jpg"),)))
    desk.rest()
    image = desk.events(e.ItemRecorded)[-1].image_id

    desk.ask(c.LookUpItem(image), c.LookUpFailed(), c.ScanItems())
    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))

    assert [(x.operation, x.count) for x in desk.events(e.ItemsRead)] == [
        ("GetItem", 1),
        ("Query", 1),
    ]
    assert (refused.command, refused.code) == (c.ScanItems(), "AccessDeniedException")


def test_a_policy_that_the_service_refuses_comes_back_with_its_error(desk: Any) -> None:
    desk.ask(c.SetPolicy(EXECUTION_ROLE_POLICY, "{"))
    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))

    assert refused.code == "MalformedPolicyDocument"


def test_a_reset_in_the_middle_of_a_hop_leaves_an_empty_sandbox(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    desk.next_hop()

    desk.ask(c.Reset())
    desk.done(c.Reset())
    desk.rest()

    assert len(desk.events(e.SandboxReset)) == 1
    assert desk.last(r.Counted).snapshot.uploads == 0


def test_an_unexpected_error_is_logged_and_a_reset_helps(
    desk: Any, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> int:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("pipeline.sandbox.Sandbox.redrive", fails)
    desk.ask(c.Redrive())
    failed = desk.until(lambda report: isinstance(report, r.ThreadFailed))
    assert "ZeroDivisionError: by design" in failed.sentence
    assert "Traceback" in Path(failed.log_path).read_text()
    assert Path(failed.log_path).parent == data_directory

    desk.ask(c.Step(), c.Reset())
    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))
    assert "reset it first" in refused.sentence
    assert desk.rest().detail == ""


def test_the_thread_ends_while_a_hop_waits(desk: Any, sample: Callable[[str], Path]) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    desk.next_hop()

    assert desk.thread.stop(20)


def test_another_architecture_opens_in_a_fresh_sandbox_and_takes_what_it_takes(
    desk: Any, sample: Callable[[str], Path]
) -> None:
    desk.ask(c.Upload((sample("lighthouse.jpg"),)))
    desk.next_hop()
    desk.ask(c.OpenTopology("orders"))
    opening = desk.until(lambda report: isinstance(report, r.Opening))
    ready = desk.until(lambda report: isinstance(report, r.Ready))
    desk.rest()

    assert (opening.name, ready.topology.name) == ("orders", "orders")
    assert set(desk.last(r.PoliciesRead).documents) == set(ready.topology.places)
    order = Path(str(bundled("orders")[0]))
    desk.ask(FAST, c.Upload((order,)))
    assert desk.until(lambda report: isinstance(report, r.Submitting)).name == "order.json"
    desk.done(c.Upload((order,)))
    assert len(desk.events(e.MessagePublished)) == 1


def test_an_item_is_announced_with_its_key(desk: Any) -> None:
    desk.ask(c.OpenTopology("records"))
    desk.until(lambda report: isinstance(report, r.Ready))
    desk.rest()
    record = Path(str(bundled("records")[0]))
    desk.ask(FAST, c.Upload((record,)))

    submitting = desk.until(lambda report: isinstance(report, r.Submitting))
    assert (submitting.name, submitting.record_key) == ("record.json", "p-1001")
    desk.done(c.Upload((record,)))


def test_what_is_no_record_is_refused_in_one_sentence(desk: Any, tmp_path: Path) -> None:
    desk.ask(c.OpenTopology("records"))
    desk.until(lambda report: isinstance(report, r.Ready))
    desk.rest()
    (tmp_path / "list.json").write_text("[1, 2]")
    desk.ask(c.Upload((tmp_path / "list.json",)))

    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))
    assert "not a JSON object" in refused.sentence


def test_a_fault_is_left_behind_by_opening_another_architecture(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pipeline.sandbox.Sandbox.break_arrow", fails)
    desk.ask(c.BreakArrow(WRITES_THUMBNAILS))
    desk.until(lambda report: isinstance(report, r.ThreadFailed))
    desk.ask(c.OpenTopology("logs"))

    assert desk.until(lambda report: isinstance(report, r.Ready)).topology.name == "logs"
    desk.rest()


def test_settings_of_the_mapping_are_put_or_refused_as_lambda_does(desk: Any) -> None:
    desk.ask(c.ConfigureMapping(batch_size=100))
    refused = desk.until(lambda report: isinstance(report, r.CommandRefused))
    assert refused.code == "InvalidParameterValueException"

    larger = c.ConfigureMapping(batch_size=100, batching_window=1)
    desk.ask(larger)
    desk.done(larger)


def test_a_burst_tells_how_far_it_is_and_its_account_and_no_single_call(desk: Any) -> None:
    before = len(desk.events())
    desk.ask(c.Burst(5))
    desk.done(c.Burst(5))
    desk.rest()
    kinds = {type(event) for event in desk.events()[before:]}

    assert kinds == {e.BurstProgressed, e.BurstFinished}
    assert desk.last(r.Counted).snapshot.thumbnails == 5


def test_a_burst_stands_still_while_it_is_paused_and_ends_when_it_is_cancelled(desk: Any) -> None:
    desk.ask(c.Burst(2_000))
    desk.status(r.Activity.BURSTING)
    desk.ask(c.Pause())
    paused = desk.until(lambda report: isinstance(report, r.Status) and not report.playing)
    desk.ask(c.Play(0.0))
    playing = desk.until(lambda report: isinstance(report, r.Status) and report.playing)
    desk.ask(c.CancelWork())
    desk.until(lambda report: isinstance(report, r.WorkCancelled))

    assert paused.activity is playing.activity is r.Activity.BURSTING
    assert not desk.rest().playing
