"""The collector rests while a sandbox opens, and goes on afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from pipeline.events import ResourceCreated
from pipeline.sandbox import Sandbox
from pipeline.uncollected import uncollected


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_the_collector_rests_inside_and_goes_on_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="amiss"), uncollected():
        raise ValueError("amiss")
    assert gc.isenabled()


def test_a_collector_that_rests_already_is_left_at_rest() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_opening_a_sandbox_searches_for_no_garbage() -> None:
    seen: list[bool] = []

    def listen(event: object) -> None:
        if isinstance(event, ResourceCreated):
            seen.append(gc.isenabled())

    with Sandbox(emit=listen):
        assert gc.isenabled()
    assert seen
    assert not any(seen)
