"""The Lambda service's side of an invocation: credentials, context, time limit and logs.

A cold start assumes the execution role as ``lambda.amazonaws.com`` and connects the handler with
the session it gets; the environment is then kept for the next invocation, as on AWS
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). The handler runs in
process: its time limit is enforced at its AWS calls, and memory is a figure, not a bound. The lines
it logs go to CloudWatch Logs with the execution role's permissions, framed as Lambda frames them
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html).
"""

from __future__ import annotations

import json
import math
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.clock import Clock
from pipeline.events import (
    Emit,
    FunctionFailed,
    FunctionInvoked,
    FunctionReturned,
    Json,
    LogsWritten,
)
from pipeline.lambda_service.function_log import FunctionLog, captured_log
from pipeline.topology import Function

Handler = Callable[[Any, Any], Any]
Connect = Callable[[boto3.Session, Mapping[str, str], Callable[[], float]], Handler]
"""Makes a handler from a session, its environment variables and a clock (epoch seconds)."""


class FunctionTimedOut(BaseException):
    """The function is out of time; nothing in its own code may catch that."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """How one invocation ended."""

    request_id: str
    response: Json = None
    error_type: str | None = None
    """Set when the invocation failed as a whole; then there is no response."""

    error_message: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For messages that failed, by message id: the error as the function logged it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda hands a handler beside the event.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    deadline: float
    now: Callable[[], float]
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left before the time limit."""
        return max(0, math.floor((self.deadline - self.now()) * 1000))


@dataclass(slots=True)
class _Environment:
    """An execution environment: made by a cold start, used by the invocations after it."""

    handler: Handler
    logs: Any
    log_stream: str
    has_log_stream: bool = False


class Runtime:
    """Runs one function."""

    def __init__(
        self,
        function: Function,
        connect: Connect,
        *,
        assume_role: Callable[[], boto3.Session],
        clock: Clock,
        emit: Emit,
        new_id: Callable[[], str],
    ) -> None:
        self._function = function
        self._connect = connect
        self._assume_role = assume_role
        self._clock = clock
        self._emit = emit
        self._new_id = new_id
        self._environment: _Environment | None = None
        self._deadline: float | None = None

    def forget_environment(self) -> None:
        """Let the next invocation be a cold start."""
        self._environment = None

    def check_time(self) -> None:
        """Raise ``FunctionTimedOut`` when the running invocation is past its time limit."""
        if self._deadline is not None and self._clock.now() > self._deadline:
            raise FunctionTimedOut

    def invoke(self, event: Json) -> Invocation:
        """Run the handler on an event, as a synchronous invocation does."""
        request_id = self._new_id()
        started = self._clock.now()
        cold_start = self._environment is None
        self._emit(
            FunctionInvoked(
                time=self._clock.elapsed(),
                function=self._function.name,
                request_id=request_id,
                payload=event,
                cold_start=cold_start,
            )
        )
        try:
            environment = self._environment or self._start()
        except ClientError as error:
            message = f"The execution role cannot be assumed by Lambda: {error}"
            return self._failed(request_id, "AccessDeniedException", message, started)
        context = self._context(request_id, environment, started)
        with captured_log(self._clock, request_id) as log:
            invocation = self._run(environment, event, context, log)
        self._write_log(environment, invocation, log, started)
        return self._announced(invocation, started)

    # -- inside --

    def _start(self) -> _Environment:
        session = self._assume_role()
        handler = self._connect(session, self._function.environment, self._clock.now)
        day = self._clock.iso()[:10].replace("-", "/")
        stream = f"{day}/[$LATEST]{self._new_id().replace('-', '')}"
        self._environment = _Environment(handler, session.client("logs"), stream)
        return self._environment

    def _context(self, request_id: str, environment: _Environment, started: float) -> Context:
        return Context(
            function_name=self._function.name,
            invoked_function_arn=self._function.arn,
            memory_limit_in_mb=str(self._function.memory),
            aws_request_id=request_id,
            log_group_name=self._function.log_group,
            log_stream_name=environment.log_stream,
            deadline=started + self._function.timeout,
            now=self._clock.now,
        )

    def _run(
        self, environment: _Environment, event: Json, context: Context, log: FunctionLog
    ) -> Invocation:
        request_id = context.aws_request_id
        self._deadline = context.deadline
        try:
            response = json.loads(json.dumps(environment.handler(event, context)))
        except FunctionTimedOut:
            self.forget_environment()
            text = f"Task timed out after {self._function.timeout:.2f} seconds"
            log.add(f"{self._clock.iso()} {request_id} {text}")
            return Invocation(
                request_id, error_type="Sandbox.Timedout", error_message=text, reasons=log.reasons
            )
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its failure
            text = str(error)
            log.add(f"[ERROR] {type(error).__name__}: {text}\n{traceback.format_exc()}".rstrip())
            return Invocation(
                request_id,
                error_type=type(error).__name__,
                error_message=text,
                reasons=log.reasons,
            )
        finally:
            self._deadline = None
        return Invocation(request_id, response=response, reasons=log.reasons)

    def _write_log(
        self, environment: _Environment, invocation: Invocation, log: FunctionLog, started: float
    ) -> None:
        took = (self._clock.now() - started) * 1000
        identity = f"RequestId: {invocation.request_id}"
        report = "\t".join(
            (
                f"REPORT {identity}",
                f"Duration: {took:.2f} ms",
                f"Billed Duration: {math.ceil(took)} ms",
                f"Memory Size: {self._function.memory} MB",
            )
        )
        start = f"START {identity} Version: $LATEST"
        lines = (start, *log.lines, f"END {identity}", report)
        stored = self._store(environment, lines)
        self._emit(
            LogsWritten(
                time=self._clock.elapsed(),
                log_group=self._function.log_group,
                log_stream=environment.log_stream,
                request_id=invocation.request_id,
                lines=lines,
                stored=stored,
            )
        )

    def _store(self, environment: _Environment, lines: tuple[str, ...]) -> bool:
        """Put the lines into CloudWatch Logs; False when the role may not."""
        place = {"logGroupName": self._function.log_group, "logStreamName": environment.log_stream}
        timestamp = int(self._clock.now() * 1000)
        try:
            if not environment.has_log_stream:
                environment.logs.create_log_stream(**place)
                environment.has_log_stream = True
            environment.logs.put_log_events(
                **place, logEvents=[{"timestamp": timestamp, "message": line} for line in lines]
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    def _failed(self, request_id: str, error_type: str, message: str, started: float) -> Invocation:
        invocation = Invocation(request_id, error_type=error_type, error_message=message)
        return self._announced(invocation, started)

    def _announced(self, invocation: Invocation, started: float) -> Invocation:
        took = round((self._clock.now() - started) * 1000, 3)
        if invocation.error_type is None:
            self._emit(
                FunctionReturned(
                    time=self._clock.elapsed(),
                    function=self._function.name,
                    request_id=invocation.request_id,
                    response=invocation.response,
                    duration_ms=took,
                )
            )
        else:
            self._emit(
                FunctionFailed(
                    time=self._clock.elapsed(),
                    function=self._function.name,
                    request_id=invocation.request_id,
                    error_type=invocation.error_type,
                    error_message=invocation.error_message,
                    duration_ms=took,
                )
            )
        return invocation
