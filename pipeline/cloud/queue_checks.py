"""What SQS refuses of a queue's attributes, and moto takes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
The ranges and rules are documented; of the words of the refusals some are not, and are ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.cloud.message_checks import LARGEST_MESSAGE
from pipeline.cloud.refusals import SqsRefusalError, invalid_value, refusing
from pipeline.cloud.stored_queues import StoredQueues
from pipeline.fidelity.sqs_attributes import allow_policy_of
from pipeline.gate.calls import ApiCall, Check

RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, LARGEST_MESSAGE),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
"""Least and most of each attribute that is a number: seconds, or bytes."""

SETTABLE = frozenset(RANGES) | {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
}
"""The attributes that there are to set."""

MOST_RECEIVES = 1000
MOST_SOURCES = 10
PERMISSIONS = ("allowAll", "denyAll", "byQueue")
Attributes = Mapping[str, str]


class QueueChecks:
    """Checks the attributes of one sandbox's queues."""

    def __init__(self, queues: StoredQueues, new_id: Callable[[], str]) -> None:
        self._queues = queues
        self._new_id = new_id

    def checks(self) -> dict[tuple[str, str], Check]:
        """Return the checks by service and operation; each lets go on what it does not refuse."""
        checked = {
            "CreateQueue": self._check_creation,
            "SetQueueAttributes": self._check_change,
        }
        return {
            ("sqs", operation): refusing(check, self._new_id)
            for operation, check in checked.items()
        }

    def _check_creation(self, call: ApiCall) -> None:
        name, attributes = call.parameters["QueueName"], call.parameters.get("Attributes") or {}
        fifo = str(attributes.get("FifoQueue", "false")).lower() == "true"
        if name.endswith(".fifo") and not fifo:
            raise SqsRefusalError(
                "InvalidParameterValue",
                "Can only include alphanumeric characters, hyphens, or underscores. "
                "1 to 80 in length",
            )
        self._check_attributes(name, attributes, fifo=fifo)

    def _check_change(self, call: ApiCall) -> None:
        name = str(call.parameters["QueueUrl"]).rpartition("/")[2]
        queue = self._queues.queue(name)
        if queue is not None:
            self._check_attributes(name, call.parameters["Attributes"], fifo=queue.fifo_queue)

    # -- attributes --

    def _check_attributes(self, name: str, attributes: Attributes, *, fifo: bool) -> None:
        for attribute in attributes:
            if attribute not in SETTABLE:
                raise SqsRefusalError("InvalidAttributeName", f"Unknown Attribute {attribute}.")
        for attribute, (least, most) in RANGES.items():
            if attribute in attributes and not _is_between(attributes[attribute], least, most):
                raise SqsRefusalError(
                    "InvalidAttributeValue", f"Invalid value for the parameter {attribute}."
                )
        if attributes.get("RedriveAllowPolicy"):
            _check_allow_policy(attributes["RedriveAllowPolicy"])
        if attributes.get("RedrivePolicy"):
            self._check_redrive_policy(name, attributes["RedrivePolicy"], fifo=fifo)

    def _check_redrive_policy(self, name: str, text: str, *, fifo: bool) -> None:
        policy = _as_map("RedrivePolicy", text, "Redrive policy")
        if not policy:
            return
        for part in ("deadLetterTargetArn", "maxReceiveCount"):
            if part not in policy:
                reason = f"Redrive policy does not contain mandatory attribute: {part}."
                raise invalid_value(text, "RedrivePolicy", reason)
        count, target = policy["maxReceiveCount"], str(policy["deadLetterTargetArn"])
        if not _is_between(count, 1, MOST_RECEIVES):
            reason = (
                f"Invalid value for maxReceiveCount: {count}, "
                f"valid values are from 1 to {MOST_RECEIVES} both inclusive."
            )
            raise invalid_value(text, "RedrivePolicy", reason)
        queue = self._queues.queue(target.rpartition(":")[2])
        if queue is None or queue.queue_arn != target:
            reason = "Dead letter target does not exist."
            raise invalid_value(text, "RedrivePolicy", reason)
        if queue.fifo_queue != fifo:
            reason = "Dead-letter queue must be same type of queue as the source."
            raise invalid_value(text, "RedrivePolicy", reason)
        source = f"{target.rpartition(':')[0]}:{name}"
        if not _is_allowed(source, allow_policy_of(queue)):
            reason = "The dead-letter queue's redrive allow policy does not permit this source."
            raise invalid_value(text, "RedrivePolicy", reason)


def _is_between(value: object, least: int, most: int) -> bool:
    try:
        return least <= int(str(value)) <= most
    except ValueError:
        return False


def _as_map(parameter: str, text: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid_value(text, parameter, f"{what} is not a valid JSON map.")
    return found


def _check_allow_policy(text: str) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""
    policy = _as_map("RedriveAllowPolicy", text, "Redrive allow policy")
    if not policy:
        return
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    if permission not in PERMISSIONS:
        reason = f"redrivePermission must be one of {', '.join(PERMISSIONS)}."
        raise invalid_value(text, "RedriveAllowPolicy", reason)
    if (permission == "byQueue") != bool(sources):
        reason = "sourceQueueArns is for the permission byQueue, which needs it."
        raise invalid_value(text, "RedriveAllowPolicy", reason)
    if sources and (not isinstance(sources, list) or len(sources) > MOST_SOURCES):
        reason = f"sourceQueueArns can hold up to {MOST_SOURCES} ARNs."
        raise invalid_value(text, "RedriveAllowPolicy", reason)


def _is_allowed(source: str, policy_text: str | None) -> bool:
    """Tell whether a queue may name another its dead-letter queue; without a policy all may."""
    policy = json.loads(policy_text) if policy_text else {}
    permission = policy.get("redrivePermission", "allowAll")
    return permission == "allowAll" or (
        permission == "byQueue" and source in policy.get("sourceQueueArns", ())
    )
