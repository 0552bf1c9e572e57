import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.function.items import image_id, thumbnail_key

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).map(
    lambda key: key.encode()[:1024].decode(errors="ignore")
)


def photo(image_format: str = "JPEG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    buffer = io.BytesIO()
    mode = options.pop("mode", "RGB")
    Image.new(mode, size, options.pop("color", 128)).save(buffer, image_format, **options)
    return buffer.getvalue()


PHOTO = photo()


def test_photo_becomes_a_thumbnail_and_an_item(cloud: Any, log: Any) -> None:
    body = cloud.upload("photos/my cat+1.jpg", PHOTO, sequencer="0055aed6dcd90281e5")

    assert cloud.handle(body, receive_count=2) == []

    key = thumbnail_key("uploads", "photos/my cat+1.jpg", "jpg")
    stored = cloud.s3.get_object(Bucket="thumbnails", Key=key)
    data = stored["Body"].read()
    item = cloud.item("photos/my cat+1.jpg")
    assert item.pop("claim").endswith("/m0")
    assert item == {
        "image_id": image_id("uploads", "photos/my cat+1.jpg"),
        "bucket": "uploads",
        "key": "photos/my cat+1.jpg",
        "file_name": "my cat+1.jpg",
        "thumbnail_bucket": "thumbnails",
        "thumbnail_key": key,
        "status": "done",
        "format": "JPEG",
        "width": 400,
        "height": 300,
        "thumbnail_width": 256,
        "thumbnail_height": 192,
        "size": len(PHOTO),
        "thumbnail_size": len(data),
        "sequencer": "0055AED6DCD90281E5".ljust(32, "0"),
        "created_at": "2023-11-14T22:13:20.000Z",
        "updated_at": "2023-11-14T22:13:20.000Z",
        "attempt": 2,
    }
    assert stored["ContentType"] == "image/jpeg"
    assert stored["CacheControl"] == "public, max-age=300"
    assert stored["Metadata"] == {}
    assert Image.open(io.BytesIO(data)).size == (256, 192)
    ((level, line),) = log()
    assert level == "INFO"
    assert line.startswith(f"photos/my cat+1.jpg: 400 x 300 JPEG of {len(PHOTO)} bytes became")
    assert line.endswith(f"a thumbnail of 256 x 192, {len(data)} bytes")


def test_only_three_operations_are_used(cloud: Any) -> None:
    cloud.handle(cloud.upload("good.jpg", PHOTO), cloud.upload("bad.jpg", b"junk"))

    assert set(cloud.calls) == {"GetObject", "PutObject", "PutItem"}


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (photo("JPEG", mode="CMYK", color=(0, 255, 255, 0)), "image/jpeg"),
        (photo("PNG", mode="RGBA", color=(1, 2, 3, 99)), "image/png"),
        (photo("WEBP"), "image/webp"),
        (photo("GIF"), "image/jpeg"),
        (photo("TIFF", mode="I;16"), "image/jpeg"),
    ],
)
def test_content_type_is_the_thumbnails_own(cloud: Any, data: bytes, content_type: str) -> None:
    assert cloud.handle(cloud.upload("misnamed.jpg", data)) == []

    stored = cloud.s3.get_object(Bucket="thumbnails", Key=cloud.thumbnails()[0])
    assert stored["ContentType"] == content_type


def test_longest_side_comes_from_the_environment(cloud: Any) -> None:
    cloud.handle(cloud.upload("cat.jpg", PHOTO), LONGEST_SIDE="64")

    assert cloud.item("cat.jpg")["thumbnail_width"] == 64


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS)
def test_any_key_is_worked_on(cloud: Any, key: str) -> None:
    picture = {"ContentLength": len(PHOTO)}
    cloud.answers["GetObject"] = lambda: (_ok(), {**picture, "Body": io.BytesIO(PHOTO)})
    cloud.answers["PutObject"] = lambda: (_ok(), {})

    assert cloud.handle(cloud.body(key)) == []
    assert cloud.item(key)["key"] == key


def _ok() -> Any:
    return type("Answer", (), {"status_code": 200})()


@pytest.mark.parametrize(
    "key", ["a b+c%20.jpg", "100%.jpg", "日本/ねこ 🐈.jpg", "line\nbreak.jpg", "é" * 512]
)
def test_awkward_keys_go_all_the_way(cloud: Any, log: Any, key: str) -> None:
    assert cloud.handle(cloud.upload(key, PHOTO)) == []

    assert cloud.item(key)["status"] == "done"
    assert cloud.thumbnails() == [cloud.item(key)["thumbnail_key"]]
    assert "\n" not in log()[0][1]


def test_photos_that_differ_in_extension_have_their_own_thumbnails(cloud: Any) -> None:
    cloud.handle(*(cloud.upload(key, PHOTO) for key in ("a.jpg", "a.png", "a", "a.jpg.jpg")))

    assert len(cloud.thumbnails()) == 4


def test_duplicate_delivery_does_the_work_once(cloud: Any, log: Any) -> None:
    body = cloud.upload("cat.jpg", PHOTO)

    assert cloud.handle(body, body) == []
    assert cloud.handle(body, receive_count=2) == []

    assert cloud.calls["PutObject"] == cloud.calls["GetObject"] == 1
    assert ("INFO", "cat.jpg: skipped, this upload is already done") in log()


def test_overwritten_photo_is_done_again_in_the_same_place(cloud: Any) -> None:
    cloud.handle(cloud.upload("cat.jpg", PHOTO, sequencer="0A"))
    first = cloud.item("cat.jpg")
    cloud.now += 60
    assert cloud.handle(cloud.upload("cat.jpg", photo(size=(40, 30)), sequencer="0A1")) == []

    second = cloud.item("cat.jpg")
    assert (first["width"], second["width"]) == (400, 40)
    assert cloud.thumbnails() == [first["thumbnail_key"]]
    assert first["created_at"] == second["created_at"]
    assert first["updated_at"] < second["updated_at"]


def test_older_event_that_comes_late_is_skipped(cloud: Any, log: Any) -> None:
    older = cloud.body("cat.jpg", sequencer="0A")
    cloud.handle(cloud.upload("cat.jpg", PHOTO, sequencer="0B"))

    assert cloud.handle(older) == []

    assert cloud.calls["PutObject"] == 1
    assert ("INFO", "cat.jpg: skipped, a newer upload of the same key was seen before") in log()


def test_test_event_succeeds_without_any_call(cloud: Any, log: Any) -> None:
    assert cloud.handle('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == []

    assert not cloud.calls
    assert log() == [("INFO", "message m0: s3:TestEvent, nothing to do")]


def test_event_of_another_kind_succeeds_without_any_call(cloud: Any) -> None:
    assert cloud.handle(cloud.body("cat.jpg", name="ObjectRemoved:Delete")) == []

    assert not cloud.calls


@pytest.mark.parametrize("body", ["", "junk", "{}", "[]", '{"Records": [1]}'])
def test_message_that_is_no_s3_event_fails_with_its_reason(cloud: Any, log: Any, body: str) -> None:
    assert cloud.handle(body) == ["m0"]

    assert not cloud.calls
    ((level, line),) = log()
    assert level == "ERROR"
    assert line.startswith("message m0: The message ")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text())
def test_any_text_as_message_fails_alone(cloud: Any, body: str) -> None:
    test_event = '{"Event": "s3:TestEvent"}'

    assert cloud.handle(test_event, body, test_event) == ["m1"]


def test_one_bad_photo_does_not_touch_the_others(cloud: Any) -> None:
    bodies = [
        cloud.upload("1.jpg", PHOTO),
        "junk",
        cloud.upload("2.jpg", b"not a photo"),
        cloud.upload("3.jpg", PHOTO),
    ]

    assert cloud.handle(*bodies) == ["m1", "m2"]
    assert [cloud.item(f"{n}.jpg")["status"] for n in (1, 2, 3)] == ["done", "failed", "done"]


def test_message_of_several_records_succeeds_only_as_a_whole(cloud: Any) -> None:
    good, bad = cloud.upload("good.jpg", PHOTO), cloud.upload("bad.jpg", b"junk")
    both = json.dumps({"Records": [json.loads(body)["Records"][0] for body in (bad, good)]})

    assert cloud.handle(both) == ["m0"]
    assert cloud.item("good.jpg")["status"] == "done"
