"""What a call that was answered means for the pipeline: told as events.

The gate sees every call; here the ones that move a photo become facts: an object stored (and S3's
notification due), a thumbnail stored, an item recorded, a message dead-lettered or expired.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.delivery.s3 import NOTED, S3Delivery
from pipeline.delivery.sns import SnsDelivery
from pipeline.gate.calls import ApiCall
from pipeline.lambda_service.recursion import RecursionDetection
from pipeline.notification import ObjectEvent
from pipeline.queueing.departures import DeadLettered, Departure
from pipeline.topology import Topology

UNKNOWN_REASON = "It was received too often without being deleted; no error is known."


@dataclass(slots=True)
class Observation:
    """Turns answered calls into events."""

    topology: Topology
    stored: Stored
    clock: Clock
    emit: e.Emit
    delivery: S3Delivery
    topics: SnsDelivery
    recursion: RecursionDetection
    reasons: MutableMapping[str, str]
    """For messages that failed, by message id: the last error the function met with it."""

    admit_session: Callable[..., None]
    """Lets the session of an AssumeRole answer in at the gate."""

    def __call__(self, call: ApiCall, answer: Mapping[str, Any], status: int) -> None:
        """Take one answered call."""
        self.recursion.note(call, answer, status)
        if status >= 300:
            self._see_failure(call, answer)
        elif call.service == "s3" and call.operation in NOTED:
            for event in self.delivery.note(call):
                if event.size is not None:
                    self._see_object(call, event)
        elif call.operation == "PutItem" and call.caller.actor == "function":
            self._see_item(call)
        elif call.service == "sns":
            self.topics.note(call, answer)
        elif call.operation == "AssumeRole":
            self.admit_session(answer, policy=call.parameters.get("Policy"))

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.stored.queues.forget()

    # -- seeing --

    def _see_object(self, call: ApiCall, stored: ObjectEvent) -> None:
        bucket, key, size = stored.bucket, stored.key, stored.size or 0
        if bucket.startswith("thumbnails-") and call.caller.actor == "function":
            self.emit(
                e.ThumbnailStored(
                    time=self.clock.elapsed(),
                    bucket=bucket,
                    key=key,
                    size=size,
                    content_type=str(call.parameters.get("ContentType", "")),
                )
            )
        else:
            self.emit(
                e.ObjectStored(
                    time=self.clock.elapsed(),
                    bucket=bucket,
                    key=key,
                    size=size,
                    event_name=stored.event_name,
                )
            )

    def _see_item(self, call: ApiCall) -> None:
        item = plain_item(call.parameters["Item"])
        self.emit(
            e.ItemRecorded(
                time=self.clock.elapsed(),
                table=call.parameters["TableName"],
                image_id=str(item[self._key_of(call.parameters["TableName"])]),
                status=str(item.get("status", "")),
                item=item,
            )
        )

    def _key_of(self, table: str) -> str:
        return next(t.partition_key for t in self.topology.tables if t.name == table)

    def _see_failure(self, call: ApiCall, answer: Mapping[str, Any]) -> None:
        """A claim that failed on an image already done is the idempotency at work."""
        code = answer.get("Error", {}).get("Code")
        if code != "ConditionalCheckFailedException" or call.caller.actor != "function":
            return
        stored = plain_item(answer.get("Item", {}))
        if stored.get("status") == "done":
            self.emit(
                e.DuplicateSkipped(
                    time=self.clock.elapsed(),
                    table=call.parameters["TableName"],
                    image_id=str(stored[self._key_of(call.parameters["TableName"])]),
                )
            )

    def see_departure(self, departure: Departure) -> None:
        """Take one message that left its queue otherwise than by being deleted."""
        message = departure.message
        reason = self.reasons.pop(message.message_id, UNKNOWN_REASON)
        if isinstance(departure, DeadLettered):
            self.emit(
                e.MessageDeadLettered(
                    time=self.clock.elapsed(),
                    queue=_name(departure.queue),
                    dead_letter_queue=_name(departure.target),
                    message_id=message.message_id,
                    receive_count=message.receive_count,
                    body=_document(message.body),
                    reason=reason,
                )
            )
        else:
            self.emit(
                e.MessageExpired(
                    time=self.clock.elapsed(),
                    queue=_name(departure.queue),
                    message_id=message.message_id,
                    body=_document(message.body),
                )
            )


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def plain_item(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item with plain values: text, whole numbers and fractions."""
    deserialize = TypeDeserializer().deserialize
    return {name: _number(deserialize(value)) for name, value in attributes.items()}


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _document(body: str) -> e.Json:
    try:
        return json.loads(body)
    except ValueError:
        return body
