"""How a run is written: one event a line, as words or as JSON."""

from __future__ import annotations

import json
import sys

from pipeline import events as e
from pipeline.narration import narrate


def printable(text: str) -> str:
    """Return text for one line: what cannot be printed is escaped."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def plain_line(event: e.PipelineEvent) -> None:
    """Print an event as words."""
    name = type(event).__name__
    print(f"{event.time:9.3f}  {name:<20} {narrate(event)}")
    sys.stdout.flush()


def json_line(event: e.PipelineEvent) -> None:
    """Print an event as JSON."""
    print(json.dumps(e.event_document(event), ensure_ascii=False))
    sys.stdout.flush()
