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

_init = LambdaFunction.__init__
_update_configuration = LambdaFunction.update_configuration
_get_configuration = LambdaFunction.get_configuration
_put = LambdaBackend.put_function_event_invoke_config
_update = LambdaBackend.update_function_event_invoke_config


def init(function: Any, account_id: str, spec: dict[str, Any], *rest: Any, **named: Any) -> None:
    """Make a function that remembers its dead-letter queue."""
    _init(function, account_id, spec, *rest, **named)
    function.dead_letter_config = spec.get("DeadLetterConfig")


def update_configuration(function: Any, updates: dict[str, Any]) -> dict[str, Any]:
    """Change the dead-letter queue too."""
    if "DeadLetterConfig" in updates:
        function.dead_letter_config = updates["DeadLetterConfig"]
    return _update_configuration(function, updates)


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
    """Change what the update names."""
    if entered_clock() is None:
        return _update(backend, function_name, config)
    stored = backend.get_function(function_name).event_invoke_config
    before = stored[-1].config if stored else {}
    return put(backend, function_name, {**before, **config})


def apply() -> None:
    """Stand in moto's functions."""
    LambdaFunction.__init__ = init  # type: ignore[method-assign, assignment]
    LambdaFunction.update_configuration = update_configuration  # type: ignore[method-assign, assignment]
    LambdaFunction.get_configuration = get_configuration  # type: ignore[method-assign, assignment]
    LambdaBackend.put_function_event_invoke_config = put  # type: ignore[method-assign, assignment]
    LambdaBackend.update_function_event_invoke_config = update  # type: ignore[method-assign, assignment]
