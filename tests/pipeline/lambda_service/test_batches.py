"""What a batch's answer means, and how messages are split into batches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lambda_service.batches import (
    PAYLOAD_LIMIT,
    failed_message_ids,
    function_record,
    split_by_payload,
)

IDS = ["a", "b", "c"]
ALL = frozenset(IDS)
NONE: frozenset[str] = frozenset()


@pytest.mark.fidelity(
    service="lambda",
    behaviour=(
        "A batch response without failures is a success; an unknown or empty id "
        "fails the whole batch"
    ),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting",
)
@pytest.mark.parametrize(
    ("response", "failed"),
    [
        (None, NONE),
        ({}, NONE),
        ("", NONE),
        ({"batchItemFailures": []}, NONE),
        ({"batchItemFailures": None}, NONE),
        ({"other": 1}, NONE),
        ({"batchItemFailures": [{"itemIdentifier": "b"}]}, frozenset({"b"})),
        ({"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "b"}]}, {"b"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, ALL),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, ALL),
        ({"batchItemFailures": [{"foo": "b"}]}, ALL),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "z"}]}, ALL),
        ({"batchItemFailures": ["a"]}, ALL),
        ({"batchItemFailures": "a"}, ALL),
        ("done", ALL),
        ([1], ALL),
    ],
)
def test_a_batch_response_means_what_lambda_documents(
    response: Any, failed: frozenset[str]
) -> None:
    assert failed_message_ids(response, IDS) == failed


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text() | st.just("batchItemFailures"), inner)
        ),
    )
)
def test_any_response_leaves_only_messages_of_the_batch(response: Any) -> None:
    assert failed_message_ids(response, IDS) <= ALL


@given(st.lists(st.integers(0, PAYLOAD_LIMIT), max_size=12))
def test_batches_keep_the_order_and_stay_below_the_payload_limit(sizes: list[int]) -> None:
    messages = [{"n": n, "Body": "x" * size} for n, size in enumerate(sizes)]

    batches = list(split_by_payload(messages))

    assert [m for batch in batches for m in batch] == messages
    assert all(sum(len(m["Body"]) for m in batch) <= PAYLOAD_LIMIT for batch in batches)
    assert all(batches)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An SQS record of an event has the documented keys",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
)
def test_a_record_has_the_keys_that_lambda_documents() -> None:
    message = {
        "MessageId": "id",
        "ReceiptHandle": "handle",
        "Body": "{}",
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }

    record = function_record(message, "arn:aws:sqs:us-east-1:123456789012:jobs", "us-east-1")

    assert record == {
        "messageId": "id",
        "receiptHandle": "handle",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "md5",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:jobs",
        "awsRegion": "us-east-1",
    }
