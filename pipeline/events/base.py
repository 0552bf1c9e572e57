"""What every event is, and how it is written down."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any
"""Anything the json module writes: the payloads of the services are such documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineEvent:
    """One fact."""

    time: float
    """Seconds since the sandbox opened, on its own clock."""


Emit = Callable[[PipelineEvent], object]
"""Takes each event as it happens, on the sandbox's thread."""

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def event_document(event: PipelineEvent) -> dict[str, Json]:
    """Return an event as a JSON document: ``event``, ``time`` and its own fields in snake_case."""
    document: dict[str, Json] = {"event": type(event).__name__, "time": round(event.time, 3)}
    for entry in dataclasses.fields(event):
        if entry.name != "time":
            value = getattr(event, entry.name)
            document[entry.name] = dict(value) if isinstance(value, Mapping) else value
    return document


def event_words(event: PipelineEvent) -> str:
    """Return an event's name as words: ``ObjectStored`` gives ``object stored``."""
    return _WORD_START.sub(" ", type(event).__name__).lower()
