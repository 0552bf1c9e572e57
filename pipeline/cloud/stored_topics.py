"""What one account of the emulated cloud knows of its topics: their subscriptions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.matching.filter_policy import ATTRIBUTES, FilterPolicy, parse_filter_policy


@dataclass(frozen=True, slots=True)
class StoredSubscription:
    """One confirmed subscription of a topic."""

    arn: str
    protocol: str
    endpoint: str
    is_raw: bool
    filter_text: str
    """The filter policy as JSON text; empty without one."""

    filter_scope: str
    dead_letters_to: str | None
    """ARN of the subscription's dead-letter queue."""

    @property
    def filter_policy(self) -> FilterPolicy | None:
        """The parsed filter policy, or None without one."""
        if not self.filter_text:
            return None
        return parse_filter_policy(self.filter_text, self.filter_scope)


def subscriptions(stored: Stored, topic_arn: str) -> tuple[StoredSubscription, ...]:
    """Return a topic's confirmed subscriptions, in the order in which they were made."""
    records = stored.backend("sns", stored.region).subscriptions.values()
    return tuple(
        _subscription(record)
        for record in records
        if record.topic.arn == topic_arn and not _is_true(record.attributes["PendingConfirmation"])
    )


def subscription(stored: Stored, arn: str) -> StoredSubscription | None:
    """Return a subscription by its ARN, or None when there is none."""
    record = stored.backend("sns", stored.region).subscriptions.get(arn)
    return None if record is None else _subscription(record)


def is_fifo_topic(stored: Stored, topic_arn: str) -> bool:
    """Tell whether a topic is there and is a FIFO one."""
    topic = stored.backend("sns", stored.region).topics.get(topic_arn)
    return topic is not None and _is_true(topic.fifo_topic)


def _subscription(record: Any) -> StoredSubscription:
    attributes = record.attributes
    redrive = json.loads(attributes.get("RedrivePolicy") or "{}")
    return StoredSubscription(
        arn=record.arn,
        protocol=record.protocol,
        endpoint=record.endpoint,
        is_raw=_is_true(attributes.get("RawMessageDelivery")),
        filter_text=attributes.get("FilterPolicy") or "",
        filter_scope=attributes.get("FilterPolicyScope") or ATTRIBUTES,
        dead_letters_to=redrive.get("deadLetterTargetArn"),
    )


def _is_true(value: Any) -> bool:
    """Read what the API took as text and the emulator, now and then, as a truth value."""
    return str(value).lower() == "true"
