"""Deliveries that wait for their time, and are gone only once they were made."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Due(Protocol):
    """Something with a time."""

    @property
    def due_at(self) -> float:
        """When it is due, in epoch seconds."""


D = TypeVar("D", bound=Due)


@dataclass(slots=True)
class Waiting(Generic[D]):
    """Deliveries in the order they were added."""

    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _deliveries: dict[int, D] = field(default_factory=dict)

    def add(self, delivery: D) -> None:
        """Let a delivery wait."""
        self._deliveries[next(self._numbers)] = delivery

    def due_at(self) -> float | None:
        """Return when the first is due, in epoch seconds; None when none waits."""
        return min((each.due_at for each in tuple(self._deliveries.values())), default=None)

    def due(self, now: float) -> Iterator[D]:
        """Yield what is due; each is dropped when the next is asked for.

        One whose delivery is broken off stays, and is delivered again: at least once.
        """
        for number, delivery in tuple(self._deliveries.items()):
            if delivery.due_at <= now:
                yield delivery
                self._deliveries.pop(number, None)

    def clear(self) -> None:
        """Drop everything."""
        self._deliveries.clear()
