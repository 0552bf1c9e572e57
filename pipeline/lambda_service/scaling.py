"""How many batches of a queue Lambda works on at once.

It starts with five and, while messages go on waiting, takes 300 more a minute, up to the mapping's
maximum concurrency (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
Simplified: it falls back to five as soon as nothing waits, and one process plays at most
``MOST_AT_ONCE``.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_CONCURRENCY = 5
MORE_A_SECOND = 5
"""300 a minute."""

MOST_AT_ONCE = 16
"""Where AWS goes up to 1,250, one process does not gain by more."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Since when messages have been waiting."""

    now: float = 0.0
    backlog_since: float | None = None
    """Epoch seconds; None while the pollers keep up."""

    def after(self, now: float, *, has_backlog: bool) -> Scaling:
        """Return the scaling after a poll at ``now`` (epoch seconds) that left messages or not."""
        if not has_backlog:
            return Scaling(now)
        return Scaling(now, self.backlog_since if self.backlog_since is not None else now)

    def concurrency(self, maximum: int | None = None) -> int:
        """Return how many batches may be worked on at once, at most ``maximum``."""
        waited = self.now - self.backlog_since if self.backlog_since is not None else 0.0
        wished = FIRST_CONCURRENCY + int(waited * MORE_A_SECOND)
        return min(wished, maximum or MOST_AT_ONCE, MOST_AT_ONCE)
