"""What S3 tells EventBridge."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.notification import ObjectEvent
from pipeline.notification_events import bus_event

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def event(name: str = "ObjectCreated:Put", **about: object) -> ObjectEvent:
    values: dict[str, object] = {
        "bucket": "uploads",
        "key": "holiday/red flower.jpg",
        "event_name": name,
        "time": 1_700_000_000.1234,
        "region": "eu-west-1",
        "principal_id": "AWS:AIDAEXAMPLE",
        "requester": "123456789012",
        "source_ip": "192.0.2.7",
        "request_id": "C3D13FE58DE4C810",
        "host_id": "FMyUVURIY8=",
        "owner_id": "123456789012",
    }
    return ObjectEvent(**{**values, **about})  # type: ignore[arg-type]


def test_the_envelope_has_every_field_that_aws_documents() -> None:
    created = event(size=5, etag="b1946ac92492d2347c6235b4d2611184", sequencer="617F08299329D189")

    assert bus_event(created, "an-id") == {
        "version": "0",
        "id": "an-id",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2023-11-14T22:13:20Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:s3:::uploads"],
        "detail": {
            "version": "0",
            "event-version": "1.0",
            "bucket": {"name": "uploads"},
            "object": {
                "key": "holiday/red flower.jpg",
                "size": 5,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "sequencer": "617F08299329D189",
            },
            "request-id": "C3D13FE58DE4C810",
            "requester": "123456789012",
            "source-ip-address": "192.0.2.7",
            "reason": "PutObject",
        },
    }


@pytest.mark.parametrize(
    ("name", "detail_type", "reason", "deletion_type"),
    [
        ("ObjectCreated:Copy", "Object Created", "CopyObject", None),
        (
            "ObjectCreated:CompleteMultipartUpload",
            "Object Created",
            "CompleteMultipartUpload",
            None,
        ),
        ("ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"),
        (
            "ObjectRemoved:DeleteMarkerCreated",
            "Object Deleted",
            "DeleteObject",
            "Delete Marker Created",
        ),
        ("ObjectTagging:Put", "Object Tags Added", None, None),
        ("ObjectTagging:Delete", "Object Tags Deleted", None, None),
    ],
)
def test_each_event_has_its_names(
    name: str, detail_type: str, reason: str | None, deletion_type: str | None
) -> None:
    found = bus_event(event(name), "an-id")

    assert found["detail-type"] == detail_type
    assert found["detail"].get("reason") == reason
    assert found["detail"].get("deletion-type") == deletion_type


@given(KEYS)
def test_any_key_stands_as_it_was_put(key: str) -> None:
    found = json.loads(json.dumps(bus_event(event(key=key), "an-id")))

    assert found["detail"]["object"]["key"] == key
