"""Which known name somebody probably meant."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable

_LONGEST = 128
"""No name that is known here is longer; comparing takes time that grows with the length."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a name, or None when none is like it."""
    return _closest(name, tuple(known)) if len(name) <= _LONGEST else None


@functools.lru_cache(maxsize=1024)
def _closest(name: str, known: tuple[str, ...]) -> str | None:
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str | None) -> str:
    """Return the question, or nothing for no name."""
    return f'Did you mean "{name}"?' if name else ""
