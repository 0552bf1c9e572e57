"""The Lambda service of one account: its own queue, recursion detection, checks and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_functions import StoredFunctions
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import Check
from pipeline.lambda_service.asynchronous import AsynchronousInvocations
from pipeline.lambda_service.destinations import Destinations
from pipeline.lambda_service.function_checks import FunctionChecks
from pipeline.lambda_service.invocation import Invocation
from pipeline.lambda_service.invoking import Invoking
from pipeline.lambda_service.mapping_checks import MappingChecks
from pipeline.lambda_service.recursion import RecursionDetection

FOREIGN = "The sandbox runs the functions of its architecture, and no other code."

Run = Callable[[e.Json, str], Invocation]
"""Runs one function on an event, under a request id."""


@dataclass(frozen=True, slots=True)
class LambdaService:
    """What plays the Lambda service beside its pollers."""

    functions: StoredFunctions
    """The functions and mappings as they are now set."""

    recursion: RecursionDetection
    asynchronous: AsynchronousInvocations
    checks: Mapping[tuple[str, str], Check]
    """Its checks and answers of calls, by service and operation."""


def lambda_service(
    *,
    stored: Stored,
    gate: Authorizer,
    emit: e.Emit,
    new_id: Callable[[], str],
    runs: Mapping[str, Run],
    connect: Callable[[str, str], Any],
) -> LambdaService:
    """Return the Lambda service of an account.

    Args:
        stored: What stands in the account.
        gate: Decides what a role may.
        emit: Takes its events.
        new_id: Makes request ids.
        runs: By name: what runs a function; other functions can be created and do not run.
        connect: For a function's name and boto3's name of a service: a client of its role.
    """
    clock: Clock = stored.clock
    functions = StoredFunctions(stored.region, stored.account, stored.backend)
    recursion = RecursionDetection(clock, emit)

    def invoke(name: str, event: e.Json, request_id: str) -> Invocation:
        if name in runs:
            return runs[name](event, request_id)
        return Invocation(request_id, error_type="Runtime.ImportModuleError", error_message=FOREIGN)

    asynchronous = AsynchronousInvocations(
        clock,
        emit,
        new_id,
        settings=functions.function,
        invoke=invoke,
        destinations=Destinations(clock, emit, connect, new_id),
        recursion=recursion,
    )
    return LambdaService(
        functions=functions,
        recursion=recursion,
        asynchronous=asynchronous,
        checks={
            **MappingChecks(stored, functions, gate, new_id).by_call(),
            **FunctionChecks(functions, gate, recursion, new_id).by_call(),
            ("lambda", "Invoke"): Invoking(functions, asynchronous, new_id).answer,
        },
    )
