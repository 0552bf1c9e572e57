"""What Lambda keeps of functions and event source mappings in one account of the emulated cloud.

It reads the emulator's own records and changes nothing, so whoever plays the Lambda service follows
a changed setting at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class StoredFunction:
    """A function's configuration."""

    name: str
    arn: str
    role: str
    """ARN of the execution role."""

    timeout: int
    """Seconds."""

    memory: int
    """MB."""

    handler: str
    environment: Mapping[str, str]
    reserved_concurrency: int | None
    """None: without a reservation."""

    dead_letters_to: str | None = None
    """ARN of the queue or topic for events that were given up."""

    maximum_retry_attempts: int = 2
    """Of an asynchronous invocation that fails: 0 to 2."""

    maximum_event_age: int = 21_600
    """Seconds that an asynchronous invocation may wait: 60 to 21,600."""

    on_success: str | None = None
    """ARN of the destination for records of asynchronous invocations that succeeded."""

    on_failure: str | None = None

    @property
    def log_group(self) -> str:
        """Where its log goes.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
        """
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """An event source mapping as it was last asked for."""

    uuid: str
    function: str
    """The function's name."""

    source: str
    """ARN of the queue or of the stream."""

    enabled: bool
    batch_size: int
    batching_window: int
    """Seconds."""

    maximum_concurrency: int | None
    report_batch_item_failures: bool
    starting_position: str | None
    """Of a stream: TRIM_HORIZON or LATEST."""

    maximum_retry_attempts: int = -1
    """Of a stream: -1 retries until the record expires."""

    maximum_record_age: int = -1
    """Seconds, of a stream: -1 until the record expires."""

    bisects_batch: bool = False
    parallelization_factor: int = 1
    on_failure: str | None = None
    """Of a stream: ARN of the destination of records given up."""


def function_name(identifier: str) -> tuple[str, str]:
    """Return the name and the qualifier in any identifier that Lambda takes for a function.

    A name, ``account:function:name`` or an ARN, each with or without ``:qualifier``; without one
    the qualifier is ``$LATEST``.
    """
    name, _, qualifier = identifier.rpartition("function:")[2].partition(":")
    return name, qualifier or LATEST


@dataclass(frozen=True, slots=True)
class StoredFunctions:
    """A reader of one account's functions and mappings."""

    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region."""

    def function(self, identifier: str) -> StoredFunction | None:
        """Return a function by name or ARN, or None without it."""
        name, _ = function_name(identifier)
        return next((f for f in self.functions() if f.name == name), None)

    def functions(self) -> tuple[StoredFunction, ...]:
        """Return every function, in the order they were created."""
        stored = self.backend("lambda", self.region).list_functions()
        return tuple(_function(entry) for entry in stored)

    def arn(self, name: str) -> str:
        """Return the ARN that a function of this account and Region has."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{name}"

    def mapping(self, uuid: str) -> StoredMapping | None:
        """Return a mapping as it is now wished for, or None without it."""
        stored = self.backend("lambda", self.region).get_event_source_mapping(uuid)
        return None if stored is None else _mapping(stored)

    def mappings(self) -> tuple[StoredMapping, ...]:
        """Return every mapping as it is now wished for, in the order they were created."""
        stored = self.backend("lambda", self.region).list_event_source_mappings("", "")
        return tuple(_mapping(entry) for entry in stored)


def _function(stored: Any) -> StoredFunction:
    settings = stored.event_invoke_config[-1].config if stored.event_invoke_config else {}
    destinations = settings.get("DestinationConfig") or {}
    dead_letters = getattr(stored, "dead_letter_config", None) or {}
    return StoredFunction(
        name=stored.function_name,
        arn=stored.function_arn,
        role=stored.role,
        timeout=int(stored.timeout),
        memory=int(stored.memory_size),
        handler=stored.handler or "",
        environment=dict(stored.environment_vars),
        reserved_concurrency=_number(stored.reserved_concurrency),
        dead_letters_to=dead_letters.get("TargetArn") or None,
        maximum_retry_attempts=settings.get("MaximumRetryAttempts", 2),
        maximum_event_age=settings.get("MaximumEventAgeInSeconds", 21_600),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination") or None,
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or None,
    )


def _mapping(stored: Any) -> StoredMapping:
    scaling = stored.scaling_config or {}
    on_failure = (stored.destination_config or {}).get("OnFailure") or {}
    return StoredMapping(
        uuid=stored.uuid,
        function=function_name(stored.function_arn)[0],
        source=stored.event_source_arn,
        enabled=bool(stored.enabled),
        batch_size=int(stored.batch_size),
        batching_window=int(stored.max_batch_window or 0),
        maximum_concurrency=_number(scaling.get("MaximumConcurrency")),
        report_batch_item_failures="ReportBatchItemFailures"
        in (stored.function_response_types or ()),
        starting_position=stored.starting_position,
        maximum_retry_attempts=_or_endless(stored.max_retry_attempts),
        maximum_record_age=_or_endless(stored.max_record_age),
        bisects_batch=bool(stored.bisect_on_error),
        parallelization_factor=int(stored.parallelization_factor or 1),
        on_failure=on_failure.get("Destination") or None,
    )


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _or_endless(value: Any) -> int:
    return -1 if value is None else int(value)
