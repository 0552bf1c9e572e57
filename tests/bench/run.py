"""Runs the benchmarks and prints them as a table and as JSON: ``make bench``, ``make bench-full``.

Every module beside this one that has ``measures(*, full: bool)``, which yields its lines, is a
benchmark; names on the command line choose some. Nothing here is a test: it measures and says
whether each limit holds. The exit status is 1 when a benchmark could not run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any


def benchmarks() -> dict[str, ModuleType]:
    """Return the benchmarks by name, in order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    modules = {name: importlib.import_module(name) for name in names if name != Path(__file__).stem}
    return {name: module for name, module in modules.items() if hasattr(module, "measures")}


def measured(module: ModuleType, *, full: bool) -> list[dict[str, Any]]:
    """Print the lines of one benchmark as they come; return them as JSON documents."""
    done = []
    started = time.perf_counter()
    for measure in module.measures(full=full):
        print(measure.line(), flush=True)
        seconds = time.perf_counter() - started
        done.append({"benchmark": module.__name__, **measure.document(), "took": seconds})
        started = time.perf_counter()
    return done


def main() -> int:
    """Measure what is asked for and print it."""
    there = benchmarks()
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(there)}")
    parser.add_argument("--full", action="store_true", help="full sizes and more runs")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - there.keys())
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(there)}")
    chosen = {name: there[name] for name in options.names} or there

    print(f"{'':<62} {'ours':>11} {'floor':>11}")
    started = time.perf_counter()
    done: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    for name, module in chosen.items():
        try:
            done += measured(module, full=options.full)
        except Exception as error:  # noqa: BLE001 - the others are measured whatever one meets
            failed[name] = f"{type(error).__name__}: {error}"
            print(f"{name:<62} FAILED {failed[name]}", flush=True)
    together = time.perf_counter() - started
    print(f"{len(done)} measures in {together:.0f} s")
    print(
        json.dumps(
            {
                "full": options.full,
                "python": platform.python_version(),
                "machine": platform.machine(),
                "seconds": round(together, 1),
                "measures": done,
                "failed": failed,
            },
            indent=2,
        )
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
