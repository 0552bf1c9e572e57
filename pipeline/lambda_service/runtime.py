"""The Lambda service's side of an invocation: credentials, context, time limit and logs.

A cold start assumes the execution role as ``lambda.amazonaws.com`` and connects the handler with
the session it gets; the environment is then kept for the next invocation, as on AWS
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). Each environment
runs one invocation at a time, so invocations on several threads have several of them. The handler
runs in process: its time limit is enforced at its AWS calls, and memory is a figure, not a bound.
The lines it logs go to CloudWatch Logs with the execution role's permissions, framed as Lambda
frames them (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html).
"""

from __future__ import annotations

import json
import math
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredFunction
from pipeline.events import (
    Emit,
    FunctionFailed,
    FunctionInvoked,
    FunctionReturned,
    Json,
    LogsWritten,
)
from pipeline.lambda_service.function_log import FunctionLog, captured_log
from pipeline.lambda_service.invocation import (
    THROTTLED,
    Context,
    FunctionKilled,
    FunctionTimedOut,
    Invocation,
)

Handler = Callable[[Any, Any], Any]
Connect = Callable[[boto3.Session, Mapping[str, str], Callable[[], float]], Handler]
"""Makes a handler from a session, its environment variables and a clock (epoch seconds)."""


@dataclass(slots=True)
class _Environment:
    """An execution environment: made by a cold start, used by the invocations after it."""

    clock: Clock
    handler: Handler | None = None
    logs: Any = None
    log_stream: str = ""
    has_log_stream: bool = False
    deadline: float = math.inf

    def check_time(self) -> None:
        """Raise ``FunctionTimedOut`` when the running invocation is past its time limit."""
        if self.clock.now() > self.deadline:
            raise FunctionTimedOut


class Runtime:
    """Runs one function."""

    def __init__(
        self,
        function: StoredFunction,
        connect: Connect,
        *,
        assume_role: Callable[[Callable[[], None]], boto3.Session],
        clock: Clock,
        emit: Emit,
        new_id: Callable[[], str],
    ) -> None:
        self.function = function
        self._connect = connect
        self._assume_role = assume_role
        self._clock = clock
        self._emit = emit
        self._new_id = new_id
        self._lock = threading.Lock()
        self._idle: list[_Environment] = []
        self._running = 0

    def forget_environments(self) -> None:
        """Let the next invocations be cold starts."""
        with self._lock:
            self._idle.clear()

    @property
    def reserved_concurrency(self) -> int | None:
        """How many invocations may run at once; None without a limit of its own."""
        return self.function.reserved_concurrency

    @property
    def running(self) -> int:
        """How many invocations run now."""
        return self._running

    @property
    def room(self) -> int | None:
        """How many more invocations reserved concurrency leaves room for; None without one."""
        if self.reserved_concurrency is None:
            return None
        return max(0, self.reserved_concurrency - self._running)

    def invoke(self, event: Json, request_id: str | None = None) -> Invocation:
        """Run the handler on an event, as a synchronous invocation does.

        An invocation for which there is no room is not begun: its error type is ``THROTTLED``.
        """
        request_id = request_id or self._new_id()
        with self._lock:
            if self.room == 0:
                return Invocation(request_id, error_type=THROTTLED, error_message="Rate Exceeded.")
            self._running += 1
            environment = self._idle.pop() if self._idle else _Environment(self._clock)
        try:
            return self._invoke(environment, event, request_id)
        finally:
            with self._lock:
                self._running -= 1

    def _invoke(self, environment: _Environment, event: Json, request_id: str) -> Invocation:
        started = self._clock.now()
        self._emit(
            FunctionInvoked(
                time=self._clock.elapsed(),
                function=self.function.name,
                request_id=request_id,
                payload=event,
                cold_start=environment.handler is None,
            )
        )
        try:
            handler = environment.handler or self._start(environment)
        except ClientError as error:
            message = f"The execution role cannot be assumed by Lambda: {error}"
            return self._failed(request_id, "AccessDeniedException", message, started)
        context = self._context(request_id, environment, started)
        with captured_log(self._clock, request_id) as log:
            invocation, survives = self._run(environment, handler, event, context, log)
        self._write_log(environment, invocation, log, started)
        if survives:
            with self._lock:
                self._idle.append(environment)
        return self._announced(invocation, started)

    # -- inside --

    def _start(self, environment: _Environment) -> Handler:
        session = self._assume_role(environment.check_time)
        handler = self._connect(session, self.function.environment, self._clock.now)
        day = self._clock.iso()[:10].replace("-", "/")
        environment.log_stream = f"{day}/[$LATEST]{self._new_id().replace('-', '')}"
        environment.logs = session.client("logs")
        environment.handler = handler
        return handler

    def _context(self, request_id: str, environment: _Environment, started: float) -> Context:
        return Context(
            function_name=self.function.name,
            invoked_function_arn=self.function.arn,
            memory_limit_in_mb=str(self.function.memory),
            aws_request_id=request_id,
            log_group_name=self.function.log_group,
            log_stream_name=environment.log_stream,
            deadline=started + self.function.timeout,
            now=self._clock.now,
        )

    def _run(
        self,
        environment: _Environment,
        handler: Handler,
        event: Json,
        context: Context,
        log: FunctionLog,
    ) -> tuple[Invocation, bool]:
        """Run the handler; tell how it ended, and whether its environment is still alive."""
        request_id = context.aws_request_id
        environment.deadline = context.deadline
        try:
            response = json.loads(json.dumps(handler(event, context)))
        except FunctionTimedOut:
            text = f"Task timed out after {self.function.timeout:.2f} seconds"
            log.add(f"{self._clock.iso()} {request_id} {text}")
            return self._ended(request_id, "Sandbox.Timedout", text, log), False
        except FunctionKilled:
            text = "Runtime exited with error: signal: killed"
            log.add(f"{self._clock.iso()} {request_id} {text}")
            return self._ended(request_id, "Runtime.ExitError", text, log), False
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its failure
            text, kind = str(error), getattr(error, "error_type", type(error).__name__)
            log.add(f"[ERROR] {kind}: {text}\n{traceback.format_exc()}".rstrip())
            return self._ended(request_id, kind, text, log), True
        finally:
            environment.deadline = math.inf
        return Invocation(request_id, response=response, reasons=log.reasons), True

    @staticmethod
    def _ended(request_id: str, error_type: str, text: str, log: FunctionLog) -> Invocation:
        return Invocation(
            request_id, error_type=error_type, error_message=text, reasons=log.reasons
        )

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
                f"Memory Size: {self.function.memory} MB",
            )
        )
        start = f"START {identity} Version: $LATEST"
        lines = (start, *log.lines, f"END {identity}", report)
        stored = self._store(environment, lines)
        self._emit(
            LogsWritten(
                time=self._clock.elapsed(),
                log_group=self.function.log_group,
                log_stream=environment.log_stream,
                request_id=invocation.request_id,
                lines=lines,
                stored=stored,
            )
        )

    def _store(self, environment: _Environment, lines: tuple[str, ...]) -> bool:
        """Put the lines into CloudWatch Logs; False when the role may not."""
        place = {"logGroupName": self.function.log_group, "logStreamName": environment.log_stream}
        timestamp = int(self._clock.now() * 1000)
        try:
            if not environment.has_log_stream:
                self._create_log_stream(environment.logs, place)
                environment.has_log_stream = True
            environment.logs.put_log_events(
                **place, logEvents=[{"timestamp": timestamp, "message": line} for line in lines]
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    @staticmethod
    def _create_log_stream(logs: Any, place: dict[str, str]) -> None:
        """Create the stream; and the group first, which Lambda makes where it is missing.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
        """
        try:
            logs.create_log_stream(**place)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            logs.create_log_group(logGroupName=place["logGroupName"])
            logs.create_log_stream(**place)

    def _failed(self, request_id: str, error_type: str, message: str, started: float) -> Invocation:
        invocation = Invocation(request_id, error_type=error_type, error_message=message)
        return self._announced(invocation, started)

    def _announced(self, invocation: Invocation, started: float) -> Invocation:
        took = round((self._clock.now() - started) * 1000, 3)
        if invocation.error_type is None:
            self._emit(
                FunctionReturned(
                    time=self._clock.elapsed(),
                    function=self.function.name,
                    request_id=invocation.request_id,
                    response=invocation.response,
                    duration_ms=took,
                )
            )
        else:
            self._emit(
                FunctionFailed(
                    time=self._clock.elapsed(),
                    function=self.function.name,
                    request_id=invocation.request_id,
                    error_type=invocation.error_type,
                    error_message=invocation.error_message,
                    duration_ms=took,
                )
            )
        return invocation
