"""What the sandbox's thread is doing, told whenever it changes."""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.outbox import Outbox
from studyapp.reports import Activity, Hop, Status
from studyapp.stepping import Tempo


@dataclass(slots=True)
class Bulletin:
    """Reports a status unless it is the one that was reported last."""

    outbox: Outbox
    tempo: Tempo
    last: Status | None = None

    def tell(
        self,
        activity: Activity,
        detail: str = "",
        *,
        hop: Hop | None = None,
        queued: int = 0,
        next_visible_in: float | None = None,
    ) -> None:
        """Report what is done now, after everything that happened before."""
        status = Status(
            activity,
            playing=self.tempo.playing,
            seconds_per_hop=self.tempo.seconds_per_hop,
            detail=detail,
            hop=hop,
            queued=queued,
            next_visible_in=next_visible_in,
        )
        self.outbox.flush()
        if status != self.last:
            self.last = status
            self.outbox.report(status)
