"""How many messages a queue holds, as a value that needs nothing of the cloud."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueCount:
    """Messages by what can be done with them."""

    visible: int = 0
    in_flight: int = 0
    delayed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed
