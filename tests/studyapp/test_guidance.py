"""The next thing to do is always named, with its key."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.topology import ARROW_NAMES, TOPOLOGY_NAMES, make_topology
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
        (Situation(_status(next_visible_in=0.0), entered=1), "space", "let Lambda poll"),
        (Situation(_status(next_visible_in=179.6), entered=1), "space", "skip 3 min to the next"),
        (Situation(_status(), entered=1, dead_lettered=1), "d", "redrive 1 dead-lettered message"),
        (Situation(_status(detail="It waits."), entered=1), "space", "try again · It waits."),
        (
            Situation(_status(detail="It waits."), broken=frozenset({ARROW_NAMES[1]})),
            "r",
            "restore arrow 2 · It waits.",
        ),
        (Situation(_status(), broken=frozenset({FOUR})), "u", "see arrow 4 fail"),
        (Situation(_status(), entered=1), "4", "select arrow 4"),
        (Situation(_status(), entered=1, selected=ARROW_NAMES[0]), "b", "break arrow 1"),
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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fanout", "upload a sample photo"),
        ("orders", "publish a sample order"),
        ("logs", "upload a sample log file"),
        ("documents", "upload a sample document"),
        ("records", "put a sample record"),
    ],
)
def test_what_is_brought_in_is_called_by_its_name(name: str, words: str) -> None:
    empty = Situation(_status(), make_topology(name))
    broken = Situation(_status(), make_topology(name), broken=frozenset(empty.topology.arrow_names))

    assert words in next_step(empty).words
    assert "and see arrow 1 fail" in next_step(broken).words
    assert empty.topology.entry.noun in next_step(broken).words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("thumbnails", "let Lambda poll the queue"),
        ("direct", "let Lambda invoke the function"),
        ("fanout", "let Lambda poll the queues"),
        ("records", "let Lambda read the stream"),
    ],
)
def test_what_waits_is_moved_by_whose_turn_it_is(name: str, words: str) -> None:
    step = next_step(Situation(_status(next_visible_in=0.0), make_topology(name), entered=1))

    assert step.key == "space"
    assert words in step.words


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_every_architecture_has_an_arrow_that_is_worth_breaking(name: str) -> None:
    topology = make_topology(name)

    step = next_step(Situation(_status(), topology, entered=1))

    arrow = next(a for a in topology.arrows if str(a.number) == step.key)
    assert arrow.actor == "function"


def test_the_tenth_arrow_has_the_key_0_and_further_ones_have_none() -> None:
    fanout = make_topology("fanout")
    keys = [
        next_step(Situation(_status(), fanout, broken=frozenset({a}), denied=a)).words
        for a in fanout.arrow_names[9:11]
    ]

    assert "0 selects it" in keys[0]
    assert "→ selects it" in keys[1]
