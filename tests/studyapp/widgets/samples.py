"""One event of every class, and what a terminal shows as text."""

from __future__ import annotations

import json
from typing import Any

from textual.app import App

from pipeline import events as e
from pipeline.events import PipelineEvent
from pipeline.topology import thumbnails_topology

TOPOLOGY = thumbnails_topology("123456789012")
S3_EVENT = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": TOPOLOGY.uploads.name, "arn": TOPOLOGY.uploads.arn},
                "object": {"key": "cat.jpg", "size": 3_100_000, "sequencer": "00A1"},
            },
        }
    ]
}
MESSAGE = {
    "MessageId": "7c1f0f3e-1111-4222-8333-444455556666",
    "ReceiptHandle": "AQEB...",
    "Body": json.dumps(S3_EVENT),
    "Attributes": {"ApproximateReceiveCount": "1"},
}

RECORD = {"eventID": "1", "eventName": "INSERT", "dynamodb": {"SequenceNumber": "111"}}


def decision(arrow_name: str, *, allowed: bool) -> dict[str, Any]:
    arrow = TOPOLOGY.arrow(arrow_name)
    statement = {
        "policy": "thumbnail-function",
        "layer": "identity",
        "sid": arrow.sid,
        "effect": "Allow",
        "matched": allowed,
        "failed_element": None if allowed else "action",
        "detail": "" if allowed else f"s3:GetObject does not match {arrow.actions[0]}",
    }
    return {
        "result": "Allowed" if allowed else "ImplicitlyDenied",
        "layer": "identity",
        "principal": arrow.caller,
        "action": arrow.actions[0],
        "resource": arrow.resource,
        "reason": "a statement allows it" if allowed else "no statement allows it",
        "policy": "thumbnail-function" if allowed else None,
        "sid": arrow.sid if allowed else None,
        "statements": [statement],
    }


def request(arrow_name: str, *, time: float = 0.0) -> dict[str, Any]:
    arrow = TOPOLOGY.arrow(arrow_name)
    service, operation = arrow.actions[0].split(":")
    return {
        "time": time,
        "actor": arrow.actor,
        "caller": arrow.caller,
        "service": service,
        "operation": operation,
        "action": arrow.actions[0],
        "resource": arrow.resource.replace("*", "cat.jpg"),
        "arrow": arrow_name,
        "request": {"Bucket": TOPOLOGY.uploads.name, "Key": "cat.jpg"},
    }


def authorized(arrow_name: str, *, time: float = 0.0) -> e.RequestAuthorized:
    return e.RequestAuthorized(
        **request(arrow_name, time=time), decision=decision(arrow_name, allowed=True)
    )


def denied(arrow_name: str, *, time: float = 0.0) -> e.RequestDenied:
    return e.RequestDenied(
        **request(arrow_name, time=time),
        decision=decision(arrow_name, allowed=False),
        status=400,
        code="AccessDeniedException",
        message="User: arn:aws:sts::123456789012:assumed-role/thumbnail-function/thumbnail is not "
        "authorized to perform: dynamodb:PutItem on resource: "
        "arn:aws:dynamodb:us-east-1:123456789012:table/images because no identity-based policy "
        "allows the dynamodb:PutItem action",
    )


def progressed(*, done: int, wanted: int = 100) -> e.BurstProgressed:
    """Return how far a burst is of which so much is done."""
    return e.BurstProgressed(
        time=done / 10,
        wanted=wanted,
        uploaded=wanted,
        visible=wanted - done,
        in_flight=min(10, wanted - done),
        done=done,
        failed=0,
        oldest_seconds=done / 10,
        concurrency=2,
        photos_per_second=10.0,
    )


def every_event() -> list[PipelineEvent]:
    """Return one event of every class."""
    jobs, dead = TOPOLOGY.queue.name, TOPOLOGY.dead_letter_queue.name
    bucket, thumbs = TOPOLOGY.uploads.name, TOPOLOGY.thumbnails.name
    message_id = MESSAGE["MessageId"]
    assert isinstance(message_id, str)
    item = {"image_id": "3f2a", "file_name": "cat.jpg", "status": "done", "width": 256}
    return [
        e.ResourceCreated(time=0, kind="bucket", name=bucket, number=1, total=9),
        e.SandboxReady(
            time=0, account="123456789012", region="us-east-1", started_at="2026-01-01T00:00:00Z"
        ),
        e.UploadFailed(time=0, key="gone.jpg", reason="There is no file gone.jpg."),
        e.DestinationTested(
            time=0,
            bucket=bucket,
            destination=jobs,
            destination_kind="queue",
            message={"Event": "s3:TestEvent"},
        ),
        e.ObjectStored(
            time=0, bucket=bucket, key="cat.jpg", size=3_100_000, event_name="ObjectCreated:Put"
        ),
        authorized("s3-to-queue", time=0.01),
        e.NotificationSent(
            time=0.01,
            bucket=bucket,
            key="cat.jpg",
            destination=jobs,
            destination_kind="queue",
            message_id=message_id,
            message=S3_EVENT,
        ),
        e.NotificationRefused(
            time=0.01,
            bucket=bucket,
            key="cat.jpg",
            destination=jobs,
            destination_kind="queue",
            message=S3_EVENT,
            code="AccessDenied",
            reason="Access to the resource is denied.",
            note="S3 does not tell the uploader.",
        ),
        authorized("queue-to-function", time=0.02),
        e.BatchReceived(time=0.02, queue=jobs, messages=(MESSAGE,)),
        e.PollRefused(
            time=0.02, queue=jobs, code="AccessDenied", reason="…", waiting=2, note="undocumented"
        ),
        e.FunctionInvoked(
            time=0.02,
            function="thumbnail",
            request_id="r-1",
            payload={"Records": [{"messageId": message_id, "body": json.dumps(S3_EVENT)}]},
            cold_start=True,
        ),
        e.FunctionThrottled(time=0.02, function="thumbnail", reserved_concurrency=0),
        authorized("function-reads-uploads", time=0.02),
        authorized("function-writes-thumbnails", time=0.07),
        e.ThumbnailStored(
            time=0.07, bucket=thumbs, key="cat.jpg.webp", size=14_200, content_type="image/webp"
        ),
        denied("function-writes-metadata", time=0.08),
        e.ItemRecorded(time=0.08, table="images", image_id="3f2a", status="done", item=item),
        e.DuplicateSkipped(time=0.08, table="images", image_id="3f2a"),
        e.LogsWritten(
            time=0.09,
            log_group="/aws/lambda/thumbnail",
            log_stream="s",
            request_id="r-1",
            lines=("START RequestId: r-1", "END RequestId: r-1"),
            stored=True,
        ),
        e.FunctionReturned(
            time=0.09,
            function="thumbnail",
            request_id="r-1",
            response={"batchItemFailures": [{"itemIdentifier": message_id}]},
            duration_ms=64.2,
        ),
        e.FunctionFailed(
            time=0.09,
            function="thumbnail",
            request_id="r-1",
            error_type="ClientError",
            error_message="An error occurred (AccessDenied)",
            duration_ms=12.0,
        ),
        e.MessageDeleted(time=0.1, queue=jobs, message_id=message_id),
        e.DeleteRefused(
            time=0.1,
            queue=jobs,
            message_id=message_id,
            code="AccessDenied",
            reason="…",
            visible_in=180.0,
        ),
        e.MessageReturned(
            time=0.1,
            queue=jobs,
            message_id=message_id,
            receive_count=1,
            max_receive_count=5,
            visible_in=179.9,
        ),
        e.MessageDeadLettered(
            time=900,
            queue=jobs,
            dead_letter_queue=dead,
            message_id=message_id,
            receive_count=5,
            body=S3_EVENT,
            reason="not an image",
        ),
        e.MessageExpired(time=900, queue=jobs, message_id=message_id, body=S3_EVENT),
        e.MappingBackedOff(time=1, consecutive_errors=2, seconds=4.0, note="…"),
        e.MappingStateChanged(time=1, state="Disabled"),
        e.StreamRecordsReceived(time=1, table="images", records=(RECORD,)),
        e.StreamRecordsProcessed(time=1, table="images", records=(RECORD,)),
        e.StreamBatchRetried(
            time=1,
            table="images",
            first_sequence_number="111",
            last_sequence_number="222",
            attempt=2,
            wait=1.0,
            reason="it broke",
        ),
        e.StreamBatchSplit(
            time=1,
            table="images",
            first_sequence_number="111",
            last_sequence_number="222",
            sizes=(1, 1),
            reason="it broke",
        ),
        e.StreamRecordsDiscarded(
            time=1,
            table="images",
            records=(RECORD,),
            reason="RetryAttemptsExhausted",
            destination=None,
            message_id=None,
            note="",
        ),
        e.StreamPollRefused(
            time=1, table="images", code="AccessDeniedException", reason="…", waiting=1, note="…"
        ),
        e.InvocationQueued(
            time=1, function="thumbnail", request_id="r-1", payload=S3_EVENT, source="s3"
        ),
        e.InvocationRetried(
            time=1, function="thumbnail", request_id="r-1", attempt=1, wait=60.0, reason="it broke"
        ),
        e.InvocationDiscarded(
            time=181,
            function="thumbnail",
            request_id="r-1",
            condition="RetriesExhausted",
            reason="it broke",
            kept_by=(),
        ),
        e.DestinationSent(
            time=181,
            function="thumbnail",
            request_id="r-1",
            condition="RetriesExhausted",
            purpose="on-failure destination",
            destination=TOPOLOGY.queue.arn,
            document={"version": "1.0"},
            message_id=message_id,
        ),
        e.DestinationRefused(
            time=181,
            function="thumbnail",
            request_id="r-1",
            condition="RetriesExhausted",
            purpose="dead-letter queue",
            destination=TOPOLOGY.queue.arn,
            document=S3_EVENT,
            code="AccessDenied",
            reason="…",
        ),
        e.RecursionStopped(time=1, function="thumbnail", count=16, note="…"),
        e.TimeSkipped(time=180, seconds=180.0, until="a message is visible again"),
        e.PolicyChanged(time=1, policy="queue-policy", document=TOPOLOGY.policies["queue-policy"]),
        e.ArrowBroken(time=1, arrow="function-writes-metadata"),
        e.ArrowRestored(time=1, arrow="function-writes-metadata"),
        e.MessagesRedriven(time=1, queue=jobs, count=1),
        e.ItemsRead(time=1, operation="Query", count=1, scanned=1, items=(item,)),
        e.MessagePublished(
            time=1, topic="photos", message_id="p-1", body=S3_EVENT, attributes={}, subject=None
        ),
        e.SubscriptionDelivered(
            time=1,
            topic="photos",
            source_message_id="p-1",
            protocol="sqs",
            endpoint=TOPOLOGY.queue.arn,
            message_id=message_id,
            body={"Type": "Notification"},
        ),
        e.SubscriptionFiltered(
            time=1,
            topic="photos",
            source_message_id="p-1",
            endpoint=TOPOLOGY.queue.arn,
            filter_policy={"kind": ["order"]},
        ),
        e.SubscriptionRetried(
            time=1,
            topic="photos",
            source_message_id="p-1",
            endpoint=TOPOLOGY.queue.arn,
            attempt=4,
            wait=1.0,
            code="Throttling",
            reason="…",
        ),
        e.SubscriptionRefused(
            time=1,
            topic="photos",
            source_message_id="p-1",
            protocol="sqs",
            endpoint=TOPOLOGY.queue.arn,
            code="AccessDenied",
            reason="…",
            note="…",
            dead_letter_queue=None,
        ),
        e.EventPut(
            time=1,
            bus="default",
            event_id="e-1",
            source="aws.s3",
            detail_type="Object Created",
            envelope={"source": "aws.s3"},
        ),
        e.EventMatched(time=1, bus="default", rule="pictures", event_id="e-1"),
        e.EventUnmatched(time=1, bus="default", event_id="e-1"),
        e.TargetInvoked(
            time=1,
            rule="pictures",
            target=TOPOLOGY.queue.arn,
            target_kind="queue",
            source_message_id="e-1",
            message_id=message_id,
            body={"source": "aws.s3"},
        ),
        e.TargetRetried(
            time=1,
            rule="pictures",
            target=TOPOLOGY.queue.arn,
            event_id="e-1",
            attempt=1,
            wait=2.0,
            code="Throttling",
            reason="…",
        ),
        e.TargetRefused(
            time=1,
            rule="pictures",
            target=TOPOLOGY.queue.arn,
            event_id="e-1",
            code="AccessDenied",
            reason="…",
            note="…",
            dead_letter_queue="pictures-dead-letters",
        ),
        e.SandboxReset(time=1),
        progressed(done=40),
        e.InputsFinished(
            time=1,
            topology="orders",
            submitted=1,
            done=1,
            failed=0,
            inputs={"order.json": "billing done"},
        ),
        e.BurstFinished(
            time=9,
            uploaded=100,
            thumbnails=98,
            items=98,
            dead_lettered=2,
            refused=0,
            duplicates_skipped=1,
            seconds=4.0,
            photos_per_second=24.5,
            peak_memory_mb=180.0,
        ),
        e.RunFinished(
            time=1,
            uploaded=3,
            thumbnails=2,
            failed=1,
            dead_lettered=1,
            refused=0,
            waiting=0,
            not_uploaded=0,
        ),
    ]


def screen_text(app: App[Any]) -> str:
    """Return what the terminal shows, as text."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def event_classes() -> set[type[PipelineEvent]]:
    """Return every class of event that can happen."""
    return {
        kind
        for name, kind in vars(e).items()
        if isinstance(kind, type)
        and issubclass(kind, PipelineEvent)
        and kind is not PipelineEvent
        and not name.startswith("_")
    }
