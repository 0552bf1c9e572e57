"""Things by rank, smallest first, any of them taken out or ranked anew at little cost."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

Key = TypeVar("Key", int, str)

_SPARE = 64
"""Stale entries that are not worth clearing out."""


class Ranking(Generic[Key]):
    """Keys with a rank each; equal ranks go by key.

    Putting, removing and taking the first cost O(log n) on average, counting and looking O(1). What
    is removed or ranked anew leaves a stale entry in the heap, skipped when it comes first, and the
    heap is built anew once most of its entries are stale.
    """

    __slots__ = ("_heap", "_ranks")

    def __init__(self) -> None:
        self._ranks: dict[Key, float] = {}
        self._heap: list[tuple[float, Key]] = []

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._ranks)

    def __contains__(self, key: object) -> bool:
        """Tell whether a key is ranked."""
        return key in self._ranks

    def put(self, key: Key, rank: float) -> None:
        """Give a key a rank, in place of the one it has."""
        self._ranks[key] = rank
        heapq.heappush(self._heap, (rank, key))
        if len(self._heap) > 2 * len(self._ranks) + _SPARE:
            self._heap = [(kept, each) for each, kept in self._ranks.items()]
            heapq.heapify(self._heap)

    def remove(self, key: Key) -> None:
        """Take a key out, if it is there."""
        self._ranks.pop(key, None)

    def first(self) -> Key | None:
        """Return the key with the smallest rank; None when there is none."""
        heap, ranks = self._heap, self._ranks
        while heap:
            rank, key = heap[0]
            if ranks.get(key) == rank:
                return key
            heapq.heappop(heap)
        return None

    def first_rank(self) -> float | None:
        """Return the smallest rank; None when there is none."""
        key = self.first()
        return None if key is None else self._ranks[key]

    def clear(self) -> None:
        """Take all keys out."""
        self._ranks.clear()
        self._heap.clear()
