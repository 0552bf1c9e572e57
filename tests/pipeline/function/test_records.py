import contextlib
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function.errors import MessageError
from pipeline.function.records import Upload, normalised_sequencer, read_message
from pipeline.notification import encode_key

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
NAMES = st.sampled_from(
    ["Records", "s3", "bucket", "name", "object", "key", "sequencer", "eventName", "eventSource"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("aws:s3"),
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


def body(*records: object) -> str:
    return json.dumps({"Records": records})


@given(KEYS)
def test_key_is_un_quoted(key: str) -> None:
    message = read_message(body(record(encode_key(key))))

    assert message.uploads == (Upload("uploads", key, "0A" + "0" * 30),)


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
