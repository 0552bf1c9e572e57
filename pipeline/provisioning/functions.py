"""Creates roles, functions and event source mappings."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from pipeline.provisioning.storage import Client
from pipeline.topology import EventSourceMapping, Function, PolicyDocument, Role


def role_step(role: Role, client: Client) -> Callable[[], object]:
    """Return what creates a role."""

    def create() -> None:
        iam = client("iam")
        iam.create_role(RoleName=role.name, AssumeRolePolicyDocument=json.dumps(role.trust_policy))
        iam.put_role_policy(
            RoleName=role.name,
            PolicyName=role.policy_name,
            PolicyDocument=json.dumps(role.policy),
        )

    return create


def log_group_step(function: Function, client: Client) -> Callable[[], object]:
    """Return what creates a log group."""
    return lambda: client("logs").create_log_group(logGroupName=function.log_group)


def function_step(
    function: Function, permissions: PolicyDocument, client: Client
) -> Callable[[], object]:
    """Return what creates a function."""

    def create() -> None:
        functions = client("lambda")
        functions.create_function(
            FunctionName=function.name,
            Runtime="python3.13",
            Role=function.role.arn,
            Handler=function.handler,
            Code={"ZipFile": deployment_package()},
            Timeout=function.timeout,
            MemorySize=function.memory,
            Environment={"Variables": dict(function.environment)},
        )
        for statement in permissions.get("Statement", ()):
            functions.add_permission(**permission_of(function.name, statement))
        if function.on_failure:
            functions.put_function_event_invoke_config(
                FunctionName=function.name,
                MaximumRetryAttempts=2,
                DestinationConfig={"OnFailure": {"Destination": function.on_failure}},
            )

    return create


def permission_of(function: str, statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return what AddPermission takes for one statement of a function's policy.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    condition = statement.get("Condition", {})
    source = condition.get("ArnLike", {}).get("aws:SourceArn")
    account = condition.get("StringEquals", {}).get("aws:SourceAccount")
    principal = statement["Principal"]
    return {
        "FunctionName": function,
        "StatementId": statement["Sid"],
        "Action": statement["Action"],
        "Principal": next(iter(principal.values())) if isinstance(principal, dict) else principal,
        **({"SourceArn": source} if source else {}),
        **({"SourceAccount": account} if account else {}),
    }


def mapping_step(mapping: EventSourceMapping, client: Client) -> Callable[[], object]:
    """Return what creates a mapping."""

    def create() -> None:
        source, extra = mapping.source, {}
        if source.split(":")[2] == "dynamodb":
            name = source.rpartition("/")[2]
            source = client("dynamodb").describe_table(TableName=name)["Table"]["LatestStreamArn"]
            extra = _stream_settings(mapping)
        elif mapping.maximum_concurrency is not None:
            extra = {"ScalingConfig": {"MaximumConcurrency": mapping.maximum_concurrency}}
        responses = ["ReportBatchItemFailures"] if mapping.report_batch_item_failures else []
        client("lambda").create_event_source_mapping(
            FunctionName=mapping.function,
            EventSourceArn=source,
            BatchSize=mapping.batch_size,
            MaximumBatchingWindowInSeconds=mapping.batching_window,
            FunctionResponseTypes=responses,
            **extra,
        )

    return create


def _stream_settings(mapping: EventSourceMapping) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "StartingPosition": "TRIM_HORIZON",
        "MaximumRetryAttempts": mapping.maximum_retry_attempts,
        "BisectBatchOnFunctionError": mapping.bisects_batch,
    }
    if mapping.on_failure:
        settings["DestinationConfig"] = {"OnFailure": {"Destination": mapping.on_failure}}
    return settings


@functools.cache
def deployment_package() -> bytes:
    """Return the functions' code as the zip file that Lambda takes: one package, ``function``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in sorted(resources.files("pipeline.function").iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".py"):
                # A fixed date, so that the same code gives the same package.
                name = zipfile.ZipInfo(f"function/{entry.name}", (2026, 1, 1, 0, 0, 0))
                package.writestr(name, entry.read_bytes())
    return buffer.getvalue()
