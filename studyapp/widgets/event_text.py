"""How an event looks as one row: a glyph for its kind, and the few words its name leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline import events as e
from pipeline.words import (
    counted,
    failure_count,
    plain,
    record_count,
    resource_words,
    seconds_words,
    short_id,
    size_words,
)


def glyph(event: e.PipelineEvent) -> str:
    """Return the one-cell sign of an event's kind: ``✗`` did not work, ``✓`` did."""
    return _ROWS[type(event)][0]


def brief(event: e.PipelineEvent) -> str:
    """Return the few words that an event's name leaves open: ``cat.jpg 3.1 MB``."""
    return plain(_ROWS[type(event)][1](event))


def _invoked(event: Any) -> str:
    batch = counted(record_count(event.payload), "message")
    return f"{batch}, cold start" if event.cold_start else batch


def _logs(event: Any) -> str:
    lines = counted(len(event.lines), "line")
    return lines if event.stored else f"{lines}, not stored"


_ROWS: Mapping[type[e.PipelineEvent], tuple[str, Callable[[Any], str]]] = {
    e.ResourceCreated: ("+", lambda x: f"{x.kind} {x.name}"),
    e.SandboxReady: ("✓", lambda x: f"account {x.account}"),
    e.RequestAuthorized: ("✓", lambda x: f"{x.action}"),
    e.RequestDenied: ("✗", lambda x: f"{x.action} {x.code}"),
    e.ObjectStored: ("▣", lambda x: f"{x.key} {size_words(x.size)}"),
    e.UploadFailed: ("✗", lambda x: f"{x.key}"),
    e.DestinationTested: ("→", lambda x: f"s3:TestEvent → {x.destination}"),
    e.NotificationSent: ("→", lambda x: f"{x.key} → {x.destination}"),
    e.NotificationRefused: ("✗", lambda x: f"{x.key} by {x.destination}"),
    e.BatchReceived: ("▤", lambda x: counted(len(x.messages), "message")),
    e.PollRefused: ("✗", lambda x: f"{x.code}, {x.waiting:,} waiting"),
    e.FunctionInvoked: ("λ", _invoked),
    e.FunctionThrottled: ("↻", lambda x: f"reserved concurrency {x.reserved_concurrency}"),
    e.InvocationQueued: ("▤", lambda x: f"{x.function} {x.request_id}"),
    e.InvocationRetried: ("↻", lambda x: f"{x.function} again in {seconds_words(x.wait)}"),
    e.InvocationDiscarded: ("†", lambda x: f"{x.condition} {x.request_id}"),
    e.DestinationSent: ("→", lambda x: f"{x.purpose} → {resource_words(x.destination)}"),
    e.DestinationRefused: ("✗", lambda x: f"{x.code} by {resource_words(x.destination)}"),
    e.RecursionStopped: ("✗", lambda x: f"{x.function} {counted(x.count, 'time')}"),
    e.ThumbnailStored: ("▣", lambda x: f"{x.key} {size_words(x.size)}"),
    e.ItemRecorded: ("▣", lambda x: f"{x.status} {short_id(x.image_id)}"),
    e.DuplicateSkipped: ("»", lambda x: f"already done {short_id(x.image_id)}"),
    e.LogsWritten: ("≡", _logs),
    e.FunctionReturned: (
        "λ",
        lambda x: f"{x.duration_ms:.0f} ms, {failure_count(x.response)} failed",
    ),
    e.FunctionFailed: ("✗", lambda x: f"{x.error_type}"),
    e.MessageDeleted: ("✓", lambda x: f"{x.message_id}"),
    e.DeleteRefused: ("✗", lambda x: f"{x.code}, again in {seconds_words(x.visible_in)}"),
    e.MessageReturned: ("↻", lambda x: f"visible in {seconds_words(x.visible_in)}"),
    e.MessageDeadLettered: ("†", lambda x: f"→ {x.dead_letter_queue}"),
    e.MessageExpired: ("†", lambda x: f"from {x.queue}"),
    e.MappingBackedOff: ("↻", lambda x: f"waits {seconds_words(x.seconds)}"),
    e.MappingStateChanged: ("◇", lambda x: f"{x.state}"),
    e.StreamRecordsProcessed: ("✓", lambda x: counted(len(x.records), "record")),
    e.StreamRecordsReceived: ("▤", lambda x: counted(len(x.records), "record")),
    e.StreamBatchRetried: ("↻", lambda x: f"attempt {x.attempt} in {seconds_words(x.wait)}"),
    e.StreamBatchSplit: ("↻", lambda x: f"into {' and '.join(str(n) for n in x.sizes)}"),
    e.StreamRecordsDiscarded: (
        "†",
        lambda x: f"{counted(len(x.records), 'record')} {x.reason}",
    ),
    e.StreamPollRefused: ("✗", lambda x: f"{x.code}, {x.waiting:,} waiting"),
    e.TimeSkipped: ("»", lambda x: f"{seconds_words(x.seconds)} {x.until}".rstrip()),
    e.PolicyChanged: ("◇", lambda x: f"{x.policy}"),
    e.ArrowBroken: ("╳", lambda x: f"{x.arrow}"),
    e.ArrowRestored: ("◇", lambda x: f"{x.arrow}"),
    e.MessagesRedriven: ("↻", lambda x: f"{counted(x.count, 'message')} → {x.queue}"),
    e.ItemsRead: ("◇", lambda x: f"{x.operation}, {counted(x.count, 'item')}"),
    e.MessagePublished: ("▤", lambda x: f"to {x.topic}"),
    e.SubscriptionDelivered: ("→", lambda x: f"{x.topic} → {resource_words(x.endpoint)}"),
    e.SubscriptionFiltered: ("»", lambda x: f"not for {resource_words(x.endpoint)}"),
    e.SubscriptionRetried: ("↻", lambda x: f"{x.code}, again in {seconds_words(x.wait)}"),
    e.SubscriptionRefused: ("✗", lambda x: f"{x.code} by {resource_words(x.endpoint)}"),
    e.EventPut: ("▤", lambda x: f"{x.detail_type} on {x.bus}"),
    e.EventMatched: ("✓", lambda x: f"{x.rule}"),
    e.EventUnmatched: ("»", lambda x: f"no rule of {x.bus}"),
    e.TargetInvoked: ("→", lambda x: f"{x.rule} → {resource_words(x.target)}"),
    e.TargetRetried: ("↻", lambda x: f"{x.code}, again in {seconds_words(x.wait)}"),
    e.TargetRefused: ("✗", lambda x: f"{x.code} by {resource_words(x.target)}"),
    e.SandboxReset: ("◇", lambda _: "everything anew"),
    e.InputsFinished: ("✓", lambda x: f"{x.done:,} of {x.submitted:,} ended well"),
    e.BurstProgressed: ("▸", lambda x: f"{x.done:,} of {x.wanted:,} done"),
    e.BurstFinished: ("✓", lambda x: f"{x.thumbnails:,} of {x.uploaded:,} thumbnails"),
    e.RunFinished: ("✓", lambda x: f"{x.thumbnails:,} of {x.uploaded:,} thumbnails"),
}
