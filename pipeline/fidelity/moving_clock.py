"""moto reads the machine's time; a sandbox has a clock that skips.

Visibility timeouts, delays, retention, time stamps and expiry all go through three functions of
``moto.core.utils``, which moto's modules import by name: each name is replaced.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from typing import Any

from moto.core import utils

from pipeline.fidelity.entered import entered_clock

_utcnow = utils.utcnow
_unix_time = utils.unix_time
_unix_time_millis = utils.unix_time_millis


def utcnow() -> dt.datetime:
    """Return the sandbox's time as moto wants it: naive, in UTC."""
    clock = entered_clock()
    if clock is None:
        return _utcnow()
    return dt.datetime.fromtimestamp(clock.now(), tz=dt.UTC).replace(tzinfo=None)


def unix_time(moment: dt.datetime | None = None) -> float:
    """Return a moment, or the sandbox's time, in seconds since the epoch."""
    clock = entered_clock()
    return _unix_time(moment) if moment is not None or clock is None else clock.now()


def unix_time_millis(moment: dt.datetime | None = None) -> float:
    """Return a moment, or the sandbox's time, in milliseconds since the epoch."""
    return unix_time(moment) * 1000


_REPLACEMENTS: dict[Callable[..., Any], Callable[..., Any]] = {
    _utcnow: utcnow,
    _unix_time: unix_time,
    _unix_time_millis: unix_time_millis,
}


def apply() -> None:
    """Replace moto's clock wherever a loaded moto module has imported it."""
    for name, module in list(sys.modules.items()):
        if name == "moto" or name.startswith("moto."):
            for attribute in ("utcnow", "unix_time", "unix_time_millis"):
                replacement = _REPLACEMENTS.get(vars(module).get(attribute))  # type: ignore[arg-type]
                if replacement is not None:
                    setattr(module, attribute, replacement)
