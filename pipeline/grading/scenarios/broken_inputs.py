"""A file that can never succeed: beside photos that can, and over a long weekend."""

from __future__ import annotations

from pipeline import events as e
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import (
    DAY,
    HOUR,
    NO_IMAGE,
    for_a_while,
    is_done,
    killed,
    receives,
    small_photo,
    where,
)
from pipeline.grading.scenarios.every_upload import require_accepted_mappings
from pipeline.grading.scenarios.registry import scenario

BROKEN = "broken.jpg"
_MOMENT = 60.0
"""Seconds."""


@scenario("broken-among-good")
def broken_among_good(run: Run, *, kept_days: int = 3, tries: int = 5) -> None:
    """Put a broken file among photos, and let a photo's function be killed again and again.

    Args:
        run: On the thumbnail pipeline.
        kept_days: For how long the broken file's message must be there to be looked at.
        tries: How often a photo must be tried before it is given up.
    """
    require_accepted_mappings(run)
    good = ("1-beach.jpg", "2-forest.jpg", "3-harbour.jpg", "4-night.jpg")
    for name in (good[0], BROKEN, *good[1:]):
        run.submit(name, NO_IMAGE if name == BROKEN else small_photo())
    started = run.sandbox.clock.elapsed()
    for_a_while(run, HOUR)
    missing = [name for name in good if not is_done(run, name)]
    again = [name for name in good if receives(run, name) > 1]
    run.require(
        "good-ones-done",
        "Every good photo has one thumbnail and one item.",
        *(where(run, name) for name in missing),
        holds=not missing,
    )
    run.require(
        "good-ones-once",
        "No good photo is worked on again for the broken file's sake.",
        *(f"{name} was received {receives(run, name)} times." for name in again),
        holds=not again,
    )
    sizes = [len(batch.messages) for batch in run.seen(e.BatchReceived)]
    run.require(
        "one-batch",
        "The five files come in one batch: the function is not invoked for each alone.",
        f"The first batch had {sizes[0]}." if sizes and sizes[0] != len(good) + 1 else "",
        holds=sizes[:1] == [len(good) + 1],
    )
    _set_aside(run, started, kept_days)
    _tried(run, tries)


def _set_aside(run: Run, started: float, kept_days: int) -> None:
    moved = [event.time - started for event in run.seen(e.MessageDeadLettered)]
    run.require(
        "set-aside",
        "The broken file's message is in the dead-letter queue within an hour.",
        where(run, BROKEN),
        holds=len(moved) == 1 and moved[0] <= HOUR,
    )
    run.skip(kept_days * DAY, "somebody has time to look")
    for_a_while(run, _MOMENT)
    kept = len(run.sandbox.dead_letters())
    run.require(
        "kept",
        f"It is still there {kept_days} days later, to be looked at.",
        f"There are {kept} messages in the dead-letter queue." if kept != 1 else "",
        holds=kept == 1,
    )


def _tried(run: Run, tries: int) -> None:
    name = "unlucky.jpg"
    run.submit(name, small_photo())
    with killed(run, "GetObject", tries - 1):
        for_a_while(run, HOUR)
    run.require(
        "tried-often-enough",
        f"A photo whose first {tries - 1} tries are killed is done by the next.",
        where(run, name),
        holds=is_done(run, name),
    )


@scenario("broken-before-the-weekend")
def broken_before_the_weekend(run: Run, *, stopped_days: int = 3, kept_days: int = 10) -> None:
    """Let a broken file wait while nothing polls, be dead-lettered, and be looked for later.

    Args:
        run: On the thumbnail pipeline.
        stopped_days: For how long the mapping is disabled.
        kept_days: On which day after the upload somebody looks.
    """
    run.sandbox.set_mapping_enabled(enabled=False)
    run.submit(BROKEN, NO_IMAGE)
    run.submit("good.jpg", small_photo())
    run.skip(stopped_days * DAY, "the mapping is enabled again")
    run.sandbox.set_mapping_enabled(enabled=True)
    for_a_while(run, HOUR)
    run.require(
        "good-one-done",
        f"The good photo, which waited {stopped_days} days, is done.",
        where(run, "good.jpg"),
        holds=is_done(run, "good.jpg"),
    )
    moved = len(run.seen(e.MessageDeadLettered))
    run.require(
        "set-aside",
        "The broken file's message is moved to the dead-letter queue.",
        where(run, BROKEN),
        holds=moved == 1,
    )
    found = len(run.sandbox.dead_letters())
    run.require(
        "there-after-the-move",
        "An hour later it is there to be looked at.",
        *_gone(run),
        holds=found == 1,
    )
    run.skip((kept_days - stopped_days) * DAY - 2 * HOUR, "somebody looks")
    for_a_while(run, HOUR)
    found = len(run.sandbox.dead_letters())
    run.require(
        "there-when-looked-for",
        f"It is still there {kept_days} days after the upload.",
        *_gone(run),
        holds=found == 1,
    )


def _gone(run: Run) -> tuple[str, ...]:
    expired = [event.queue for event in run.seen(e.MessageExpired)]
    return tuple(
        f"A message reached the retention period of {queue} and is gone." for queue in expired
    )
