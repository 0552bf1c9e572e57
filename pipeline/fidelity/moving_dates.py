"""moto dates buckets and mappings by the machine, and a changed function as it was before.

A bucket is created at the sandbox's time, which no machine's time zone moves. A function was
modified when its code or configuration last changed; Lambda writes that with milliseconds and an
offset, and a mapping's date in seconds since the epoch.
(https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html,
https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html)
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend, LambdaFunction
from moto.s3.models import FakeBucket

from pipeline.fidelity.entered import entered_clock

_bucket = FakeBucket.__init__
_function = LambdaFunction.__init__
_mapping = EventSourceMapping.__init__
_update_mapping = LambdaBackend.update_event_source_mapping
_update_configuration = LambdaFunction.update_configuration
_update_function_code = LambdaFunction.update_function_code


def bucket(made: FakeBucket, *arguments: Any, **named: Any) -> None:
    """Create a bucket at the sandbox's time."""
    _bucket(made, *arguments, **named)
    clock = entered_clock()
    if clock is not None:
        made.creation_date = dt.datetime.fromtimestamp(clock.now(), tz=dt.UTC)


def function(made: LambdaFunction, *arguments: Any, **named: Any) -> None:
    """Create a function at the sandbox's time, as Lambda writes it."""
    _function(made, *arguments, **named)
    _date(made)


def update_configuration(changed: LambdaFunction, config_updates: dict[str, Any]) -> Any:
    """Change a function's configuration, and its date."""
    _date(changed)
    return _update_configuration(changed, config_updates)


def update_function_code(changed: LambdaFunction, updated_spec: dict[str, Any]) -> Any:
    """Change a function's code, and its date."""
    _date(changed)
    return _update_function_code(changed, updated_spec)


def _date(changed: LambdaFunction) -> None:
    clock = entered_clock()
    if clock is not None:
        changed.last_modified = clock.iso().replace("Z", "+0000")


def mapping(made: EventSourceMapping, *arguments: Any, **named: Any) -> None:
    """Create a mapping at the sandbox's time."""
    _mapping(made, *arguments, **named)
    _date_mapping(made)


def update_mapping(backend: LambdaBackend, uuid: str, spec: dict[str, Any]) -> Any:
    """Change a mapping, and its date."""
    changed = _update_mapping(backend, uuid, spec)
    if isinstance(changed, EventSourceMapping):
        _date_mapping(changed)
    return changed


def _date_mapping(changed: EventSourceMapping) -> None:
    clock = entered_clock()
    if clock is not None:
        changed.last_modified = clock.now()


def apply() -> None:
    """Stand where moto dates buckets, functions and mappings."""
    FakeBucket.__init__ = bucket  # type: ignore[method-assign, assignment]
    EventSourceMapping.__init__ = mapping  # type: ignore[method-assign, assignment]
    LambdaBackend.update_event_source_mapping = update_mapping  # type: ignore[method-assign, assignment]
    LambdaFunction.__init__ = function  # type: ignore[method-assign, assignment]
    LambdaFunction.update_configuration = update_configuration  # type: ignore[method-assign, assignment]
    LambdaFunction.update_function_code = update_function_code  # type: ignore[method-assign, assignment]
