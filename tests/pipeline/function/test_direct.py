import io
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from pipeline.function import direct
from pipeline.function.errors import MessageError, ThumbnailError, TryAgainLater

BUFFER = io.BytesIO()
Image.new("RGB", (400, 300), 128).save(BUFFER, "JPEG")
PHOTO = BUFFER.getvalue()


@pytest.fixture
def invoke(cloud: Any) -> Any:
    return lambda event, seconds=30: cloud.invoke(direct, event, seconds, **cloud.environment)


def test_event_of_s3_itself_becomes_a_thumbnail_and_an_item(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    cloud.upload("my cat.jpg", PHOTO)

    assert invoke(sent.s3_event("uploads", "my cat.jpg")) is None

    item = cloud.item("my cat.jpg")
    assert item["status"] == "done"
    assert "attempt" not in item
    assert cloud.thumbnails() == [item["thumbnail_key"]]
    assert set(cloud.calls) == {"GetObject", "PutObject", "PutItem"}


def test_event_that_comes_twice_is_worked_on_once(cloud: Any, sent: Any, invoke: Any) -> None:
    cloud.upload("cat.jpg", PHOTO)
    for _ in range(2):
        invoke(sent.s3_event("uploads", "cat.jpg", "0B"))
    invoke(sent.s3_event("uploads", "cat.jpg", "0A"))

    assert cloud.calls["GetObject"] == 1


def test_photo_that_can_never_succeed_is_recorded_and_raised(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    cloud.upload("bad.jpg", b"junk")

    with pytest.raises(ThumbnailError, match="not a JPEG"):
        invoke(sent.s3_event("uploads", "bad.jpg"))
    assert cloud.item("bad.jpg")["status"] == "failed"


def test_refused_call_is_raised_in_its_own_words_and_can_succeed_later(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    cloud.upload("cat.jpg", PHOTO)
    cloud.deny("GetObject", "not authorized to GetObject")
    with pytest.raises(ClientError, match="not authorized to GetObject"):
        invoke(sent.s3_event("uploads", "cat.jpg"))
    assert cloud.item("cat.jpg")["status"] == "failed"
    cloud.answers.clear()

    invoke(sent.s3_event("uploads", "cat.jpg"))
    assert cloud.item("cat.jpg")["status"] == "done"


def test_one_bad_photo_of_an_event_does_not_keep_the_others_waiting(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    cloud.upload("good.jpg", PHOTO)
    cloud.upload("bad.jpg", b"junk")
    records = [sent.s3_event("uploads", key)["Records"][0] for key in ("bad.jpg", "good.jpg")]

    with pytest.raises(ThumbnailError):
        invoke({"Records": records})
    assert cloud.item("good.jpg")["status"] == "done"


def test_event_that_is_no_s3_event_is_raised(cloud: Any, invoke: Any) -> None:
    with pytest.raises(MessageError, match="no Records"):
        invoke({"hello": "world"})
    assert not cloud.calls


def test_what_is_no_upload_asks_for_no_call(cloud: Any, sent: Any, invoke: Any) -> None:
    invoke(sent.s3_event("uploads", "cat.jpg", name="ObjectRemoved:Delete"))

    assert not cloud.calls


def test_too_little_time_is_raised_before_anything_is_begun(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    with pytest.raises(TryAgainLater, match=r"only 0\.5 seconds are left"):
        invoke(sent.s3_event("uploads", "cat.jpg"), seconds=0.5)
    assert not cloud.calls
