"""What SNS refuses to publish and to subscribe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.pipeline.messaging import Messaging, messaging

LIMITS = "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """Return the code and the text with which a call is refused."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_moto_alone_publishes_an_empty_message_and_one_too_long_in_bytes(
    moto: boto3.Session,
) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]

    assert sns.publish(TopicArn=topic, Message="")["MessageId"]
    assert sns.publish(TopicArn=topic, Message="é" * 200_000)["MessageId"]


@pytest.mark.fidelity(
    service="sns",
    behaviour="An empty message, and one of more than 256 KiB with its attributes, is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    note="",
)
def test_a_message_has_a_size_in_bytes(cloud: Messaging) -> None:
    topic = cloud.topic()
    attribute = {"kind": {"DataType": "String", "StringValue": "x" * 90}}
    too_long = ("InvalidParameter", "Invalid parameter: Message too long")

    assert refusal(cloud.sns.publish, TopicArn=topic, Message="") == (
        "InvalidParameter",
        "Invalid parameter: Empty message",
    )
    assert refusal(cloud.sns.publish, TopicArn=topic, Message="é" * 131_073) == too_long
    message = "x" * (262_144 - 100)
    assert cloud.sns.publish(TopicArn=topic, Message=message, MessageAttributes=attribute)
    request = {"TopicArn": topic, "Message": message + "x", "MessageAttributes": attribute}
    assert refusal(cloud.sns.publish, **request) == too_long


@pytest.mark.fidelity(
    service="sns",
    behaviour="A topic's MaximumMessageSize lets it take up to 1 MiB",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
    note="A smaller size counts; a larger one leaves the limit at 256 KiB.",
)
def test_a_topics_own_limit_counts_when_it_is_smaller(cloud: Messaging) -> None:
    topic = cloud.topic()
    for size, message in (("1024", "x" * 1025), ("1048576", "x" * 262_145)):
        cloud.sns.set_topic_attributes(
            TopicArn=topic, AttributeName="MaximumMessageSize", AttributeValue=size
        )
        assert "too long" in refusal(cloud.sns.publish, TopicArn=topic, Message=message)[1]


@pytest.mark.fidelity(
    service="sns",
    behaviour="A structured message is JSON and has a default text",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    note="",
)
@pytest.mark.parametrize(
    ("message", "reason"), [("no json", "body failed to parse"), ("{}", "No default entry")]
)
def test_a_structured_message_needs_a_default(cloud: Messaging, message: str, reason: str) -> None:
    request = {"TopicArn": cloud.topic(), "Message": message, "MessageStructure": "json"}

    assert reason in refusal(cloud.sns.publish, **request)[1]


@pytest.mark.fidelity(
    service="sns",
    behaviour="A batch is refused as a whole for its ids, its number of entries and its size",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html",
    note="",
)
@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Id": "a b", "Message": "x"}], "InvalidBatchEntryId"),
        ([{"Id": "a", "Message": "x"}, {"Id": "a", "Message": "y"}], "BatchEntryIdsNotDistinct"),
        ([{"Id": str(i), "Message": "x"} for i in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": str(i), "Message": "x" * 140_000} for i in range(2)], "BatchRequestTooLong"),
        ([{"Id": "a", "Message": ""}], "InvalidParameter"),
    ],
)
def test_a_batch_is_refused_as_a_whole(
    cloud: Messaging, entries: list[dict[str, str]], code: str
) -> None:
    request = {"TopicArn": cloud.topic(), "PublishBatchRequestEntries": entries}

    assert refusal(cloud.sns.publish_batch, **request)[0] == code


def test_moto_alone_takes_a_batch_that_is_too_long(moto: boto3.Session) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    entries = [{"Id": str(i), "Message": "x" * 140_000} for i in range(2)]

    answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    assert len(answer["Successful"]) == 2


def test_moto_alone_takes_filter_policies_that_mean_nothing(moto: boto3.Session) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    for policy in ('{"kind": [{"suffix": 100}]}', '{"kind": [{"anything-but": null}]}'):
        assert sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint="arn:aws:sqs:us-east-1:123456789012:q",
            Attributes={"FilterPolicy": policy},
        )


@pytest.mark.fidelity(
    service="sns",
    behaviour="A filter policy that is malformed, too long or too complex is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html",
    note="",
)
@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"kind": [{"suffix": 100}]}, "suffix match pattern must be a string"),
        ({"kind": [{"near": 1}]}, "Unrecognized match type near"),
        ({key: ["x"] for key in "abcdef"}, "Filter policy can not have more than 5 keys"),
        ({"kind": ["x"] * 151}, "Filter policy is too complex"),
    ],
)
def test_a_malformed_filter_policy_is_refused(
    cloud: Messaging, policy: dict[str, Any], reason: str
) -> None:
    topic, endpoint = cloud.topic(), cloud.queue("q")
    text = json.dumps(policy)
    request = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": endpoint}

    asked = refusal(cloud.sns.subscribe, **request, Attributes={"FilterPolicy": text})
    assert asked == (
        "InvalidParameter",
        f"Invalid parameter: Attributes Reason: FilterPolicy: {reason}",
    )
    subscription = cloud.subscribe(topic, endpoint)
    later = refusal(
        cloud.sns.set_subscription_attributes,
        SubscriptionArn=subscription,
        AttributeName="FilterPolicy",
        AttributeValue=text,
    )
    assert later == ("InvalidParameter", f"Invalid parameter: FilterPolicy: {reason}")


@pytest.mark.fidelity(
    service="sns",
    behaviour="A nested filter policy needs the scope MessageBody",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html",
    note="",
)
def test_a_nested_filter_policy_needs_the_scope_of_the_body(cloud: Messaging) -> None:
    topic, endpoint = cloud.topic(), cloud.queue("q")
    nested = '{"order": {"kind": ["ship"]}}'
    request = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": endpoint}
    reason = "Filter policy scope MessageAttributes does not support nested filter policy"

    assert reason in refusal(cloud.sns.subscribe, **request, Attributes={"FilterPolicy": nested})[1]
    subscription = cloud.subscribe(
        topic, endpoint, FilterPolicy=nested, FilterPolicyScope="MessageBody"
    )
    back = {"AttributeName": "FilterPolicyScope", "AttributeValue": "MessageAttributes"}
    call = cloud.sns.set_subscription_attributes
    assert reason in refusal(call, SubscriptionArn=subscription, **back)[1]
    other = {"AttributeName": "FilterPolicyScope", "AttributeValue": "Elsewhere"}
    assert "Invalid value [Elsewhere]" in refusal(call, SubscriptionArn=subscription, **other)[1]


def test_moto_alone_takes_any_redrive_policy(moto: boto3.Session) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:1:q")

    assert sns.set_subscription_attributes(
        SubscriptionArn=arn["SubscriptionArn"],
        AttributeName="RedrivePolicy",
        AttributeValue="no json",
    )


@pytest.mark.fidelity(
    service="sns",
    behaviour="A subscription's redrive policy names a queue by its ARN",
    verdict="corrected",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html",
    note="",
)
@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("no json", "failed to parse JSON."),
        ("{}", "deadLetterTargetArn is an invalid arn"),
        ("[]", "deadLetterTargetArn is an invalid arn"),
        ('{"deadLetterTargetArn": "dead"}', "deadLetterTargetArn is an invalid arn"),
    ],
)
def test_a_redrive_policy_names_a_queue(cloud: Messaging, policy: str, reason: str) -> None:
    subscription = cloud.subscribe(cloud.topic(), cloud.queue("q"))

    assert refusal(
        cloud.sns.set_subscription_attributes,
        SubscriptionArn=subscription,
        AttributeName="RedrivePolicy",
        AttributeValue=policy,
    ) == ("InvalidParameter", f"Invalid parameter: RedrivePolicy: {reason}")


@pytest.mark.fidelity(
    service="sns",
    behaviour="A FIFO queue cannot be subscribed to a standard topic",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html",
    note="",
)
def test_a_fifo_queue_cannot_be_subscribed_to_a_standard_topic(cloud: Messaging) -> None:
    endpoint = cloud.queue("jobs.fifo", FifoQueue="true")
    request = {"TopicArn": cloud.topic(), "Protocol": "sqs", "Endpoint": endpoint}

    assert "FIFO SQS Queues can not be subscribed" in refusal(cloud.sns.subscribe, **request)[1]


@pytest.mark.fidelity(
    service="sns",
    behaviour="A queue of the same account is subscribed at once, without a confirmation",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
    note="",
)
def test_a_queue_of_the_account_is_subscribed_at_once_and_once(cloud: Messaging) -> None:
    topic, endpoint = cloud.topic(), cloud.queue("q")
    subscription = cloud.subscribe(topic, endpoint)
    attributes = cloud.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]

    assert attributes["PendingConfirmation"] == "false"
    assert cloud.subscribe(topic, endpoint) == subscription
    request = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": endpoint}
    raw = {"RawMessageDelivery": "true"}
    assert "already exists" in refusal(cloud.sns.subscribe, **request, Attributes=raw)[1]


@pytest.mark.fidelity(
    service="sns",
    behaviour="Raw delivery is for queues and HTTP endpoints, not for functions",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html",
    note="",
)
def test_raw_delivery_is_not_for_functions(cloud: Messaging) -> None:
    request = {
        "TopicArn": cloud.topic(),
        "Protocol": "lambda",
        "Endpoint": cloud.arn("lambda", "function:thumbnail"),
        "Attributes": {"RawMessageDelivery": "true"},
    }

    assert "does not support raw message delivery" in refusal(cloud.sns.subscribe, **request)[1]
