"""Runs the benchmarks and prints them as a table and as JSON: ``make bench``.

Nothing here is a test: it measures, says whether each limit holds, and exits 0.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import first_frame
import iam
import key_press
import loading
import one_photo
import sandbox_ready
import studying
import ui_lag
from harness import Measure

from pipeline.provisioning import deployment_package


def measures() -> Iterator[Callable[[], Measure]]:
    """Yield the benchmarks, in the order of the table."""
    yield first_frame.measure
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.zip"
        package.write_bytes(deployment_package())
        yield lambda: sandbox_ready.measure(str(package))
    yield lambda: iam.evaluation(trace=False, limit=50)
    yield lambda: iam.evaluation(trace=True, limit=125)
    yield iam.gate
    yield loading.measure
    with studying.filled() as there:
        yield lambda: studying.due(there)
        yield lambda: studying.known(there)
        yield lambda: studying.answer(there)
    yield key_press.measure
    yield one_photo.measure
    yield ui_lag.measure


def main() -> int:
    """Measure everything and print it."""
    done: list[Measure] = []
    for measure in measures():
        done.append(measure())
        print(line(done[-1]), flush=True)
    print(json.dumps([m.document() for m in done], indent=2))
    return 0


def line(m: Measure) -> str:
    """Return one line of the table."""
    floor = f"{m.floor:8.3f} {m.unit}" if m.floor is not None else " " * 10
    verdict = "holds" if m.holds else "MISSED"
    kind = "ratio" if m.floor is not None else "value"
    return (
        f"{m.name:<58} {m.ours:8.3f} {m.unit:<2} {floor}  "
        f"{kind} {m.value:6.2f}  limit {m.limit:6.2f}  {verdict}"
    )


if __name__ == "__main__":
    sys.exit(main())
