"""What the function logs, where it can be read."""

from __future__ import annotations

from pipeline import events as e
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import (
    HOUR,
    NO_IMAGE,
    for_a_while,
    is_done,
    small_photo,
    where,
    without_log_groups,
)
from pipeline.grading.scenarios.every_upload import require_accepted_mappings
from pipeline.grading.scenarios.registry import scenario


@scenario("logs-are-written")
def logs_are_written(run: Run) -> None:
    """Upload a photo and a broken file, and read the function's log."""
    without_log_groups(run)
    require_accepted_mappings(run)
    run.submit("photo.jpg", small_photo())
    run.submit("broken.jpg", NO_IMAGE)
    for_a_while(run, 2 * HOUR)
    run.require(
        "photo-done",
        "A photo has its thumbnail and its item.",
        where(run, "photo.jpg"),
        holds=is_done(run, "photo.jpg"),
    )
    invoked, written = len(run.seen(e.FunctionInvoked)), run.seen(e.LogsWritten)
    lost = sum(not event.stored for event in written)
    run.require(
        "every-invocation-logged",
        "The log lines of every invocation are stored.",
        f"The function ran {invoked} times; the lines of {lost} invocations are lost."
        if lost
        else "",
        holds=invoked > 0 and not lost and len(written) == invoked,
    )
    group = run.sandbox.topology.function.log_group
    answer = run.attempt(run.client("logs").filter_log_events, logGroupName=group)
    found = [event["message"] for event in answer.body["events"]] if answer.is_allowed else []
    telling = [line for line in found if "broken.jpg" in line]
    run.require(
        "reason-can-be-read",
        f"In {group} it can be read why the broken file failed.",
        telling[0].strip().rpartition("\t")[2] if telling else "",
        holds=bool(telling),
    )
