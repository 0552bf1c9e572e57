"""Where an allow must come from, once no statement denies.

Within one account from an identity-based policy *or* the resource's own, across accounts from both,
for an AWS service or an anonymous caller from the resource's own alone, for AssumeRole always from
the role's trust policy, for a KMS key always from its key policy. Permissions boundary and session
policy limit what identity-based policies give, and what a resource-based policy gives to a role;
service control policies and the policy of a VPC endpoint limit everything.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.iam.matching import Grant
from pipeline.iam.policy import Effect
from pipeline.iam.request import PrincipalKind, Request
from pipeline.iam.tracing import Asked, Finding, Layer, NamedPolicy, StatementTrace


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

    scps: tuple[tuple[NamedPolicy, ...], ...] = ()
    """Service control policies of the caller's account: each level from the root of the
    organization to the account must allow.
    """

    rcps: tuple[tuple[NamedPolicy, ...], ...] = ()
    """Resource control policies of the resource's account, by level. Every level also has one that
    allows everything and cannot be taken away, so these only deny.
    """

    endpoints: tuple[NamedPolicy, ...] = ()
    """The policy of the VPC endpoint that the call comes through; of several each must allow."""

    is_trust_policy: bool = False
    """Whether ``resource`` is the trust policy of a role that the request wants to assume."""


WITHOUT_IDENTITY = frozenset(
    {PrincipalKind.SERVICE, PrincipalKind.PROVIDER, PrincipalKind.ANONYMOUS}
)
"""Who has no account here, and so no identity-based policies."""

Verdict = tuple[Layer | None, StatementTrace | None]
"""The layer that lacks an allow, or the statement that allows (neither: the root user may)."""


def is_owner(request: Request) -> bool:
    """Tell whether the root user asks for something in its own account."""
    return request.principal.kind is PrincipalKind.ROOT and _is_same_account(request)


def verdict(asked: Asked, policies: Policies, found: list[Finding]) -> Verdict:
    """Return what lacks an allow, or what allows, when nothing denies.

    Args:
        asked: The request.
        policies: All that apply to it.
        found: Its statements, held against the request; those that match at least.
    """
    allows = [f for f in found if f.trace.matched and f.trace.effect is Effect.ALLOW]
    guard = next(_guarding(asked, policies, allows), None)
    if guard is not None:
        return guard, None
    return _of_case(_case(asked.request, policies, allows), asked)


def _guarding(asked: Asked, policies: Policies, allows: list[Finding]) -> Iterator[Layer]:
    """Yield each layer that limits every grant and does not allow the request."""
    principal = asked.request.principal
    if policies.scps and principal.kind not in WITHOUT_IDENTITY and not principal.is_service_linked:
        for level in policies.scps:
            if not any(_allows(Layer.SCP, named, allows) for named in level):
                yield Layer.SCP
    if principal.kind is not PrincipalKind.SERVICE:
        for named in policies.endpoints:
            if not _allows(Layer.ENDPOINT, named, allows):
                yield Layer.ENDPOINT


def _allows(layer: Layer, named: NamedPolicy, allows: list[Finding]) -> bool:
    return any(f.trace.layer is layer and f.named is named for f in allows)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of a request once its statements are examined."""

    request: Request
    is_trust: bool

    identity: StatementTrace | None
    """The first statement that allows it in an identity-based policy."""

    attached: StatementTrace | None
    """The statement of the resource's policy that allows it and is limited least."""

    grant: Grant | None
    """How that statement names the caller."""

    limiting: Layer | None
    """The permissions boundary or session policy that does not allow it, if one does not."""


def _case(request: Request, policies: Policies, allows: list[Finding]) -> _Case:
    layer = Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE
    granted = [f for f in allows if f.trace.layer is layer]
    attached = max(granted, key=lambda f: f.grant or 0, default=None)
    return _Case(
        request=request,
        is_trust=policies.is_trust_policy,
        identity=next((f.trace for f in allows if f.trace.layer is Layer.IDENTITY), None),
        attached=attached.trace if attached else None,
        grant=attached.grant if attached else None,
        limiting=_limiting(request, policies, allows),
    )


def _limiting(request: Request, policies: Policies, allows: list[Finding]) -> Layer | None:
    for boundary in policies.boundaries:
        if not _allows(Layer.BOUNDARY, boundary, allows):
            return Layer.BOUNDARY
    if policies.session is None:
        # A federated user has what user and session policy share, and without one nothing.
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
        return Layer.SESSION if request.principal.kind is PrincipalKind.FEDERATED else None
    return None if _allows(Layer.SESSION, policies.session, allows) else Layer.SESSION


def _of_case(case: _Case, asked: Asked) -> Verdict:
    if case.request.principal.kind in WITHOUT_IDENTITY:
        return _by_resource_alone(case)
    if case.is_trust:
        return _by_trust(case)
    if asked.action.startswith("kms:") and ":key/" in case.request.resource:
        return _by_key_policy(case)
    if not _is_same_account(case.request):
        return _across_accounts(case)
    return (None, None) if is_owner(case.request) else _within_account(case)


def _is_same_account(request: Request) -> bool:
    return request.resource_account in (None, request.principal.account)


def _by_resource_alone(case: _Case) -> Verdict:
    if case.attached is not None:
        return None, case.attached
    return Layer.TRUST if case.is_trust else Layer.RESOURCE, None


def _by_trust(case: _Case) -> Verdict:
    """A role's trust policy must allow; naming the account leaves the rest to its own policies.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    if case.request.principal.kind is PrincipalKind.ROOT:
        return Layer.ROOT, None
    if case.attached is None:
        return Layer.TRUST, None
    if _is_same_account(case.request) and case.grant is not Grant.ACCOUNT:
        return _limited(case), case.attached
    return _missing_at_caller(case), case.attached


def _by_key_policy(case: _Case) -> Verdict:
    """A key's own policy must allow; only by naming the account does it let other policies decide.

    Not even the root user has a permission that the key policy does not give.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if not _is_same_account(case.request):
        return _across_accounts(case)
    if case.attached is None:
        return Layer.RESOURCE, None
    if is_owner(case.request):
        return None, case.attached
    if case.grant is not Grant.ACCOUNT:
        return _limited(case), case.attached
    return _missing_at_caller(case), case.identity


def _across_accounts(case: _Case) -> Verdict:
    is_root = case.request.principal.kind is PrincipalKind.ROOT
    missing = None if is_root else _missing_at_caller(case)
    if missing is None and case.attached is None:
        missing = Layer.RESOURCE
    return missing, case.attached


def _within_account(case: _Case) -> Verdict:
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
