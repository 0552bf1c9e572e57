"""Whatever is uploaded or sent, every other photo is unharmed and each failure says why."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.sandbox import Sandbox
from pipeline.whereabouts import Place, Whereabouts

Photo = Callable[..., bytes]


def png(width: int, height: int, data: bytes = bytes(1000)) -> bytes:
    """Return a PNG whose header says a size, whatever its data holds."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


ONE_PIXEL = png(1, 1, bytes(4))
"""The smallest whole PNG: a filter byte and three colours."""


def test_hopeless_files_are_dead_lettered_with_their_reason_and_the_others_are_done(
    scene: Any, photo: Photo
) -> None:
    files = {
        "good-1.jpg": photo(),
        "empty.jpg": b"",
        "text.jpg": b"hello",
        "truncated.jpg": photo((800, 600))[:3000],
        "no-pixels.png": png(0, 0),
        "too-large.png": png(60_000, 60_000),
        "bomb.png": png(20_000, 20_000),
        "good-2.png": photo((300, 400), "PNG", "RGBA"),
    }
    reasons = {
        "empty.jpg": "empty",
        "text.jpg": "not a JPEG",
        "truncated.jpg": "damaged or incomplete",
        "no-pixels.png": "cannot be read",
        "too-large.png": "too many pixels",
        "bomb.png": "too many pixels",
    }
    for key, data in files.items():
        scene.sandbox.upload(data, key)
    scene.sandbox.run_until_idle()

    for key in files:
        state = scene.photo(key)
        if key in reasons:
            assert state.place is Place.DEAD_LETTERED
            assert reasons[key] in state.reason
            assert reasons[key] in state.item["error"]
            assert state.item["status"] == "failed"
        else:
            assert state.place is Place.THUMBNAIL
    assert scene.sandbox.snapshot().dead_lettered == len(reasons)


@pytest.mark.parametrize(
    "key",
    [
        "a photo+1 100%.jpg",
        "cats/émoji 🐱.jpg",
        "new\nline\ttab.jpg",
        "%2F+%20.jpg",
        "<xml>&\"quotes'.jpg",
        "../up/./and/over.jpg",
        "ä" * 512,
        "k" * 1024,
    ],
)
def test_any_key_comes_back_as_it_was(key: str, scene: Any, photo: Photo) -> None:
    state = scene.run(photo((64, 64)), key)

    assert state.place is Place.THUMBNAIL
    assert state.item["key"] == key


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(keys=st.sets(st.text(min_size=1, max_size=40), min_size=1, max_size=4))
def test_keys_of_any_text_become_thumbnails_side_by_side(keys: set[str]) -> None:
    with Sandbox(seed=1) as sandbox:
        whereabouts = Whereabouts(sandbox.topology.uploads.name)
        sandbox.subscribe(whereabouts)
        for key in keys:
            sandbox.upload(ONE_PIXEL, key)
        sandbox.run_until_idle()

        assert {key: photo.place for key, photo in whereabouts.photos.items()} == dict.fromkeys(
            keys, Place.THUMBNAIL
        )


def test_a_notification_delivered_twice_does_the_work_once(scene: Any, photo: Photo) -> None:
    scene.sandbox.upload(photo(), "photo.jpg")
    (sent,) = scene.seen(e.NotificationSent)
    scene.send(json.dumps(sent.message))

    scene.sandbox.run_until_idle()

    assert len(scene.seen(e.ThumbnailStored)) == 1
    assert len(scene.seen(e.DuplicateSkipped)) == 1
    assert scene.photo("photo.jpg").place is Place.THUMBNAIL
    assert scene.sandbox.snapshot().visible == 0


def test_an_upload_that_replaces_another_is_processed_again(scene: Any, photo: Photo) -> None:
    scene.run(photo((640, 480)))
    state = scene.run(photo((480, 640)))

    assert (state.item["thumbnail_width"], state.item["thumbnail_height"]) == (192, 256)
    assert len(scene.seen(e.ThumbnailStored)) == 2


@pytest.mark.parametrize("body", ["this is not JSON", "{}", '{"Records": [{"s3": 5}]}', "[]"])
def test_a_message_that_is_no_event_is_dead_lettered_and_harms_nobody(
    body: str, scene: Any, photo: Photo
) -> None:
    message_id = scene.send(body)
    scene.sandbox.upload(photo(), "photo.jpg")

    scene.sandbox.run_until_idle()

    (dead,) = scene.seen(e.MessageDeadLettered)
    assert dead.message_id == message_id
    assert "message" in dead.reason.lower() or "event" in dead.reason.lower()
    assert scene.photo("photo.jpg").place is Place.THUMBNAIL


def test_a_test_event_is_no_error(scene: Any) -> None:
    scene.send(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}))

    scene.sandbox.run_until_idle()

    assert len(scene.seen(e.MessageDeleted)) == 1
    assert scene.seen(e.FunctionFailed) == []


def test_an_object_deleted_before_its_turn_is_denied_because_the_role_may_not_list(
    scene: Any, photo: Photo
) -> None:
    scene.sandbox.upload(photo(), "photo.jpg")
    uploads = scene.sandbox.topology.uploads.name
    scene.sandbox.client("s3").delete_object(Bucket=uploads, Key="photo.jpg")

    scene.sandbox.run_until_idle()

    state = scene.photo("photo.jpg")
    assert state.place is Place.DEAD_LETTERED
    assert "AccessDenied" in state.reason
    assert "s3:ListBucket" in state.reason
    assert state.item["status"] == "failed"


def test_a_big_upload_is_multipart_and_raises_one_event(scene: Any, photo: Photo) -> None:
    data = photo((400, 300)) + bytes(9 * 1024 * 1024)

    state = scene.run(data)

    (stored,) = scene.seen(e.ObjectStored)
    assert stored.event_name == "ObjectCreated:CompleteMultipartUpload"
    assert len(scene.seen(e.NotificationSent)) == 1
    assert state.place is Place.THUMBNAIL


def test_a_message_older_than_the_retention_period_is_gone(scene: Any, photo: Photo) -> None:
    scene.sandbox.break_arrow("queue-to-function")
    scene.run(photo())
    scene.sandbox.restore_arrow("queue-to-function")

    scene.sandbox.skip(scene.sandbox.topology.queue.retention)
    scene.sandbox.run_until_idle()

    assert len(scene.seen(e.MessageExpired)) == 1
    assert scene.photo("photo.jpg").place is Place.EXPIRED
