"""The parts of a queue: ranks, receipt handles, and the memory of what was sent."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.queueing.deduplication import INTERVAL, Deduplication
from pipeline.queueing.message import Outgoing, QueueSettings, Sent
from pipeline.queueing.ranking import Ranking
from pipeline.queueing.receipts import Receipt, Receipts
from pipeline.queueing.store import MessageStore, Redrive


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 5))))
def test_the_first_of_a_ranking_is_the_smallest_whatever_was_put_and_removed(
    steps: list[tuple[int, int | None]],
) -> None:
    ranking: Ranking[int] = Ranking()
    model: dict[int, int] = {}
    for key, rank in steps:
        if rank is None:
            ranking.remove(key)
            model.pop(key, None)
        else:
            ranking.put(key, rank)
            model[key] = rank
        expected = min(((rank, key) for key, rank in model.items()), default=None)
        assert expected == (
            None if ranking.first() is None else (ranking.first_rank(), ranking.first())
        )
        assert len(model) == len(ranking)


def test_a_ranking_does_not_keep_what_was_removed() -> None:
    ranking: Ranking[int] = Ranking()
    ranking.put(0, 0.0)
    for number in range(1, 10_000):
        ranking.put(number, float(number))
        ranking.remove(number)

    assert len(ranking._heap) < 200


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_a_handle_says_what_was_written(order: int, number: int) -> None:
    receipts = Receipts(b"secret")

    assert receipts.read(receipts.handle(Receipt(order, number))) == (order, number)


@given(st.text(max_size=100))
def test_what_is_no_handle_says_nothing(text: str) -> None:
    assert Receipts(b"secret").read(text) is None


def test_a_handle_of_another_queue_says_nothing() -> None:
    handle = Receipts(b"one").handle(Receipt(1, 1))

    assert Receipts(b"other").read(handle) is None


def test_what_was_sent_is_remembered_for_the_interval() -> None:
    memory = Deduplication()
    assert memory.first((None, "a"), 0.0) is None
    memory.remember((None, "a"), Sent("m1", "1"), 0.0)

    assert memory.first((None, "a"), INTERVAL - 1) == Sent("m1", "1", is_duplicate=True)
    assert memory.first(("group", "a"), INTERVAL - 1) is None
    assert memory.first((None, "a"), INTERVAL) is None


def test_a_queue_that_is_its_own_dead_letter_queue_moves_nothing() -> None:
    numbers = itertools.count()
    store = MessageStore("arn", lambda: str(next(numbers)), b"s")
    store.redrive = Redrive(store, 1)
    store.send(Outgoing("a"), 0.0)

    for now in (0.0, 40.0, 80.0):
        assert [message.body for message in store.receive(1, now)] == ["a"]


def test_the_oldest_messages_age_counts_from_its_arrival() -> None:
    numbers = itertools.count()
    dead = MessageStore("dead", lambda: str(next(numbers)), b"d")
    store = MessageStore("arn", lambda: str(next(numbers)), b"s", QueueSettings())
    store.redrive = Redrive(dead, 1)
    store.send(Outgoing("a"), 0.0)
    assert store.oldest_age(5.0) == 5.0
    store.receive(1, 10.0, 0)
    store.receive(1, 20.0)

    assert (store.oldest_age(30.0), dead.oldest_age(30.0)) == (0.0, 10.0)
