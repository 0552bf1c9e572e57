"""moto forgets a function's dead-letter queue, and keeps the first asynchronous settings put.

It drops ``DeadLetterConfig`` from what creates or updates a function; it appends each
``PutFunctionEventInvokeConfig`` to a list and goes on answering with the first, and takes an update
for a put. Lambda keeps one configuration: a put replaces it, an update changes what it names.
(https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html,
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html)
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction

from pipeline.fidelity.entered import entered_clock

_create = LambdaBackend.create_function
_update_configuration = LambdaBackend.update_function_configuration
_get_configuration = LambdaFunction.get_configuration
_put = LambdaBackend.put_function_event_invoke_config
_update = LambdaBackend.update_function_event_invoke_config


def create(backend: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
    """Remember a new function's dead-letter queue."""
    function: Any = _create(backend, spec)
    function.dead_letter_config = spec.get("DeadLetterConfig")
    return function  # type: ignore[no-any-return]


def update_configuration(
    backend: LambdaBackend, function_name: str, qualifier: str, body: dict[str, Any]
) -> dict[str, Any] | None:
    """Remember a changed dead-letter queue."""
    if "DeadLetterConfig" in body:
        function: Any = backend.get_function(function_name, qualifier)
        function.dead_letter_config = body["DeadLetterConfig"]
    return _update_configuration(backend, function_name, qualifier, body)


def get_configuration(function: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
    """Show the dead-letter queue too."""
    configuration = _get_configuration(function, *arguments, **named)
    dead_letters: dict[str, str] = getattr(function, "dead_letter_config", None) or {}
    if entered_clock() is not None and dead_letters.get("TargetArn"):
        configuration["DeadLetterConfig"] = dead_letters
    return configuration


def put(backend: LambdaBackend, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Replace the configuration."""
    answer = _put(backend, function_name, config)
    if entered_clock() is not None:
        stored = backend.get_function(function_name).event_invoke_config
        del stored[:-1]
    return answer


def update(backend: LambdaBackend, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Change what the update names; refused, as by Get, without a configuration to change."""
    if entered_clock() is None:
        return _update(backend, function_name, config)
    backend.get_function_event_invoke_config(function_name)
    before = backend.get_function(function_name).event_invoke_config[-1].config
    return put(backend, function_name, {**before, **config})


def apply() -> None:
    """Stand in moto's functions."""
    LambdaBackend.create_function = create  # type: ignore[method-assign, assignment]
    LambdaBackend.update_function_configuration = update_configuration  # type: ignore[method-assign, assignment]
    LambdaFunction.get_configuration = get_configuration  # type: ignore[method-assign, assignment]
    LambdaBackend.put_function_event_invoke_config = put  # type: ignore[method-assign, assignment]
    LambdaBackend.update_function_event_invoke_config = update  # type: ignore[method-assign, assignment]
