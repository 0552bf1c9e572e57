"""Event source mappings: what Lambda refuses, and which states it shows."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.pipeline.fidelity.lambda_account import LambdaAccount, refusal

INVALID = (400, "InvalidParameterValueException")


@pytest.fixture
def account(scene: Any) -> LambdaAccount:
    """The scene's account, with a function of 30 seconds beside its own."""
    account = LambdaAccount(scene.sandbox.client)
    account.function(Timeout=30)
    return account


@pytest.fixture
def plain(moto: boto3.Session) -> LambdaAccount:
    """The same in plain moto."""
    account = LambdaAccount(moto.client)
    account.function(Timeout=30)
    return account


# -- plain moto, without the corrections --


def test_moto_alone_takes_any_timeout_batch_and_concurrency(plain: LambdaAccount) -> None:
    short = plain.queue(VisibilityTimeout="10")

    plain.mapping(short, BatchSize=11)
    plain.mapping(short, ScalingConfig={"MaximumConcurrency": 1001})
    plain.mapping(short, MaximumBatchingWindowInSeconds=301)


def test_moto_alone_takes_a_role_that_may_not_poll(moto: boto3.Session) -> None:
    account = LambdaAccount(moto.client)
    denied = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    account.function(Role=account.role("mine", denied))

    account.mapping(account.queue())


def test_moto_alone_maps_a_queue_to_a_function_twice(plain: LambdaAccount) -> None:
    queue = plain.queue()

    assert plain.mapping(queue)["UUID"] != plain.mapping(queue)["UUID"]


def test_moto_alone_takes_a_stream_without_a_starting_position(plain: LambdaAccount) -> None:
    assert plain.mapping(plain.stream())["StartingPosition"] == "TRIM_HORIZON"


def test_moto_alone_says_that_a_mapping_is_enabled_before_it_can_be(plain: LambdaAccount) -> None:
    made = plain.mapping(plain.queue())

    assert (made["State"], made["StateTransitionReason"]) == ("Enabled", "User initiated")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201


def test_moto_alone_finds_no_mapping_by_the_functions_arn(plain: LambdaAccount) -> None:
    made = plain.mapping(plain.queue())

    found = plain.functions.list_event_source_mappings(FunctionName=made["FunctionArn"])
    assert found["EventSourceMappings"] == []


# -- the sandbox --


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A queue whose messages are hidden for less than the function's timeout is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    note="",
)
def test_a_visibility_timeout_below_the_functions_timeout_is_refused(
    account: LambdaAccount,
) -> None:
    text = "Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds"

    assert account.refused_mapping(account.queue(VisibilityTimeout="29")) == (*INVALID, text)
    assert account.mapping(account.queue("longer", VisibilityTimeout="30"))["State"] == "Creating"


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An execution role that may not receive, delete and look at its queue is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    note="",
)
@pytest.mark.parametrize("missing", ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
def test_a_role_that_may_not_poll_is_refused(scene: Any, missing: str) -> None:
    account = LambdaAccount(scene.sandbox.client)
    all_but = {"Effect": "Allow", "NotAction": f"sqs:{missing}", "Resource": "*"}
    account.function(Role=account.role("mine", all_but))

    status, code, message = account.refused_mapping(account.queue())

    assert (status, code) == INVALID
    assert message.endswith(f"does not have permissions to call {missing} on SQS")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A batch of more than ten messages needs a batching window of a second or more",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html",
    note="",
)
def test_a_large_batch_needs_a_window(account: LambdaAccount) -> None:
    queue = account.queue()

    status, code, message = account.refused_mapping(queue, BatchSize=11)

    assert (status, code) == INVALID
    assert message.startswith("Maximum batch window in seconds must be greater than 0")
    assert account.mapping(queue, BatchSize=11, MaximumBatchingWindowInSeconds=1)["BatchSize"] == 11


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A batch has at most 10,000 messages, a window 300 seconds, a mapping 1,000 at once",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html",
    note="",
)
@pytest.mark.parametrize(
    ("asked", "name", "most"),
    [
        ({"BatchSize": 10_001, "MaximumBatchingWindowInSeconds": 1}, "batchSize", 10_000),
        ({"MaximumBatchingWindowInSeconds": 301}, "maximumBatchingWindowInSeconds", 300),
        (
            {"ScalingConfig": {"MaximumConcurrency": 1_001}},
            "scalingConfig.maximumConcurrency",
            1_000,
        ),
    ],
)
def test_numbers_above_the_limits_are_refused(
    account: LambdaAccount, asked: dict[str, Any], name: str, most: int
) -> None:
    status, code, message = account.refused_mapping(account.queue(), **asked)

    assert (status, code) == (400, "ValidationException")
    assert f"at '{name}'" in message
    assert message.endswith(f"less than or equal to {most}")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A FIFO queue's mapping has no batching window and at most ten messages a batch",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html",
    note="",
)
def test_a_fifo_queue_has_small_batches_and_no_window(account: LambdaAccount) -> None:
    queue = account.queue("mine.fifo", FifoQueue="true")

    windowed = account.refused_mapping(queue, MaximumBatchingWindowInSeconds=1)
    large = account.refused_mapping(queue, BatchSize=11)

    assert windowed == (*INVALID, "Batching window is not supported for FIFO queues")
    assert large[:2] == INVALID
    assert account.mapping(queue, BatchSize=10)["BatchSize"] == 10


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A mapping of a queue that does not exist is refused with the error of SQS",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
    note="",
)
def test_a_missing_queue_is_refused(account: LambdaAccount) -> None:
    nowhere = account.queue().replace("mine", "nowhere")

    status, code, message = account.refused_mapping(nowhere)

    assert (status, code) == INVALID
    assert "SQS Error Code: AWS.SimpleQueueService.NonExistentQueue" in message


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function and a queue have one mapping, and the second is refused with its id",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
    note="",
)
def test_a_second_mapping_of_the_same_queue_is_refused(account: LambdaAccount) -> None:
    queue = account.queue()
    first = account.mapping(queue)["UUID"]

    status, code, message = account.refused_mapping(queue)

    assert (status, code) == (409, "ResourceConflictException")
    assert message.endswith(f"existing mapping with UUID {first}")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A mapping to a function that does not exist is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
    note="",
)
def test_a_missing_function_is_refused(account: LambdaAccount) -> None:
    refused = account.refused_mapping(account.queue(), function="nobody")

    assert refused == (*INVALID, "Function does not exist")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A stream's mapping needs a starting position, and a role that may read the stream",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
    note="",
)
def test_a_stream_needs_a_position_and_a_role(account: LambdaAccount) -> None:
    stream = account.stream()
    account.function(
        "blind", Role=account.role("blind", {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"})
    )

    assert "'startingPosition'" in account.refused_mapping(stream)[2]
    blind = account.refused_mapping(stream, function="blind", StartingPosition="LATEST")
    assert blind[2].startswith(f"Cannot access stream {stream}")
    at_a_time = account.refused_mapping(stream, StartingPosition="AT_TIMESTAMP")
    assert at_a_time[2].startswith("Unsupported starting position")
    made = account.mapping(stream, StartingPosition="LATEST")
    assert (made["BatchSize"], made["MaximumRetryAttempts"]) == (100, -1)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A mapping is created, changed, enabled, disabled and deleted in steps that show",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html",
    note="A step is over with the next call; on AWS it takes some seconds.",
)
def test_a_mapping_shows_the_documented_states(account: LambdaAccount) -> None:
    client = account.functions
    made = account.mapping(account.queue())
    uuid = made["UUID"]

    def state() -> str:
        return str(client.get_event_source_mapping(UUID=uuid)["State"])

    def updated(**asked: Any) -> str:
        return str(client.update_event_source_mapping(UUID=uuid, **asked)["State"])

    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert made["StateTransitionReason"] == "USER_INITIATED"
    assert (made["State"], state()) == ("Creating", "Enabled")
    assert (updated(BatchSize=5), state()) == ("Updating", "Enabled")
    assert (updated(Enabled=False), state()) == ("Disabling", "Disabled")
    assert (updated(Enabled=True), state()) == ("Enabling", "Enabled")
    assert client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    assert refusal(client.get_event_source_mapping, UUID=uuid)[:2] == (
        404,
        "ResourceNotFoundException",
    )


@pytest.mark.fidelity(
    service="lambda",
    behaviour="The mapping of a queue has no LastProcessingResult",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/cli/latest/reference/lambda/get-event-source-mapping.html",
    note="",
)
def test_a_queues_mapping_has_no_last_processing_result(account: LambdaAccount) -> None:
    made = account.mapping(account.queue())

    assert "LastProcessingResult" not in made
    assert (made["MaximumBatchingWindowInSeconds"], made["FunctionResponseTypes"]) == (0, [])


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A changed mapping is checked like a new one",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html",
    note="",
)
def test_an_update_is_checked_together_with_what_stays(account: LambdaAccount) -> None:
    update = account.functions.update_event_source_mapping
    made = account.mapping(account.queue(), MaximumBatchingWindowInSeconds=5)
    uuid = made["UUID"]

    update(UUID=uuid, BatchSize=100)
    emptied = refusal(update, UUID=uuid, MaximumBatchingWindowInSeconds=0)
    unknown = refusal(update, UUID="00000000-0000-0000-0000-000000000000", BatchSize=1)

    assert emptied[2].startswith("Maximum batch window in seconds")
    assert unknown[:2] == (404, "ResourceNotFoundException")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Mappings are listed by the function's name or ARN, and by their source",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html",
    note="",
)
def test_mappings_are_found_by_name_arn_and_source(account: LambdaAccount) -> None:
    queue = account.queue()
    made = account.mapping(queue)

    for asked in (
        {"FunctionName": "mine"},
        {"FunctionName": made["FunctionArn"]},
        {"EventSourceArn": queue},
    ):
        found = account.functions.list_event_source_mappings(**asked)["EventSourceMappings"]
        assert [m["UUID"] for m in found] == [made["UUID"]]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Sending to a mapped queue invokes nothing by itself: Lambda polls for the message",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
    note="",
)
def test_a_send_leaves_the_message_in_the_queue(account: LambdaAccount) -> None:
    queue = account.queue()
    account.mapping(queue)
    url = account.sqs.get_queue_url(QueueName="mine")["QueueUrl"]

    account.sqs.send_message(QueueUrl=url, MessageBody="hello")

    counts = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "1"


def test_moto_alone_takes_a_message_out_of_a_mapped_queue_as_it_is_sent() -> None:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        account = LambdaAccount(boto3.Session("testing", "testing", region_name="us-east-1").client)
        account.function()
        account.mapping(account.queue())
        url = account.sqs.get_queue_url(QueueName="mine")["QueueUrl"]

        account.sqs.send_message(QueueUrl=url, MessageBody="hello")

        counts = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        assert counts["Attributes"]["ApproximateNumberOfMessages"] == "0"
