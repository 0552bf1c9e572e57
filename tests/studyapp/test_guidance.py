"""The next thing to do is always named, with its key."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.topology import ARROW_NAMES
from studyapp.guidance import Guidance, Situation, fitted, next_step
from studyapp.reports import Activity, Hop, Status

FOUR = ARROW_NAMES[3]


def _status(activity: Activity = Activity.RESTING, **values: Any) -> Status:
    return Status(activity, **{"playing": False, "seconds_per_hop": 0.35, **values})


@pytest.mark.parametrize(
    ("situation", "key", "words"),
    [
        (Situation(_status(Activity.STARTING)), "", "loading the emulated cloud"),
        (
            Situation(_status(Activity.STARTING), created=("queue jobs", 5, 12)),
            "",
            "creating queue jobs … 5 of 12",
        ),
        (Situation(_status(Activity.STOPPED)), "ctrl+r", "reset"),
        (
            Situation(_status(Activity.UPLOADING, detail="cat.jpg", queued=2), progress=" 40 %"),
            "x",
            "uploading cat.jpg 40 % · 2 files behind it",
        ),
        (Situation(_status()), "u", "upload a sample photo"),
        (
            Situation(_status(Activity.WAITING, hop=Hop(FOUR, "function", "s3", "PutObject"))),
            "space",
            "let the function call S3 PutObject · arrow 4",
        ),
        (
            Situation(_status(Activity.WAITING, hop=Hop(None, "function", "logs", "PutLogEvents"))),
            "space",
            "let the function call CloudWatch Logs PutLogEvents",
        ),
        (Situation(_status(Activity.RUNNING, playing=True)), "p", "pause"),
        (
            Situation(_status(), broken=frozenset({FOUR}), denied=FOUR),
            "r",
            "restore arrow 4: its call was denied · 4 selects it",
        ),
        (
            Situation(_status(), broken=frozenset({FOUR}), denied=FOUR, selected=FOUR),
            "r",
            "restore arrow 4: its call was denied",
        ),
        (Situation(_status(next_visible_in=0.0), uploads=1), "space", "let Lambda poll"),
        (Situation(_status(next_visible_in=179.6), uploads=1), "space", "skip 3 min to the next"),
        (Situation(_status(), uploads=1, dead_lettered=1), "d", "redrive 1 dead-lettered message"),
        (Situation(_status(detail="It waits."), uploads=1), "space", "try again · It waits."),
        (
            Situation(_status(detail="It waits."), broken=frozenset({ARROW_NAMES[1]})),
            "r",
            "restore arrow 2 · It waits.",
        ),
        (Situation(_status(), broken=frozenset({FOUR})), "u", "see arrow 4 fail"),
        (Situation(_status(), uploads=1), "4", "select arrow 4"),
        (Situation(_status(), uploads=1, selected=ARROW_NAMES[0]), "b", "break arrow 1"),
    ],
)
def test_every_situation_has_a_next_step(situation: Situation, key: str, words: str) -> None:
    step = next_step(situation)

    assert step.key == key
    assert words in step.words


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (80, "do this · aside one · aside two"),
        (35, "do this · aside one"),
        (22, "do this"),
        (18, "do t…"),
    ],
)
def test_the_key_of_the_next_step_is_seen_at_every_width(width: int, words: str) -> None:
    step = fitted(Guidance("u", "do this · aside one · aside two"), width)

    assert step == Guidance("u", words)
    assert len(f"▸ Next  {step.words}  [{step.key}]") <= width
