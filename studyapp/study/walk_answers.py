"""What a service answered, as a document of a size that can be shown and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

MOST_ENTRIES = 20
"""Of a list or a table."""

LONGEST_TEXT = 4_000
"""Characters."""

_DEEPEST = 12


def answer_document(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a parsed answer without its metadata, in the values of JSON; long parts are cut."""
    return {str(k): _shown(v, 1) for k, v in answer.items() if k != "ResponseMetadata"}


def _shown(value: Any, depth: int) -> Any:
    match value:
        case None | bool() | int() | float():
            shown: Any = value
        case str():
            shown = _cut(value)
        case bytes() | bytearray():
            shown = f"({len(value):,} bytes)"
        case dt.datetime():
            shown = value.isoformat()
        case Mapping() if depth < _DEEPEST:
            shown = {str(name): _shown(entry, depth + 1) for name, entry in value.items()}
        case list() | tuple() if depth < _DEEPEST:
            rest = len(value) - MOST_ENTRIES
            shown = [_shown(entry, depth + 1) for entry in value[:MOST_ENTRIES]]
            shown += [f"… {rest:,} more"] if rest > 0 else []
        case _:
            shown = "(a stream)" if hasattr(value, "read") else _cut(str(value))
    return shown


def _cut(text: str) -> str:
    rest = len(text) - LONGEST_TEXT
    return text if rest <= 0 else f"{text[:LONGEST_TEXT]}… ({rest:,} characters more)"
