"""Numbers, sizes, times and names as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any

_UNITS = ("KB", "MB", "GB", "TB")


def plain(text: str) -> str:
    """Return text as one line that a terminal only prints: control characters become spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def size_words(size: int) -> str:
    """Return a number of bytes as people write it: ``3.1 MB``, ``14 KB``, ``512 bytes``."""
    if size < 1000:
        return counted(size, "byte")
    amount = float(size)
    units = iter(_UNITS)
    unit = next(units)
    amount /= 1000
    while amount >= 999.5 and unit != _UNITS[-1]:
        amount /= 1000
        unit = next(units)
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def seconds_words(seconds: float) -> str:
    """Return a span of time as people say it: ``0.4 s``, ``30 s``, ``3 min``, ``4 days``."""
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "min")):
        if whole >= 2 * size and whole % size == 0:
            return f"{whole // size} min" if unit == "min" else counted(whole // size, unit)
    return f"{whole:,} s"


def counted(number: int, noun: str) -> str:
    """Return ``1 message`` or ``2 messages``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short_id(identifier: str) -> str:
    """Return the beginning of an identifier that is too long to read out: a hash."""
    return identifier if len(identifier) <= 16 else f"{identifier[:12]}…"


def resource_words(arn: str) -> str:
    """Return the part of an ARN that names the resource: ``jobs``, ``table/images``."""
    parts = arn.split(":", 5)
    return parts[5] if len(parts) == 6 else arn


def decided_by(decision: Mapping[str, Any]) -> str:
    """Return the policy and statement that decided; empty when no statement did."""
    return " / ".join(str(decision[key]) for key in ("policy", "sid") if decision.get(key))


def record_count(event: Any) -> int:
    """Return how many records the event of a function has."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    return len(records) if isinstance(records, Sized) else 0


def failure_count(response: Any) -> int:
    """Return how many messages a partial batch response reports as failed."""
    failures = response.get("batchItemFailures") if isinstance(response, Mapping) else None
    return len(failures) if isinstance(failures, Sized) else 0
