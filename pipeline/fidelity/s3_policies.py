"""moto decides by bucket policies itself, without their principals and most of their conditions.

The gate has decided before moto is asked, by all policies as IAM evaluates them
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html),
so moto permits what reaches it.
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from pipeline.fidelity.entered import entered_clock

_get_permission = FakeBucket.get_permission


def get_permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    """Return what a bucket's policy says of an action on an object."""
    if entered_clock() is None:
        return _get_permission(bucket, action, resource)
    return PermissionResult.PERMITTED


def apply() -> None:
    """Keep moto from a second opinion."""
    FakeBucket.get_permission = get_permission  # type: ignore[assignment, method-assign]
