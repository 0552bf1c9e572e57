"""One message sent, received and deleted in a queue of 10,000 against a queue of 100.

Through boto3 and the gate, in one sandbox: the queues hold as many messages, visible or in flight,
all the while. Both are measured in turn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from harness import Measure, paired

from pipeline.sandbox import Sandbox

BODY = json.dumps({"Records": [{"s3": {"object": {"key": "photo.jpg"}}}] * 8})
LONG, SHORT = 10_000, 100
BATCH = 10
GROUPS = 1_000

KINDS = {
    "visible, standard": (False, False),
    "in flight, standard": (False, True),
    "visible, FIFO": (True, False),
    "in flight, FIFO": (True, True),
}
"""Whether the queue is FIFO, and whether its messages are in flight."""


def fill(sqs: Any, name: str, length: int, *, fifo: bool, in_flight: bool) -> str:
    """Create a queue with so many messages; return its URL."""
    attributes = {"VisibilityTimeout": "43200"}
    if fifo:
        attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
        name += ".fifo"
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    for start in range(0, length, BATCH):
        entries = [_entry(f"{n}", n, fifo=fifo) for n in range(start, start + BATCH)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    received = 0
    while in_flight and received < length:
        received += len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"])
    return url


def _entry(entry_id: str, number: int, *, fifo: bool) -> dict[str, Any]:
    ordered = {"MessageGroupId": f"{number % GROUPS}", "MessageDeduplicationId": entry_id}
    return {"Id": entry_id, "MessageBody": BODY, **(ordered if fifo else {})}


def turns(sqs: Any, url: str, count: int) -> Iterator[float]:
    """Yield the seconds that each of some turns took: send, receive and delete one message."""
    for number in range(count):
        entry = _entry(f"turn-{number}-{time.perf_counter_ns()}", GROUPS, fifo=".fifo" in url)
        del entry["Id"]
        if ".fifo" in url:
            entry["MessageGroupId"] = entry["MessageDeduplicationId"]
        started = time.perf_counter()
        sqs.send_message(QueueUrl=url, **entry)
        (message,) = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])[
            "Messages"
        ]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        yield time.perf_counter() - started


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield one line for each kind of queue: the long one against the short one."""
    count = 30 if full else 15
    with Sandbox() as sandbox:
        sqs = sandbox.client("sqs")
        for number, (kind, (fifo, in_flight)) in enumerate(KINDS.items()):
            long, short = (
                partial(_seconds, sqs, url, count)
                for url in (
                    fill(sqs, f"queue-{number}-of-{length}", length, fifo=fifo, in_flight=in_flight)
                    for length in (LONG, SHORT)
                )
            )
            yield paired(
                f"a message through a queue of {LONG:,} / {SHORT:,}, {kind}",
                long,
                short,
                limit=1.5,
                runs=9 if full else 5,
            )


def _seconds(sqs: Any, url: str, count: int) -> float:
    return sum(turns(sqs, url, count)) / count
