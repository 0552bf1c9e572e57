"""What S3 refuses in a notification configuration before it asks any destination.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html name the
faults; the texts are those that users of S3 report.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.notification_rules import (
    FUNCTION,
    LISTS,
    QUEUE,
    SERVICES,
    TOPIC,
    NotificationRule,
    filters_of,
    overlap,
    rules_of,
    share,
)

_ARGUMENTS = {TOPIC: "Topic", QUEUE: "Queue", FUNCTION: "CloudFunction"}
"""How S3's own XML, and so its errors, call a destination."""

_CREATED = ("Put", "Post", "Copy", "CompleteMultipartUpload")
_RESTORE = ("Post", "Completed", "Delete")
_REPLICATION = (
    "OperationFailedReplication",
    "OperationNotTracked",
    "OperationMissedThreshold",
    "OperationReplicatedAfterThreshold",
)
_GROUPS = {
    "ObjectCreated": _CREATED,
    "ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "ObjectRestore": _RESTORE,
    "Replication": _REPLICATION,
    "LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
    "ObjectTagging": ("Put", "Delete"),
    "ObjectAnnotation": ("Put", "Delete"),
}
_ALONE = (
    "ReducedRedundancyLostObject",
    "LifecycleTransition",
    "IntelligentTiering",
    "ObjectAcl:Put",
    "ObjectRetention:Put",
)
EVENTS = frozenset(
    {f"s3:{name}" for name in _ALONE}
    | {f"s3:{group}:{name}" for group, names in _GROUPS.items() for name in ("*", *names)}
)
"""What a configuration may name, as the API model lists it."""

LONGEST_FILTER = 1024
"""Bytes of UTF-8 in a filter's value."""

LONGEST_ID = 255

OVERLAP = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
    "prefixes are overlapping for the same event type."
)


class Refusal(NamedTuple):
    """Why S3 refuses a configuration as InvalidArgument, and the argument that it names, if any."""

    message: str
    argument: str = ""
    value: str = ""


def refusal(configuration: Mapping[str, Any], region: str) -> Refusal | None:
    """Return why S3 refuses a configuration for a bucket of a Region, before it asks destinations.

    Which fault S3 names first is not documented: here each entry's own, then those of pairs.
    """
    for kind, (list_name, arn_name) in LISTS.items():
        for entry in configuration.get(list_name) or ():
            found = (
                _arn_refusal(kind, entry[arn_name], region)
                or _events_refusal(tuple(entry.get("Events") or ()))
                or _filter_refusal(filters_of(entry))
                or _id_refusal(entry.get("Id") or "")
            )
            if found is not None:
                return found
    return _pair_refusal(rules_of(configuration))


def _arn_refusal(kind: str, arn: str, region: str) -> Refusal | None:
    """SNS and SQS FIFO destinations are not supported.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    The text for queues is reported by users; the one for topics is formed alike, not documented.
    """
    segments = arn.split(":", 5)
    argument = _ARGUMENTS[kind]
    if len(segments) < 6 or segments[0] != "arn" or not segments[5]:
        return Refusal("The ARN could not be parsed", argument, arn)
    if segments[2] != SERVICES[kind]:
        return Refusal("The ARN is not well formed", argument, arn)
    if segments[5].endswith(".fifo"):
        named = "SQS queues" if kind == QUEUE else "SNS topics"
        return Refusal(f"FIFO {named} are not supported.", argument, arn)
    if segments[3] != region:
        return Refusal(
            "The notification destination service region is not valid for the bucket location "
            "constraint",
            argument,
            arn,
        )
    return None


def _events_refusal(events: tuple[str, ...]) -> Refusal | None:
    for name in events:
        if name not in EVENTS:
            return Refusal("A specified event is not supported for notifications.", "Event", name)
    if any(share(a, b) for a, b in itertools.combinations(events, 2)):
        return Refusal(OVERLAP)
    return None


def _filter_refusal(filters: list[tuple[str, str]]) -> Refusal | None:
    names = [name.lower() for name, _ in filters]
    for name, value in filters:
        if name.lower() not in {"prefix", "suffix"}:
            message = "filter rule name must be either prefix or suffix"
            return Refusal(message, "FilterRule.Name", name)
        if names.count(name.lower()) > 1:
            return Refusal(f"Cannot specify more than one {name.lower()} rule in a filter.")
        if len(value.encode()) > LONGEST_FILTER:
            return Refusal(
                f"Size of filter rule value cannot exceed {LONGEST_FILTER} bytes in UTF-8 "
                "representation"
            )
    return None


def _id_refusal(rule_id: str) -> Refusal | None:
    if len(rule_id) > LONGEST_ID:
        return Refusal(f"ID length exceeded allowed limit of {LONGEST_ID}")
    return None


def _pair_refusal(rules: tuple[NotificationRule, ...]) -> Refusal | None:
    ids = [rule.rule_id for rule in rules if rule.rule_id]
    if len(ids) != len(set(ids)):
        return Refusal("Same ID used for multiple configurations. IDs must be unique.")
    for one, other in itertools.combinations(rules, 2):
        if overlap(one, other):
            unfiltered = not one.is_filtered and not other.is_filtered
            return Refusal(OVERLAP if unfiltered else AMBIGUOUS)
    return None
