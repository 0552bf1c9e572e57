"""Checks that SNS makes of publishing and subscribing, and that moto makes in part or not at all.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_topics import StoredSubscription, subscription, subscriptions
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.matching.filter_policy import ATTRIBUTES, SCOPES, ScopeError, parse_filter_policy
from pipeline.matching.problems import PatternError

LARGEST_MESSAGE = 262_144
"""Bytes of a message with its attributes, unless the topic's ``MaximumMessageSize`` is smaller."""

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_QUEUE_ARN = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+")


class _RefusedError(Exception):
    """A call that SNS refuses."""

    def __init__(self, message: str, code: str = "InvalidParameter") -> None:
        super().__init__(message)
        self.code = code


def topic_checks(stored: Stored, new_id: Callable[[], str]) -> dict[tuple[str, str], Check]:
    """Return the checks by service and operation."""

    def check_of(examine: Callable[[Stored, Mapping[str, Any]], None]) -> Check:
        def check(call: ApiCall) -> wire.WireResponse | None:
            try:
                examine(stored, call.parameters)
            except _RefusedError as refused:
                return wire.error(
                    "sns",
                    refused.code,
                    str(refused),
                    400,
                    protocol=call.protocol,
                    request_id=new_id(),
                )
            return None

        return check

    return {
        ("sns", "Publish"): check_of(_publish),
        ("sns", "PublishBatch"): check_of(_publish_batch),
        ("sns", "Subscribe"): check_of(_subscribe),
        ("sns", "SetSubscriptionAttributes"): check_of(_set_attribute),
    }


# -- publishing --


def _publish(stored: Stored, request: Mapping[str, Any]) -> None:
    if not request["Message"]:
        raise _RefusedError("Invalid parameter: Empty message")
    if message_size(request) > _largest(stored, request.get("TopicArn")):
        raise _RefusedError("Invalid parameter: Message too long")
    if request.get("MessageStructure") == "json":
        _demand_default(request["Message"])


def _largest(stored: Stored, topic_arn: str | None) -> int:
    topic = stored.backend("sns", stored.region).topics.get(topic_arn)
    return min(LARGEST_MESSAGE, int(getattr(topic, "maximum_message_size", LARGEST_MESSAGE)))


def _demand_default(message: str) -> None:
    try:
        texts = json.loads(message)
    except ValueError as error:
        raise _RefusedError(
            "Invalid parameter: Message Structure - JSON message body failed to parse"
        ) from error
    if not isinstance(texts, dict) or "default" not in texts:
        raise _RefusedError(
            "Invalid parameter: Message Structure - No default entry in JSON message body"
        )


def message_size(request: Mapping[str, Any]) -> int:
    """Return the bytes that count: the message in UTF-8, and its attributes' names, types, values.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
    """
    total = len(request["Message"].encode())
    for name, attribute in (request.get("MessageAttributes") or {}).items():
        value = attribute.get("StringValue", attribute.get("BinaryValue", b""))
        total += len(name.encode()) + len(attribute["DataType"].encode())
        total += len(value.encode() if isinstance(value, str) else value)
    return total


def _publish_batch(stored: Stored, request: Mapping[str, Any]) -> None:
    """Refuse a whole batch; ids that repeat and more than ten entries are moto's to refuse."""
    entries = request["PublishBatchRequestEntries"]
    if not entries:
        raise _RefusedError("The batch request doesn't contain any entries.", "EmptyBatchRequest")
    for entry in entries:
        if _ENTRY_ID.fullmatch(entry["Id"]) is None:
            raise _RefusedError(
                "The Id of a batch entry in a batch request doesn't abide by the specification.",
                "InvalidBatchEntryId",
            )
    if sum(map(message_size, entries)) > LARGEST_MESSAGE:
        raise _RefusedError(
            "The length of all the batch messages put together is more than the limit.",
            "BatchRequestTooLong",
        )
    for entry in entries:
        _publish(stored, {"TopicArn": request["TopicArn"], **entry})


# -- subscribing --


def _subscribe(stored: Stored, request: Mapping[str, Any]) -> None:
    attributes = request.get("Attributes") or {}
    where = "Attributes Reason: "
    scope = attributes.get("FilterPolicyScope", ATTRIBUTES)
    for name, value in attributes.items():
        _attribute(name, value, scope, request["Protocol"], where)
    same = next(
        (
            each
            for each in subscriptions(stored, request["TopicArn"])
            if (each.protocol, each.endpoint) == (request["Protocol"], request.get("Endpoint"))
        ),
        None,
    )
    if same is not None and not _has(same, attributes):
        raise _RefusedError(
            f"Invalid parameter: {where}Subscription already exists with different attributes"
        )


def _has(existing: StoredSubscription, attributes: Mapping[str, str]) -> bool:
    """Tell whether a subscription has the attributes that it is asked to have."""
    held = {
        "RawMessageDelivery": str(existing.is_raw).lower(),
        "FilterPolicy": existing.filter_text,
        "FilterPolicyScope": existing.filter_scope,
    }
    return all(held.get(name, value) == value for name, value in attributes.items())


def _set_attribute(stored: Stored, request: Mapping[str, Any]) -> None:
    existing = subscription(stored, request["SubscriptionArn"])
    if existing is None:
        return
    name, value = request["AttributeName"], request.get("AttributeValue", "")
    _attribute(name, value, existing.filter_scope, existing.protocol, "")
    if name == "FilterPolicyScope" and existing.filter_text:
        _filter_policy(existing.filter_text, value, "")


def _attribute(name: str, value: str, scope: str, protocol: str, where: str) -> None:
    if name == "FilterPolicy" and value:
        _filter_policy(value, scope, where)
    elif name == "FilterPolicyScope" and value not in SCOPES:
        raise _RefusedError(
            f"Invalid parameter: {where}FilterPolicyScope: Invalid value [{value}]. "
            "Please use either MessageBody or MessageAttributes"
        )
    elif name == "RedrivePolicy" and value:
        _redrive_policy(value, where)
    elif name == "RawMessageDelivery" and value.lower() == "true" and protocol == "lambda":
        raise _RefusedError(
            f"Invalid parameter: {where}RawMessageDelivery: "
            f"Delivery protocol [{protocol}] does not support raw message delivery."
        )


def _filter_policy(text: str, scope: str, where: str) -> None:
    try:
        parse_filter_policy(text, scope)
    except ScopeError as error:
        raise _RefusedError(f"Invalid parameter: {error}") from error
    except PatternError as error:
        raise _RefusedError(f"Invalid parameter: {where}FilterPolicy: {error}") from error


def _redrive_policy(text: str, where: str) -> None:
    """A subscription's dead letters go to a queue, which is named by its ARN.

    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _RefusedError(
            f"Invalid parameter: {where}RedrivePolicy: failed to parse JSON."
        ) from error
    target = document.get("deadLetterTargetArn") if isinstance(document, dict) else None
    if not isinstance(target, str) or _QUEUE_ARN.fullmatch(target) is None:
        raise _RefusedError(
            f"Invalid parameter: {where}RedrivePolicy: deadLetterTargetArn is an invalid arn"
        )
