"""The headless front end: ``python -m pipeline run PHOTO|FOLDER…``, and the fidelity table.

A run prints one line per event and a closing summary that says where every photo is now. Exit
status: 0 when every photo became a thumbnail, 1 when any did not, 2 on unusable arguments.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.behaviours.printing import add_arguments, print_table
from pipeline.topology import ARROW_NAMES

EXIT_USAGE = 2


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the arguments; argparse exits with 2 and one sentence when they are unusable."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="Run the thumbnail pipeline on an emulated AWS, offline.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="upload photos and see every hop",
        description="Upload photos, print every event, and say where each photo is at the end. "
        "Folders are read one level deep. Nothing waits: time is skipped, and the output says so.",
    )
    run.add_argument("photos", nargs="+", type=Path, metavar="PHOTO|FOLDER")
    run.add_argument("--out", type=Path, metavar="DIR", help="write the thumbnails here")
    run.add_argument("--json", action="store_true", help="print JSON Lines, one event a line")
    run.add_argument(
        "--break",
        dest="broken",
        action="append",
        default=[],
        choices=ARROW_NAMES,
        metavar="ARROW",
        help=f"take a permission away first (repeatable): {', '.join(ARROW_NAMES)}",
    )
    run.add_argument("--seed", type=int, metavar="N", help="same ids and times in every run")
    fidelity = commands.add_parser(
        "fidelity",
        help="how near the sandbox comes to AWS",
        description="Print each behaviour of the sandbox: as AWS, corrected (moto differs, and is "
        "corrected here), simplified, or not modelled; with the address at AWS.",
    )
    add_arguments(fidelity)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parse_arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Keys may hold what the terminal's encoding cannot show.
            stream.reconfigure(errors="backslashreplace")
    try:
        return print_table(options) if options.command == "fidelity" else _run(options)
    except BrokenPipeError:
        # Whoever read the output has gone; that is no error of the run.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: photos not listed above were not processed.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    # The emulated cloud takes a second to import; unusable arguments are told before that.
    from pipeline.headless import UsageError, run  # noqa: PLC0415

    try:
        return run(
            options.photos,
            out=options.out,
            as_json=options.json,
            broken=tuple(dict.fromkeys(options.broken)),
            seed=options.seed,
        )
    except UsageError as error:
        print(f"python -m pipeline run: {error}", file=sys.stderr)
        return EXIT_USAGE


if __name__ == "__main__":
    sys.exit(main())
