"""Queues to try: the same few calls on plain moto and in a sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


class Queues:
    """A client of SQS with short names for what the contracts try."""

    def __init__(self, sqs: Any) -> None:
        self.sqs = sqs

    def create(self, name: str = "q", **attributes: str) -> str:
        """Create a queue and return its URL."""
        if name.endswith(".fifo"):
            attributes = {"FifoQueue": "true", **attributes}
        url: str = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def arn(self, url: str) -> str:
        """Return a queue's ARN."""
        return self.attribute(url, "QueueArn")

    def attribute(self, url: str, name: str) -> str:
        """Return one attribute of a queue."""
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return str(found["Attributes"][name])

    def counts(self, url: str) -> tuple[int, int, int]:
        """Return how many messages are visible, in flight and delayed."""
        names = ("", "NotVisible", "Delayed")
        visible, in_flight, delayed = (
            int(self.attribute(url, f"ApproximateNumberOfMessages{name}")) for name in names
        )
        return visible, in_flight, delayed

    def send(self, url: str, body: str = "hello", **more: Any) -> Any:
        """Send a message and return the answer."""
        return self.sqs.send_message(QueueUrl=url, MessageBody=body, **more)

    def put(self, url: str, body: str, group: str, **more: Any) -> Any:
        """Send a message to a FIFO queue."""
        more.setdefault("MessageDeduplicationId", body)
        return self.send(url, body, MessageGroupId=group, **more)

    def receive(self, url: str, count: int = 1, **more: Any) -> list[Any]:
        """Receive messages with all their attributes."""
        answer = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=count,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            **more,
        )
        found: list[Any] = answer.get("Messages", [])
        return found

    def bodies(self, url: str, count: int = 10, **more: Any) -> list[str]:
        """Receive messages and return their bodies."""
        return [message["Body"] for message in self.receive(url, count, **more)]

    def delete(self, url: str, message: Any) -> None:
        """Delete a received message."""
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def with_dead_letters(self, receives: int = 1, suffix: str = "") -> tuple[str, str]:
        """Create a queue and its dead-letter queue; return both URLs."""
        dead = self.create(f"dead{suffix}")
        policy = f'{{"deadLetterTargetArn": "{self.arn(dead)}", "maxReceiveCount": "{receives}"}}'
        return self.create(f"source{suffix}", RedrivePolicy=policy), dead

    def refusal(self, operation: str, **parameters: Any) -> tuple[str, str]:
        """Make a call that is refused; return the code and the text."""
        with pytest.raises(ClientError) as refused:
            getattr(self.sqs, operation)(**parameters)
        error = refused.value.response["Error"]
        return error["Code"], error["Message"]
