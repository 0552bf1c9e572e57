"""The Lambda service of one account: its functions, mappings and own queue, checks and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

import boto3

from pipeline import events as e
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_functions import StoredFunction, StoredFunctions
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import Check
from pipeline.lambda_service.asynchronous import AsynchronousInvocations
from pipeline.lambda_service.destinations import Destinations
from pipeline.lambda_service.function_checks import FunctionChecks
from pipeline.lambda_service.invoking import Invoking
from pipeline.lambda_service.mapping_checks import MappingChecks
from pipeline.lambda_service.mappings import Mappings
from pipeline.lambda_service.recursion import RecursionDetection
from pipeline.lambda_service.runtimes import Runtimes
from pipeline.turns import Agent


class RoleSessions(Protocol):
    """Assumes execution roles as the Lambda service; ``ClientError`` when one may not be."""

    def function(self, function: StoredFunction, before_call: Callable[[], None]) -> boto3.Session:
        """Return a session for a function's code; ``before_call`` is called before each call."""

    def for_function(self, function: StoredFunction, actor: str, service: str) -> Any:
        """Return a client for what Lambda does with a function's role: actor poller or lambda."""


@dataclass(frozen=True, slots=True)
class LambdaService:
    """What plays the Lambda service."""

    functions: StoredFunctions
    """The functions and mappings as they are now set."""

    runtimes: Runtimes
    recursion: RecursionDetection
    asynchronous: AsynchronousInvocations
    mappings: Mappings
    checks: Mapping[tuple[str, str], Check]
    """Its checks and answers of calls, by service and operation."""

    def agents(self) -> tuple[Agent, ...]:
        """Return what acts by itself: a poller for each mapping, and Lambda's own queue."""
        return (*self.mappings.agents(), self.asynchronous)

    def forget_credentials(self) -> None:
        """Let roles be assumed anew: what a trust policy says is asked again."""
        self.mappings.forget_credentials()
        self.runtimes.forget_environments()

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.mappings.forget()
        self.runtimes.forget()
        self.asynchronous.forget()
        self.recursion.forget()


def lambda_service(
    *,
    stored: Stored,
    gate: Authorizer,
    emit: e.Emit,
    new_id: Callable[[], str],
    sessions: RoleSessions,
    wait: Callable[[float, str], None],
    reasons: MutableMapping[str, str],
) -> LambdaService:
    """Return the Lambda service of an account.

    Args:
        stored: What stands in the account.
        gate: Decides what a role may.
        emit: Takes its events.
        new_id: Makes request ids.
        sessions: Assumes execution roles.
        wait: Lets a batching window pass.
        reasons: For messages that failed, by id: the last error, kept for whoever tells of them.
    """
    clock = stored.clock
    functions = StoredFunctions(stored.region, stored.account, stored.backend)
    recursion = RecursionDetection(clock, emit)
    runtimes = Runtimes(functions, sessions.function, clock, emit, new_id)

    def connect(actor: str) -> Callable[[str, str], Any]:
        def client(name: str, service: str) -> Any:
            function = functions.function(name)
            if function is None:
                raise LookupError(f"There is no function {name}.")
            return sessions.for_function(function, actor, service)

        return client

    destinations = Destinations(clock, emit, connect("lambda"), new_id)
    asynchronous = AsynchronousInvocations(
        clock,
        emit,
        new_id,
        settings=functions.function,
        invoke=runtimes.invoke,
        destinations=destinations,
        recursion=recursion,
    )
    return LambdaService(
        functions=functions,
        runtimes=runtimes,
        recursion=recursion,
        asynchronous=asynchronous,
        mappings=Mappings(
            stored,
            functions,
            runtimes,
            recursion,
            destinations,
            connect("poller"),
            clock,
            emit,
            new_id,
            wait,
            reasons,
        ),
        checks={
            **MappingChecks(stored, functions, gate, new_id).by_call(),
            **FunctionChecks(functions, gate, recursion, new_id).by_call(),
            ("lambda", "Invoke"): Invoking(functions, asynchronous, new_id).answer,
        },
    )
