"""The headless front end: run an architecture, run a burst, or print the fidelity table.

A run prints one line per event and a closing summary that says where every input is now. Exit
status: 0 when every input ended well, 1 when any did not, 2 on unusable arguments.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.behaviours.printing import add_arguments, print_table
from pipeline.topology import DEFAULT, TOPOLOGY_NAMES, make_topology

EXIT_USAGE = 2


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the arguments; argparse exits with 2 and one sentence when they are unusable."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="Run serverless architectures on an emulated AWS, offline.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="bring photos or other inputs in and see every hop",
        description="Bring inputs into an architecture, print every event, and say where each "
        "input is at the end. Folders are read one level deep; without an input, a bundled one is "
        "taken. Nothing waits: time is skipped, and the output says so.",
    )
    run.add_argument("inputs", nargs="*", type=Path, metavar="FILE|FOLDER")
    run.add_argument(
        "--topology",
        choices=TOPOLOGY_NAMES,
        default=DEFAULT,
        metavar="NAME",
        help=f"the architecture: {', '.join(TOPOLOGY_NAMES)} (default: {DEFAULT})",
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="write what the functions stored here")
    run.add_argument("--json", action="store_true", help="print JSON Lines, one event a line")
    run.add_argument(
        "--break",
        dest="broken",
        action="append",
        default=[],
        metavar="ARROW",
        help="take a permission away first (repeatable); the arrows of the default architecture: "
        f"{', '.join(make_topology().arrow_names)}",
    )
    run.add_argument("--seed", type=int, metavar="N", help="same ids and times in every run")
    _add_burst(commands.add_parser("burst", help="upload many photos at once and drain the queue"))
    fidelity = commands.add_parser(
        "fidelity",
        help="how near the sandbox comes to AWS",
        description="Print each behaviour of the sandbox: as AWS, corrected (moto differs, and is "
        "corrected here), simplified, or not modelled; with the address at AWS.",
    )
    add_arguments(fidelity)
    options = parser.parse_args(arguments)
    if options.command == "run":
        _check_arrows(run, options)
    return options


def _add_burst(burst: argparse.ArgumentParser) -> None:
    burst.description = (
        "Upload many photos, work on them in parallel, and account for every one: a thumbnail and "
        "an item, a dead letter with its reason, or a refused notification."
    )
    burst.add_argument("count", type=int, metavar="COUNT", help="how many photos")
    burst.add_argument("--size", default="320x240", metavar="WxH", help="pixels (default: 320x240)")
    burst.add_argument("--rate", type=float, metavar="R", help="uploads a second")
    burst.add_argument(
        "--concurrency", type=int, metavar="C", help="the mapping's maximum concurrency, 2 to 1000"
    )
    burst.add_argument(
        "--faults",
        type=int,
        metavar="SEED",
        help="let things go wrong, the same in every run of one seed; on counted time",
    )
    burst.add_argument("--json", action="store_true", help="print JSON Lines, one event a line")


def _check_arrows(run: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    names = make_topology(options.topology).arrow_names
    for arrow in options.broken:
        if arrow not in names:
            run.error(
                f"argument --break: {arrow!r} is no arrow of {options.topology} "
                f"(choose from {', '.join(names)})"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parse_arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Keys may hold what the terminal's encoding cannot show.
            stream.reconfigure(errors="backslashreplace")
    try:
        return _COMMANDS[options.command](options)
    except BrokenPipeError:
        # Whoever read the output has gone; that is no error of the run.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: inputs not listed above were not processed.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    # The emulated cloud takes a second to import; unusable arguments are told before that.
    from pipeline.headless.architectures import run_architecture  # noqa: PLC0415
    from pipeline.headless.inputs import UsageError  # noqa: PLC0415
    from pipeline.headless.photos import run_photos  # noqa: PLC0415

    settings = {
        "out": options.out,
        "as_json": options.json,
        "broken": tuple(dict.fromkeys(options.broken)),
        "seed": options.seed,
    }
    try:
        if options.topology == DEFAULT:
            return run_photos(options.inputs, **settings)
        return run_architecture(options.topology, options.inputs, **settings)
    except UsageError as error:
        print(f"python -m pipeline run: {error}", file=sys.stderr)
        return EXIT_USAGE


def _burst(options: argparse.Namespace) -> int:
    from pipeline.headless.bursting import run_burst  # noqa: PLC0415
    from pipeline.headless.inputs import UsageError  # noqa: PLC0415

    try:
        return run_burst(
            options.count,
            size=options.size,
            rate=options.rate,
            concurrency=options.concurrency,
            faults=options.faults,
            as_json=options.json,
        )
    except UsageError as error:
        print(f"python -m pipeline burst: {error}", file=sys.stderr)
        return EXIT_USAGE


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "burst": _burst,
    "fidelity": print_table,
}


if __name__ == "__main__":
    sys.exit(main())
