"""A burst without a screen: progress a few times a second, and the account of every photo."""

from __future__ import annotations

import os
import re

from pipeline import events as e
from pipeline.burst.driving import Burst
from pipeline.burst.faults import Faults
from pipeline.burst.plan import BurstPlan
from pipeline.headless.inputs import UsageError
from pipeline.headless.writing import json_line, plain_line
from pipeline.sandbox import Sandbox

_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})\Z")
MOST_PIXELS = 50_000_000
MOST_CONCURRENCY = 1000
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html"""


def run_burst(
    count: int,
    *,
    size: str = "320x240",
    rate: float | None = None,
    concurrency: int | None = None,
    faults: int | None = None,
    as_json: bool = False,
) -> int:
    """Run a burst; return 0 when every photo is a thumbnail or known to have failed, else 1.

    Args:
        count: How many photos.
        size: Their width and height: ``4000x3000``.
        rate: Uploads a second; as fast as they go unless given.
        concurrency: The mapping's maximum concurrency.
        faults: A seed: faults strike, the same in every run, on time that is counted.
        as_json: Whether events are written as JSON Lines.

    Raises:
        UsageError: An argument cannot be used.
    """
    struck = Faults(faults) if faults is not None else None
    plan = BurstPlan(
        count=_count(count),
        size=_size(size),
        rate=_rate(rate),
        workers=cores(),
        poison=struck.poison(count) if struck is not None else (),
    )
    wished = _concurrency(concurrency)
    write = json_line if as_json else plain_line
    with Sandbox(seed=faults) as sandbox:
        if wished is not None:
            sandbox.configure_mapping(maximum_concurrency=wished)
        finished = Burst(sandbox, plan, write, faults=struck).run()
    if struck is not None and not as_json:
        strikes = ", ".join(f"{fault} {times}" for fault, times in sorted(struck.struck.items()))
        print(f"Faults: {strikes}.")
    return 0 if _adds_up(finished) else 1


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _adds_up(finished: e.BurstFinished) -> bool:
    ended = finished.thumbnails + finished.dead_lettered + finished.refused
    return finished.uploaded == ended and finished.thumbnails == finished.items


def _count(count: int) -> int:
    if count < 1:
        raise UsageError(f"a burst has at least one photo, not {count}.")
    return count


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.match(text)
    if found is None:
        raise UsageError(f"{text!r} is no size; write width and height in pixels: 4000x3000.")
    width, height = int(found[1]), int(found[2])
    if width * height > MOST_PIXELS:
        raise UsageError(f"{text} has more than {MOST_PIXELS:,} pixels; the function refuses such.")
    return width, height


def _rate(rate: float | None) -> float | None:
    if rate is not None and not rate > 0:
        raise UsageError(f"the rate must be above 0 uploads a second, not {rate:g}.")
    return rate


def _concurrency(concurrency: int | None) -> int | None:
    if concurrency is not None and not 2 <= concurrency <= MOST_CONCURRENCY:
        raise UsageError(
            f"Lambda takes a maximum concurrency of 2 to {MOST_CONCURRENCY:,}, not {concurrency}."
        )
    return concurrency
