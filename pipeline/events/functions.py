"""Functions: invoked, throttled, returned, failed, and what they log."""

from __future__ import annotations

from dataclasses import dataclass

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
