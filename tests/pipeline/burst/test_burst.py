"""A burst: every photo is accounted for, in parallel and in turn."""

from __future__ import annotations

import io
import json
import os
import threading
from typing import Any

import pytest
from PIL import Image

from pipeline import events as e
from pipeline.__main__ import main
from pipeline.burst.driving import Burst
from pipeline.burst.memory import peak_memory_mb
from pipeline.burst.photos import Photos
from pipeline.burst.plan import BurstPlan
from pipeline.sandbox import RunCancelled, Sandbox

SPIKE = int(os.environ.get("BURST_PHOTOS", "300"))
"""10,000 in the full run: ``make bench-full``."""

ACCOUNT = {
    "event",
    "uploaded",
    "thumbnails",
    "items",
    "dead_lettered",
    "refused",
    "duplicates_skipped",
    "seconds",
    "photos_per_second",
    "peak_memory_mb",
}


def account(finished: e.BurstFinished) -> tuple[int, ...]:
    return (
        finished.uploaded,
        finished.thumbnails,
        finished.items,
        finished.dead_lettered,
        finished.refused,
    )


def burst(sandbox: Sandbox, **plan: Any) -> tuple[e.BurstFinished, list[Any]]:
    told: list[Any] = []
    return Burst(sandbox, BurstPlan(**plan), told.append).run(), told


def test_photos_worked_on_in_parallel_all_become_thumbnails() -> None:
    with Sandbox() as sandbox:
        finished, told = burst(sandbox, count=60, size=(64, 48), workers=4)

    assert account(finished) == (60, 60, 60, 0, 0)
    assert isinstance(told[-1], e.BurstFinished)
    last = told[-2]
    assert (last.wanted, last.uploaded, last.done, last.visible, last.in_flight) == (
        60,
        60,
        60,
        0,
        0,
    )


def test_a_spike_drains_to_zero_and_every_photo_is_accounted_for() -> None:
    with Sandbox() as sandbox:
        finished, told = burst(sandbox, count=SPIKE, size=(32, 24), workers=2)
        standing = sandbox.snapshot()

    assert account(finished) == (SPIKE, SPIKE, SPIKE, 0, 0)
    assert max(progress.visible for progress in told[:-1]) > 0
    assert (standing.visible, standing.in_flight, standing.dead_lettered) == (0, 0, 0)
    assert (standing.uploads, standing.thumbnails, standing.items) == (SPIKE, SPIKE, SPIKE)


def test_the_function_works_on_several_batches_at_once() -> None:
    threads: set[int] = set()
    together = threading.Barrier(2, timeout=60)

    with Sandbox() as sandbox:
        for number in range(20):
            sandbox.upload(Photos.of_size(8, 8).photo(number), f"{number}.jpg")

        def meet(_: e.PipelineEvent) -> None:
            threads.add(threading.get_ident())

        def pace(call: Any, _: object) -> None:
            if call.operation == "GetObject" and not together.broken:
                try:
                    together.wait()
                finally:
                    together.abort()

        sandbox.pace = pace
        with sandbox.heard_by(meet), sandbox.parallel(2) as pool:
            while pool.feed() or pool.busy:
                try:
                    pool.collect()
                except threading.BrokenBarrierError:
                    pytest.fail("the second batch did not begin while the first was worked on")

    assert len(threads) > 2


def test_poison_and_good_photos_are_told_apart() -> None:
    with Sandbox(seed=1) as sandbox:
        finished, _ = burst(sandbox, count=30, size=(64, 48), poison=(3, 17))
        reasons = [
            json.loads(m.body)["Records"][0]["s3"]["object"]["key"] for m in sandbox.dead_letters()
        ]

    assert account(finished) == (30, 28, 28, 2, 0)
    assert sorted(reasons) == ["burst/00003.jpg", "burst/00017.jpg"]


def test_notifications_that_the_queue_refuses_are_counted_as_such() -> None:
    with Sandbox(seed=1) as sandbox:
        sandbox.break_arrow("s3-to-queue")
        finished, _ = burst(sandbox, count=7, size=(8, 8))

    assert account(finished) == (7, 0, 0, 0, 7)


def test_a_cancelled_burst_stops_its_workers_and_loses_nothing() -> None:
    looks = iter(range(1000))

    def look() -> None:
        if next(looks) > 8:
            raise RunCancelled

    with Sandbox() as sandbox:
        with pytest.raises(RunCancelled):
            Burst(sandbox, BurstPlan(400, (64, 48), workers=2), lambda _: None, look=look).run()
        uploaded = sandbox.snapshot().uploads
        alive = [t for t in threading.enumerate() if t.name.startswith("function")]
        sandbox.run_until_idle()

        assert not alive
        assert 0 < uploaded < 400
        assert sandbox.snapshot().thumbnails == uploaded


def test_a_rate_spreads_the_uploads() -> None:
    with Sandbox() as sandbox:
        finished, _ = burst(sandbox, count=10, size=(8, 8), rate=20)

    assert finished.seconds >= 0.4
    assert finished.thumbnails == 10


def test_settings_changed_in_the_middle_act_at_once() -> None:
    batches: list[int] = []
    with Sandbox(seed=1) as sandbox:
        for number in range(40):
            sandbox.upload(Photos.of_size(8, 8).photo(number), f"{number}.jpg")

        def note(event: e.PipelineEvent) -> None:
            if isinstance(event, e.BatchReceived):
                batches.append(len(event.messages))

        sandbox.subscribe(note)
        sandbox.configure_mapping(batch_size=2, maximum_concurrency=3)
        sandbox.poll()
        sandbox.configure_mapping(batch_size=7)
        sandbox.poll()

    assert batches == [2, 2, 2, 7, 7, 7]


def test_photos_differ_and_are_as_large_as_asked_for() -> None:
    photos = Photos.of_size(1200, 900)

    assert photos.photo(1) != photos.photo(2)
    assert Image.open(io.BytesIO(photos.photo(1))).size == (1200, 900)


def test_the_command_ends_with_the_account_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["burst", "12", "--size", "64x48", "--json"]) == 0

    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "BurstFinished"
    assert set(last) >= ACCOUNT
    assert last["uploaded"] == last["thumbnails"] + last["dead_lettered"] + last["refused"] == 12


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0"], "at least one photo"),
        (["1", "--size", "big"], "write width and height"),
        (["1", "--size", "90000x90000"], "more than"),
        (["1", "--rate", "0"], "above 0"),
        (["1", "--rate", "nan"], "above 0"),
        (["1", "--concurrency", "1"], "2 to 1,000"),
    ],
)
def test_unusable_arguments_are_told_in_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["burst", *arguments]) == 2

    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_the_peak_of_memory_is_that_of_this_process() -> None:
    held = bytearray(30_000_000)

    assert peak_memory_mb() * 1e6 > len(held)
