"""Functions: invoked, throttled, returned, failed, what they log, and Lambda's own queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionInvoked(PipelineEvent):
    """The function runs on a batch."""

    function: str
    request_id: str
    payload: Json
    """The event that the handler gets."""

    cold_start: bool
    """Whether a new execution environment was made for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionThrottled(PipelineEvent):
    """Reserved concurrency left no room: the batch goes back when its visibility timeout ends."""

    function: str
    reserved_concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsWritten(PipelineEvent):
    """The function's log lines are in CloudWatch Logs (or why they are not)."""

    log_group: str
    log_stream: str
    request_id: str
    lines: tuple[str, ...]
    stored: bool
    """False when the role may not write logs: then nobody on AWS would see these lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionReturned(PipelineEvent):
    """The handler returned."""

    function: str
    request_id: str
    response: Json
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFailed(PipelineEvent):
    """The handler raised, ran out of time, or could not start: the whole batch failed."""

    function: str
    request_id: str
    error_type: str
    error_message: str
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationQueued(PipelineEvent):
    """Lambda took an asynchronous invocation and answered 202; nothing has run yet."""

    function: str
    request_id: str
    payload: Json
    source: str
    """Who invoked: the caller's ARN, or the service principal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationRetried(PipelineEvent):
    """An asynchronous invocation did not succeed and went back to Lambda's own queue."""

    function: str
    request_id: str
    attempt: int
    """How many attempts there have been."""

    wait: float
    """Seconds until the next."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationDiscarded(PipelineEvent):
    """Lambda gave up an asynchronous invocation."""

    function: str
    request_id: str
    condition: str
    """``RetriesExhausted``, ``EventAgeExceeded`` …"""

    reason: str
    kept_by: tuple[str, ...]
    """ARNs of the dead-letter queue and the destination that it is sent to; empty: it is lost."""


Purpose = Literal["on-success destination", "on-failure destination", "dead-letter queue"]
"""What a destination is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSent(PipelineEvent):
    """Lambda sent the record of an asynchronous invocation, or its event, on."""

    function: str
    request_id: str
    condition: str
    purpose: Purpose
    destination: str
    """ARN."""

    document: Json
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRefused(PipelineEvent):
    """What an asynchronous invocation left could not be sent on: it is lost."""

    function: str
    request_id: str
    condition: str
    purpose: Purpose
    destination: str
    """ARN."""

    document: Json
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursionStopped(PipelineEvent):
    """Lambda found a function invoked over and over by what it made itself, and stopped it."""

    function: str
    count: int
    """How often it has been invoked in this chain of requests."""

    note: str
