"""SNS's deliveries: each published message to the queues and functions that are subscribed.

Every subscription gets the message by itself, as ``sns.amazonaws.com`` with the topic as
``aws:SourceArn``: a queue's policy must allow sqs:SendMessage, a function's lambda:InvokeFunction
(https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html). One that refuses
stops no other. What an endpoint refuses is not retried: it goes to the subscription's dead-letter
queue, or is lost (https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html).

Other protocols (email, HTTP, SMS …) are accepted by the topic and get nothing here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_topics import StoredSubscription, is_fifo_topic, subscriptions
from pipeline.delivery.documents import document_of
from pipeline.delivery.failures import Failure, failure_of
from pipeline.delivery.s3_destinations import Connect, queue_url
from pipeline.delivery.sns_messages import Published, envelope, function_event
from pipeline.delivery.waiting import Waiting
from pipeline.gate.calls import ApiCall

PRINCIPAL = "sns.amazonaws.com"
MOST_RAW_ATTRIBUTES = 10
"""https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html"""

NOT_RETRIED = "SNS does not retry what an endpoint refuses (a client-side error)"
EXHAUSTED = "SNS retried over 23 days and gave up"

LOST = "without a dead-letter queue that takes it, the message is lost for this subscription"

MOST_RETRIES = 100_015


def retry_wait(retries: int) -> float:
    """Return the seconds before a retry, by the number of retries before it.

    For queues and functions AWS documents 3 at once, 2 after a second each, 10 that back off from
    1 second to 20, and 100,000 every 20 seconds, with a jitter that is left out here; the curve of
    the backoff is not documented, and taken to double.
    https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    if retries < 3:
        return 0.0
    if retries < 5:
        return 1.0
    return min(20.0, 2.0 ** min(retries - 5, 5))


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A message on its way to one subscription."""

    published: Published
    subscription: StoredSubscription
    due_at: float
    """Epoch seconds."""

    attempts: int = 0

    @property
    def body(self) -> str:
        """What is delivered."""
        if self.subscription.protocol == "lambda":
            return json.dumps(function_event(self.published, self.subscription.arn))
        if self.subscription.is_raw:
            return self.published.text_for(self.subscription.protocol)
        return envelope(self.published, self.subscription.arn)


@dataclass(slots=True)
class SnsDelivery:
    """SNS's side of the topics of one account."""

    waits_for: ClassVar[str] = "SNS tries a delivery again"

    stored: Stored
    clock: Clock
    emit: e.Emit
    connect: Connect
    _waiting: Waiting[_Delivery] = field(default_factory=Waiting)

    # -- after a message was published --

    def note(self, call: ApiCall, answer: Mapping[str, Any]) -> None:
        """Note what is due after an answered Publish or PublishBatch; other calls mean nothing."""
        topic = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
        if call.service != "sns" or topic is None:
            return
        if call.operation == "Publish" and "MessageId" in answer:
            self._take(topic, call.parameters, answer["MessageId"])
        elif call.operation == "PublishBatch":
            taken = {entry["Id"]: entry["MessageId"] for entry in answer.get("Successful", ())}
            for entry in call.parameters["PublishBatchRequestEntries"]:
                if entry["Id"] in taken:
                    self._take(topic, entry, taken[entry["Id"]])

    def _take(self, topic: str, request: Mapping[str, Any], message_id: str) -> None:
        published = Published(
            topic_arn=topic,
            message_id=message_id,
            message=request["Message"],
            subject=request.get("Subject"),
            attributes=request.get("MessageAttributes") or {},
            published_at=self.clock.iso(),
            is_structured=request.get("MessageStructure") == "json",
            group_id=request.get("MessageGroupId"),
            deduplication_id=self._deduplication_id(topic, request),
        )
        self.emit(
            e.MessagePublished(
                time=self.clock.elapsed(),
                topic=published.topic,
                message_id=message_id,
                body=document_of(published.message),
                attributes=published.attributes,
                subject=published.subject,
            )
        )
        for subscription in subscriptions(self.stored, topic):
            if subscription.protocol in {"sqs", "lambda"}:
                self._waiting.add(_Delivery(published, subscription, self.clock.now()))

    def _deduplication_id(self, topic: str, request: Mapping[str, Any]) -> str | None:
        """Return what a FIFO queue is to tell repetitions by: as given, or the body's hash."""
        given = request.get("MessageDeduplicationId")
        if given is not None or not is_fifo_topic(self.stored, topic):
            return given
        return hashlib.sha256(request["Message"].encode()).hexdigest()

    # -- as an agent --

    def due_at(self) -> float | None:
        """Return when the next delivery is due, in epoch seconds; None when nothing waits."""
        return self._waiting.due_at()

    def act(self) -> bool:
        """Deliver what is due, in order; tell whether anything was."""
        acted = False
        for delivery in self._waiting.due(self.clock.now()):
            acted = True
            self._deliver(delivery)
        return acted

    def forget(self) -> None:
        """Drop everything: the cloud is empty."""
        self._waiting.clear()

    # -- delivering --

    def _deliver(self, delivery: _Delivery) -> None:
        published, subscription = delivery.published, delivery.subscription
        policy = subscription.filter_policy
        if policy is not None and not policy.accepts(published.attributes, published.message):
            self.emit(
                e.SubscriptionFiltered(
                    time=self.clock.elapsed(),
                    topic=published.topic,
                    source_message_id=published.message_id,
                    endpoint=subscription.endpoint,
                    filter_policy=json.loads(subscription.filter_text),
                )
            )
            return
        try:
            message_id = self._send(delivery)
        except ClientError as error:
            self._fail(delivery, failure_of(error))
            return
        except _TooManyAttributesError as error:
            self._fail(delivery, Failure("InvalidParameterValue", str(error), may_pass=False))
            return
        self.emit(
            e.SubscriptionDelivered(
                time=self.clock.elapsed(),
                topic=published.topic,
                source_message_id=published.message_id,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                message_id=message_id,
                body=document_of(delivery.body),
            )
        )

    def _send(self, delivery: _Delivery) -> str:
        """Hand a message to its endpoint; return the id that the endpoint answered with."""
        subscription = delivery.subscription
        if subscription.protocol == "sqs":
            return self._send_to_queue(delivery, subscription.endpoint)
        client = self.connect(PRINCIPAL, delivery.published.topic_arn, "lambda")
        answer = client.invoke(
            FunctionName=subscription.endpoint, InvocationType="Event", Payload=delivery.body
        )
        return str(answer["ResponseMetadata"]["RequestId"])

    def _send_to_queue(self, delivery: _Delivery, queue_arn: str) -> str:
        published = delivery.published
        request: dict[str, Any] = {
            "QueueUrl": queue_url(queue_arn),
            "MessageBody": delivery.body,
        }
        if delivery.subscription.is_raw and published.sent_attributes:
            if len(published.sent_attributes) > MOST_RAW_ATTRIBUTES:
                raise _TooManyAttributesError(len(published.sent_attributes))
            request["MessageAttributes"] = published.sent_attributes
        if queue_arn.endswith(".fifo"):
            request["MessageGroupId"] = published.group_id
            request["MessageDeduplicationId"] = published.deduplication_id
        client = self.connect(PRINCIPAL, published.topic_arn, "sqs")
        return str(client.send_message(**request)["MessageId"])

    def _fail(self, delivery: _Delivery, failure: Failure) -> None:
        published, subscription = delivery.published, delivery.subscription
        if failure.may_pass and delivery.attempts < MOST_RETRIES:
            wait = retry_wait(delivery.attempts)
            again = replace(
                delivery, due_at=self.clock.now() + wait, attempts=delivery.attempts + 1
            )
            self._waiting.add(again)
            self.emit(
                e.SubscriptionRetried(
                    time=self.clock.elapsed(),
                    topic=published.topic,
                    source_message_id=published.message_id,
                    endpoint=subscription.endpoint,
                    attempt=again.attempts,
                    wait=wait,
                    code=failure.code,
                    reason=failure.reason,
                )
            )
            return
        queue = self._dead_letter(delivery)
        why = EXHAUSTED if failure.may_pass else NOT_RETRIED
        end = f"the message is in {queue}" if queue else LOST
        self.emit(
            e.SubscriptionRefused(
                time=self.clock.elapsed(),
                topic=published.topic,
                source_message_id=published.message_id,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                code=failure.code,
                reason=failure.reason,
                note=f"{why}: {end}.",
                dead_letter_queue=queue,
            )
        )

    def _dead_letter(self, delivery: _Delivery) -> str | None:
        """Send what cannot be delivered to the dead-letter queue; return its name if it went."""
        queue_arn = delivery.subscription.dead_letters_to
        if queue_arn is None:
            return None
        client = self.connect(PRINCIPAL, delivery.published.topic_arn, "sqs")
        try:
            client.send_message(QueueUrl=queue_url(queue_arn), MessageBody=delivery.body)
        except ClientError:
            return None
        return queue_arn.rpartition(":")[2]


class _TooManyAttributesError(Exception):
    """Raw delivery of more message attributes than a queue takes."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"Number of message attributes [{count}] exceeds the allowed maximum "
            f"[{MOST_RAW_ATTRIBUTES}]."
        )
