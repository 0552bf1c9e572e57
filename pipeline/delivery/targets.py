"""How EventBridge hands an event to a rule's target, and to the target's dead-letter queue.

Everything is done as ``events.amazonaws.com`` with the rule as ``aws:SourceArn``: sqs:SendMessage,
lambda:InvokeFunction (asynchronously) or sns:Publish, which the target's policy must allow.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_rules import FUNCTION, QUEUE, StoredTarget, kind_of
from pipeline.delivery.failures import Failure
from pipeline.delivery.s3_destinations import Connect, queue_url
from pipeline.matching.target_input import compact

PRINCIPAL = "events.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Targets:
    """The queues, functions and topics that rules can reach."""

    connect: Connect
    stored: Stored

    def send(self, rule_arn: str, target: StoredTarget, body: str) -> str:
        """Give a text to a target; return the id that its service answered with.

        Raises:
            ClientError: The target did not take it.
        """
        kind = kind_of(target.arn)
        if kind == QUEUE:
            return self._send_to_queue(rule_arn, target, body)
        if kind == FUNCTION:
            answer = self.connect(PRINCIPAL, rule_arn, "lambda").invoke(
                FunctionName=target.arn, InvocationType="Event", Payload=body
            )
            return str(answer["ResponseMetadata"]["RequestId"])
        topic = self.connect(PRINCIPAL, rule_arn, "sns")
        return str(topic.publish(TopicArn=target.arn, Message=body)["MessageId"])

    def _send_to_queue(self, rule_arn: str, target: StoredTarget, body: str) -> str:
        request: dict[str, Any] = {"QueueUrl": queue_url(target.arn), "MessageBody": body}
        group = (target.settings.get("SqsParameters") or {}).get("MessageGroupId")
        if group:
            request["MessageGroupId"] = group
        return str(self.connect(PRINCIPAL, rule_arn, "sqs").send_message(**request)["MessageId"])

    def dead_letter(
        self,
        rule_arn: str,
        target: StoredTarget,
        event: Mapping[str, Any],
        failure: Failure,
        *,
        retries: int,
        exhausted: str | None,
    ) -> str | None:
        """Send an event that was given up to the dead-letter queue; return its name if it went.

        Args:
            rule_arn: The rule.
            target: The target that did not take it.
            event: The whole event, which is what the queue gets.
            failure: Why.
            retries: How often it was tried again.
            exhausted: Which limit of the retry policy was reached, if one was.
        """
        if target.dead_letters_to is None:
            return None
        attributes = {
            "RULE_ARN": rule_arn,
            "TARGET_ARN": target.arn,
            "ERROR_CODE": self._error_code(target.arn, failure),
            "ERROR_MESSAGE": failure.reason,
        }
        if exhausted is not None:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
            attributes["RETRY_ATTEMPTS"] = str(retries)
        try:
            self.connect(PRINCIPAL, rule_arn, "sqs").send_message(
                QueueUrl=queue_url(target.dead_letters_to),
                MessageBody=compact(event),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )
        except ClientError:
            return None
        return target.dead_letters_to.rpartition(":")[2]

    def _error_code(self, arn: str, failure: Failure) -> str:
        """Return the name that EventBridge has for a failure."""
        if failure.may_pass:
            return "THROTTLING" if failure.is_throttle else "INTERNAL_ERROR"
        if not self._exists(arn):
            return "NO_RESOURCE"
        return "NO_PERMISSIONS" if "AccessDenied" in failure.code else "SDK_CLIENT_ERROR"

    def _exists(self, arn: str) -> bool:
        name = arn.rpartition(":")[2]
        if kind_of(arn) == QUEUE:
            return self.stored.queue_exists(name)
        if kind_of(arn) == FUNCTION:
            return self.stored.function_role(name) is not None
        return arn in self.stored.backend("sns", self.stored.region).topics
