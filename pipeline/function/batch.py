"""What a function was invoked with, taken one message at a time.

A queue's messages come as a batch, by way of an event source mapping: those that the answer names
are left in the queue, the others are deleted
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). What a topic, a bus
or a bucket sends comes alone and asynchronously: a failure is raised, and Lambda tries again
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .connecting import AWS_ERRORS, Event, Response
from .errors import RecordError
from .log import log_of_message

Work = Callable[[object], None]
"""Works on one message, given as its text or its document; raises what made it fail."""

FAILURES = (RecordError, *AWS_ERRORS)
"""What makes one message fail and not the others."""


def work_through(event: Event, work: Work) -> Response:
    """Work on each message of an event.

    Of a batch it returns which messages failed; their reasons are in the log at level ERROR. Of
    anything else it returns nothing and lets failures through.
    """
    records = event.get("Records")
    if isinstance(records, list) and _are_of_a_queue(records):
        failed = [record["messageId"] for record in records if not _succeeds(record, work)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
    for message in _pushed(event):
        work(message)
    return None


def _are_of_a_queue(records: list[Any]) -> bool:
    return all(
        isinstance(record, Mapping) and record.get("eventSource") == "aws:sqs" for record in records
    )


def _succeeds(record: Mapping[str, Any], work: Work) -> bool:
    try:
        work(record.get("body"))
    except FAILURES as error:
        name = record["messageId"]
        log_of_message(name).error("message %s: %s", name, error)
        return False
    return True


def _pushed(event: Event) -> Iterator[object]:
    """Yield what a topic sends record by record, and anything else as it is.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    """
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    if isinstance(first, Mapping) and first.get("EventSource") == "aws:sns":
        for record in event["Records"]:
            yield record["Sns"]["Message"]
    else:
        yield event
