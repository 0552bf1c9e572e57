"""Functions as Lambda checks them when one is created or changed.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html

Not modelled: runtimes that AWS has closed to new functions are taken like any that its API names.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.cloud.service_models import MODELS
from pipeline.cloud.stored_functions import StoredFunctions
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.lambda_service.answers import (
    NOT_FOUND,
    Refusal,
    answered,
    answering,
    document,
    out_of_range,
    refused,
)
from pipeline.lambda_service.recursion import RecursionDetection
from pipeline.lambda_service.role_checks import is_assumable, may

LONGEST_TIMEOUT = 900
"""Seconds."""

MOST_MEMORY = 10_240
"""MB."""

ACCOUNT_CONCURRENCY = 1_000
"""Of a Region, unless AWS has raised it."""

LEAST_UNRESERVED = 100


@dataclass(frozen=True, slots=True)
class FunctionChecks:
    """Checks the functions of one account."""

    functions: StoredFunctions
    gate: Authorizer
    recursion: RecursionDetection
    new_id: Callable[[], str]

    def by_call(self) -> dict[tuple[str, str], Check]:
        """Return the checks and answers by service and operation."""
        return {
            ("lambda", "CreateFunction"): answering(self._creating, self.new_id),
            ("lambda", "UpdateFunctionConfiguration"): answering(self._updating, self.new_id),
            ("lambda", "UpdateFunctionCode"): answering(_code, self.new_id),
            ("lambda", "PutFunctionConcurrency"): answering(self._reserving, self.new_id),
            ("lambda", "PutFunctionRecursionConfig"): self._put_recursion,
            ("lambda", "GetFunctionRecursionConfig"): self._get_recursion,
        }

    # -- each yields what is wrong, the first counts --

    def _creating(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        yield from _settings(asked)
        is_zip = asked.get("PackageType", "Zip") == "Zip"
        if is_zip and not (asked.get("Runtime") and asked.get("Handler")):
            yield Refusal(
                "Runtime and Handler are mandatory parameters for functions created with "
                "deployment packages."
            )
        if not is_assumable(self.gate, asked["Role"]):
            yield _UNASSUMABLE
        yield from _code(asked.get("Code", {}))

    def _updating(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        function = self.functions.function(asked["FunctionName"])
        if function is None:
            yield _no_function(self.functions, asked["FunctionName"])
            return
        yield from _settings(asked)
        role = asked.get("Role", function.role)
        if not is_assumable(self.gate, role):
            yield _UNASSUMABLE
        target = (asked.get("DeadLetterConfig") or {}).get("TargetArn")
        if target:
            action = "sqs:SendMessage" if target.split(":")[2] == "sqs" else "sns:Publish"
            if not may(self.gate, replace(function, role=role), action, target):
                service, _, operation = action.partition(":")
                yield Refusal(
                    "The provided execution role does not have permissions to call "
                    f"{operation} on {service.upper()}"
                )

    def _reserving(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        function = self.functions.function(asked["FunctionName"])
        if function is None:
            yield _no_function(self.functions, asked["FunctionName"])
            return
        others = sum(
            f.reserved_concurrency or 0
            for f in self.functions.functions()
            if f.name != function.name
        )
        wished = asked["ReservedConcurrentExecutions"]
        if ACCOUNT_CONCURRENCY - others - wished < LEAST_UNRESERVED:
            yield Refusal(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
            )

    # -- recursion, which the emulator does not keep --

    def _put_recursion(self, call: ApiCall) -> wire.WireResponse:
        """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html."""
        function = self.functions.function(call.parameters["FunctionName"])
        if function is not None:
            allows = call.parameters["RecursiveLoop"] == "Allow"
            change = self.recursion.allowed.add if allows else self.recursion.allowed.discard
            change(function.name)
        return self._get_recursion(call)

    def _get_recursion(self, call: ApiCall) -> wire.WireResponse:
        """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html."""
        function = self.functions.function(call.parameters["FunctionName"])
        if function is None:
            missing = _no_function(self.functions, call.parameters["FunctionName"])
            return refused(call, missing, self.new_id)
        loop = "Allow" if function.name in self.recursion.allowed else "Terminate"
        return answered(document({"RecursiveLoop": loop}), self.new_id())


_UNASSUMABLE = Refusal("The role defined for the function cannot be assumed by Lambda.")


def runtimes() -> tuple[str, ...]:
    """Return the runtimes that Lambda's API names."""
    return tuple(MODELS.load_service_model("lambda", "service-2")["shapes"]["Runtime"]["enum"])


def _settings(asked: Mapping[str, Any]) -> Iterator[Refusal]:
    """Yield what is out of range; boto3 itself refuses what is too low."""
    if asked.get("Timeout", 0) > LONGEST_TIMEOUT:
        yield out_of_range("timeout", asked["Timeout"], LONGEST_TIMEOUT)
    if asked.get("MemorySize", 0) > MOST_MEMORY:
        yield out_of_range("memorySize", asked["MemorySize"], MOST_MEMORY)
    runtime = asked.get("Runtime")
    if runtime and runtime not in (names := runtimes()):
        yield Refusal(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy "
            f"enum value set: [{', '.join(names)}] or be a valid ARN"
        )


def _code(asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
    """Refuse a deployment package that is no zip file."""
    package = asked.get("ZipFile")
    if package is not None and not zipfile.is_zipfile(io.BytesIO(package)):
        yield Refusal(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        )


def _no_function(functions: StoredFunctions, identifier: str) -> Refusal:
    name = identifier.rpartition("function:")[2]
    return Refusal(f"Function not found: {functions.arn(name)}", NOT_FOUND)
