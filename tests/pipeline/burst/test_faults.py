"""Nothing is lost: whatever strikes, every upload ends once, and it is known how."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from pipeline.burst.driving import Burst
from pipeline.burst.faults import IN_A_THOUSAND, Faults
from pipeline.burst.plan import BurstPlan
from pipeline.function.items import image_id, thumbnail_key
from pipeline.notification import objects_of
from pipeline.sandbox import Sandbox

SEEDS = 20
UPLOADS = int(os.environ.get("FAULT_UPLOADS", "40"))
"""500 in the full run: ``make bench-full``."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_upload_ends_once_and_it_is_known_how(seed: int) -> None:
    faults = Faults(seed)
    plan = BurstPlan(UPLOADS, (300, 200), poison=faults.poison(UPLOADS))
    with Sandbox(seed=seed) as sandbox:
        burst = Burst(sandbox, plan, lambda _: None, faults=faults)
        finished = burst.run()
        uploads = sandbox.topology.uploads.name
        bucket = sandbox.topology.thumbnails.name
        items = list(sandbox.items())
        thumbnails = set(sandbox.object_keys(bucket))
        dead = {key for m in sandbox.dead_letters() for _, key in objects_of(m.body)}
        keys = {plan.key(number) for number in range(UPLOADS)}
        done = {item["key"] for item in items if item["status"] == "done"}

        assert set(sandbox.object_keys(uploads)) == keys
        assert sandbox.snapshot().visible == sandbox.snapshot().in_flight == 0
        assert len({item["image_id"] for item in items}) == len(items)
        for key in sorted(keys):
            own = [item for item in items if item["image_id"] == image_id(uploads, key)]
            if key in done:
                (item,) = own
                picture = sandbox.read_object(bucket, item["thumbnail_key"])
                assert Image.open(io.BytesIO(picture)).size == (256, 171)
                assert item["thumbnail_key"] == thumbnail_key(uploads, key, "jpg")
            elif key in dead:
                assert burst.tally.dead_lettered[key]
                assert len(own) <= 1
            else:
                assert key in burst.tally.refused

        assert len(thumbnails) <= len(keys)
        assert finished.uploaded == UPLOADS
        assert finished.thumbnails == finished.items == len(done)
        assert finished.dead_lettered == len(dead - done)
        assert finished.refused == len(keys - done - dead)


def test_one_seed_makes_the_same_faults_and_the_same_end() -> None:
    def run() -> tuple[object, ...]:
        faults = Faults(5)
        with Sandbox(seed=5) as sandbox:
            plan = BurstPlan(30, (8, 8), poison=faults.poison(30))
            finished = Burst(sandbox, plan, lambda _: None, faults=faults).run()
        return (finished.time, finished.thumbnails, finished.dead_lettered, faults.struck)

    assert run() == run()


def test_every_fault_strikes_somewhere_among_the_seeds() -> None:
    struck: set[str] = set()
    for seed in range(4):
        faults = Faults(seed)
        with Sandbox(seed=seed) as sandbox:
            plan = BurstPlan(120, (8, 8), poison=faults.poison(120))
            Burst(sandbox, plan, lambda _: None, faults=faults).run()
        struck |= {fault for fault, times in faults.struck.items() if times}

    assert struck == set(IN_A_THOUSAND)
