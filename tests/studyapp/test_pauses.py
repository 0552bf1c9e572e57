"""Garbage collection that holds nobody up."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from studyapp.pauses import leave_alone, without_long_pauses


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_exists_is_left_alone() -> None:
    kept = [{} for _ in range(10)]
    leave_alone()

    assert gc.get_freeze_count() >= len(kept)


def test_only_young_objects_are_looked_through_for_a_while() -> None:
    before = gc.get_threshold()
    with without_long_pauses():
        young, middle, old = gc.get_threshold()
        assert (young, middle) == before[:2]
        assert old >= 1_000_000
        assert gc.isenabled()

    assert gc.get_threshold() == before


def test_collection_goes_on_as_before_after_a_cancellation() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), without_long_pauses():
        raise KeyboardInterrupt

    assert gc.get_threshold() == before
