"""moto keeps log events for ever, and takes any number of days; CloudWatch Logs does neither.

A log group keeps its events for the days it is set to, one of a list, or for ever. CloudWatch Logs
deletes an event up to 72 hours after that.
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)
Simplified: here the event is gone when a call next looks at its stream.
"""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend, LogStream

from pipeline.fidelity.entered import entered_clock

DAY = 24 * 3600 * 1000
"""Milliseconds."""

PERIODS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    | {1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""Days that a group may be set to."""

_get_log_events = LogStream.get_log_events
_filter_log_events = LogStream.filter_log_events
_to_describe_dict = LogStream.to_describe_dict
_put_retention_policy = LogsBackend.put_retention_policy


def horizon(stream: LogStream) -> float | None:
    """Return the time before which a stream's events are gone, in epoch milliseconds, if any."""
    clock, days = entered_clock(), stream.log_group.retention_in_days
    if clock is None or not days:
        return None
    return clock.now() * 1000 - int(days) * DAY


def _drop_expired(stream: LogStream) -> None:
    oldest = horizon(stream)
    if oldest is not None:
        stream.events = [event for event in stream.events if event.timestamp >= oldest]


def get_log_events(stream: LogStream, *arguments: Any, **named: Any) -> Any:
    """Read a stream that holds no expired event."""
    _drop_expired(stream)
    return _get_log_events(stream, *arguments, **named)


def filter_log_events(stream: LogStream, *arguments: Any, **named: Any) -> Any:
    """Search a stream that holds no expired event."""
    _drop_expired(stream)
    return _filter_log_events(stream, *arguments, **named)


def to_describe_dict(stream: LogStream) -> dict[str, Any]:
    """Describe a stream that holds no expired event."""
    _drop_expired(stream)
    return _to_describe_dict(stream)


def put_retention_policy(backend: LogsBackend, log_group_name: str, retention_in_days: Any) -> None:
    """Set one of the periods that there are."""
    if entered_clock() is not None and int(retention_in_days) not in PERIODS:
        raise InvalidParameterException(
            constraint="Member must satisfy enum value set: "
            f"[{', '.join(map(str, sorted(PERIODS)))}]",
            parameter="retentionInDays",
            value=retention_in_days,
        )
    _put_retention_policy(backend, log_group_name, retention_in_days)


def apply() -> None:
    """Put the removal before every look."""
    LogStream.get_log_events = get_log_events  # type: ignore[method-assign, assignment]
    LogStream.filter_log_events = filter_log_events  # type: ignore[method-assign, assignment]
    LogStream.to_describe_dict = to_describe_dict  # type: ignore[method-assign, assignment]
    LogsBackend.put_retention_policy = put_retention_policy  # type: ignore[method-assign, assignment]
