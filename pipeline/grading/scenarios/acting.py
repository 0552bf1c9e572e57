"""What several scenarios do: work slowly, be killed, go on for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline import events as e
from pipeline.experiments.trial import photo
from pipeline.grading.run import Run

DAY = 24 * 3600.0
HOUR = 3600.0
NO_IMAGE = b"this is no image"


def small_photo() -> bytes:
    """Return a photo of a few hundred bytes."""
    return photo(64, 48)


@contextmanager
def at_each(run: Run, operation: str, act: Callable[[], object]) -> Iterator[None]:
    """Do something before each call of one operation that a function makes meanwhile."""
    before = run.sandbox.pace

    def pace(call: Any, _arrow: str | None) -> None:
        if call.caller.actor == "function" and call.operation == operation:
            act()

    run.sandbox.pace = pace
    try:
        yield
    finally:
        run.sandbox.pace = before


def killed(run: Run, operation: str, times: int) -> Any:
    """Kill the function before its first calls of an operation, so many times."""
    left = [times]

    def kill() -> None:
        from pipeline.lambda_service.invocation import FunctionKilled  # noqa: PLC0415

        if left[0]:
            left[0] -= 1
            raise FunctionKilled

    return at_each(run, operation, kill)


def for_a_while(run: Run, seconds: float, *, polls: int = 400) -> None:
    """Let the cloud act for so many seconds of its own time, or until nothing waits.

    Unlike ``Run.settle`` it is content with a pipeline that goes on and on.
    """
    end = run.sandbox.clock.elapsed() + seconds
    for _ in range(polls):
        wait = run.sandbox.next_event_at()
        if wait is None or run.sandbox.clock.elapsed() + wait > end:
            return
        if wait > 0:
            run.sandbox.skip(wait, "something is due")
        if not run.sandbox.poll() and run.sandbox.next_event_at() == 0:
            return


def without_log_groups(run: Run) -> None:
    """Take the functions' log groups away, so that Lambda has to make them."""
    for function in run.sandbox.topology.functions:
        run.attempt(run.client("logs").delete_log_group, logGroupName=function.log_group)


def receives(run: Run, name: str) -> int:
    """Return how often the message of an upload was received, by its key."""
    ids = {sent.message_id for sent in run.seen(e.NotificationSent) if sent.key == name}
    batches = run.seen(e.BatchReceived)
    return sum(message["MessageId"] in ids for batch in batches for message in batch.messages)


def thumbnails_of(run: Run, name: str) -> int:
    """Return how many objects beside the uploads have a key that begins with an upload's."""
    buckets = run.sandbox.topology.buckets[1:]
    keys = [key for bucket in buckets for key in run.sandbox.object_keys(bucket.name)]
    return sum(key.startswith(f"{name}.") for key in keys)


def items_of(run: Run, name: str) -> list[str]:
    """Return the states of the main table's items about an upload, by its key."""
    table = run.sandbox.topology.table.name
    return [str(item.get("status")) for item in run.items(table) if item.get("key") == name]


def is_done(run: Run, name: str) -> bool:
    """Tell whether an upload has one thumbnail, and one item that says so."""
    return thumbnails_of(run, name) == 1 and items_of(run, name) == ["done"]


def where(run: Run, name: str) -> str:
    """Return where an upload is, in one sentence."""
    return f"{name}: {run.journeys.sentence(name).rstrip('.')}."


def attribute(run: Run, queue: str, name: str) -> int:
    """Return a queue's attribute that is a number."""
    sqs = run.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])
