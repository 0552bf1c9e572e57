"""Deliveries wait for their time, and none is dropped before it was made."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from pipeline.delivery.waiting import Waiting


@dataclass(frozen=True)
class Parcel:
    name: str
    due_at: float


def test_what_is_due_is_yielded_in_order_and_once() -> None:
    waiting: Waiting[Parcel] = Waiting()
    for name, due_at in (("a", 5.0), ("b", 1.0), ("c", 9.0)):
        waiting.add(Parcel(name, due_at))

    assert waiting.due_at() == 1.0
    assert [each.name for each in waiting.due(5.0)] == ["a", "b"]
    assert [each.name for each in waiting.due(5.0)] == []
    assert waiting.due_at() == 9.0


def test_a_delivery_that_is_broken_off_is_made_again() -> None:
    waiting: Waiting[Parcel] = Waiting()
    waiting.add(Parcel("a", 0.0))
    waiting.add(Parcel("b", 0.0))

    assert next(waiting.due(0.0)).name == "a"

    assert [each.name for each in waiting.due(0.0)] == ["a", "b"]


def test_what_is_added_meanwhile_waits_for_the_next_turn() -> None:
    waiting: Waiting[Parcel] = Waiting()
    waiting.add(Parcel("a", 0.0))

    for _ in waiting.due(0.0):
        waiting.add(Parcel("again", 0.0))

    assert [each.name for each in waiting.due(0.0)] == ["again"]


@given(st.lists(st.floats(0, 100)), st.floats(0, 100))
def test_nothing_is_lost_and_nothing_comes_twice(moments: list[float], now: float) -> None:
    waiting: Waiting[Parcel] = Waiting()
    for number, moment in enumerate(moments):
        waiting.add(Parcel(str(number), moment))

    early = list(waiting.due(now))
    late = list(waiting.due(101.0))

    assert sorted(each.name for each in early + late) == sorted(map(str, range(len(moments))))
    assert all(each.due_at <= now for each in early)
    assert waiting.due_at() is None
