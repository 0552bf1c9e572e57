"""What S3 takes and refuses as a notification configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from tests.pipeline.fidelity.s3_bucket import Bucket

REGION = (
    "The notification destination service region is not valid for the bucket location constraint"
)
MOTO_QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def _filtered(arn: str, *events: str, **values: str) -> dict[str, Any]:
    """Return an entry whose filter has these values by name."""
    rules = [{"Name": name, "Value": value} for name, value in values.items()]
    return {
        "QueueArn": arn,
        "Events": list(events or ["s3:ObjectCreated:*"]),
        "Filter": {"Key": {"FilterRules": rules}},
    }


def _refusal(put: Callable[[], object]) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        put()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return dict(refused.value.response["Error"])


def _plain_put(moto: boto3.Session, *entries: dict[str, Any]) -> Any:
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"QueueConfigurations": list(entries)}
    )
    return s3


def test_moto_alone_takes_a_queue_that_does_not_exist(moto: boto3.Session) -> None:
    s3 = _plain_put(moto, {"QueueArn": MOTO_QUEUE, "Events": ["s3:ObjectCreated:*"]})

    kept = s3.get_bucket_notification_configuration(Bucket="bucket")
    assert kept["QueueConfigurations"][0]["QueueArn"] == MOTO_QUEUE


@pytest.mark.fidelity(
    service="s3",
    behaviour="A configuration is refused when a queue, topic or function does not exist",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
    note="",
)
def test_missing_destinations_are_named(scene: Any) -> None:
    bucket = Bucket(scene)
    arns = {
        service: f"arn:aws:{service}:us-east-1:{bucket.account}:{name}"
        for service, name in (("sns", "none"), ("sqs", "none"), ("lambda", "function:none"))
    }
    events = ["s3:ObjectCreated:Put"]

    error = _refusal(
        lambda: bucket.configure(
            TopicConfigurations=[{"TopicArn": arns["sns"], "Events": events, **_prefix("topics/")}],
            QueueConfigurations=[{"QueueArn": arns["sqs"], "Events": events, **_prefix("queues/")}],
            LambdaFunctionConfigurations=[
                {"LambdaFunctionArn": arns["lambda"], "Events": events, **_prefix("functions/")}
            ],
        )
    )

    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert [error[f"ArgumentName{n}"] for n in (1, 2, 3)] == list(arns.values())
    assert [error[f"ArgumentValue{n}"] for n in (1, 2, 3)] == [
        "The destination topic does not exist",
        "The destination queue does not exist",
        "The destination Lambda does not exist",
    ]
    assert bucket.configuration() == {}


def _prefix(prefix: str) -> dict[str, Any]:
    return {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}}


@pytest.mark.fidelity(
    service="s3",
    behaviour="A configuration is refused when S3 may not send to the queue or the topic",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
    note="",
)
@pytest.mark.parametrize("kind", ["queue", "topic"])
def test_a_destination_that_does_not_let_s3_in_refuses_the_whole(kind: str, scene: Any) -> None:
    bucket = Bucket(scene)
    first = bucket.queue()
    bucket.configure(first)
    if kind == "queue":
        arn = bucket.queue("closed", open_to_s3=False)
        new: dict[str, Any] = {"QueueConfigurations": [_filtered(arn, prefix="new/")]}
    else:
        arn = bucket.topic("closed", open_to_s3=False)
        entry = {"TopicArn": arn, "Events": ["s3:ObjectCreated:*"]}
        new = {"TopicConfigurations": [entry]}

    error = _refusal(lambda: bucket.configure(**new))

    assert error["ArgumentName1"] == arn
    assert error["ArgumentValue1"] == (
        f"Permissions on the destination {kind} do not allow S3 to publish notifications "
        "from this bucket"
    )
    assert [x["QueueArn"] for x in bucket.configuration()["QueueConfigurations"]] == [first]


@pytest.mark.fidelity(
    service="s3",
    behaviour="A configuration is refused when S3 may not invoke the function",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
    note="",
)
def test_a_functions_policy_is_asked_and_nothing_is_invoked(scene: Any) -> None:
    bucket = Bucket(scene)
    calls = bucket.answer_invocations()
    arn = bucket.function(open_to_s3=False)
    entry = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}

    error = _refusal(lambda: bucket.configure(LambdaFunctionConfigurations=[entry]))
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{arn}]"
    assert calls == []

    bucket.function()
    bucket.configure(LambdaFunctionConfigurations=[entry])
    assert [call.parameters["InvocationType"] for call in calls] == ["DryRun"]
    assert scene.seen(e.DestinationTested) == []


@pytest.mark.fidelity(
    service="s3",
    behaviour="S3 tests each queue and topic of a new configuration with s3:TestEvent",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_queues_and_topics_get_a_test_event(scene: Any) -> None:
    bucket = Bucket(scene)
    topic = {"TopicArn": bucket.topic(), "Events": ["s3:ObjectRemoved:*"]}
    bucket.configure(bucket.queue(), TopicConfigurations=[topic])

    tested = scene.seen(e.DestinationTested)
    assert [(x.destination_kind, x.destination) for x in tested] == [
        ("topic", "told"),
        ("queue", "heard"),
    ]
    for event in tested:
        assert set(event.message) == {
            "Service",
            "Event",
            "Time",
            "Bucket",
            "RequestId",
            "HostId",
        }


@pytest.mark.fidelity(
    service="s3",
    behaviour="SkipDestinationValidation takes a configuration without asking its destinations",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
    note="",
)
def test_a_configuration_can_be_put_unasked(scene: Any) -> None:
    bucket = Bucket(scene)
    arn = f"arn:aws:sqs:us-east-1:{bucket.account}:none"

    bucket.configure(arn, skip=True)

    assert [x["QueueArn"] for x in bucket.configuration()["QueueConfigurations"]] == [arn]
    assert scene.seen(e.DestinationTested) == []


def test_moto_alone_takes_a_fifo_queue(moto: boto3.Session) -> None:
    moto.client("sqs").create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})

    _plain_put(moto, {"QueueArn": f"{MOTO_QUEUE}.fifo", "Events": ["s3:ObjectCreated:*"]})


@pytest.mark.fidelity(
    service="s3",
    behaviour="FIFO queues and FIFO topics are refused as destinations",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_fifo_destinations_are_refused(scene: Any) -> None:
    bucket = Bucket(scene)
    queue = bucket.queue("heard.fifo", FifoQueue="true")
    topic = bucket.topic("told.fifo", FifoTopic="true")
    entry = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}

    refused = _refusal(lambda: bucket.configure(queue))
    assert refused["Message"] == "FIFO SQS queues are not supported."
    assert refused["ArgumentValue"] == queue
    refused = _refusal(lambda: bucket.configure(TopicConfigurations=[entry]))
    assert refused["Message"].startswith("FIFO SNS topics")
    assert bucket.configuration() == {}


def test_moto_alone_takes_overlapping_filters(moto: boto3.Session) -> None:
    _plain_put(
        moto, _filtered(MOTO_QUEUE, prefix="photos/"), _filtered(MOTO_QUEUE, prefix="photos/a")
    )


@pytest.mark.fidelity(
    service="s3",
    behaviour="Overlapping filters of one event are refused, wherever they lead",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
    note="",
)
def test_overlapping_filters_are_refused(scene: Any) -> None:
    bucket = Bucket(scene)
    one, other = bucket.queue(), bucket.queue("other")

    ambiguous = _refusal(
        lambda: bucket.configure(
            _filtered(one, "s3:ObjectCreated:*", prefix="a/", suffix=".jpg"),
            _filtered(other, "s3:ObjectCreated:Put", prefix="a/b/", suffix="e.jpg"),
        )
    )
    assert ambiguous["Code"] == "InvalidArgument"
    assert ambiguous["Message"] == (
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if "
        "the prefixes are overlapping for the same event type."
    )
    assert _refusal(lambda: bucket.configure(one, other))["Message"] == (
        "Configurations overlap. Configurations on the same bucket cannot share a common event "
        "type."
    )
    assert bucket.configuration() == {}


@pytest.mark.fidelity(
    service="s3",
    behaviour="Filters that do not overlap, or are of different events, may stand side by side",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
    note="",
)
def test_separate_filters_are_taken(scene: Any) -> None:
    bucket = Bucket(scene)
    one, other = bucket.queue(), bucket.queue("other")
    created, removed = "s3:ObjectCreated:*", "s3:ObjectRemoved:*"

    bucket.configure(
        _filtered(one, created, prefix="a/", suffix=".jpg"),
        _filtered(other, created, prefix="a/", suffix=".png"),
        _filtered(other, removed, prefix="a/"),
    )

    assert len(bucket.configuration()["QueueConfigurations"]) == 3


@pytest.mark.parametrize(
    ("change", "message", "argument"),
    [
        ({"QueueArn": "heard"}, "The ARN could not be parsed", ("Queue", "heard")),
        (
            {"QueueArn": "arn:aws:sns:us-east-1:123456789012:heard"},
            "The ARN is not well formed",
            ("Queue", "arn:aws:sns:us-east-1:123456789012:heard"),
        ),
        (
            {"QueueArn": "arn:aws:sqs:eu-west-1:123456789012:heard"},
            REGION,
            ("Queue", "arn:aws:sqs:eu-west-1:123456789012:heard"),
        ),
        (
            {"Events": ["s3:ObjectEaten:*"]},
            "A specified event is not supported for notifications.",
            ("Event", "s3:ObjectEaten:*"),
        ),
        (
            {"Filter": {"Key": {"FilterRules": [{"Name": "middle", "Value": "x"}]}}},
            "filter rule name must be either prefix or suffix",
            ("FilterRule.Name", "middle"),
        ),
        (
            {
                "Filter": {
                    "Key": {
                        "FilterRules": [
                            {"Name": "prefix", "Value": "x"},
                            {"Name": "Prefix", "Value": "y"},
                        ]
                    }
                }
            },
            "Cannot specify more than one prefix rule in a filter.",
            (None, None),
        ),
        (
            {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "x" * 1025}]}}},
            "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
            (None, None),
        ),
        ({"Id": "x" * 256}, "ID length exceeded allowed limit of 255", (None, None)),
    ],
)
@pytest.mark.fidelity(
    service="s3",
    behaviour="A faulty ARN, Region, event or filter of a configuration is named in the refusal",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
    note="",
)
def test_faulty_entries_are_refused_even_unasked(
    change: dict[str, Any], message: str, argument: tuple[str | None, str | None], scene: Any
) -> None:
    bucket = Bucket(scene)
    entry = {"QueueArn": bucket.queue(), "Events": ["s3:ObjectCreated:*"], **change}

    error = _refusal(lambda: bucket.configure(entry, skip=True))

    assert (error["Code"], error["Message"]) == ("InvalidArgument", message)
    assert (error.get("ArgumentName"), error.get("ArgumentValue")) == argument
    assert bucket.configuration() == {}


def test_moto_alone_fails_on_a_filter_name_in_capitals(moto: boto3.Session) -> None:
    with pytest.raises(AssertionError):
        _plain_put(moto, _filtered(MOTO_QUEUE, Prefix="photos/"))


@pytest.mark.fidelity(
    service="s3",
    behaviour="Filter names may be in any case, filter values empty; all is given back",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html",
    note="",
)
def test_a_configuration_comes_back_as_it_was_put(scene: Any) -> None:
    bucket = Bucket(scene)
    calls = bucket.answer_invocations()
    queue, topic, function = bucket.queue(), bucket.topic(), bucket.function()
    rules = [{"Name": "PREFIX", "Value": "my photos/ "}, {"Name": "suffix", "Value": ""}]
    bucket.configure(
        {
            "Id": "one",
            "QueueArn": queue,
            "Events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
            "Filter": {"Key": {"FilterRules": rules}},
        },
        TopicConfigurations=[{"Id": "two", "TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}],
        LambdaFunctionConfigurations=[
            {
                "Id": "three",
                "LambdaFunctionArn": function,
                "Events": ["s3:ObjectAnnotation:Put"],
            }
        ],
        EventBridgeConfiguration={},
    )

    assert len(calls) == 1
    assert bucket.configuration() == {
        "QueueConfigurations": [
            {
                "Id": "one",
                "QueueArn": queue,
                "Events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
                "Filter": {
                    "Key": {
                        "FilterRules": [
                            {"Name": "Prefix", "Value": "my photos/ "},
                            {"Name": "Suffix", "Value": ""},
                        ]
                    }
                },
            }
        ],
        "TopicConfigurations": [{"Id": "two", "TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}],
        "LambdaFunctionConfigurations": [
            {"Id": "three", "LambdaFunctionArn": function, "Events": ["s3:ObjectAnnotation:Put"]}
        ],
        "EventBridgeConfiguration": {},
    }


@pytest.mark.fidelity(
    service="s3",
    behaviour="A put replaces the whole configuration, an empty one takes it away",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
    note="",
)
def test_an_empty_configuration_takes_all_away(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.configure(bucket.queue())
    bucket.configure(EventBridgeConfiguration={})
    assert bucket.configuration() == {"EventBridgeConfiguration": {}}

    bucket.configure()
    assert bucket.configuration() == {}
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    assert bucket.sent() == []


@pytest.mark.fidelity(
    service="s3",
    behaviour="A filter's value is written as in a URL: + for a space, percent for others",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
    note="",
)
def test_filters_are_written_as_in_a_url(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.configure(_filtered(bucket.queue(), prefix="my+photos/", suffix="%C3%A9.jpg"))
    for key in ("my photos/é.jpg", "my+photos/é.jpg", "my photos/e.jpg"):
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"x")

    assert [sent.key for sent in bucket.sent()] == ["my photos/é.jpg"]
