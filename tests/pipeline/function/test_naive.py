"""What goes wrong without the care that the other handler takes; each has its twin there."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from pipeline.function import handler, naive
from pipeline.function.errors import ThumbnailError

BUFFER = io.BytesIO()
Image.new("RGB", (400, 300), 128).save(BUFFER, "JPEG")
PHOTO = BUFFER.getvalue()


@pytest.fixture
def invoke(cloud: Any, sent: Any) -> Any:
    return lambda module, *bodies: cloud.invoke(
        module, sent.sqs_event(bodies, 1), **cloud.environment
    )


def test_good_photo_becomes_a_thumbnail_with_the_same_permissions(cloud: Any, invoke: Any) -> None:
    assert invoke(naive, cloud.upload("cat.jpg", PHOTO)) is None

    assert len(cloud.thumbnails()) == 1
    assert cloud.calls == {"GetObject": 1, "PutObject": 1, "PutItem": 1}


def test_message_that_comes_twice_is_worked_on_twice(cloud: Any, invoke: Any) -> None:
    body = cloud.upload("cat.jpg", PHOTO)
    for _ in range(2):
        invoke(naive, body)
    assert len(cloud.items("images")) == 2
    assert cloud.calls["GetObject"] == 2

    cloud.calls.clear()
    for _ in range(2):
        invoke(handler, body)
    assert len(cloud.items("images")) == 3
    assert cloud.calls["GetObject"] == 1


def test_one_bad_photo_fails_the_whole_batch(cloud: Any, invoke: Any) -> None:
    bodies = [cloud.upload("1.jpg", PHOTO), cloud.upload("2.jpg", b"junk"), cloud.body("3.jpg")]

    with pytest.raises(ThumbnailError):
        invoke(naive, *bodies)
    assert len(cloud.items("images")) == 1


def test_key_with_a_space_is_not_found(cloud: Any, invoke: Any) -> None:
    body = cloud.upload("my cat.jpg", PHOTO)

    with pytest.raises(ClientError, match="NoSuchKey"):
        invoke(naive, body)
    assert invoke(handler, body) == {"batchItemFailures": []}


def test_test_event_of_s3_does_no_harm(cloud: Any, invoke: Any) -> None:
    invoke(naive, json.dumps({"Event": "s3:TestEvent"}))

    assert not cloud.calls
