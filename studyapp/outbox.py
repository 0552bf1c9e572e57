"""Events on their way to a screen, in bundles.

Sixty photos make a thousand events in a few seconds. A message for each would keep the screen's
event loop busy with taking messages; a bundle every few hundredths of a second does not, and the
eye sees no difference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.events import PipelineEvent
from studyapp.reports import Happened, Report

BUNDLE_SECONDS = 0.03


class Outbox:
    """Posts reports at once and events in bundles; reports never overtake events."""

    def __init__(self, post: Callable[[object], object]) -> None:
        self._post = post
        self._events: list[PipelineEvent] = []
        self._flushed_at = 0.0
        self._is_muted = False

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Leave out the events of calls that the app makes for itself, to draw a picture."""
        self._is_muted = True
        try:
            yield
        finally:
            self._is_muted = False

    def emit(self, event: PipelineEvent) -> None:
        """Take an event; it leaves at the latest with the next ``flush`` or report."""
        if self._is_muted:
            return
        self._events.append(event)
        if time.monotonic() - self._flushed_at >= BUNDLE_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Post the events taken since the last bundle."""
        self._flushed_at = time.monotonic()
        if self._events:
            events, self._events = tuple(self._events), []
            self._post(Happened(events))

    def report(self, report: Report) -> None:
        """Post the events taken so far, then this."""
        self.flush()
        self._post(report)
