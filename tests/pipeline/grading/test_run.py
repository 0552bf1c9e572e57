"""A scenario's hand on a sandbox: what comes in, what it waits for, and what it notes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.grading.run import RestlessError, Run
from pipeline.grading.values import Evidence
from pipeline.inputs import bundled
from pipeline.sandbox import Sandbox

PHOTO = bundled("thumbnails")[0].read_bytes()
DAY = 24 * 3600.0


@pytest.fixture
def run() -> Iterator[Run]:
    with Sandbox(seed=1) as sandbox:
        run = Run(sandbox)
        sandbox.subscribe(run.take)
        yield run


def test_what_is_required_is_noted_and_told(run: Run) -> None:
    told: list[str] = []
    run.tell = told.append
    run.require("done", "It is done.", "", "It was late.", holds=False)

    assert run.outcomes == [
        Evidence("done", holds=False, words="It is done.", details=("It was late.",))
    ]
    assert told == ["works: It is done."]


def test_an_upload_is_followed_to_its_end(run: Run) -> None:
    taken = run.submit("a photo.jpg", PHOTO)
    run.settle()

    assert taken
    assert run.journeys.has_ended_well("a photo.jpg")


def test_one_key_can_be_followed_twice(run: Run) -> None:
    for label in ("first", "second"):
        run.submit("photo.jpg", PHOTO, label=label)
        run.settle()

    assert [run.journeys.has_ended_well(label) for label in ("first", "second")] == [True, True]


def test_an_upload_in_parts_is_a_multipart_upload(run: Run) -> None:
    run.upload_in_parts("big.jpg", PHOTO)
    run.settle()

    assert run.journeys.has_ended_well("big.jpg")
    assert [x.event_name for x in run.events if hasattr(x, "event_name")] == [
        "ObjectCreated:CompleteMultipartUpload"
    ]


def test_an_upload_that_is_refused_is_known_as_not_submitted(run: Run) -> None:
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
    run.sandbox.set_scp({"Version": "2012-10-17", "Statement": [deny]})

    assert not run.submit("one.jpg", PHOTO)
    assert not run.upload_in_parts("two.jpg", PHOTO)
    assert "service control policy" in run.journeys.sentence("one.jpg")
    assert "service control policy" in run.journeys.sentence("two.jpg")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"1"])
def test_an_item_that_is_none_is_refused_and_not_a_failure(data: bytes) -> None:
    with Sandbox(topology="records", seed=1) as sandbox:
        run = Run(sandbox)

        assert not run.submit("item", data)


def test_waiting_ends_with_a_reason_when_it_takes_too_long(run: Run) -> None:
    run.sandbox.break_arrow("function-reads-uploads")
    run.submit("photo.jpg", PHOTO)

    with pytest.raises(RestlessError, match="within 0 hours"):
        run.settle(seconds=100)
    with pytest.raises(RestlessError, match="within 2 polls: it loops"):
        run.settle(polls=2)


def test_waiting_goes_as_far_as_it_must(run: Run) -> None:
    run.sandbox.break_arrow("function-reads-uploads")
    run.submit("photo.jpg", PHOTO)
    run.settle(seconds=DAY)

    assert run.sandbox.snapshot().dead_lettered == 1


def test_skipping_goes_a_moment_beyond(run: Run) -> None:
    before = run.sandbox.clock.now()
    run.skip(60)

    assert run.sandbox.clock.now() > before + 60


def test_a_refused_call_is_an_answer(run: Run) -> None:
    answer = run.attempt(run.client("s3").head_bucket, Bucket="somebody-elses")

    assert not answer.is_allowed
    assert answer.words().startswith("404")


def test_items_are_read_by_table() -> None:
    with Sandbox(topology="fanout", seed=1) as sandbox:
        run = Run(sandbox)
        run.submit("photo.jpg", PHOTO)
        run.settle()

        assert [len(run.items(table)) for table in ("images", "catalogue")] == [1, 1]
