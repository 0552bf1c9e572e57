"""The runtimes of one account's functions, as these are configured now.

A function's code is found by its handler: ``function.<module>.handler`` is ``pipeline/function``'s
module of that name. A function of another handler can be created, and fails when it is invoked, as
one whose package lacks its module does
(https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html). A new configuration
makes new execution environments
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import boto3

from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredFunction, StoredFunctions
from pipeline.events import Emit, Json
from pipeline.lambda_service.invocation import Invocation
from pipeline.lambda_service.runtime import Connect, Runtime

NO_FUNCTION = "ResourceNotFoundException"


@dataclass(slots=True)
class Runtimes:
    """Runs the functions of one account."""

    functions: StoredFunctions
    assume_role: Callable[[StoredFunction, Callable[[], None]], boto3.Session]
    """For a function and what to call before each of its calls: a session of its role."""

    clock: Clock
    emit: Emit
    new_id: Callable[[], str]
    _wrap: Callable[[Connect], Connect] | None = None
    _runtimes: dict[str, Runtime] = field(default_factory=dict)

    def runtime(self, name: str) -> Runtime | None:
        """Return a function's runtime as it is configured now; None without the function."""
        stored = self.functions.function(name)
        if stored is None:
            self._runtimes.pop(name, None)
            return None
        runtime = self._runtimes.get(name)
        if runtime is None or runtime.function.handler != stored.handler:
            runtime = self._runtimes[name] = self._make(stored)
        elif _code_and_settings(runtime.function) != _code_and_settings(stored):
            runtime.forget_environments()
        runtime.function = stored
        return runtime

    def invoke(self, name: str, event: Json, request_id: str | None = None) -> Invocation:
        """Run a function on an event."""
        runtime = self.runtime(name)
        if runtime is None:
            text = f"Function not found: {self.functions.arn(name)}"
            return Invocation(
                request_id or self.new_id(), error_type=NO_FUNCTION, error_message=text
            )
        return runtime.invoke(event, request_id)

    def wrap_code(self, wrap: Callable[[Connect], Connect] | None) -> None:
        """Let something stand between the functions and their code, or nothing; cold starts."""
        self._wrap = wrap
        self._runtimes.clear()

    def forget_environments(self) -> None:
        """Let the next invocations be cold starts."""
        for runtime in self._runtimes.values():
            runtime.forget_environments()

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self._runtimes.clear()

    def _make(self, stored: StoredFunction) -> Runtime:
        def assume_role(before_call: Callable[[], None]) -> boto3.Session:
            return self.assume_role(self._runtimes[stored.name].function, before_call)

        code = code_of(stored.handler)
        return Runtime(
            stored,
            self._wrap(code) if self._wrap is not None else code,
            assume_role=assume_role,
            clock=self.clock,
            emit=self.emit,
            new_id=self.new_id,
        )


def code_of(handler: str) -> Connect:
    """Return what makes a function's handler: ``connect`` of the module that its handler names."""
    package, _, rest = handler.partition(".")
    module = f"pipeline.function.{rest.partition('.')[0]}"
    if package == "function" and importlib.util.find_spec(module) is not None:
        connect: Connect = importlib.import_module(module).connect
        return connect
    return functools.partial(_missing, handler.rpartition(".")[0])


def _missing(module: str, *_: object) -> Callable[[Json, object], Json]:
    def handler(*_: object) -> Json:
        raise ImportModuleError(f"Unable to import module '{module}': No module named '{module}'")

    return handler


class ImportModuleError(Exception):
    """A function's package has no such module: the runtime's own error."""

    error_type = "Runtime.ImportModuleError"


def _code_and_settings(function: StoredFunction) -> StoredFunction:
    """Return what execution environments depend on."""
    return replace(
        function,
        reserved_concurrency=None,
        dead_letters_to=None,
        on_success=None,
        on_failure=None,
        maximum_retry_attempts=2,
        maximum_event_age=21_600,
    )
