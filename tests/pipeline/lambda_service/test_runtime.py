"""One invocation: context, time limit, errors and log lines, with a handler of the test's own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredFunction
from pipeline.lambda_service.invocation import THROTTLED, FunctionKilled
from pipeline.lambda_service.runtime import Runtime

FUNCTION = StoredFunction(
    name="thumbnail",
    arn="arn:aws:lambda:us-east-1:123456789012:function:thumbnail",
    role="arn:aws:iam::123456789012:role/thumbnail-function",
    timeout=30,
    memory=1024,
    handler="function.handler.handler",
    environment={},
    reserved_concurrency=None,
)


class Logs:
    """A CloudWatch Logs client that keeps what it is given, or refuses everything."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.refuses = False

    def create_log_stream(self, **_: str) -> None:
        if self.refuses:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "CreateLogStream")

    def put_log_events(self, *, logEvents: list[dict[str, Any]], **_: str) -> None:  # noqa: N803
        self.lines += [event["message"] for event in logEvents]


class Stage:
    """A runtime around a handler, and what it announced."""

    def __init__(self, handler: Callable[[Any, Any], Any]) -> None:
        self.clock = Clock.seeded()
        self.logs = Logs()
        self.events: list[e.PipelineEvent] = []
        self.starts = 0
        self.runtime = Runtime(
            FUNCTION,
            lambda *_: handler,
            assume_role=self._assume,
            clock=self.clock,
            emit=self.events.append,
            new_id=lambda: "11111111-2222-3333-4444-555555555555",
        )

    def _assume(self, check_time: Callable[[], None]) -> Any:
        self.check_time = check_time
        self.starts += 1
        return self

    def client(self, _: str) -> Logs:
        """Stand for the session's clients: there is only one."""
        return self.logs


@pytest.mark.fidelity(
    service="lambda",
    behaviour="The handler's context has the documented attributes and methods",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/python-context.html",
)
def test_the_context_is_what_lambda_documents() -> None:
    seen: list[Any] = []
    stage = Stage(lambda _, context: seen.append(context))

    stage.runtime.invoke({})

    (context,) = seen
    assert (context.function_name, context.memory_limit_in_mb, context.function_version) == (
        "thumbnail",
        "1024",
        "$LATEST",
    )
    assert context.get_remaining_time_in_millis() == 30_000
    stage.clock.skip(29)
    assert context.get_remaining_time_in_millis() == 1_000
    stage.clock.skip(29)
    assert context.get_remaining_time_in_millis() == 0


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An execution environment is used again by later invocations",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
)
def test_an_environment_is_kept_until_it_is_forgotten() -> None:
    stage = Stage(lambda *_: None)

    for _ in range(3):
        stage.runtime.invoke({})
    stage.runtime.forget_environments()
    stage.runtime.invoke({})

    cold = [event.cold_start for event in stage.events if isinstance(event, e.FunctionInvoked)]
    assert cold == [True, False, False, True]
    assert stage.starts == 2


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An exception of the handler fails the invocation and is in the log",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
)
def test_a_handler_that_raises_fails_the_invocation_with_its_error_in_the_log() -> None:
    def handler(*_: Any) -> None:
        raise ValueError("no such thing")

    stage = Stage(handler)
    invocation = stage.runtime.invoke({})

    assert (invocation.error_type, invocation.error_message) == ("ValueError", "no such thing")
    assert isinstance(stage.events[-1], e.FunctionFailed)
    assert any(line.startswith("[ERROR] ValueError: no such thing") for line in stage.logs.lines)


def test_a_response_that_is_no_json_fails_the_invocation() -> None:
    assert Stage(lambda *_: {1, 2}).runtime.invoke({}).error_type == "TypeError"


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function past its timeout is ended",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
    note="It is ended at its next call to AWS, not between two calls.",
)
def test_a_function_past_its_time_is_ended_at_its_next_call_whatever_it_catches() -> None:
    def handler(*_: Any) -> str:
        stage.clock.skip(31)
        try:
            stage.check_time()
        except Exception:  # noqa: BLE001 - this is the code that must not get it
            return "caught"
        return "ran on"

    stage = Stage(handler)
    invocation = stage.runtime.invoke({})

    assert invocation.error_message == "Task timed out after 30.00 seconds"
    assert any("Task timed out after 30.00 seconds" in line for line in stage.logs.lines)
    stage.check_time()


@pytest.mark.fidelity(
    service="logs",
    behaviour="An invocation logs its START, END and REPORT lines",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
)
def test_log_lines_have_lambdas_frame_and_carry_the_messages_they_are_about(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="function")

    def handler(*_: Any) -> None:
        logger = logging.getLogger("function")
        logger.info("all is well")
        logger.error("it broke", extra={"message_id": "m1"})

    stage = Stage(handler)
    invocation = stage.runtime.invoke({})

    assert [line.split("\t")[0] for line in stage.logs.lines] == [
        "START RequestId: 11111111-2222-3333-4444-555555555555 Version: $LATEST",
        "[INFO]",
        "[ERROR]",
        "END RequestId: 11111111-2222-3333-4444-555555555555",
        "REPORT RequestId: 11111111-2222-3333-4444-555555555555",
    ]
    assert invocation.reasons == {"m1": "it broke"}


def test_lines_that_cannot_be_stored_are_told_as_lost_and_the_function_succeeds() -> None:
    stage = Stage(lambda *_: {"batchItemFailures": []})
    stage.logs.refuses = True

    invocation = stage.runtime.invoke({})

    assert invocation.error_type is None
    (written,) = (event for event in stage.events if isinstance(event, e.LogsWritten))
    assert written.stored is False


def test_being_killed_at_a_call_passes_through(caplog: pytest.LogCaptureFixture) -> None:
    class Killed(BaseException):
        pass

    def handler(*_: Any) -> None:
        raise Killed

    with pytest.raises(Killed):
        Stage(handler).runtime.invoke({})
    logging.getLogger("function").error("afterwards nobody collects")
    assert "afterwards nobody collects" in caplog.text


def test_a_killed_function_fails_and_its_environment_is_gone() -> None:
    def handler(*_: Any) -> None:
        raise FunctionKilled

    stage = Stage(handler)

    assert stage.runtime.invoke({}).error_type == "Runtime.ExitError"
    stage.runtime.invoke({})
    assert stage.starts == 2


def test_reserved_concurrency_leaves_no_room_for_more_than_that_at_once() -> None:
    def handler(*_: Any) -> Any:
        return stage.runtime.invoke({}).error_type

    stage = Stage(handler)
    stage.runtime.function = replace(FUNCTION, reserved_concurrency=1)

    assert stage.runtime.invoke({}).response == THROTTLED
    assert stage.runtime.running == 0


def test_invocations_at_once_have_an_environment_each() -> None:
    def handler(event: Any, _: Any) -> None:
        if event:
            stage.runtime.invoke({})

    stage = Stage(handler)
    stage.runtime.invoke({"nested": True})
    stage.runtime.invoke({"nested": True})

    assert stage.starts == 2
