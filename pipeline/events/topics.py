"""Topics: what is published, and what becomes of it at each subscription."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePublished(PipelineEvent):
    """SNS took a message for a topic."""

    topic: str
    """The topic's name."""

    message_id: str
    body: Json
    """The message as it was published: a document where it is JSON, its text otherwise."""

    attributes: Json
    """Its message attributes by name: DataType and StringValue or BinaryValue."""

    subject: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDelivered(PipelineEvent):
    """SNS delivered a message to a subscription's endpoint."""

    topic: str
    source_message_id: str
    """The message's id at the topic."""

    protocol: str
    """sqs or lambda."""

    endpoint: str
    """ARN of the queue or function."""

    message_id: str
    """The id that the endpoint answered with: of its message, or of the function's request."""

    body: Json
    """What was delivered: the message itself, its envelope, or the function's event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFiltered(PipelineEvent):
    """A subscription's filter policy does not accept a message: it is not delivered there."""

    topic: str
    source_message_id: str
    endpoint: str
    filter_policy: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRetried(PipelineEvent):
    """A delivery failed for a reason that may pass; SNS tries again."""

    topic: str
    source_message_id: str
    endpoint: str
    attempt: int
    """How often it has been tried."""

    wait: float
    """Seconds until the next attempt."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRefused(PipelineEvent):
    """SNS gave a delivery up: the endpoint did not take the message."""

    topic: str
    source_message_id: str
    protocol: str
    endpoint: str
    code: str
    reason: str
    """The refusal, as the endpoint's service words it."""

    note: str
    """What AWS documents about it."""

    dead_letter_queue: str | None
    """Name of the subscription's dead-letter queue, if the message is there now; else lost."""
