"""From an API call to the actions, resources and context that AWS checks for it.

A checked-in table: an operation that is not in it is refused with a clear error, never waved
through.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions import dynamodb, identity, lambda_, logs, s3, sqs
from pipeline.iam.requirement import Needs, Parameters, Place, Requirement

__all__ = ["TABLE", "Requirement", "UnknownOperationError", "requirements"]

TABLE: Mapping[str, Mapping[str, Needs]] = {
    "dynamodb": dynamodb.OPERATIONS,
    "iam": identity.IAM_OPERATIONS,
    "lambda": lambda_.OPERATIONS,
    "logs": logs.OPERATIONS,
    "s3": s3.OPERATIONS,
    "sqs": sqs.OPERATIONS,
    "sts": identity.STS_OPERATIONS,
}
"""By boto3's name of the service, then by operation."""


class UnknownOperationError(LookupError):
    """The table does not say what an operation needs, so nobody may call it."""


def requirements(
    service: str, operation: str, parameters: Parameters, *, account: str, region: str
) -> tuple[Requirement, ...]:
    """Return what a call needs; all of it must be allowed.

    Raises:
        UnknownOperationError: The operation is not in the table.
    """
    row = TABLE.get(service, {}).get(operation)
    if row is None:
        raise UnknownOperationError(
            f"The sandbox does not know which permissions {service}:{operation} needs, "
            "so it refuses the call. Use one of the operations that the pipeline's services need."
        )
    return row(parameters, Place(account, region))
