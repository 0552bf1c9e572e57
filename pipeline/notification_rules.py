"""A bucket's notification configuration: its entries, and what they cover.

Configurations are in the shape that boto3 takes
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html);
how filters are written and when they overlap:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

QUEUE, TOPIC, FUNCTION, BUS = "queue", "topic", "function", "bus"

SERVICES = {TOPIC: "sns", QUEUE: "sqs", FUNCTION: "lambda"}
"""Which service a destination of each kind belongs to."""

LISTS = {
    TOPIC: ("TopicConfigurations", "TopicArn"),
    QUEUE: ("QueueConfigurations", "QueueArn"),
    FUNCTION: ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
}
"""Where a configuration has the entries of each kind, and their ARNs."""


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """One destination of a bucket's events."""

    rule_id: str
    kind: str
    """queue, topic, function or bus."""

    arn: str
    events: tuple[str, ...] = ()
    """``s3:ObjectCreated:*`` …; none for the bus, which gets every event."""

    prefix: str = ""
    suffix: str = ""
    is_filtered: bool = False
    """Whether the entry has a filter at all, be it an empty one."""

    @property
    def destination(self) -> str:
        """The name of the queue, topic, function (without alias) or bus."""
        resource = self.arn.split(":", 5)[5]
        if self.kind == BUS:
            return resource.removeprefix("event-bus/")
        return resource.removeprefix("function:").partition(":")[0]

    def wants(self, event_name: str, key: str) -> bool:
        """Say whether an event (``ObjectCreated:Put``) of a key goes to this destination."""
        if self.kind == BUS:
            return True
        covered = any(event_matches(name, event_name) for name in self.events)
        return covered and key_matches(key, self.prefix, self.suffix)


def event_matches(configured: str, event_name: str) -> bool:
    """Say whether a configured event covers one that happened.

    ``s3:ObjectCreated:*`` covers ``ObjectCreated:Put``; ``s3:ObjectCreated:Put`` does not cover
    ``ObjectCreated:CompleteMultipartUpload``
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html).
    """
    wanted = configured.removeprefix("s3:")
    if wanted.endswith(":*"):
        return event_name.startswith(wanted.removesuffix("*"))
    return event_name == wanted


def key_matches(key: str, prefix: str = "", suffix: str = "") -> bool:
    """Say whether a filter's prefix and suffix cover a key; letters' case counts."""
    return key.startswith(prefix) and key.endswith(suffix)


def rules_of(configuration: Mapping[str, Any]) -> tuple[NotificationRule, ...]:
    """Return the topics, queues and functions of a configuration, in S3's order.

    A filter's value is written as in a URL, with ``+`` for a space; rules have it as in a key.
    """
    return tuple(
        rule_of(kind, entry[arn_name], entry)
        for kind, (list_name, arn_name) in LISTS.items()
        for entry in configuration.get(list_name) or ()
    )


def rule_of(kind: str, arn: str, entry: Mapping[str, Any]) -> NotificationRule:
    """Return one entry of a configuration as a rule."""
    values = {name.lower(): unquote_plus(value) for name, value in filters_of(entry)}
    return NotificationRule(
        str(entry.get("Id") or ""),
        kind,
        arn,
        tuple(entry.get("Events") or ()),
        values.get("prefix", ""),
        values.get("suffix", ""),
        bool(values),
    )


def filters_of(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and values of an entry's filter rules, as they were put."""
    key = (entry.get("Filter") or {}).get("Key") or {}
    return [
        (str(rule.get("Name") or ""), str(rule.get("Value") or ""))
        for rule in key.get("FilterRules") or ()
    ]


def overlap(one: NotificationRule, other: NotificationRule) -> bool:
    """Say whether two entries of a configuration could both cover one event of one key.

    Prefixes overlap when one begins with the other, suffixes when one ends with the other; no
    prefix begins every key. Which destinations they name does not matter.
    """
    return (
        any(share(a, b) for a in one.events for b in other.events)
        and (one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix))
        and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix))
    )


def share(one: str, other: str) -> bool:
    """Say whether two configured events cover an event in common."""
    return event_matches(one, other.removeprefix("s3:")) or event_matches(
        other, one.removeprefix("s3:")
    )
