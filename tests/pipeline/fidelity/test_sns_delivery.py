"""What SNS delivers, to whom, and what becomes of what it cannot deliver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from pipeline import events as e
from tests.pipeline.messaging import Messaging, messaging

DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
}


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


def plain_subscription(moto: boto3.Session, **attributes: str) -> tuple[Any, Any, str, str]:
    """Return clients of a plain moto, a topic's ARN and the URL of a queue subscribed to it."""
    sns, sqs = moto.client("sns"), moto.client("sqs")
    topic = sns.create_topic(Name="t")["TopicArn"]
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": json.dumps(DENY)})["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return sns, sqs, topic, url


def string(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def test_moto_alone_delivers_past_a_queue_policy_that_denies_everything(
    moto: boto3.Session,
) -> None:
    sns, sqs, topic, url = plain_subscription(moto)
    sns.publish(TopicArn=topic, Message="hello")

    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


@pytest.mark.fidelity(
    service="sns",
    behaviour="SNS delivers to a queue only what the queue's policy lets the topic send",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
    note="",
)
def test_a_queue_gets_only_what_its_policy_lets_the_topic_send(cloud: Messaging) -> None:
    topic, other = cloud.topic("orders"), cloud.topic("others")
    for name, lets_in in (("open", topic), ("closed", None), ("of-another", other)):
        cloud.subscribe(topic, cloud.queue(name, lets_in))

    message_id = cloud.publish(topic, "hello")

    assert len(cloud.received("open")) == 1
    assert cloud.received("closed") == cloud.received("of-another") == []
    (delivered,) = cloud.seen(e.SubscriptionDelivered)
    assert (delivered.source_message_id, delivered.topic) == (message_id, "orders")
    assert [x.code for x in cloud.seen(e.SubscriptionRefused)] == ["AccessDenied"] * 2


@pytest.mark.fidelity(
    service="sns",
    behaviour="Every confirmed subscription gets its own copy of a published message",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html",
    note="",
)
def test_every_subscription_gets_its_own_copy(cloud: Messaging) -> None:
    topic = cloud.topic()
    for name in ("billing", "shipping", "analytics"):
        cloud.subscribe(topic, cloud.queue(name, topic))

    cloud.publish(topic, "hello")

    ids = {cloud.received(name)[0]["MessageId"] for name in ("billing", "shipping", "analytics")}
    assert len(ids) == 3
    assert {x.message_id for x in cloud.seen(e.SubscriptionDelivered)} == ids


def test_moto_alone_signs_with_another_version_than_a_topics_default(moto: boto3.Session) -> None:
    sns, sqs, topic, url = plain_subscription(moto)
    sns.publish(TopicArn=topic, Message="hello")
    document = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])

    assert document["SignatureVersion"] == "2"


@pytest.mark.fidelity(
    service="sns",
    behaviour="Without raw delivery a queue gets the message in an envelope of JSON",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html",
    note="",
)
def test_a_queue_gets_the_message_in_an_envelope(cloud: Messaging) -> None:
    topic = cloud.topic()
    subscription = cloud.subscribe(topic, cloud.queue("q", topic))
    message_id = cloud.publish(
        topic, "hello", Subject="News", MessageAttributes={"kind": string("order")}
    )

    document = json.loads(cloud.bodies("q")[0])

    assert document.pop("Timestamp").startswith("2026-01-05T09:00:00.")
    assert document.pop("Signature")
    assert document.pop("SigningCertURL").startswith("https://sns.us-east-1.amazonaws.com/")
    assert document.pop("UnsubscribeURL").endswith(f"SubscriptionArn={subscription}")
    assert document == {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Subject": "News",
        "Message": "hello",
        "SignatureVersion": "1",
        "MessageAttributes": {"kind": {"Type": "String", "Value": "order"}},
    }


def test_an_envelope_has_no_subject_and_no_attributes_where_there_are_none(
    cloud: Messaging,
) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("q", topic))
    cloud.publish(topic, "hello")

    assert {"Subject", "MessageAttributes"}.isdisjoint(json.loads(cloud.bodies("q")[0]))


@pytest.mark.fidelity(
    service="sns",
    behaviour="A message is signed, so that whoever gets it can verify that it comes from SNS",
    verdict="simplified",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
    note="The signature has the shape of one and verifies nothing: no key stands behind it.",
)
def test_the_signature_has_the_shape_of_one(cloud: Messaging) -> None:
    import base64

    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("q", topic))
    cloud.publish(topic, "hello")

    assert len(base64.b64decode(json.loads(cloud.bodies("q")[0])["Signature"])) == 256


@pytest.mark.fidelity(
    service="sns",
    behaviour="With raw delivery a queue gets the message as it was published, and its attributes",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html",
    note="",
)
def test_raw_delivery_hands_on_the_message_and_its_attributes(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("raw", topic), RawMessageDelivery="true")
    wrapped = cloud.subscribe(topic, cloud.queue("wrapped", topic))
    cloud.sns.set_subscription_attributes(
        SubscriptionArn=wrapped, AttributeName="RawMessageDelivery", AttributeValue="false"
    )

    cloud.publish(topic, "hello", MessageAttributes={"kind": string("order")})

    (message,) = cloud.received("raw")
    assert message["Body"] == "hello"
    assert message["MessageAttributes"] == {"kind": string("order")}
    assert json.loads(cloud.bodies("wrapped")[0])["Message"] == "hello"


@pytest.mark.fidelity(
    service="sns",
    behaviour="A message of more than ten attributes is discarded by raw delivery to a queue",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html",
    note="",
)
def test_raw_delivery_takes_ten_attributes_and_not_eleven(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("raw", topic), RawMessageDelivery="true")
    cloud.subscribe(topic, cloud.queue("wrapped", topic))

    cloud.publish(topic, "10", MessageAttributes={f"a{i}": string("x") for i in range(10)})
    cloud.publish(topic, "11", MessageAttributes={f"a{i}": string("x") for i in range(11)})

    assert cloud.bodies("raw") == ["10"]
    assert len(cloud.received("wrapped")) == 2
    (refused,) = cloud.seen(e.SubscriptionRefused)
    assert refused.reason == "Number of message attributes [11] exceeds the allowed maximum [10]."


def test_moto_alone_knows_no_filter_policy_with_a_wildcard(moto: boto3.Session) -> None:
    sns = moto.client("sns")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Unrecognized match type"):
        plain_subscription(moto, FilterPolicy='{"kind": [{"wildcard": "order-*"}]}')


@pytest.mark.fidelity(
    service="sns",
    behaviour="A filter policy keeps messages from a subscription by their attributes",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html",
    note="",
)
def test_a_filter_policy_asks_the_attributes(cloud: Messaging) -> None:
    topic = cloud.topic()
    policy = {"kind": [{"wildcard": "order-*"}], "price": [{"numeric": [">=", 100]}]}
    cloud.subscribe(
        topic, cloud.queue("big", topic), FilterPolicy=policy, RawMessageDelivery="true"
    )
    for message, kind, price in (
        ("a", "order-1", "100"),
        ("b", "order-2", "99"),
        ("c", "x", "500"),
    ):
        attributes = {
            "kind": string(kind),
            "price": {"DataType": "Number", "StringValue": price},
        }
        cloud.publish(topic, message, MessageAttributes=attributes)
    cloud.publish(topic, '{"kind": "order-3", "price": 100}')

    assert cloud.bodies("big") == ["a"]
    assert [x.filter_policy for x in cloud.seen(e.SubscriptionFiltered)] == [policy] * 3


@pytest.mark.fidelity(
    service="sns",
    behaviour="With the scope MessageBody a filter policy asks the message itself",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policy-scope.html",
    note="",
)
def test_a_filter_policy_asks_the_body(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(
        topic,
        cloud.queue("shipping", topic),
        FilterPolicy={"order": {"kind": ["ship"]}},
        FilterPolicyScope="MessageBody",
        RawMessageDelivery="true",
    )

    wanted = '{"order": {"kind": "ship"}}'
    for message in (wanted, '{"order": {"kind": "bill"}}', "no json"):
        cloud.publish(topic, message, MessageAttributes={"kind": string("ship")})

    assert cloud.bodies("shipping") == [wanted]


@pytest.mark.fidelity(
    service="sns",
    behaviour="What an endpoint refuses is not retried and goes to the subscription's dead letters",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
    note="",
)
def test_what_an_endpoint_refuses_goes_to_the_subscriptions_dead_letter_queue(
    cloud: Messaging,
) -> None:
    topic = cloud.topic()
    dead_letters = cloud.queue("dead", topic)
    cloud.subscribe(
        topic,
        cloud.queue("closed"),
        RedrivePolicy={"deadLetterTargetArn": dead_letters},
        RawMessageDelivery="true",
    )

    cloud.publish(topic, "hello")

    assert cloud.bodies("dead") == ["hello"]
    (refused,) = cloud.seen(e.SubscriptionRefused)
    assert refused.dead_letter_queue == "dead"
    assert cloud.seen(e.SubscriptionRetried) == []


def test_moto_alone_keeps_no_dead_letters_of_a_subscription(moto: boto3.Session) -> None:
    sns, sqs = moto.client("sns"), moto.client("sqs")
    topic = sns.create_topic(Name="t")["TopicArn"]
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:"
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"{arn}gone",
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": f"{arn}dead"})},
    )
    with pytest.raises(sns.exceptions.ClientError):
        sns.publish(TopicArn=topic, Message="hello")

    assert "Messages" not in sqs.receive_message(QueueUrl=dead)


@pytest.mark.fidelity(
    service="sns",
    behaviour="Without a dead-letter queue that takes it, a refused message is lost",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
    note="",
)
@pytest.mark.parametrize("redrive", ["none", "closed"])
def test_a_refused_message_is_lost_without_dead_letters(cloud: Messaging, redrive: str) -> None:
    topic = cloud.topic()
    policy = {"deadLetterTargetArn": cloud.queue("dead")}
    attributes = {"RedrivePolicy": policy} if redrive == "closed" else {}
    cloud.subscribe(topic, cloud.queue("closed"), **attributes)

    cloud.publish(topic, "hello")

    assert cloud.received("closed") == cloud.received("dead") == []
    (refused,) = cloud.seen(e.SubscriptionRefused)
    assert refused.dead_letter_queue is None
    assert "lost" in refused.note


@pytest.mark.fidelity(
    service="sns",
    behaviour="Each entry of a batch that is taken is delivered",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html",
    note="",
)
def test_each_entry_of_a_batch_is_delivered(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("q", topic), RawMessageDelivery="true")
    answer = cloud.sns.publish_batch(
        TopicArn=topic,
        PublishBatchRequestEntries=[{"Id": i, "Message": f"message {i}"} for i in "ab"],
    )
    cloud.arrive()

    assert cloud.bodies("q") == ["message a", "message b"]
    published = [x.message_id for x in cloud.seen(e.MessagePublished)]
    assert published == [entry["MessageId"] for entry in answer["Successful"]]


@pytest.mark.fidelity(
    service="sns",
    behaviour="A structured message has a text of its own for each protocol",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    note="",
)
def test_a_structured_message_has_a_text_for_each_protocol(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, cloud.queue("q", topic), RawMessageDelivery="true")
    for texts in ({"default": "for all", "sqs": "for queues"}, {"default": "for all"}):
        cloud.publish(topic, json.dumps(texts), MessageStructure="json")

    assert cloud.bodies("q") == ["for queues", "for all"]


@pytest.mark.fidelity(
    service="sns",
    behaviour="SNS delivers to email, HTTP and mobile endpoints",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-event-destinations.html",
    note="The subscription is made and gets nothing.",
)
def test_a_subscription_of_another_protocol_gets_nothing(cloud: Messaging) -> None:
    topic = cloud.topic()
    cloud.subscribe(topic, "learner@example.com", "email")

    cloud.publish(topic, "hello")

    assert len(cloud.seen(e.MessagePublished)) == 1
    assert cloud.seen(e.SubscriptionDelivered) == cloud.seen(e.SubscriptionRefused) == []


@pytest.mark.fidelity(
    service="sns",
    behaviour="A FIFO topic keeps the order of a group and drops duplicates",
    verdict="simplified",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html",
    note="Groups and deduplication ids are handed on to FIFO queues; the topic drops nothing.",
)
def test_a_fifo_topic_hands_its_groups_on_to_fifo_queues(cloud: Messaging) -> None:
    topic = cloud.topic("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    cloud.subscribe(
        topic, cloud.queue("jobs.fifo", topic, FifoQueue="true"), RawMessageDelivery="true"
    )

    for message in ("a", "b", "a"):
        cloud.publish(topic, message, MessageGroupId="one")

    received = cloud.received("jobs.fifo")
    assert [message["Body"] for message in received] == ["a", "b"]
    assert {message["Attributes"]["MessageGroupId"] for message in received} == {"one"}


@pytest.mark.fidelity(
    service="sns",
    behaviour="SNS invokes a function asynchronously, when the function's policy lets the topic",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html",
    note="",
)
def test_a_function_is_invoked_when_its_policy_lets_the_topic(cloud: Messaging) -> None:
    function, topic = cloud.sandbox.topology.functions[0], cloud.topic()
    cloud.subscribe(topic, function.arn, "lambda")

    cloud.publish(topic, "refused")
    cloud.sandbox.client("lambda").add_permission(
        FunctionName=function.name,
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    cloud.publish(topic, "hello")

    (refused,) = cloud.seen(e.SubscriptionRefused)
    assert refused.code == "AccessDeniedException"
    (queued,) = cloud.seen(e.InvocationQueued)
    (delivered,) = cloud.seen(e.SubscriptionDelivered)
    assert delivered.message_id == queued.request_id
    assert queued.payload["Records"][0]["Sns"]["Message"] == "hello"
