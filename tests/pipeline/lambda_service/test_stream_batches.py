"""A shard's records: delivered in order, until each succeeds or is given up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lambda_service.batches import PAYLOAD_LIMIT
from pipeline.lambda_service.stream_batches import (
    Batch,
    StreamSettings,
    after_failure,
    batches,
    expired,
    first_failed,
    function_record,
    sequence_number,
)

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-05T09:00:00.000"


def record(number: int, created: int = 0, size: int = 1) -> dict[str, Any]:
    return {
        "eventID": str(number),
        "dynamodb": {
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": created,
            "NewImage": {"k": {"S": "x" * size}},
        },
    }


def numbers(records: Any) -> list[int]:
    return [int(sequence_number(each)) for each in records]


BATCH = Batch(tuple(record(n) for n in (11, 12, 13)))


@pytest.mark.parametrize(
    ("response", "index"),
    [
        (None, None),
        ("", None),
        ({}, None),
        ({"batchItemFailures": []}, None),
        ({"batchItemFailures": None}, None),
        ({"other": 1}, None),
        ({"batchItemFailures": [{"itemIdentifier": "12"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "13"}, {"itemIdentifier": "12"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "11"}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, 0),
        ({"batchItemFailures": [{"foo": "12"}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": "99"}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": 12}]}, 0),
        ({"batchItemFailures": ["12"]}, 0),
        ({"batchItemFailures": "12"}, 0),
        ("done", 0),
        ([1], 0),
    ],
)
def test_the_lowest_reported_sequence_number_is_the_checkpoint(
    response: Any, index: int | None
) -> None:
    assert first_failed(response, BATCH) == index


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text() | st.just("batchItemFailures"), inner)
        ),
    )
)
def test_any_response_names_a_place_in_the_batch_or_none(response: Any) -> None:
    assert first_failed(response, BATCH) in {None, 0, 1, 2}


@given(st.lists(st.integers(0, PAYLOAD_LIMIT), max_size=8), st.integers(1, 4))
def test_batches_keep_the_order_the_batch_size_and_the_payload_limit(
    sizes: list[int], batch_size: int
) -> None:
    records = [record(n, size=size) for n, size in enumerate(sizes)]

    made = list(batches(records, batch_size))

    assert numbers(r for batch in made for r in batch.records) == numbers(records)
    assert all(1 <= len(batch.records) <= batch_size for batch in made)
    for batch in made:
        text = sum(len(r["dynamodb"]["NewImage"]["k"]["S"]) for r in batch.records)
        assert len(batch.records) == 1 or text < PAYLOAD_LIMIT


def test_records_past_the_greatest_age_are_taken_off_a_batch() -> None:
    batch = Batch((record(1, created=0), record(2, created=50), record(3, created=100)))

    old, rest = expired(batch, 110, StreamSettings(maximum_record_age=60))

    assert (numbers(old), numbers(rest.records)) == ([1, 2], [3])
    assert expired(batch, 110, StreamSettings())[0] == ()
    assert numbers(expired(batch, 24 * 3600 + 100, StreamSettings())[0]) == [1, 2, 3]


def test_no_setting_keeps_a_record_longer_than_the_stream_does() -> None:
    assert StreamSettings(maximum_record_age=7 * 24 * 3600).longest_age == 24 * 3600


def test_without_a_limit_a_failed_batch_is_always_tried_again() -> None:
    verdict = after_failure(Batch(BATCH.records, retries=9999), 0, StreamSettings())

    assert [batch.retries for batch in verdict.again] == [10_000]
    assert verdict.given_up == ()


def test_a_batch_is_given_up_once_its_retries_are_used_up() -> None:
    settings = StreamSettings(maximum_retry_attempts=2)

    again = after_failure(Batch(BATCH.records, retries=1), 0, settings)
    last = after_failure(Batch(BATCH.records, retries=2), 1, settings)

    assert [(batch.retries, numbers(batch.records)) for batch in again.again] == [(2, [11, 12, 13])]
    assert (last.again, numbers(last.given_up)) == ((), [12, 13])


def test_a_split_gives_two_halves_and_uses_up_no_retry() -> None:
    settings = StreamSettings(bisects_batch=True, maximum_retry_attempts=0)

    verdict = after_failure(BATCH, 0, settings)

    assert verdict.was_split
    assert [numbers(batch.records) for batch in verdict.again] == [[11], [12, 13]]
    assert [batch.retries for batch in verdict.again] == [0, 0]


def test_a_reported_record_is_where_a_batch_is_split() -> None:
    verdict = after_failure(BATCH, 1, StreamSettings(bisects_batch=True))

    assert [numbers(batch.records) for batch in verdict.again] == [[12, 13]]


@given(
    count=st.integers(0, 30),
    poison=st.sets(st.integers(0, 29)),
    batch_size=st.integers(1, 12),
    retries=st.integers(0, 3),
    bisects=st.booleans(),
    reports=st.booleans(),
)
def test_every_record_is_delivered_in_order_until_it_succeeds_or_is_given_up(
    count: int,
    poison: set[int],
    batch_size: int,
    retries: int,
    bisects: bool,  # noqa: FBT001 - hypothesis names it
    reports: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    settings = StreamSettings(
        batch_size=batch_size, maximum_retry_attempts=retries, bisects_batch=bisects
    )
    done: list[int] = []
    given_up: list[int] = []
    waiting = list(batches([record(n) for n in range(count)], batch_size))
    rounds = 0
    while waiting:
        rounds += 1
        assert rounds < 2000, "a shard must not be blocked for ever by records that are given up"
        batch = waiting[0]
        ids = numbers(batch.records)
        assert ids == list(range(len(done) + len(given_up), len(done) + len(given_up) + len(ids)))
        bad = [n for n, each in enumerate(ids) if each in poison]
        if not bad:
            done += ids
            waiting = waiting[1:]
            continue
        failed_from = bad[0] if reports else 0
        verdict = after_failure(batch, failed_from, settings)
        done += ids[:failed_from]
        given_up += numbers(verdict.given_up)
        waiting[0:1] = verdict.again

    assert sorted(done + given_up) == list(range(count))
    assert not set(done) & poison
    if bisects:
        assert set(given_up) <= poison or reports


def test_with_bisecting_only_the_record_at_fault_is_given_up() -> None:
    settings = StreamSettings(bisects_batch=True, maximum_retry_attempts=1)
    waiting = [Batch(tuple(record(n) for n in range(8)))]
    lost: list[int] = []
    while waiting:
        fails = any(n == 5 for n in numbers(waiting[0].records))
        verdict = after_failure(waiting[0], 0, settings) if fails else None
        waiting[0:1] = verdict.again if verdict else ()
        lost += numbers(verdict.given_up) if verdict else []

    assert lost == [5]


def test_a_record_has_the_shape_that_lambda_documents() -> None:
    answered = {
        "eventID": "1",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
        "dynamodb": {
            "ApproximateCreationDateTime": datetime(2026, 1, 5, 9, tzinfo=UTC),
            "Keys": {"k": {"S": "a"}},
            "OldImage": {"k": {"S": "a"}, "b": {"B": b"\x00\xff"}, "l": {"L": [{"B": b"x"}]}},
            "SequenceNumber": "111",
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }

    assert function_record(answered, ARN) == {
        "eventID": "1",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": ARN,
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        "dynamodb": {
            "ApproximateCreationDateTime": 1767603600,
            "Keys": {"k": {"S": "a"}},
            "OldImage": {"k": {"S": "a"}, "b": {"B": "AP8="}, "l": {"L": [{"B": "eA=="}]}},
            "SequenceNumber": "111",
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
