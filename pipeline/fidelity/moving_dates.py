"""moto dates buckets by the machine's time, and leaves a changed function's date as it was.

A bucket is created at the sandbox's time, and a function was modified when its code or
configuration last changed; Lambda writes that with milliseconds and an offset.
(https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html)
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.s3.models import FakeBucket

from pipeline.fidelity.entered import entered_clock

_bucket = FakeBucket.__init__
_function = LambdaFunction.__init__
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


def apply() -> None:
    """Stand where moto dates buckets and functions."""
    FakeBucket.__init__ = bucket  # type: ignore[method-assign, assignment]
    LambdaFunction.__init__ = function  # type: ignore[method-assign, assignment]
    LambdaFunction.update_configuration = update_configuration  # type: ignore[method-assign, assignment]
    LambdaFunction.update_function_code = update_function_code  # type: ignore[method-assign, assignment]
