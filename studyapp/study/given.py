"""What sittings are given from outside: the time, and a seed. Everything else follows from them."""

from __future__ import annotations

import datetime as dt
import secrets


def utc_now() -> dt.datetime:
    """Return the time now, in UTC."""
    return dt.datetime.now(dt.UTC)


def new_seed() -> int:
    """Return a seed that is short enough to be typed."""
    return secrets.randbelow(100_000)
