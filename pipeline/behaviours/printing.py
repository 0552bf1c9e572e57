"""The fidelity table on the terminal: ``python -m pipeline fidelity``."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.behaviours.table import SERVICES, VERDICTS, Behaviour, fidelity_table

_WIDTH = 100
_MARGIN = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which rows can be chosen, and how they can be printed."""
    parser.add_argument("--service", choices=tuple(SERVICES), help="only the rows of one service")
    parser.add_argument("--verdict", choices=VERDICTS, help="only the rows of one verdict")
    parser.add_argument("--json", action="store_true", help="print JSON Lines, one row a line")


def print_table(options: argparse.Namespace) -> int:
    """Print the rows that were asked for; return the exit status."""
    rows = [
        row
        for row in fidelity_table()
        if options.service in {None, row.service} and options.verdict in {None, row.verdict}
    ]
    printed = map(_json_line, rows) if options.json else lines(rows)
    for line in printed:
        print(line)
    return 0


def lines(rows: Iterable[Behaviour]) -> Iterator[str]:
    """Yield the rows for a person: by service, each with its verdict, note and address."""
    for service, of_service in groupby(rows, key=lambda row: row.service):
        yield SERVICES[service]
        for row in of_service:
            yield from _wrapped(row.behaviour, f"  {row.verdict}")
            if row.note:
                yield from _wrapped(row.note)
            yield f"{'':{_MARGIN}}{row.address}"
        yield ""


def _wrapped(text: str, head: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{head:{_MARGIN}}",
        subsequent_indent=" " * _MARGIN,
        break_on_hyphens=False,
    )


def _json_line(row: Behaviour) -> str:
    return json.dumps(row.document(), ensure_ascii=False)
