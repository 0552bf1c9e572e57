"""A request and the policies that apply to it → a decision that explains every statement.

An explicit deny in any policy wins. Otherwise an allow must come from where it counts: within one
account from an identity-based policy *or* the resource's own, across accounts from both, for an AWS
service or an anonymous caller from the resource's own alone, for AssumeRole always from the role's
trust policy. Permissions boundary and session policy limit what identity-based policies give, and
what a resource-based policy gives to a role.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.iam.decisions import (
    Decision,
    Result,
    allowed,
    explicitly_denied,
    implicitly_denied,
)
from pipeline.iam.matching import Grant
from pipeline.iam.policy import Effect
from pipeline.iam.request import Principal, PrincipalKind, Request
from pipeline.iam.tracing import (
    Asked,
    Finding,
    Layer,
    NamedPolicy,
    StatementTrace,
    findings,
)

__all__ = [
    "Decision",
    "Layer",
    "NamedPolicy",
    "Policies",
    "Result",
    "StatementTrace",
    "evaluate",
]


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that apply to a request."""

    identity: tuple[NamedPolicy, ...] = ()
    """Those attached to the user (and its groups) or to the session's role."""

    resource: NamedPolicy | None = None
    """That of the resource, if it has one."""

    boundaries: tuple[NamedPolicy, ...] = ()
    """The permissions boundary; of several each must allow."""

    session: NamedPolicy | None = None
    """What the session was limited to when it began."""

    is_trust_policy: bool = False
    """Whether ``resource`` is the trust policy of a role that the request wants to assume."""


_NEEDS_NO_PERMISSION = frozenset({"sts:getcalleridentity"})
"""Cannot be denied: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

_ROOT_KEEPS = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
"""What no bucket policy takes from the root user of the bucket's account.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
"""

_WITHOUT_IDENTITY = frozenset({PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS})


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide a request.

    Raises:
        ValueError: The request's context has a key twice, in different case.
    """
    asked = Asked.of(request)
    found = [
        finding
        for layer, named in _taking_part(request.principal, policies)
        for finding in findings(asked, layer, named)
    ]
    traces = tuple(finding.trace for finding in found)
    case = _case(request, policies, found)
    if asked.action in _NEEDS_NO_PERMISSION or (case.is_owner and asked.action in _ROOT_KEEPS):
        return allowed(request, Layer.ROOT, None, traces)
    for finding in found:
        if finding.trace.matched and finding.trace.effect is Effect.DENY:
            return explicitly_denied(request, finding.trace, finding.named.arn, traces)
    missing, granting = _verdict(case)
    if missing is not None:
        return implicitly_denied(request, missing, traces)
    layer = Layer.ROOT if granting is None else granting.layer
    return allowed(request, layer, granting, traces)


def _taking_part(principal: Principal, policies: Policies) -> Iterator[tuple[Layer, NamedPolicy]]:
    if principal.kind not in _WITHOUT_IDENTITY:
        for named in policies.identity:
            yield Layer.IDENTITY, named
        for named in policies.boundaries:
            yield Layer.BOUNDARY, named
        if policies.session is not None:
            yield Layer.SESSION, policies.session
    if policies.resource is not None:
        yield Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE, policies.resource


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of a request once its statements are examined."""

    principal: Principal
    is_trust: bool
    is_same_account: bool

    identity: StatementTrace | None
    """The first statement that allows it in an identity-based policy."""

    attached: StatementTrace | None
    """The statement of the resource's policy that allows it and is limited least."""

    grant: Grant | None
    """How that statement names the caller."""

    limiting: Layer | None
    """The permissions boundary or session policy that does not allow it, if one does not."""

    @property
    def is_owner(self) -> bool:
        """Whether the root user asks for something in its own account."""
        return self.principal.kind is PrincipalKind.ROOT and self.is_same_account


def _case(request: Request, policies: Policies, found: list[Finding]) -> _Case:
    allows = [f for f in found if f.trace.matched and f.trace.effect is Effect.ALLOW]
    granted = [f for f in allows if f.grant is not None]
    attached = max(granted, key=lambda f: f.grant or 0, default=None)
    principal = request.principal
    return _Case(
        principal=principal,
        is_trust=policies.is_trust_policy,
        is_same_account=request.resource_account in (None, principal.account),
        identity=next((f.trace for f in allows if f.trace.layer is Layer.IDENTITY), None),
        attached=attached.trace if attached else None,
        grant=attached.grant if attached else None,
        limiting=_limiting(policies, allows),
    )


def _limiting(policies: Policies, allows: Iterable[Finding]) -> Layer | None:
    limits = [(Layer.BOUNDARY, boundary) for boundary in policies.boundaries]
    if policies.session is not None:
        limits.append((Layer.SESSION, policies.session))
    for layer, named in limits:
        if not any(f.trace.layer is layer and f.named is named for f in allows):
            return layer
    return None


_Verdict = tuple[Layer | None, StatementTrace | None]
"""The layer that lacks an allow, or the statement that allows (neither: the root user may)."""


def _verdict(case: _Case) -> _Verdict:
    if case.principal.kind in _WITHOUT_IDENTITY:
        return _by_resource_alone(case)
    if case.is_trust:
        return _by_trust(case)
    if not case.is_same_account:
        return _across_accounts(case)
    return (None, None) if case.is_owner else _within_account(case)


def _by_resource_alone(case: _Case) -> _Verdict:
    if case.attached is not None:
        return None, case.attached
    return Layer.TRUST if case.is_trust else Layer.RESOURCE, None


def _by_trust(case: _Case) -> _Verdict:
    """A role's trust policy must allow; naming the account leaves the rest to its own policies.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    if case.principal.kind is PrincipalKind.ROOT:
        return Layer.ROOT, None
    if case.attached is None:
        return Layer.TRUST, None
    if case.is_same_account and case.grant is not Grant.ACCOUNT:
        return _limited(case), case.attached
    return _missing_at_caller(case), case.attached


def _across_accounts(case: _Case) -> _Verdict:
    missing = None if case.principal.kind is PrincipalKind.ROOT else _missing_at_caller(case)
    if missing is None and case.attached is None:
        missing = Layer.RESOURCE
    return missing, case.attached


def _within_account(case: _Case) -> _Verdict:
    missing = _missing_at_caller(case)
    if missing is None:
        return None, case.identity
    if case.attached is not None and case.grant is not Grant.ACCOUNT:
        return _limited(case), case.attached
    return missing, None


def _missing_at_caller(case: _Case) -> Layer | None:
    """Return the layer of the caller's own account that lacks an allow, if one does."""
    return Layer.IDENTITY if case.identity is None else case.limiting


def _limited(case: _Case) -> Layer | None:
    """Return what limits the grant of a resource-based policy: only one to a role is limited."""
    return case.limiting if case.grant is Grant.ROLE else None
