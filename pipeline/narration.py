"""Every event as one sentence of plain text, and the words the sentences are made of.

The headless front end prints the sentences and the screens show them; each stands on its own,
without colour. The table at the end names every event class, so an event without a sentence is a
failing test and not an empty line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline import events as e
from pipeline.words import (
    counted,
    decided_by,
    failure_count,
    plain,
    record_count,
    resource_words,
    seconds_words,
    short_id,
    size_words,
)


def narrate(event: e.PipelineEvent) -> str:
    """Return one sentence that says what happened, without its time and without a full stop."""
    return plain(_SENTENCES[type(event)](event))


def _request(event: Any) -> str:
    return f"{event.operation} {resource_words(event.resource)} by {event.actor}"


def _authorized(event: Any) -> str:
    by = decided_by(event.decision)
    return f"{_request(event)}: allowed by {by}" if by else f"{_request(event)}: allowed"


def _denied(event: Any) -> str:
    by = decided_by(event.decision)
    explicit = event.decision.get("result") == "ExplicitlyDenied"
    why = f"explicitly denied by {by}" if explicit and by else f"no policy allows {event.action}"
    return f"{_request(event)}: denied ({event.code}), {why}"


def _returned(event: Any) -> str:
    failed = failure_count(event.response)
    outcome = f"{counted(failed, 'message')} reported as failed" if failed else "no failures"
    return f"{event.function} returned after {event.duration_ms:.0f} ms, {outcome}"


def _failed(event: Any) -> str:
    took = f"after {event.duration_ms:.0f} ms"
    return f"{event.function} failed {took}: {event.error_type}: {event.error_message}"


def _logs(event: Any) -> str:
    lines = counted(len(event.lines), "log line")
    if event.stored:
        return f"{lines} written to {event.log_group}"
    return f"{lines} lost: the role may not write to {event.log_group}"


def _dead_lettered(event: Any) -> str:
    why = f": {event.reason}" if event.reason else ""
    times = counted(event.receive_count, "time")
    return (
        f"Message {event.message_id} received {times} without success, "
        f"moved from {event.queue} to {event.dead_letter_queue}{why}"
    )


def _discarded(event: Any) -> str:
    to = " and ".join(resource_words(arn) for arn in event.kept_by)
    end = f"it goes to {to}" if to else "it is lost"
    return (
        f"Lambda gave up event {event.request_id} of {event.function} "
        f"({event.condition}): {event.reason.rstrip('.')}; {end}"
    )


def _item(event: Any) -> str:
    item = event.item if isinstance(event.item, Mapping) else {}
    name = item.get("file_name") or item.get("original_key") or item.get("key") or ""
    of = f" ({name})" if name else ""
    return f"Item {short_id(event.image_id)}{of} in table {event.table}: {event.status}"


def _finished(event: Any) -> str:
    parts = [f"{counted(event.uploaded, 'photo')} uploaded"]
    parts.append(counted(event.thumbnails, "thumbnail"))
    for number, what in (
        (event.dead_lettered, "dead-lettered"),
        (event.refused, "refused by the queue"),
        (event.waiting, "waiting in the queue"),
        (event.not_uploaded, "not uploaded"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    return "Finished: " + ", ".join(parts)


def _skipped(event: Any) -> str:
    until = f", until {event.until}" if event.until else ""
    return f"Time skipped by {seconds_words(event.seconds)}{until}; nobody waited"


def _burst_progressed(event: Any) -> str:
    return (
        f"Burst: {event.uploaded:,} of {event.wanted:,} uploaded, {event.visible:,} visible, "
        f"{event.in_flight:,} in flight, {event.done:,} done, {event.failed:,} failed, "
        f"oldest {seconds_words(event.oldest_seconds)}, "
        f"{event.photos_per_second:.1f} photos a second"
    )


def _burst_finished(event: Any) -> str:
    return (
        f"Burst finished: {event.uploaded:,} uploaded = {event.thumbnails:,} thumbnails + "
        f"{event.dead_lettered:,} dead-lettered + {event.refused:,} refused; "
        f"{event.items:,} items, {event.duplicates_skipped:,} duplicates skipped, "
        f"{event.seconds:.1f} s, {event.photos_per_second:.1f} photos a second, "
        f"peak memory {event.peak_memory_mb:.0f} MB"
    )


def _refused_subscription(event: Any) -> str:
    end = f"it is in {event.dead_letter_queue}" if event.dead_letter_queue else "it is lost"
    return (
        f"{resource_words(event.endpoint)} refused message {event.source_message_id} "
        f"of {event.topic} ({event.code}); {end}"
    )


def _refused_target(event: Any) -> str:
    end = f"it is in {event.dead_letter_queue}" if event.dead_letter_queue else "it is lost"
    return (
        f"{resource_words(event.target)} refused event {event.event_id} "
        f"of rule {event.rule} ({event.code}); {end}"
    )


_SENTENCES: Mapping[type[e.PipelineEvent], Callable[[Any], str]] = {
    e.ResourceCreated: lambda x: f"Created {x.kind} {x.name} ({x.number} of {x.total})",
    e.SandboxReady: lambda x: (
        f"Sandbox ready: account {x.account}, Region {x.region}, {x.started_at}"
    ),
    e.RequestAuthorized: _authorized,
    e.RequestDenied: _denied,
    e.ObjectStored: lambda x: f"{x.bucket}/{x.key} stored, {size_words(x.size)} ({x.event_name})",
    e.UploadFailed: lambda x: f"{x.key} was not uploaded: {x.reason.rstrip('.')}",
    e.DestinationTested: lambda x: f"{x.bucket} sent its s3:TestEvent to {x.destination}",
    e.NotificationSent: lambda x: (
        f"{x.bucket} notified {x.destination} of {x.key}, message {x.message_id}"
    ),
    e.NotificationRefused: lambda x: (
        f"{x.destination} refused the notification of {x.bucket}/{x.key} ({x.code}); it is lost"
    ),
    e.BatchReceived: lambda x: f"{counted(len(x.messages), 'message')} received from {x.queue}",
    e.PollRefused: lambda x: (
        f"The execution role may not receive from {x.queue} ({x.code}); "
        f"{counted(x.waiting, 'message')} waiting"
    ),
    e.FunctionInvoked: lambda x: (
        f"{x.function} invoked with {counted(record_count(x.payload), 'message')}"
        f"{', a cold start' if x.cold_start else ''}"
    ),
    e.FunctionThrottled: lambda x: (
        f"{x.function} throttled: reserved concurrency {x.reserved_concurrency} "
        "leaves no room, the batch goes back"
    ),
    e.InvocationQueued: lambda x: (
        f"Lambda queued an asynchronous invocation of {x.function} for {resource_words(x.source)}"
    ),
    e.InvocationRetried: lambda x: (
        f"Attempt {x.attempt} of {x.function} on event {x.request_id} did not succeed "
        f"({x.reason.rstrip('.')}): Lambda tries again in {seconds_words(x.wait)}"
    ),
    e.InvocationDiscarded: _discarded,
    e.DestinationSent: lambda x: (
        f"{x.function}'s event {x.request_id} ({x.condition}) sent to its "
        f"{x.purpose}, {resource_words(x.destination)}"
    ),
    e.DestinationRefused: lambda x: (
        f"{resource_words(x.destination)} did not take what is left of {x.function}'s event "
        f"{x.request_id} ({x.code}); it is lost"
    ),
    e.RecursionStopped: lambda x: (
        f"Lambda stopped {x.function}: invoked {counted(x.count, 'time')} in one chain of requests"
    ),
    e.ThumbnailStored: lambda x: (
        f"{x.bucket}/{x.key} stored, {size_words(x.size)} {x.content_type}"
    ),
    e.ItemRecorded: _item,
    e.DuplicateSkipped: lambda x: (
        f"Item {short_id(x.image_id)} in table {x.table} is already done or newer: work skipped"
    ),
    e.LogsWritten: _logs,
    e.FunctionReturned: _returned,
    e.FunctionFailed: _failed,
    e.MessageDeleted: lambda x: f"Message {x.message_id} deleted from {x.queue}: its work is done",
    e.DeleteRefused: lambda x: (
        f"Message {x.message_id} could not be deleted from {x.queue} ({x.code}): "
        f"it comes again in {seconds_words(x.visible_in)}"
    ),
    e.MessageReturned: lambda x: (
        f"Message {x.message_id} stays in {x.queue}, "
        f"received {x.receive_count} of {x.max_receive_count} times, "
        f"visible again in {seconds_words(x.visible_in)}"
    ),
    e.MessageDeadLettered: _dead_lettered,
    e.MessageExpired: lambda x: (
        f"Message {x.message_id} reached the retention period of {x.queue} and is gone"
    ),
    e.MappingBackedOff: lambda x: (
        f"The event source mapping waits {seconds_words(x.seconds)} "
        f"after {counted(x.consecutive_errors, 'failed invocation')} in a row"
    ),
    e.MappingStateChanged: lambda x: f"The event source mapping is {x.state.lower()}",
    e.StreamRecordsProcessed: lambda x: (
        f"{counted(len(x.records), 'record')} of {x.table}'s stream processed: the shard goes on"
    ),
    e.StreamRecordsReceived: lambda x: (
        f"{counted(len(x.records), 'record')} read from the stream of {x.table}"
    ),
    e.StreamBatchRetried: lambda x: (
        f"The shard of {x.table} waits: attempt {x.attempt} at its batch "
        f"in {seconds_words(x.wait)}, {x.reason.rstrip('.')}"
    ),
    e.StreamBatchSplit: lambda x: (
        f"The failed batch of {x.table} is split into batches of "
        f"{' and '.join(str(size) for size in x.sizes)}"
    ),
    e.StreamRecordsDiscarded: lambda x: (
        f"{counted(len(x.records), 'record')} of {x.table} given up ({x.reason}), "
        f"{x.destination or 'nobody'} was told"
    ),
    e.StreamPollRefused: lambda x: (
        f"The execution role may not read the stream of {x.table} ({x.code}); "
        f"{counted(x.waiting, 'record')} waiting"
    ),
    e.TimeSkipped: _skipped,
    e.PolicyChanged: lambda x: f"Policy {x.policy} changed",
    e.ArrowBroken: lambda x: f"Arrow {x.arrow} broken: its permission is taken away",
    e.ArrowRestored: lambda x: f"Arrow {x.arrow} restored: its permission is back",
    e.MessagesRedriven: lambda x: (
        f"{counted(x.count, 'message')} moved from the dead-letter queue back to {x.queue}"
    ),
    e.ItemsRead: lambda x: (
        f"The front end read {counted(x.count, 'item')} with {x.operation}, {x.scanned:,} scanned"
    ),
    e.MessagePublished: lambda x: f"Message {x.message_id} published to {x.topic}",
    e.SubscriptionDelivered: lambda x: (
        f"{x.topic} delivered message {x.source_message_id} to {resource_words(x.endpoint)}, "
        f"message {x.message_id}"
    ),
    e.SubscriptionFiltered: lambda x: (
        f"The filter policy of {resource_words(x.endpoint)} does not accept "
        f"message {x.source_message_id} of {x.topic}"
    ),
    e.SubscriptionRetried: lambda x: (
        f"{resource_words(x.endpoint)} did not take message {x.source_message_id} of {x.topic} "
        f"({x.code}): SNS tries again in {seconds_words(x.wait)}"
    ),
    e.SubscriptionRefused: _refused_subscription,
    e.EventPut: lambda x: f"Event {x.event_id} on bus {x.bus}: {x.detail_type} from {x.source}",
    e.EventMatched: lambda x: f"Event {x.event_id} matches rule {x.rule}",
    e.EventUnmatched: lambda x: f"Event {x.event_id} matches no rule of bus {x.bus}",
    e.TargetInvoked: lambda x: (
        f"Rule {x.rule} sent event {x.source_message_id} to {resource_words(x.target)}, "
        f"message {x.message_id}"
    ),
    e.TargetRetried: lambda x: (
        f"{resource_words(x.target)} did not take event {x.event_id} of rule {x.rule} "
        f"({x.code}): EventBridge tries again in {seconds_words(x.wait)}"
    ),
    e.TargetRefused: _refused_target,
    e.SandboxReset: lambda _: "Sandbox reset: everything is created anew",
    e.RunFinished: _finished,
    e.InputsFinished: lambda x: (
        f"Finished: {x.submitted:,} submitted to {x.topology}, {x.done:,} ended well, "
        f"{x.failed:,} did not"
    ),
    e.BurstProgressed: _burst_progressed,
    e.BurstFinished: _burst_finished,
}
