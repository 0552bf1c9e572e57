"""How S3 hands a message to each kind of destination: as ``s3.amazonaws.com``, for a bucket.

What the destination's policy must allow, with the bucket as ``aws:SourceArn`` and its account as
``aws:SourceAccount``: sqs:SendMessage, sns:Publish, lambda:InvokeFunction
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).
A function is invoked asynchronously (https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.notification import Message
from pipeline.notification_rules import FUNCTION, QUEUE, SERVICES, NotificationRule

PRINCIPAL = "s3.amazonaws.com"

SUBJECT = "Amazon S3 Notification"
"""The subject of what S3 publishes to a topic."""

Connect = Callable[[str, str, str], Any]
"""For a service's principal, the ARN it acts for, and boto3's name of a service: a client."""


@dataclass(frozen=True, slots=True)
class Destinations:
    """The queues, topics and functions that S3 can reach."""

    connect: Connect

    def send(self, bucket: str, rule: NotificationRule, message: Message) -> str:
        """Give a message to a destination; return the id that its service answered with.

        Raises:
            ClientError: The destination did not take it.
        """
        client = self._client(bucket, rule)
        body = json.dumps(message)
        if rule.kind == QUEUE:
            sent = client.send_message(QueueUrl=queue_url(rule.arn), MessageBody=body)
            return str(sent["MessageId"])
        if rule.kind == FUNCTION:
            sent = client.invoke(FunctionName=rule.arn, InvocationType="Event", Payload=body)
            return str(sent["ResponseMetadata"]["RequestId"])
        sent = client.publish(TopicArn=rule.arn, Subject=SUBJECT, Message=body)
        return str(sent["MessageId"])

    def ask(self, bucket: str, rule: NotificationRule) -> None:
        """Ask whether S3 may invoke a function, without invoking it; ``ClientError`` if not."""
        self._client(bucket, rule).invoke(FunctionName=rule.arn, InvocationType="DryRun")

    def _client(self, bucket: str, rule: NotificationRule) -> Any:
        return self.connect(PRINCIPAL, f"arn:aws:s3:::{bucket}", SERVICES[rule.kind])


def queue_url(arn: str) -> str:
    """Return the URL of a queue in the form the service gives it."""
    _, _, _, region, account, name = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"
