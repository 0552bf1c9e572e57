"""What the benchmarks share: two things measured in turn, and the ratio pair by pair.

Machines are noisy and drift, so where it can be done no absolute time is judged: A and B are
measured alternately and the median of the ratios of neighbours is what counts. Where a limit is
absolute, the floor stands beside it: the least that this machine needs for the same.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_SECONDS = 300
"""After so long what a script waits for will not come."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table."""

    name: str
    ours: float
    """Median, or the percentile that the name says, in ``unit``."""

    floor: float | None
    """The same of what it is compared with, if anything."""

    value: float
    """What is judged: the median ratio, or ``ours``."""

    limit: float
    unit: str
    runs: int
    is_ratio: bool = True
    """Whether ``value`` is a ratio of ours to the floor."""

    is_least: bool = False
    """Whether the limit is the least that ``value`` may be, not the most."""

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def document(self) -> dict[str, Any]:
        """Return the line as a JSON document."""
        return {**asdict(self), "holds": self.holds}

    def line(self) -> str:
        """Return one line of the table."""
        floor = f"{self.floor:8.3f} {self.unit:<2}" if self.floor is not None else " " * 11
        kind = "ratio" if self.is_ratio else "value"
        limit = f"{'≥' if self.is_least else '≤'} {self.limit:6.2f}"
        return (
            f"{self.name:<62} {self.ours:8.3f} {self.unit:<2} {floor}  "
            f"{kind} {self.value:6.2f} {limit}  {'holds' if self.holds else 'MISSED'}"
        )


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


def printed_by(script: str) -> Any:
    """Return the JSON that a script prints last, run in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    if ended.returncode:
        raise RuntimeError(f"A benchmark's script failed:\n{ended.stderr[-2_000:]}")
    return json.loads(ended.stdout.splitlines()[-1])
