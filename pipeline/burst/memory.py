"""How much memory this process has held at most."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_HIGH_WATER = "VmHWM:"


def peak_memory_mb() -> float:
    """Return the most memory that the process has held, in MB; 0 where the system does not say.

    Linux tells it for this program alone; elsewhere the process's own record is read, which may
    count what it was before it became this program.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="utf-8").splitlines():
            if line.startswith(_HIGH_WATER):
                return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return 0.0
    import resource  # noqa: PLC0415 - Windows has no such module

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)
