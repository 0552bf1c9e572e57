"""Where every photo is, folded from events alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline import events as e
from pipeline.whereabouts import Place, Whereabouts

BUCKET = "uploads-123456789012"
BODY = json.dumps(
    {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": "my+cat.jpg"}}}]}
)
KEY = "my cat.jpg"


def stored() -> e.PipelineEvent:
    return e.ObjectStored(time=0, bucket=BUCKET, key=KEY, size=1, event_name="ObjectCreated:Put")


def upload_failed() -> e.PipelineEvent:
    return e.UploadFailed(time=0, key=KEY, reason="No such file")


def sent() -> e.PipelineEvent:
    return e.NotificationSent(
        time=0,
        bucket=BUCKET,
        key=KEY,
        destination="jobs",
        destination_kind="queue",
        message_id="m",
        message={},
    )


def received() -> e.PipelineEvent:
    return e.BatchReceived(time=0, queue="jobs", messages=({"MessageId": "m", "Body": BODY},))


def recorded(status: str, **item: Any) -> e.PipelineEvent:
    document = {"key": KEY, **item}
    return e.ItemRecorded(time=0, table="images", image_id="i", status=status, item=document)


def done() -> e.PipelineEvent:
    return recorded("done", thumbnail_key="t.jpg", thumbnail_width=256, thumbnail_height=192)


def returned() -> e.PipelineEvent:
    return e.MessageReturned(
        time=0, queue="jobs", message_id="m", receive_count=1, max_receive_count=5, visible_in=180
    )


def dead() -> e.PipelineEvent:
    return e.MessageDeadLettered(
        time=0,
        queue="jobs",
        dead_letter_queue="dlq",
        message_id="m",
        receive_count=5,
        body={},
        reason="AccessDenied",
    )


def redriven() -> e.PipelineEvent:
    return e.MessagesRedriven(time=0, queue="jobs", count=1)


def expired() -> e.PipelineEvent:
    return e.MessageExpired(time=0, queue="jobs", message_id="m", body={})


@pytest.mark.parametrize(
    ("happened", "place"),
    [
        ([upload_failed()], Place.NOT_UPLOADED),
        ([stored()], Place.UPLOADED),
        ([stored(), sent()], Place.QUEUED),
        ([stored(), sent(), received()], Place.PROCESSING),
        ([stored(), sent(), received(), done()], Place.THUMBNAIL),
        ([stored(), sent(), received(), recorded("failed", error="x"), returned()], Place.WAITING),
        ([stored(), sent(), received(), returned(), dead()], Place.DEAD_LETTERED),
        ([stored(), sent(), received(), returned(), dead(), redriven()], Place.QUEUED),
        ([stored(), sent(), expired()], Place.EXPIRED),
        ([stored(), sent(), received(), done(), returned(), received()], Place.THUMBNAIL),
        ([stored(), sent(), received(), done(), returned(), dead()], Place.THUMBNAIL),
        ([stored(), sent(), received(), done(), stored(), sent()], Place.QUEUED),
    ],
)
def test_a_photo_is_where_its_events_put_it(happened: list[e.PipelineEvent], place: Place) -> None:
    whereabouts = Whereabouts(BUCKET)

    for event in happened:
        whereabouts(event)

    assert whereabouts.photos[KEY].place is place
    assert whereabouts.count(place) == 1


def test_a_reset_forgets_every_photo() -> None:
    whereabouts = Whereabouts(BUCKET)
    whereabouts(stored())

    whereabouts(e.SandboxReset(time=0))

    assert whereabouts.photos == {}


def test_what_was_stored_elsewhere_is_no_photo() -> None:
    whereabouts = Whereabouts("another-bucket")
    whereabouts(stored())
    whereabouts(received())

    assert whereabouts.photos == {}


def test_the_sentence_says_the_thumbnails_size_or_the_reason() -> None:
    whereabouts = Whereabouts(BUCKET)
    for event in (stored(), sent(), received(), returned(), dead()):
        whereabouts(event)
    assert whereabouts.photos[KEY].sentence() == "in the dead-letter queue: AccessDenied"

    whereabouts(done())
    assert whereabouts.photos[KEY].sentence() == "thumbnail t.jpg, 256×192"
