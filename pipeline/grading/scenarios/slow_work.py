"""Photos that take their time: the visibility timeout, and a spike that must not overrun."""

from __future__ import annotations

from itertools import groupby

from pipeline import events as e
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import (
    HOUR,
    at_each,
    attribute,
    for_a_while,
    is_done,
    items_of,
    killed,
    receives,
    small_photo,
    where,
)
from pipeline.grading.scenarios.every_upload import require_accepted_mappings
from pipeline.grading.scenarios.registry import scenario

ADVISED = 6
"""Times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


@scenario("slow-photos")
def slow_photos(run: Run, *, seconds: int = 20, retry_within: int = 900) -> None:
    """Work slowly while other pollers go on; then be killed once.

    Args:
        run: On the thumbnail pipeline.
        seconds: How long one photo takes.
        retry_within: In how many seconds a photo must be done whose first try was killed.
    """
    require_accepted_mappings(run)
    _work_beside_another_poller(run, seconds)
    _advice(run)
    run.submit("after-a-crash.jpg", small_photo())
    with killed(run, "GetObject", 1):
        for_a_while(run, retry_within)
    run.require(
        "tried-again-soon",
        f"A photo whose first try was killed is done within {retry_within // 60} minutes.",
        where(run, "after-a-crash.jpg"),
        holds="done" in items_of(run, "after-a-crash.jpg"),
    )


def _work_beside_another_poller(run: Run, seconds: int) -> None:
    has_begun = [False]

    def work() -> None:
        if not has_begun[0]:
            has_begun[0] = True
            run.sandbox.skip(seconds, "the function works")
            run.sandbox.poll()

    run.submit("panorama.jpg", small_photo())
    with at_each(run, "GetObject", work):
        for_a_while(run, HOUR)
    times, items = receives(run, "panorama.jpg"), items_of(run, "panorama.jpg")
    run.require(
        "received-once",
        f"A photo that takes {seconds} seconds is received once: nobody else gets it meanwhile.",
        f"It was received {times} times." if times != 1 else "",
        holds=times == 1,
    )
    run.require(
        "one-item-each",
        "It has one item in the table.",
        f"It has {len(items)} items." if len(items) != 1 else "",
        holds=items == ["done"],
    )


def _advice(run: Run) -> None:
    """Hold the settings against Lambda's advice for the visibility timeout."""
    topology, lambda_ = run.sandbox.topology, run.client("lambda")
    visibility = attribute(run, topology.queue.name, "VisibilityTimeout")
    name = topology.function.name
    timeout = lambda_.get_function_configuration(FunctionName=name)["Timeout"]
    mappings = lambda_.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    window = max((m.get("MaximumBatchingWindowInSeconds", 0) for m in mappings), default=0)
    least = ADVISED * timeout + window
    run.require(
        "six-times-the-timeout",
        "The visibility timeout is at least six times the function's timeout, as AWS advises.",
        f"It is {visibility} seconds; the function may run {timeout}; at least {least} is advised.",
        holds=visibility >= least,
    )


@scenario("spike")
def spike(run: Run, *, photos: int = 24, seconds: int = 25, most: int = 2) -> None:
    """Upload many photos at once, each of which takes its time.

    Args:
        run: On the thumbnail pipeline.
        photos: How many.
        seconds: How long each takes.
        most: How many the function may work on at once.
    """
    require_accepted_mappings(run)
    names = [f"match-{number:02}.jpg" for number in range(1, photos + 1)]
    for name in names:
        run.submit(name, small_photo())
    with at_each(run, "GetObject", lambda: run.sandbox.skip(seconds, "the function works")):
        for_a_while(run, 2 * HOUR)
    missing = [name for name in names if not is_done(run, name)]
    dead = len(run.seen(e.MessageDeadLettered))
    run.require(
        "all-done",
        f"All {photos} photos of the spike are done within two hours, and none is dead-lettered.",
        f"{len(missing)} are not done; {dead} went to the dead-letter queue." if missing else "",
        holds=not missing and not dead,
    )
    at_once = _most_at_once(run)
    run.require(
        "few-at-once",
        f"At most {most} invocations run at once.",
        f"There were {at_once}." if at_once > most else "",
        holds=at_once <= most,
    )
    throttled = len(run.seen(e.FunctionThrottled))
    run.require(
        "no-throttles",
        "The pollers receive no more than the function has room for: nothing is throttled.",
        f"{throttled} batches were received and throttled." if throttled else "",
        holds=not throttled,
    )


def _most_at_once(run: Run) -> int:
    """Return how many invocations ran at once: those of the batches that were received together."""
    kinds = (e.BatchReceived, e.FunctionInvoked)
    steps = [event for event in run.events if isinstance(event, kinds)]
    runs = [list(group) for _, group in groupby(steps, type)]
    return max((len(group) for group in runs if isinstance(group[0], e.FunctionInvoked)), default=0)
