"""A request and the policies that apply to it → a decision that explains every statement.

An explicit deny in any policy wins. Otherwise an allow must come from where it counts
(``verdicts``), and what limits must not be in its way: each level of service control policies, the
policy of the VPC endpoint, the permissions boundary, the session policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.iam.decisions import (
    Decision,
    Result,
    allowed,
    explicitly_denied,
    implicitly_denied,
)
from pipeline.iam.policy import Effect
from pipeline.iam.request import PrincipalKind, Request
from pipeline.iam.tracing import (
    Asked,
    Finding,
    Layer,
    NamedPolicy,
    StatementTrace,
    findings,
)
from pipeline.iam.verdicts import WITHOUT_IDENTITY, Policies, is_owner, verdict

__all__ = [
    "Decision",
    "Layer",
    "NamedPolicy",
    "Policies",
    "Result",
    "StatementTrace",
    "evaluate",
]

_NEEDS_NO_PERMISSION = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Cannot be denied.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
"""

_ROOT_KEEPS = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
"""What no bucket policy takes from the root user of the bucket's account.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
"""

_BEYOND_RCPS = frozenset({"cloudformation", "iam", "lambda", "sns"})
"""The services here whose resources no resource control policy reaches.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""


def evaluate(request: Request, policies: Policies, *, trace: bool = True) -> Decision:
    """Decide a request.

    Args:
        request: Who asks for what.
        policies: All that apply to it.
        trace: Whether every statement is wanted with its reason; otherwise only those that match.

    Raises:
        ValueError: The request's context has a key twice, in different case.
    """
    asked = Asked.of(request, is_bounded=bool(policies.boundaries))
    found = [
        finding
        for layer, named in _taking_part(asked, policies)
        for finding in findings(asked, layer, named, all_=trace)
    ]
    traces = tuple(finding.trace for finding in found)
    if asked.action in _NEEDS_NO_PERMISSION:
        return allowed(request, Layer.ROOT, None, traces)
    keeps = asked.action in _ROOT_KEEPS and is_owner(request)
    for finding in found:
        if _denies(finding) and not (keeps and finding.trace.layer is Layer.RESOURCE):
            return explicitly_denied(request, finding.trace, finding.named.arn, traces)
    missing, granting = verdict(asked, policies, found)
    if missing is not None:
        return implicitly_denied(request, missing, traces)
    layer = Layer.ROOT if granting is None else granting.layer
    return allowed(request, layer, granting, traces)


def _denies(finding: Finding) -> bool:
    return finding.trace.matched and finding.trace.effect is Effect.DENY


def _taking_part(asked: Asked, policies: Policies) -> Iterator[tuple[Layer, NamedPolicy]]:
    principal = asked.request.principal
    has_identity = principal.kind not in WITHOUT_IDENTITY
    yield from _of_the_organization(asked, policies)
    if principal.kind is not PrincipalKind.SERVICE:
        yield from ((Layer.ENDPOINT, named) for named in policies.endpoints)
    if has_identity:
        yield from ((Layer.IDENTITY, named) for named in policies.identity)
        yield from ((Layer.BOUNDARY, named) for named in policies.boundaries)
    if has_identity and policies.session is not None:
        yield Layer.SESSION, policies.session
    if policies.resource is not None and not _is_for_services_alone(asked):
        yield Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE, policies.resource


def _is_for_services_alone(asked: Asked) -> bool:
    """Tell whether the resource's policy is not meant for this caller.

    CloudWatch Logs heeds the policies of log groups for AWS services only.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    return (
        asked.action.startswith("logs:")
        and ":log-group:" in asked.request.resource
        and asked.request.principal.kind is not PrincipalKind.SERVICE
    )


def _of_the_organization(asked: Asked, policies: Policies) -> Iterator[tuple[Layer, NamedPolicy]]:
    """Yield what neither binds service-linked roles: RCPs, and for accounts' principals SCPs."""
    if not (policies.rcps or policies.scps) or asked.request.principal.is_service_linked:
        return
    if asked.action.partition(":")[0] not in _BEYOND_RCPS:
        yield from ((Layer.RCP, named) for level in policies.rcps for named in level)
    if asked.request.principal.kind not in WITHOUT_IDENTITY:
        yield from ((Layer.SCP, named) for level in policies.scps for named in level)
