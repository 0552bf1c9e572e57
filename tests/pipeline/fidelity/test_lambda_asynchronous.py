"""Asynchronous invocations of S3 → Lambda: retries, age, and where lost events go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipeline import events as e
from pipeline.sandbox import Sandbox
from tests.pipeline.conftest import Scene
from tests.pipeline.fidelity.lambda_account import LambdaAccount

NO_PICTURE = b"this is no picture"
FUNCTION = "thumbnail"
FAILURES = "failed-invocations"


@pytest.fixture
def direct() -> Iterator[Scene]:
    """A sandbox in which S3 invokes the function itself."""
    with Sandbox(seed=1, topology="direct") as sandbox:
        yield Scene(sandbox)


def test_moto_alone_keeps_no_queue_and_knows_no_destination() -> None:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        account = LambdaAccount(boto3.Session("testing", "testing", region_name="us-east-1").client)
        account.function(Handler="nothing.nowhere")
        both = {"Destination": account.queue()}
        account.functions.put_function_event_invoke_config(
            FunctionName="mine", DestinationConfig={"OnSuccess": both, "OnFailure": both}
        )

        account.functions.invoke(FunctionName="mine", InvocationType="Event", Payload=b"{}")

        url = account.sqs.get_queue_url(QueueName="mine")["QueueUrl"]
        assert "Messages" not in account.sqs.receive_message(QueueUrl=url)


def runs(scene: Scene) -> list[float]:
    """Return when the function was invoked: whole seconds after it first was."""
    times = [x.time for x in scene.seen(e.FunctionInvoked)]
    return [round(time - times[0]) for time in times]


def failing_upload(scene: Scene) -> None:
    scene.sandbox.upload(NO_PICTURE, "bad.jpg")
    scene.sandbox.run_until_idle()


def messages(scene: Scene, name: str = FAILURES) -> list[dict[str, Any]]:
    sqs = scene.sandbox.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return list(answer.get("Messages", []))


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A failing asynchronous invocation is tried again after one minute and two more",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
    note="",
)
def test_a_failing_event_is_tried_three_times(direct: Scene) -> None:
    failing_upload(direct)

    assert runs(direct) == [0, 60, 180]
    assert len({x.request_id for x in direct.seen(e.FunctionInvoked)}) == 1


@pytest.mark.fidelity(
    service="lambda",
    behaviour="The on-failure destination gets the event, the response and how often it was tried",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_the_record_of_a_failure_arrives(direct: Scene) -> None:
    failing_upload(direct)

    [message] = messages(direct)
    record = json.loads(message["Body"])
    [sent] = direct.seen(e.DestinationSent)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "bad.jpg"
    assert record["responsePayload"]["errorType"] == "ThumbnailError"
    assert (sent.message_id, sent.document) == (message["MessageId"], record)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An event is retried no more often, and kept no longer, than its function is set to",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html",
    note="",
)
@pytest.mark.parametrize(
    ("asked", "expected", "condition"),
    [
        ({"MaximumRetryAttempts": 0}, [0], "RetriesExhausted"),
        ({"MaximumRetryAttempts": 1}, [0, 60], "RetriesExhausted"),
        ({"MaximumEventAgeInSeconds": 90}, [0, 60], "EventAgeExceeded"),
    ],
)
def test_retries_and_age_follow_the_settings(
    direct: Scene, asked: dict[str, int], expected: list[int], condition: str
) -> None:
    functions = direct.sandbox.client("lambda")
    functions.update_function_event_invoke_config(FunctionName=FUNCTION, **asked)

    failing_upload(direct)

    assert runs(direct) == expected
    assert [x.condition for x in direct.seen(e.InvocationDiscarded)] == [condition]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Without a dead-letter queue or destination an event that fails for good is lost",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_without_a_destination_the_event_is_lost(direct: Scene) -> None:
    direct.sandbox.client("lambda").delete_function_event_invoke_config(FunctionName=FUNCTION)

    failing_upload(direct)

    assert messages(direct) == []
    assert [x.kept_by for x in direct.seen(e.InvocationDiscarded)] == [()]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A dead-letter queue gets the event itself, and the error as message attributes",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_a_dead_letter_is_the_event_itself(direct: Scene) -> None:
    functions = direct.sandbox.client("lambda")
    functions.delete_function_event_invoke_config(FunctionName=FUNCTION)
    arn = direct.sandbox.topology.queues[0].arn
    functions.update_function_configuration(
        FunctionName=FUNCTION, DeadLetterConfig={"TargetArn": arn}
    )

    failing_upload(direct)

    [message] = messages(direct)
    told = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["Records"][0]["eventSource"] == "aws:s3"
    assert set(told) == {"RequestID", "ErrorCode", "ErrorMessage"}
    assert told["ErrorCode"] == "200"


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A destination is reached with the execution role, which must allow it",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_a_role_that_may_not_send_loses_the_record(direct: Scene) -> None:
    direct.sandbox.break_arrow("function-to-failures")

    failing_upload(direct)

    assert messages(direct) == []
    [refused] = direct.seen(e.DestinationRefused)
    assert refused.code == "AccessDenied"


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A throttled event is kept for six hours, tried after one second and then less often",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
    note="The wait doubles up to five minutes; AWS documents its bounds, not by how much it grows.",
)
def test_a_throttled_event_is_kept_for_six_hours(direct: Scene) -> None:
    direct.sandbox.client("lambda").put_function_concurrency(
        FunctionName=FUNCTION, ReservedConcurrentExecutions=1
    )
    runtime = direct.sandbox._parts.functions.runtimes.runtime(FUNCTION)
    runtime._running = 1

    failing_upload(direct)

    waits = [x.wait for x in direct.seen(e.InvocationRetried)]
    [discarded] = direct.seen(e.InvocationDiscarded)
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[9:]) == {300}
    assert discarded.condition == "EventAgeExceeded"
    assert 21_600 <= discarded.time - direct.seen(e.InvocationQueued)[0].time < 21_601
    assert direct.seen(e.FunctionInvoked) == []


@pytest.mark.fidelity(
    service="lambda",
    behaviour="With a reserved concurrency of zero events are sent on without a single try",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_zero_reserved_concurrency_sends_events_on_at_once(direct: Scene) -> None:
    direct.sandbox.client("lambda").put_function_concurrency(
        FunctionName=FUNCTION, ReservedConcurrentExecutions=0
    )

    failing_upload(direct)

    [discarded] = direct.seen(e.InvocationDiscarded)
    assert discarded.time - direct.seen(e.InvocationQueued)[0].time < 1
    assert direct.seen(e.InvocationRetried) == direct.seen(e.FunctionInvoked) == []
    assert len(messages(direct)) == 1


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A successful invocation's record goes to the on-success destination",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_a_success_is_recorded_where_it_is_asked_for(
    direct: Scene, photo: Callable[..., bytes]
) -> None:
    direct.sandbox.client("lambda").put_function_event_invoke_config(
        FunctionName=FUNCTION,
        DestinationConfig={"OnSuccess": {"Destination": direct.sandbox.topology.queues[0].arn}},
    )

    direct.run(photo())

    [message] = messages(direct)
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
