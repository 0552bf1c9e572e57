"""Which service refuses what when a policy is put.

Identity-based policies may name actions that do not exist; services that keep resource-based
policies refuse them, and principals that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.iam.lint.puts_iam import iam_refusal
from pipeline.iam.lint.puts_resources import (
    dynamodb_refusal,
    kms_refusal,
    sns_refusal,
    sqs_refusal,
)
from pipeline.iam.lint.puts_s3 import s3_refusal
from pipeline.iam.lint.refusals import Refusal, Rule, read_put
from pipeline.iam.policy import PolicyKind

RULES: Mapping[tuple[str, PolicyKind], Rule] = {
    ("dynamodb", PolicyKind.RESOURCE): dynamodb_refusal,
    ("iam", PolicyKind.IDENTITY): iam_refusal,
    ("iam", PolicyKind.TRUST): iam_refusal,
    ("kms", PolicyKind.RESOURCE): kms_refusal,
    ("s3", PolicyKind.RESOURCE): s3_refusal,
    ("sns", PolicyKind.RESOURCE): sns_refusal,
    ("sqs", PolicyKind.RESOURCE): sqs_refusal,
}
"""By boto3's name of the service and the kind of policy that it keeps."""


def put_refusal(
    service: str,
    text: str,
    kind: PolicyKind,
    *,
    holder: str = "role",
    name: str = "",
    others: int = 0,
    resource: str | None = None,
    exists: Callable[[str], bool] = lambda _: True,
) -> Refusal | None:
    """Return how a service refuses a policy, or None when it keeps it.

    Args:
        service: boto3's name of the service.
        text: The policy, as it is sent.
        kind: Which kind of policy it is to be.
        holder: What keeps an identity-based policy: ``role``, ``user`` or ``group`` for an inline
            policy, ``policy`` for a managed one.
        name: The holder's name.
        others: Characters that the holder's other inline policies have, without white space.
        resource: The ARN of the resource whose policy it is; None leaves open which.
        exists: Tells whether a principal exists, by its ARN, account id or unique id.

    Raises:
        LookupError: The service keeps no such policies, or how it refuses them is not known here.
    """
    rule = RULES.get((service, kind))
    if rule is None:
        raise LookupError(f"How {service} refuses a {kind} is not known here.")
    put = read_put(
        text, kind, holder=holder, name=name, others=others, resource=resource, exists=exists
    )
    return rule(put)
