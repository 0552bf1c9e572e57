"""Functions: what Lambda refuses when one is created or changed, and what it keeps."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.pipeline.fidelity.lambda_account import EVERYTHING, LambdaAccount, refusal

INVALID = (400, "InvalidParameterValueException")


@pytest.fixture
def account(scene: Any) -> LambdaAccount:
    return LambdaAccount(scene.sandbox.client)


@pytest.fixture
def plain(moto: boto3.Session) -> LambdaAccount:
    return LambdaAccount(moto.client)


def test_moto_alone_takes_any_timeout_memory_runtime_and_package(plain: LambdaAccount) -> None:
    plain.function("slow", Timeout=901)
    plain.function("big", MemorySize=10_241)
    plain.function("odd", Runtime="cobol85")
    plain.function("garbage", Code={"ZipFile": b"no zip file"})
    plain.function("nameless", Handler=None)


def test_moto_alone_takes_a_role_that_trusts_somebody_else(plain: LambdaAccount) -> None:
    plain.function(Role=plain.role(trust="ec2.amazonaws.com"))


def test_moto_alone_reserves_more_than_the_account_has(plain: LambdaAccount) -> None:
    plain.function()

    plain.functions.put_function_concurrency(
        FunctionName="mine", ReservedConcurrentExecutions=5_000
    )


def test_moto_alone_forgets_the_dead_letter_queue(plain: LambdaAccount) -> None:
    plain.function(DeadLetterConfig={"TargetArn": plain.queue()})

    shown = plain.functions.get_function_configuration(FunctionName="mine")
    assert "DeadLetterConfig" not in shown


def test_moto_alone_keeps_the_first_asynchronous_settings(plain: LambdaAccount) -> None:
    plain.function()
    for retries in (1, 0):
        plain.functions.put_function_event_invoke_config(
            FunctionName="mine", MaximumRetryAttempts=retries
        )

    shown = plain.functions.get_function_event_invoke_config(FunctionName="mine")
    assert shown["MaximumRetryAttempts"] == 1


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function runs for at most 900 seconds and has at most 10,240 MB of memory",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    note="",
)
@pytest.mark.parametrize(
    ("asked", "name"), [({"Timeout": 901}, "timeout"), ({"MemorySize": 10_241}, "memorySize")]
)
def test_more_time_or_memory_than_there_is_is_refused(
    account: LambdaAccount, asked: dict[str, int], name: str
) -> None:
    role = account.role()
    status, code, message = refusal(account.function, Role=role, **asked)

    assert (status, code) == (400, "ValidationException")
    assert f"at '{name}'" in message
    account.function(Role=role, Timeout=900, MemorySize=10_240)
    changed = refusal(account.functions.update_function_configuration, FunctionName="mine", **asked)
    assert changed == (status, code, message)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function of a zip file needs a known runtime and a handler",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
    note="",
)
def test_an_unknown_runtime_or_no_handler_is_refused(account: LambdaAccount) -> None:
    role = account.role()
    odd = refusal(account.function, Role=role, Runtime="cobol85")
    nameless = refusal(account.function, Role=role, Handler=None)

    assert odd[:2] == nameless[:2] == INVALID
    assert odd[2].startswith("Value cobol85 at 'runtime' failed to satisfy constraint")
    assert "python3.13" in odd[2]
    assert nameless[2].startswith("Runtime and Handler are mandatory parameters")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A deployment package that is no zip file is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
    note="",
)
def test_a_package_that_is_no_zip_file_is_refused(account: LambdaAccount) -> None:
    text = "Could not unzip uploaded file. Please check your file, then try to upload again."
    role = account.role()

    assert refusal(account.function, Role=role, Code={"ZipFile": b"no"}) == (*INVALID, text)
    account.function(Role=role)
    changed = refusal(account.functions.update_function_code, FunctionName="mine", ZipFile=b"no")
    assert changed == (*INVALID, text)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A role that Lambda may not assume is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    note="",
)
def test_a_role_that_lambda_may_not_assume_is_refused(account: LambdaAccount) -> None:
    text = "The role defined for the function cannot be assumed by Lambda."

    refused = refusal(account.function, Role=account.role(trust="ec2.amazonaws.com"))

    assert refused == (*INVALID, text)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Reserved concurrency leaves at least 100 of the account's 1,000 unreserved",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    note="",
)
def test_a_hundred_are_left_unreserved(account: LambdaAccount) -> None:
    put = account.functions.put_function_concurrency
    account.function("first")
    account.function("second")
    put(FunctionName="first", ReservedConcurrentExecutions=400)

    status, code, message = refusal(put, FunctionName="second", ReservedConcurrentExecutions=501)

    assert (status, code) == INVALID
    assert message.endswith("below its minimum value of [100].")
    put(FunctionName="second", ReservedConcurrentExecutions=500)
    put(FunctionName="second", ReservedConcurrentExecutions=0)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function keeps its dead-letter queue, if its role may send there",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    note="",
)
def test_a_dead_letter_queue_is_kept_and_its_permission_checked(account: LambdaAccount) -> None:
    update = account.functions.update_function_configuration
    account.function(Role=account.role("able", EVERYTHING))
    reading = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"}
    account.function("unable", Role=account.role("unable", reading))
    wanted = {"TargetArn": account.queue()}

    update(FunctionName="mine", DeadLetterConfig=wanted)
    status, code, message = refusal(update, FunctionName="unable", DeadLetterConfig=wanted)

    shown = account.functions.get_function_configuration(FunctionName="mine")
    assert shown["DeadLetterConfig"] == wanted
    assert (status, code) == INVALID
    assert message.endswith("does not have permissions to call SendMessage on SQS")


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A put replaces a function's asynchronous settings, an update changes what it names",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",
    note="",
)
def test_a_put_replaces_and_an_update_changes(account: LambdaAccount) -> None:
    account.function()
    client = account.functions
    early = refusal(
        client.update_function_event_invoke_config, FunctionName="mine", MaximumRetryAttempts=0
    )
    assert early[:2] == (404, "ResourceNotFoundException")
    client.put_function_event_invoke_config(FunctionName="mine", MaximumRetryAttempts=1)
    client.put_function_event_invoke_config(FunctionName="mine", MaximumEventAgeInSeconds=60)
    client.update_function_event_invoke_config(FunctionName="mine", MaximumRetryAttempts=0)

    shown = client.get_function_event_invoke_config(FunctionName="mine")

    assert (shown["MaximumRetryAttempts"], shown["MaximumEventAgeInSeconds"]) == (0, 60)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function may be excepted from recursive loop detection",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html",
    note="",
)
def test_recursion_is_stopped_unless_it_is_allowed(account: LambdaAccount) -> None:
    account.function()
    client = account.functions

    before = client.get_function_recursion_config(FunctionName="mine")["RecursiveLoop"]
    client.put_function_recursion_config(FunctionName="mine", RecursiveLoop="Allow")
    after = client.get_function_recursion_config(FunctionName="mine")["RecursiveLoop"]

    assert (before, after) == ("Terminate", "Allow")
    gone = refusal(client.get_function_recursion_config, FunctionName="nobody")
    assert gone[:2] == (404, "ResourceNotFoundException")
