"""How a function reaches AWS, and the handler that Lambda imports.

Each function is a module with ``connect(session, environment, now) -> handler``. On Lambda the
first call of an execution environment connects it with the environment's own session; importing
the module needs neither Region nor credentials nor settings.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .context import LambdaContext

Event = Mapping[str, Any]
Response = dict[str, Any] | None
Handler = Callable[[Event, LambdaContext], Response]

CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard"})
"""How every client of a function behaves."""

AWS_ERRORS = (ClientError, BotoCoreError)
"""What a call to AWS raises."""


def at_first_call(connect: Callable[[boto3.Session], Handler]) -> Handler:
    """Return a handler that is connected when it is called for the first time."""

    @functools.cache
    def connected() -> Handler:
        return connect(boto3.Session())

    def handler(event: Event, context: LambdaContext) -> Response:
        return connected()(event, context)

    return handler
