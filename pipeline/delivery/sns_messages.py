"""What SNS makes of a published message: an envelope for queues, an event for functions.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Attributes = Mapping[str, Mapping[str, Any]]
"""Message attributes as boto3 takes them: ``{name: {"DataType": …, "StringValue": …}}``."""


@dataclass(frozen=True, slots=True)
class Published:
    """A message that a topic took."""

    topic_arn: str
    message_id: str
    message: str
    subject: str | None
    attributes: Attributes
    published_at: str
    """ISO 8601 with milliseconds, in UTC."""

    is_structured: bool = False
    """Whether the message is a document with one text for each protocol."""

    group_id: str | None = None
    deduplication_id: str | None = None

    @property
    def topic(self) -> str:
        """The topic's name."""
        return self.topic_arn.rpartition(":")[2]

    def text_for(self, protocol: str) -> str:
        """Return the message as one protocol gets it."""
        if not self.is_structured:
            return self.message
        texts = json.loads(self.message)
        return str(texts.get(protocol, texts["default"]))

    @property
    def sent_attributes(self) -> Attributes:
        """The attributes that are sent on: none with a structured message.

        https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        """
        return {} if self.is_structured else self.attributes


def envelope(published: Published, subscription_arn: str) -> str:
    """Return the document that a queue gets without raw delivery, as JSON text."""
    document = _notification(published, subscription_arn, "sqs")
    if not document["MessageAttributes"]:
        del document["MessageAttributes"]
    if document["Subject"] is None:
        del document["Subject"]
    return json.dumps(document, indent=2, separators=(",", " : "), ensure_ascii=False)


def function_event(published: Published, subscription_arn: str) -> dict[str, Any]:
    """Return the event that a function gets; it spells two of the names in another way."""
    document = _notification(published, subscription_arn, "lambda")
    document["SigningCertUrl"] = document.pop("SigningCertURL")
    document["UnsubscribeUrl"] = document.pop("UnsubscribeURL")
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription_arn,
                "Sns": document,
            }
        ]
    }


def _notification(published: Published, subscription_arn: str, protocol: str) -> dict[str, Any]:
    endpoint = f"https://sns.{published.topic_arn.split(':')[3]}.amazonaws.com/"
    return {
        "Type": "Notification",
        "MessageId": published.message_id,
        "TopicArn": published.topic_arn,
        "Subject": published.subject,
        "Message": published.text_for(protocol),
        "Timestamp": published.published_at,
        "SignatureVersion": "1",
        "Signature": _signature(published),
        "SigningCertURL": f"{endpoint}SimpleNotificationService-{'0' * 32}.pem",
        "UnsubscribeURL": f"{endpoint}?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
        "MessageAttributes": {
            name: {"Type": attribute["DataType"], "Value": _value(attribute)}
            for name, attribute in published.sent_attributes.items()
        },
    }


def _value(attribute: Mapping[str, Any]) -> str:
    if "BinaryValue" not in attribute:
        return str(attribute["StringValue"])
    binary = attribute["BinaryValue"]
    return base64.b64encode(binary.encode() if isinstance(binary, str) else binary).decode()


def _signature(published: Published) -> str:
    """Return what has the length of a signature and verifies nothing: no key stands behind it."""
    seed = f"{published.topic_arn} {published.message_id}".encode()
    return base64.b64encode(hashlib.shake_256(seed).digest(256)).decode()
