"""From an API call to the actions, resources and context that AWS checks for it.

A checked-in table: an operation that is not in it is refused with a clear error, never waved
through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.iam.actions import (
    cloudformation,
    dynamodb,
    events,
    iam,
    kms,
    lambda_,
    logs,
    s3_buckets,
    s3_objects,
    sns,
    sqs,
    sts,
)
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import Lookups, Needs, Parameters, Place, Requirement

__all__ = ["TABLE", "Lookups", "Requirement", "UnknownOperationError", "requirements"]

TABLE: Mapping[str, Mapping[str, Needs]] = {
    "cloudformation": cloudformation.OPERATIONS,
    "dynamodb": dynamodb.OPERATIONS,
    "dynamodbstreams": dynamodb.STREAM_OPERATIONS,
    "events": events.OPERATIONS,
    "iam": iam.OPERATIONS,
    "kms": kms.OPERATIONS,
    "lambda": lambda_.OPERATIONS,
    "logs": logs.OPERATIONS,
    "s3": {**s3_buckets.OPERATIONS, **s3_objects.OPERATIONS},
    "sns": sns.OPERATIONS,
    "sqs": sqs.OPERATIONS,
    "sts": sts.OPERATIONS,
}
"""By boto3's name of the service, then by operation."""


_NOTHING_KNOWN = Lookups()


def requirements(
    service: str,
    operation: str,
    parameters: Parameters,
    *,
    account: str,
    region: str,
    caller: str | None = None,
    lookups: Lookups = _NOTHING_KNOWN,
) -> tuple[Requirement, ...]:
    """Return what a call needs, each once; all of it must be allowed.

    Args:
        service: boto3's name of the service.
        operation: The API operation, such as ``PutObject``.
        parameters: The call's parameters, by the names that boto3 uses.
        account: The account that names without an account are in.
        region: The Region that names without a Region are in.
        caller: The ARN of who calls, for calls that are about their caller.
        lookups: What the cloud knows that the call does not say.

    Raises:
        UnknownOperationError: The operation is not in the table, or is not for these parameters.
    """
    row = TABLE.get(service, {}).get(operation)
    if row is None:
        raise UnknownOperationError(
            f"Which permissions {service}:{operation} needs is not known here, so it is refused. "
            "Use one of the operations that the pipeline's services need."
        )
    needs = row(parameters, Place(account, region, caller, lookups))
    return needs if len(needs) < 2 else tuple(_each_once(needs))


def _each_once(needs: Iterable[Requirement]) -> Iterator[Requirement]:
    seen = set()
    for requirement in needs:
        key = (requirement.action, requirement.resource, *sorted(requirement.context.items()))
        if key not in seen:
            seen.add(key)
            yield requirement
