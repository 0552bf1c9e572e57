"""What the benchmarks share: two things measured in turn, and the ratio pair by pair.

Machines are noisy and drift, so no absolute time is judged: A and B are measured alternately and
the median of the ratios of neighbours is what counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table."""

    name: str
    ours: float
    """Median, in ``unit``."""

    floor: float | None
    """Median of what it is compared with, if anything."""

    value: float
    """What is judged: the median ratio, or ``ours`` where there is no floor."""

    limit: float
    unit: str
    runs: int

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit

    def document(self) -> dict[str, Any]:
        """Return the line as a JSON document."""
        return {**asdict(self), "holds": self.holds}


def paired(
    name: str,
    ours: Callable[[], float],
    floor: Callable[[], float],
    *,
    limit: float,
    runs: int,
) -> Measure:
    """Measure two things in turn, after one warm-up each; both return seconds."""
    ours()
    floor()
    pairs = [(ours(), floor()) for _ in range(runs)]
    return Measure(
        name=name,
        ours=statistics.median(a for a, _ in pairs),
        floor=statistics.median(b for _, b in pairs),
        value=statistics.median(a / b for a, b in pairs),
        limit=limit,
        unit="s",
        runs=runs,
    )
