"""One invocation: what the handler gets beside the event, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.events import Json

THROTTLED = "TooManyRequestsException"
"""The error type of an invocation for which reserved concurrency left no room."""


class FunctionTimedOut(BaseException):
    """The function is out of time; nothing in its own code may catch that."""


class FunctionKilled(BaseException):
    """The function's process is gone; nothing in its own code may catch that."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """How one invocation ended."""

    request_id: str
    response: Json = None
    error_type: str | None = None
    """Set when the invocation failed as a whole; then there is no response."""

    error_message: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For messages that failed, by message id: the error as the function logged it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda hands a handler beside the event.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    deadline: float
    now: Callable[[], float]
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left before the time limit."""
        return max(0, math.floor((self.deadline - self.now()) * 1000))
