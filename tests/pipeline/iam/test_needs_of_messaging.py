"""What calls to SQS, SNS and EventBridge need: the traps."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from pipeline.iam.operations import UnknownOperationError
from tests.pipeline.iam.service_models import ACCOUNT, QUEUE, REGION, VALUES, needed, pairs

QUEUE_URL = VALUES["QueueUrl"]
FAILED = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:uploads"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deliverer"
EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}"


# -- SQS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("SendMessageBatch", "SendMessage"),
        ("DeleteMessageBatch", "DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
        ("ReceiveMessage", "ReceiveMessage"),
        ("AddPermission", "AddPermission"),
        ("ListDeadLetterSourceQueues", "ListDeadLetterSourceQueues"),
    ],
)
def test_a_batch_needs_the_action_of_its_single_call(operation: str, expected: str) -> None:
    assert [(f"sqs:{expected}", QUEUE)] == pairs("sqs", operation, QueueUrl=QUEUE_URL)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (QUEUE_URL, QUEUE),
        (f"http://localhost:4566/{ACCOUNT}/uploads", QUEUE),
        (f"https://{REGION}.queue.amazonaws.com/{ACCOUNT}/uploads", QUEUE),
        (
            "https://sqs.eu-west-1.amazonaws.com/999999999999/other",
            "arn:aws:sqs:eu-west-1:999999999999:other",
        ),
        (
            f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/a.fifo",
            QUEUE.replace("uploads", "a.fifo"),
        ),
    ],
)
def test_a_queue_is_known_by_its_address(url: str, expected: str) -> None:
    assert [("sqs:SendMessage", expected)] == pairs("sqs", "SendMessage", QueueUrl=url)


def test_another_accounts_queue_is_looked_up_there() -> None:
    found = pairs("sqs", "GetQueueUrl", QueueName="uploads", QueueOwnerAWSAccountId="999999999999")
    assert [("sqs:GetQueueUrl", f"arn:aws:sqs:{REGION}:999999999999:uploads")] == found


def test_a_redrive_reads_one_queue_and_writes_the_other() -> None:
    assert pairs("sqs", "StartMessageMoveTask", SourceArn=FAILED, DestinationArn=QUEUE) == [
        ("sqs:StartMessageMoveTask", FAILED),
        ("sqs:ReceiveMessage", FAILED),
        ("sqs:DeleteMessage", FAILED),
        ("sqs:GetQueueAttributes", FAILED),
        ("sqs:SendMessage", QUEUE),
    ]


def test_a_redrive_is_cancelled_on_the_queue_that_its_handle_tells() -> None:
    handle = b64encode(json.dumps({"taskId": "1", "sourceArn": FAILED}).encode()).decode()
    assert pairs("sqs", "CancelMessageMoveTask", TaskHandle=handle) == [
        ("sqs:CancelMessageMoveTask", FAILED),
        ("sqs:ReceiveMessage", FAILED),
        ("sqs:DeleteMessage", FAILED),
        ("sqs:GetQueueAttributes", FAILED),
    ]


DEEP = b64encode(b"[" * 100_000).decode()


@pytest.mark.parametrize(
    "handle",
    ["", "???", "bm90IGpzb24=", b64encode(b"{}").decode(), "W10=", DEEP],
    ids=["empty", "no base64", "no JSON", "no queue", "a list", "nested deep"],
)
def test_a_handle_that_tells_no_queue_is_refused(handle: str) -> None:
    with pytest.raises(UnknownOperationError, match="TaskHandle"):
        needed("sqs", "CancelMessageMoveTask", TaskHandle=handle)


# -- SNS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"TopicArn": TOPIC}, TOPIC),
        ({"TargetArn": TOPIC}, TOPIC),
        ({"PhoneNumber": "+15550100"}, "+15550100"),
    ],
)
def test_a_message_is_published_to_a_topic_or_to_a_number_itself(
    parameters: dict[str, str], expected: str
) -> None:
    assert [("sns:Publish", expected)] == pairs("sns", "Publish", Message="m", **parameters)


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="PhoneNumber"):
        needed("sns", "Publish", Message="m")


def test_a_batch_is_published_with_the_action_of_one_message() -> None:
    assert pairs("sns", "PublishBatch", TopicArn=TOPIC) == [("sns:Publish", TOPIC)]


def test_who_subscribes_is_a_condition_key() -> None:
    (found,) = needed("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    assert (found.action, found.resource) == ("sns:Subscribe", TOPIC)
    assert found.context == {"sns:Protocol": "sqs", "sns:Endpoint": QUEUE}


@pytest.mark.parametrize(
    ("subscription", "expected"), [(f"{TOPIC}:1234-5678", TOPIC), ("PendingConfirmation", "*")]
)
def test_ending_a_subscription_is_an_action_on_its_topic(subscription: str, expected: str) -> None:
    found = pairs("sns", "Unsubscribe", SubscriptionArn=subscription)
    assert [("sns:Unsubscribe", expected)] == found


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        (
            "SetTopicAttributes",
            {
                "TopicArn": TOPIC,
                "AttributeName": "SQSFailureFeedbackRoleArn",
                "AttributeValue": ROLE,
            },
        ),
        ("CreateTopic", {"Name": "uploads", "Attributes": {"LambdaSuccessFeedbackRoleArn": ROLE}}),
    ],
)
def test_a_topic_that_logs_its_deliveries_is_passed_a_role(
    operation: str, parameters: dict[str, Any]
) -> None:
    assert pairs("sns", operation, **parameters) == [
        (f"sns:{operation}", TOPIC),
        ("iam:PassRole", ROLE),
    ]


def test_other_attributes_of_a_topic_pass_no_role() -> None:
    found = pairs(
        "sns", "SetTopicAttributes", TopicArn=TOPIC, AttributeName="Policy", AttributeValue="{}"
    )
    assert found == [("sns:SetTopicAttributes", TOPIC)]


def test_listing_topics_knows_no_resource() -> None:
    assert pairs("sns", "ListTopics") == [("sns:ListTopics", "*")]


# -- EventBridge -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bus", "expected"),
    [
        (None, f"{EVENTS}:rule/nightly"),
        ("default", f"{EVENTS}:rule/nightly"),
        ("shop", f"{EVENTS}:rule/shop/nightly"),
        (f"{EVENTS}:event-bus/default", f"{EVENTS}:rule/nightly"),
        (
            "arn:aws:events:eu-west-1:999999999999:event-bus/shop",
            "arn:aws:events:eu-west-1:999999999999:rule/shop/nightly",
        ),
    ],
)
def test_a_rule_is_named_after_its_bus_unless_that_is_the_default(
    bus: str | None, expected: str
) -> None:
    on_bus = {"EventBusName": bus} if bus else {}
    assert [("events:DescribeRule", expected)] == pairs(
        "events", "DescribeRule", Name="nightly", **on_bus
    )
    assert [("events:RemoveTargets", expected)] == pairs(
        "events", "RemoveTargets", Rule="nightly", **on_bus
    )


def test_events_need_each_bus_that_they_go_to() -> None:
    entries = [
        {"Source": "shop", "DetailType": "sold", "EventBusName": "shop"},
        {"Source": "shop", "DetailType": "sold"},
        {"Source": "shop", "DetailType": "sold", "EventBusName": f"{EVENTS}:event-bus/shop"},
    ]
    found = needed("events", "PutEvents", Entries=entries)
    assert [f"{EVENTS}:event-bus/shop", f"{EVENTS}:event-bus/default"] == [
        r.resource for r in found
    ]
    assert found[0].context == {"events:source": "shop", "events:detail-type": "sold"}


def test_events_to_a_global_endpoint_are_refused() -> None:
    with pytest.raises(UnknownOperationError, match="Global endpoints"):
        needed("events", "PutEvents", Entries=[{}], EndpointId="a.b")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            {"source": ["shop", "bank"], "detail-type": ["sold"]},
            {"events:source": ("shop", "bank"), "events:detail-type": ("sold",)},
        ),
        ({"source": [{"prefix": "aws."}]}, {}),
        ({"source": "shop"}, {}),
        (
            {"detail": {"service": ["EC2"], "userIdentity": {"principalId": ["A"]}}},
            {"events:detail.service": ("EC2",), "events:detail.userIdentity.principalId": ("A",)},
        ),
        ({"detail": []}, {}),
        ([], {}),
    ],
)
def test_what_a_rule_matches_literally_is_a_condition_key(
    pattern: Any, expected: dict[str, tuple[str, ...]]
) -> None:
    (found,) = needed("events", "PutRule", Name="r", EventPattern=json.dumps(pattern))
    assert expected == found.context


@pytest.mark.parametrize("pattern", ["{", "[" * 100_000], ids=["cut off", "nested deep"])
def test_a_pattern_that_cannot_be_read_gives_no_condition_keys(pattern: str) -> None:
    (found,) = needed("events", "PutRule", Name="r", EventPattern=pattern)
    assert found.context == {}


def test_targets_are_condition_keys_and_pass_their_roles() -> None:
    targets = [{"Id": "1", "Arn": QUEUE}, {"Id": "2", "Arn": FAILED, "RoleArn": ROLE}]
    put, passed = needed("events", "PutTargets", Rule="r", Targets=targets)
    assert (put.action, put.resource) == ("events:PutTargets", f"{EVENTS}:rule/r")
    assert put.context == {"events:TargetArn": (QUEUE, FAILED)}
    assert (passed.action, passed.resource) == ("iam:PassRole", ROLE)
    assert passed.context == {"iam:PassedToService": "events.amazonaws.com"}


def test_targets_without_roles_pass_none() -> None:
    targets = [{"Id": "1", "Arn": QUEUE}]
    assert [("events:PutTargets", f"{EVENTS}:rule/r")] == pairs(
        "events", "PutTargets", Rule="r", Targets=targets
    )


def test_a_replay_needs_itself_its_archive_and_its_bus() -> None:
    archive, bus = f"{EVENTS}:archive/a", f"{EVENTS}:event-bus/default"
    found = pairs(
        "events",
        "StartReplay",
        ReplayName="r",
        EventSourceArn=archive,
        Destination={"Arn": bus},
    )
    assert [("events:StartReplay", arn) for arn in (f"{EVENTS}:replay/r", archive, bus)] == found


def test_an_archive_needs_itself_and_the_bus_it_keeps() -> None:
    bus = f"{EVENTS}:event-bus/default"
    found = pairs("events", "CreateArchive", ArchiveName="a", EventSourceArn=bus)
    assert [("events:CreateArchive", f"{EVENTS}:archive/a"), ("events:CreateArchive", bus)] == found


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [({}, "default"), ({"Name": "shop"}, "shop"), ({"Name": f"{EVENTS}:event-bus/shop"}, "shop")],
)
def test_a_bus_is_the_default_one_unless_it_is_named(
    parameters: dict[str, str], expected: str
) -> None:
    found = pairs("events", "DescribeEventBus", **parameters)
    assert [("events:DescribeEventBus", f"{EVENTS}:event-bus/{expected}")] == found
