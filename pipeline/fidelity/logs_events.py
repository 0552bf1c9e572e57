"""moto misstates which log events it rejects, and which stream is missing or there already.

PutLogEvents stores what it can and tells the rest by index: where the too old and the expired ones
end, and where the too new ones begin.
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_RejectedLogEventsInfo.html)
An event's id is a sandbox's own; moto counts them through the process. Not modelled: what a
subscription filter sends on; moto would run functions itself, inside the put.
"""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import LogsClientError, ResourceNotFoundException
from moto.logs.models import LogEvent, LogGroup, LogsBackend, LogStream
from moto.moto_api._internal import mock_random

from pipeline.fidelity.entered import entered_clock
from pipeline.fidelity.logs_retention import DAY, horizon

OLDEST = 14 * DAY
NEWEST = 2 * 3600 * 1000
"""How far an event's time may lie back or ahead, in milliseconds."""

_init = LogEvent.__init__
_put_log_events = LogsBackend.put_log_events
_create_log_stream = LogGroup.create_log_stream
_send_log_events = LogStream._send_log_events  # noqa: SLF001 - there is no other place to stop it
_get_log_events = LogGroup.get_log_events


def init(event: LogEvent, ingestion_time: int, log_event: dict[str, Any]) -> None:
    """Give an event an id of the sandbox's own chance."""
    _init(event, ingestion_time, log_event)
    if entered_clock() is not None:
        event.event_id = int(f"{event.timestamp}{mock_random.randrange(10**42, 10**43)}")


def put_log_events(
    backend: LogsBackend, log_group_name: str, log_stream_name: str, log_events: list[Any]
) -> tuple[str, dict[str, Any]]:
    """Store what is neither too old, too new nor expired, and tell the rest by index."""
    clock = entered_clock()
    group = backend.groups.get(log_group_name)
    stream = group.streams.get(log_stream_name) if group is not None else None
    if clock is None or stream is None:
        return _put_log_events(backend, log_group_name, log_stream_name, log_events)
    expired_before = horizon(stream)
    rejected: dict[str, Any] = {}
    kept = []
    for index, event in enumerate(log_events):
        age = clock.now() * 1000 - event["timestamp"]
        if age > OLDEST:
            rejected["tooOldLogEventEndIndex"] = index + 1
        elif age < -NEWEST:
            rejected.setdefault("tooNewLogEventStartIndex", index)
        elif expired_before is not None and event["timestamp"] < expired_before:
            rejected["expiredLogEventEndIndex"] = index + 1
        else:
            kept.append(event)
    token, _ = _put_log_events(backend, log_group_name, log_stream_name, kept)
    return token, rejected


def create_log_stream(group: LogGroup, log_stream_name: str) -> None:
    """Create a stream that is not there."""
    if entered_clock() is not None and log_stream_name in group.streams:
        raise LogsClientError(
            "ResourceAlreadyExistsException", "The specified log stream already exists"
        )
    _create_log_stream(group, log_stream_name)


def get_log_events(group: LogGroup, log_stream_name: str, *arguments: Any, **named: Any) -> Any:
    """Read a stream that is there."""
    if entered_clock() is not None and log_stream_name not in group.streams:
        raise ResourceNotFoundException("The specified log stream does not exist.")
    return _get_log_events(group, log_stream_name, *arguments, **named)


def send_log_events(stream: LogStream, **named: Any) -> None:
    """Let moto send events on only outside a sandbox."""
    if entered_clock() is None:
        _send_log_events(stream, **named)


def apply() -> None:
    """Replace how moto takes events and finds streams."""
    LogEvent.__init__ = init  # type: ignore[method-assign, assignment]
    LogsBackend.put_log_events = put_log_events  # type: ignore[method-assign, assignment]
    LogStream._send_log_events = send_log_events  # type: ignore[method-assign, assignment]  # noqa: SLF001 - as above
    LogGroup.create_log_stream = create_log_stream  # type: ignore[method-assign, assignment]
    LogGroup.get_log_events = get_log_events  # type: ignore[method-assign, assignment]
