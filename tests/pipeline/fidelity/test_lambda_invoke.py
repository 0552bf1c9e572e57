"""Invoke: what it answers for each invocation type, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipeline import events as e
from tests.pipeline.fidelity.lambda_account import LambdaAccount, refusal

NOTHING = {"Records": []}


@pytest.fixture
def account(scene: Any) -> LambdaAccount:
    return LambdaAccount(scene.sandbox.client)


def invoke(account: LambdaAccount, payload: Any = NOTHING, **asked: Any) -> dict[str, Any]:
    """Invoke the scene's function; return the answer with its payload read."""
    answer = account.functions.invoke(
        **{"FunctionName": "thumbnail", "Payload": json.dumps(payload), **asked}
    )
    return {**answer, "Payload": answer["Payload"].read()}


@pytest.fixture
def plain() -> Iterator[LambdaAccount]:
    """Plain moto, which then needs no Docker, with a function that does not exist in its code."""
    with mock_aws(config={"lambda": {"use_docker": False}}):
        account = LambdaAccount(boto3.Session("testing", "testing", region_name="us-east-1").client)
        account.function(Handler="nothing.nowhere")
        yield account


def test_moto_alone_runs_nothing_and_answers_with_the_payload(plain: LambdaAccount) -> None:
    answer = plain.functions.invoke(FunctionName="mine", Payload=b'{"a": 1}')

    assert "FunctionError" not in answer
    assert answer["Payload"].read() == b'{"a": 1}'


def test_moto_alone_answers_a_queued_event_and_a_dry_run_with_the_payload_too(
    plain: LambdaAccount,
) -> None:
    for how in ("Event", "DryRun"):
        answer = plain.functions.invoke(FunctionName="mine", InvocationType=how, Payload=b"{}")
        assert answer["Payload"].read() == b"{}"


def test_moto_alone_takes_payloads_of_any_size_and_form(plain: LambdaAccount) -> None:
    for payload in (b"{no json", b" " * (6 * 1024 * 1024 + 1)):
        plain.functions.invoke(FunctionName="mine", Payload=payload)


def test_moto_alone_throttles_nothing(plain: LambdaAccount) -> None:
    plain.functions.put_function_concurrency(FunctionName="mine", ReservedConcurrentExecutions=0)

    assert plain.functions.invoke(FunctionName="mine", Payload=b"{}")["StatusCode"] == 200


@pytest.mark.fidelity(
    service="lambda",
    behaviour="RequestResponse runs the function and answers 200 with what it returned",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html",
    note="",
)
def test_a_synchronous_invocation_runs_the_function_and_answers(
    scene: Any, account: LambdaAccount
) -> None:
    answer = invoke(account)

    [ran] = scene.seen(e.FunctionInvoked)
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert json.loads(answer["Payload"]) == {"batchItemFailures": []}
    assert answer["ResponseMetadata"]["RequestId"] == ran.request_id
    assert "FunctionError" not in answer


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function that fails is no failed call: 200, FunctionError, the error as payload",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
    note="The stack trace is empty; the function's log has it.",
)
def test_a_failing_function_is_answered_with_its_error(account: LambdaAccount) -> None:
    answer = invoke(account, payload=["no", "records"])

    error = json.loads(answer["Payload"])
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert {"errorType", "errorMessage"} <= set(error)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Event answers 202 with nothing, and the function runs later",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html",
    note="",
)
def test_an_asynchronous_invocation_is_queued(scene: Any, account: LambdaAccount) -> None:
    answer = invoke(account, InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"]) == (202, b"")
    assert scene.seen(e.FunctionInvoked) == []

    scene.sandbox.run_until_idle()

    [ran] = scene.seen(e.FunctionInvoked)
    assert ran.request_id == answer["ResponseMetadata"]["RequestId"]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="DryRun answers 204 and runs nothing",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    note="",
)
def test_a_dry_run_runs_nothing(scene: Any, account: LambdaAccount) -> None:
    assert invoke(account, InvocationType="DryRun")["StatusCode"] == 204

    scene.sandbox.run_until_idle()

    assert scene.seen(e.FunctionInvoked) == []


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A payload has at most 6 MB, that of an asynchronous invocation 1 MB",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    note="",
)
@pytest.mark.parametrize(
    ("how", "most"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)]
)
def test_a_payload_that_is_too_large_is_refused(
    account: LambdaAccount, how: str, most: int
) -> None:
    filled = {"Records": [], "filler": "x" * (most - len(json.dumps({**NOTHING, "filler": ""})))}
    assert len(json.dumps(filled)) == most

    assert invoke(account, filled, InvocationType=how)["StatusCode"] in {200, 202}
    filled["filler"] += "x"
    status, code, _ = refusal(invoke, account=account, payload=filled, InvocationType=how)
    assert (status, code) == (413, "RequestEntityTooLargeException")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function that does not exist is refused with 404",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    note="",
)
def test_a_missing_function_is_not_found(account: LambdaAccount) -> None:
    status, code, message = refusal(invoke, account=account, FunctionName="nobody")

    assert (status, code) == (404, "ResourceNotFoundException")
    assert message.startswith("Function not found: arn:aws:lambda:us-east-1:")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A payload that is no JSON is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    note="",
)
def test_a_payload_that_is_no_json_is_refused(account: LambdaAccount) -> None:
    status, code, _ = refusal(invoke, account=account, Payload=b"{no json")

    assert (status, code) == (400, "InvalidRequestContentException")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function without room is throttled: 429 with the reason",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
    note="",
)
def test_a_function_without_room_is_throttled(account: LambdaAccount) -> None:
    account.functions.put_function_concurrency(
        FunctionName="thumbnail", ReservedConcurrentExecutions=0
    )

    with pytest.raises(account.functions.exceptions.TooManyRequestsException) as raised:
        invoke(account)

    told = raised.value.response
    assert told["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 429


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A published version or an alias can be invoked",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html",
    note="Only $LATEST is found; any other qualifier is answered as one that does not exist.",
)
def test_only_the_latest_version_is_found(account: LambdaAccount) -> None:
    assert invoke(account, Qualifier="$LATEST")["StatusCode"] == 200
    status, code, message = refusal(invoke, account=account, Qualifier="1")

    assert (status, code) == (404, "ResourceNotFoundException")
    assert message.endswith(":function:thumbnail:1")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="The code of a function that a learner uploads runs",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    note="Only the functions of the architectures run; any other fails when it is invoked.",
)
def test_code_that_is_not_of_an_architecture_fails(account: LambdaAccount) -> None:
    account.function()

    answer = invoke(account, FunctionName="mine")

    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"])["errorType"] == "Runtime.ImportModuleError"
