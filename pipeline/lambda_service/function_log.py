"""What the function logs during one invocation, in the format of Lambda's Python runtime.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.clock import Clock


class FunctionLog(logging.Handler):
    """Collects what the function logs on this thread, in Lambda's format."""

    def __init__(self, clock: Clock, request_id: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.reasons: dict[str, str] = {}
        self._clock = clock
        self._request_id = request_id
        self._thread_id = threading.get_ident()

    def add(self, line: str) -> None:
        """Add a line that the runtime itself writes."""
        self.lines.append(line)

    def emit(self, record: logging.LogRecord) -> None:
        """Take one log record of this thread."""
        if record.thread != self._thread_id:
            return
        text = record.getMessage()
        self.lines.append(f"[{record.levelname}]\t{self._clock.iso()}\t{self._request_id}\t{text}")
        message_id = getattr(record, "message_id", None)
        if message_id is not None and record.levelno >= logging.ERROR:
            self.reasons[message_id] = text


@contextmanager
def captured_log(clock: Clock, request_id: str) -> Iterator[FunctionLog]:
    """Collect what the function logs on this thread meanwhile: all that reaches the root logger."""
    logger = logging.getLogger()
    log = FunctionLog(clock, request_id)
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
