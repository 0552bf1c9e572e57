import contextlib
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function.errors import MessageError
from pipeline.function.records import (
    ObjectEvent,
    Upload,
    normalised_sequencer,
    read_message,
)
from pipeline.notification import encode_key

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
NAMES = st.sampled_from(
    [
        "source",
        "detail-type",
        "detail",
        "Type",
        "TopicArn",
        "Message",
        "Records",
        "s3",
        "bucket",
        "name",
        "object",
        "key",
        "sequencer",
        "eventName",
        "eventSource",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["aws:s3", "aws.s3", "Notification", "2.1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


def record(key: object = "cat.jpg", **changes: object) -> dict[str, Any]:
    return {
        "eventVersion": "2.5",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "uploads"}, "object": {"key": key, "sequencer": "0A"}},
        **changes,
    }


def bus_event(key: object, **changes: object) -> dict[str, Any]:
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": "2026-11-25T08:00:00Z",
        "detail": {
            "bucket": {"name": "uploads"},
            "object": {"key": key, "size": 7, "etag": "e", "sequencer": "0A"},
            "requester": "123456789012",
            "source-ip-address": "192.0.2.1",
        },
        **changes,
    }


def enveloped(text: str) -> str:
    return json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:t", "Message": text})


def body(*records: object) -> str:
    return json.dumps({"Records": records})


@given(KEYS)
def test_key_is_un_quoted(key: str) -> None:
    message = read_message(body(record(encode_key(key))))

    assert message.uploads == (Upload("uploads", key, "0A" + "0" * 30),)


@given(KEYS)
def test_key_on_an_event_bus_is_taken_as_it_is(key: str) -> None:
    message = read_message(json.dumps(bus_event(key)))

    assert message.uploads == (Upload("uploads", key, "0A" + "0" * 30),)
    assert message.ignored == ()


def test_event_in_an_envelope_of_sns_is_the_same_event() -> None:
    for text in (body(record("a+b.jpg")), json.dumps(bus_event("a b.jpg"))):
        assert read_message(enveloped(text)) == read_message(text)
        assert read_message(enveloped(text)).uploads[0].key == "a b.jpg"


def test_test_event_in_an_envelope_asks_for_no_work() -> None:
    assert read_message(enveloped('{"Event": "s3:TestEvent"}')).ignored == ("s3:TestEvent",)


def test_document_is_read_as_its_text_is() -> None:
    document = {"Records": [record()]}

    assert read_message(document) == read_message(json.dumps(document))


def test_details_are_read_where_the_event_has_them() -> None:
    notified = record("a.jpg", eventTime="2026-11-25T08:00:00.000Z")
    notified["userIdentity"] = {"principalId": "AWS:AIDA"}
    notified["requestParameters"] = {"sourceIPAddress": "192.0.2.1"}
    notified["s3"]["object"] |= {"size": 7, "eTag": "e"}
    expected = ObjectEvent(
        name="ObjectCreated:Put",
        bucket="uploads",
        key="a.jpg",
        sequencer="0A" + "0" * 30,
        size=7,
        etag="e",
        time="2026-11-25T08:00:00.000Z",
        principal="AWS:AIDA",
        source_ip="192.0.2.1",
    )

    assert read_message(body(notified)).events == (expected,)
    on_the_bus = replace(
        expected, name="Object Created", time="2026-11-25T08:00:00Z", principal="123456789012"
    )
    assert read_message(bus_event("a.jpg")).events == (on_the_bus,)


def test_what_else_happens_on_a_bus_asks_for_no_work() -> None:
    deleted = bus_event("a.jpg", **{"detail-type": "Object Deleted"})
    tagged = bus_event("a.jpg", **{"detail-type": "Object Tags Added"})
    del tagged["detail"]["object"]["sequencer"]

    for event, name in ((deleted, "Object Deleted"), (tagged, "Object Tags Added")):
        assert read_message(event).uploads == ()
        assert read_message(event).ignored == (name,)


def test_all_records_of_a_message_are_read() -> None:
    message = read_message(body(record("a"), record("b"), record(eventName="ObjectRemoved:Delete")))

    assert [upload.key for upload in message.uploads] == ["a", "b"]
    assert message.ignored == ("ObjectRemoved:Delete",)


def test_test_event_asks_for_no_work() -> None:
    message = read_message('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}')

    assert message.uploads == ()
    assert message.ignored == ("s3:TestEvent",)


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.6", "2.17"])
def test_any_minor_version_of_the_event_is_read(version: str) -> None:
    assert len(read_message(body(record(eventVersion=version))).uploads) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("[" * 200_000, "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "no Records"),
        (body(), "no Records"),
        (body("x"), "not from aws:s3"),
        (body(record(eventSource="aws:sns")), "not from aws:s3"),
        (body(record(eventVersion="3.0")), "version 2"),
        (body(record(eventName=None)), "no name"),
        (body(record(s3={})), "lacks the bucket's name"),
        (body(record(s3=None)), "lacks"),
        (body(record(5)), "not a string"),
        (body(record("%FF")), "not UTF-8"),
        (body(record("")), "bytes long"),
        (body(record("x" * 1025)), "bytes long"),
        (body(record("\ud800")), "not Unicode"),
        (body(record(s3={"bucket": {"name": "b"}, "object": {"key": "k"}})), "no hexadecimal"),
        ('{"source": "aws.s3"}', "no detail-type"),
        ('{"source": "aws.s3", "detail-type": "Object Created"}', "lacks the bucket's name"),
        (json.dumps(bus_event("")), "bytes long"),
        (json.dumps(bus_event("k", detail={"bucket": {"name": "b"}})), "lacks the object's key"),
        ('{"Type": "Notification", "TopicArn": "t"}', "no text"),
        ('{"Type": "Notification", "TopicArn": "t", "Message": "hello"}', "not JSON"),
        ('{"Records": [NaN]}', "NaN is not a number"),
    ],
)
def test_what_is_no_s3_event_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        read_message(text)


@given(st.text() | st.none() | st.integers() | JSON.map(json.dumps))
def test_junk_is_refused_and_nothing_else_is_raised(junk: object) -> None:
    with contextlib.suppress(MessageError):
        read_message(junk)


@given(st.lists(st.text("0123456789abcdefABCDEF", min_size=1, max_size=32), min_size=2))
def test_stored_sequencers_compare_as_s3_says(sequencers: list[str]) -> None:
    for one, other in pairwise(sequencers):
        width = max(len(one), len(other))
        padded = one.lower().ljust(width, "0"), other.lower().ljust(width, "0")
        stored = normalised_sequencer(one), normalised_sequencer(other)

        assert (padded[0] < padded[1]) == (stored[0] < stored[1])
        assert len(stored[0]) == len(stored[1]) == 32


@pytest.mark.parametrize("sequencer", ["", "xyz", "0" * 33, "0A\n", "١"])
def test_sequencer_that_s3_would_not_send_is_refused(sequencer: str) -> None:
    with pytest.raises(MessageError, match="sequencer"):
        normalised_sequencer(sequencer)
