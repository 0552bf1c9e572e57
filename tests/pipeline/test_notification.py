import json
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import notification
from pipeline.notification import ObjectEvent, objects_of
from pipeline.notification_rules import event_matches, key_matches

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Records", "s3", "bucket", "name", "object", "key", "Event", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def created(**changes: object) -> ObjectEvent:
    values: dict[str, object] = {
        "bucket": "uploads",
        "key": "holiday/red flower.jpg",
        "size": 1024,
        "etag": "d41d8cd98f00b204e9800998ecf8427e",
        "sequencer": "0055AED6DCD90281E5",
        "event_name": "ObjectCreated:Put",
        "time": 1_700_000_000.1234,
        "region": "eu-west-1",
        "principal_id": "AWS:AIDAEXAMPLE",
        "source_ip": "192.0.2.7",
        "request_id": "C3D13FE58DE4C810",
        "host_id": "FMyUVURIY8=",
        "requester": "123456789012",
        "owner_id": "A3NL1KOZZKExample",
    }
    return ObjectEvent(**{**values, **changes})  # type: ignore[arg-type]


def test_message_has_every_field_that_aws_documents() -> None:
    assert notification.notification_message(created(), "jobs") == {
        "Records": [
            {
                "eventVersion": "2.5",
                "eventSource": "aws:s3",
                "awsRegion": "eu-west-1",
                "eventTime": "2023-11-14T22:13:20.123Z",
                "eventName": "ObjectCreated:Put",
                "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
                "requestParameters": {"sourceIPAddress": "192.0.2.7"},
                "responseElements": {
                    "x-amz-request-id": "C3D13FE58DE4C810",
                    "x-amz-id-2": "FMyUVURIY8=",
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "jobs",
                    "bucket": {
                        "name": "uploads",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": "arn:aws:s3:::uploads",
                    },
                    "object": {
                        "key": "holiday/red+flower.jpg",
                        "size": 1024,
                        "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                        "sequencer": "0055AED6DCD90281E5",
                    },
                },
            }
        ]
    }


def test_version_id_is_there_only_in_a_versioned_bucket() -> None:
    plain = notification.notification_message(created(), "jobs")
    versioned = notification.notification_message(created(version_id="v1"), "jobs")

    assert "versionId" not in plain["Records"][0]["s3"]["object"]
    assert versioned["Records"][0]["s3"]["object"]["versionId"] == "v1"


def test_message_of_the_longest_key_stays_below_64_kilobytes() -> None:
    message = notification.notification_message(created(key="é" * 512), "jobs")

    assert len(json.dumps(message)) < 64 * 1024


@pytest.mark.parametrize(
    ("key", "encoded"),
    [
        ("a/b/c.jpg", "a/b/c.jpg"),
        ("red flower.jpg", "red+flower.jpg"),
        ("1+2=3%.png", "1%2B2%3D3%25.png"),
        ("a@b", "a%40b"),
        ("é", "%C3%A9"),
        ("a\nb", "a%0Ab"),
    ],
)
def test_key_is_form_urlencoded_but_keeps_its_slashes(key: str, encoded: str) -> None:
    assert encoded == notification.encode_key(key)


@given(KEYS)
def test_any_key_survives_encoding(key: str) -> None:
    encoded = notification.encode_key(key)

    assert encoded.isascii()
    assert key == notification.decode_key(encoded) == unquote_plus(encoded)


@given(KEYS)
def test_reader_finds_the_object_of_a_sent_message(key: str) -> None:
    message = notification.notification_message(created(key=key), "jobs")

    assert objects_of(message) == (("uploads", key),)
    assert objects_of(json.dumps(message)) == (("uploads", key),)
    assert not notification.is_test_event(message)


def test_test_event_is_recognised_and_is_about_no_object() -> None:
    body = notification.test_event("uploads", 0, "REQUEST", "HOST")

    assert body == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "1970-01-01T00:00:00.000Z",
        "Bucket": "uploads",
        "RequestId": "REQUEST",
        "HostId": "HOST",
    }
    assert notification.is_test_event(body)
    assert notification.is_test_event(json.dumps(body))
    assert objects_of(body) == ()


@given(JSON)
def test_junk_documents_are_about_no_object_and_raise_nothing(document: object) -> None:
    for body in (document, json.dumps(document)):
        assert all(len(pair) == 2 for pair in objects_of(body))
        notification.is_test_event(body)


@given(st.text() | st.binary())
def test_junk_text_is_about_no_object(body: object) -> None:
    assert objects_of(body) == ()
    assert not notification.is_test_event(body)


def test_deeply_nested_text_is_about_no_object() -> None:
    assert objects_of("[" * 200_000) == ()


@pytest.mark.parametrize(
    ("configured", "happened", "covered"),
    [
        ("s3:ObjectCreated:*", "ObjectCreated:Put", True),
        ("s3:ObjectCreated:*", "ObjectCreated:CompleteMultipartUpload", True),
        ("s3:ObjectCreated:Put", "ObjectCreated:Put", True),
        ("s3:ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", False),
        ("s3:ObjectCreated:*", "ObjectRemoved:Delete", False),
        ("s3:ObjectRestore:*", "ObjectRestore:Completed", True),
    ],
)
def test_configured_event_covers_what_it_names(
    configured: str, happened: str, *, covered: bool
) -> None:
    assert covered == event_matches(configured, happened)


@pytest.mark.parametrize(
    ("prefix", "suffix", "covered"),
    [
        ("", "", True),
        ("photos/", ".jpg", True),
        ("photos/", ".JPG", False),
        ("Photos/", "", False),
        ("", "cat.jpg", True),
    ],
)
def test_filter_covers_by_prefix_and_suffix_with_case(
    prefix: str, suffix: str, *, covered: bool
) -> None:
    assert covered == key_matches("photos/cat.jpg", prefix, suffix)
