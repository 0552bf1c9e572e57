"""A request and the policies that apply to it → a decision, with the reason for every statement.

The order is AWS's: an explicit deny in any policy wins; otherwise an allow must come from where it
counts, else the request is implicitly denied. Within one account that is an identity-based policy
or the resource's own; across accounts it is both; for an AWS service only the resource's own.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.iam.conditions import Condition, difference, holds
from pipeline.iam.matching import (
    Named,
    action_matches,
    how_named,
    resource_matches,
)
from pipeline.iam.policy import Policy, Statement
from pipeline.iam.request import Principal, PrincipalKind, Request
from pipeline.iam.variables import has_variable, substitute


class Result(StrEnum):
    """What becomes of a request."""

    ALLOWED = "Allowed"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    IMPLICITLY_DENIED = "ImplicitlyDenied"


class Layer(StrEnum):
    """The kind of policy that decided."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    ROOT = "root"
    """No policy: the account's root user, or an action that needs no permission."""


_POLICY_WORDS = {
    Layer.IDENTITY: "identity-based policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.TRUST: "role trust policy",
}
"""How AWS's messages name a kind of policy."""


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy, and what it is called."""

    name: str
    policy: Policy
    arn: str | None = None
    """For managed policies."""


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that apply to a request."""

    identity: tuple[NamedPolicy, ...] = ()
    resource: NamedPolicy | None = None
    is_trust_policy: bool = False
    """Whether ``resource`` is a role's trust policy, which decides about AssumeRole."""


@dataclass(frozen=True, slots=True)
class StatementTrace:
    """One statement, and the first of its elements that does not cover the request, if any."""

    layer: Layer
    policy: str
    index: int
    statement: Statement
    request: Request
    failed_element: str | None
    """principal, action, resource or condition; None when the statement matches."""

    named: Named = Named.ITSELF
    """How a resource-based statement names the caller."""

    condition: Condition | None = None
    """The condition that does not hold."""

    policy_arn: str | None = None
    """The ARN of the policy, when it is a managed one."""

    @property
    def matched(self) -> bool:
        """Whether the statement covers the request."""
        return self.failed_element is None

    @property
    def title(self) -> str:
        """The statement's Sid, or its place when it has none."""
        return self.statement.sid or f"statement {self.index + 1}"

    @property
    def detail(self) -> str:
        """In one short sentence: what was compared, and how it came out."""
        statement, request = self.statement, self.request
        match self.failed_element:
            case "principal":
                return f"{request.principal.arn} is not among its principals"
            case "action" if statement.not_actions:
                return f"{request.action} is among NotAction {_listed(statement.not_actions)}"
            case "action":
                return f"{request.action} is not {_listed(statement.actions)}"
            case "resource" if statement.not_resources:
                return f"{request.resource} is among NotResource"
            case "resource":
                return f"{request.resource} is not {_listed(statement.resources)}"
            case "condition" if self.condition is not None:
                return difference(self.condition, request)
        return "every element covers the request"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request, and why."""

    request: Request
    result: Result
    layer: Layer
    statement: StatementTrace | None
    """The statement that decided; None for an implicit denial and for the root user."""

    traces: tuple[StatementTrace, ...]

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.result is Result.ALLOWED

    @property
    def reason(self) -> str:
        """Why, in the words of AWS's messages where it is a denial.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        if self.result is Result.IMPLICITLY_DENIED:
            return f"because no {_POLICY_WORDS[self.layer]} allows the {self.request.action} action"
        if self.result is Result.EXPLICITLY_DENIED:
            article = "the" if self.layer is Layer.TRUST else _article(_POLICY_WORDS[self.layer])
            return f"with an explicit deny in {article} {_POLICY_WORDS[self.layer]}"
        if self.statement is None:
            return "allowed without a policy"
        return f"allowed by {self.statement.title} of {self.statement.policy}"

    @property
    def message(self) -> str:
        """The whole sentence of a denial, as most services word it."""
        request = self.request
        return (
            f"User: {request.principal.arn} is not authorized to perform: {request.action} "
            f"on resource: {request.resource} {self.reason}"
        )

    def as_document(self) -> dict[str, Any]:
        """Return the decision as a JSON document."""
        return {
            "result": str(self.result),
            "layer": str(self.layer),
            "principal": self.request.principal.arn,
            "action": self.request.action,
            "resource": self.request.resource,
            "reason": self.reason,
            "policy": self.statement.policy if self.statement else None,
            "sid": self.statement.title if self.statement else None,
            "statements": [
                {
                    "policy": trace.policy,
                    "layer": str(trace.layer),
                    "sid": trace.title,
                    "effect": trace.statement.effect,
                    "matched": trace.matched,
                    "failed_element": trace.failed_element,
                    "detail": trace.detail,
                }
                for trace in self.traces
            ],
        }


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide a request."""
    traces = tuple(_traces(request, policies))
    matching = [trace for trace in traces if trace.matched]
    for trace in matching:
        if trace.statement.effect == "Deny" and not _needs_no_permission(request):
            return Decision(request, Result.EXPLICITLY_DENIED, trace.layer, trace, traces)
    allows = [trace for trace in matching if trace.statement.effect == "Allow"]
    identity = next((t for t in allows if t.layer is Layer.IDENTITY), None)
    attached = max(
        (t for t in allows if t.layer is not Layer.IDENTITY), key=lambda t: t.named, default=None
    )
    granting, missing = _grant(request, policies, identity, attached)
    if missing is None:
        layer = granting.layer if granting else Layer.ROOT
        return Decision(request, Result.ALLOWED, layer, granting, traces)
    return Decision(request, Result.IMPLICITLY_DENIED, missing, None, traces)


def _grant(
    request: Request,
    policies: Policies,
    identity: StatementTrace | None,
    attached: StatementTrace | None,
) -> tuple[StatementTrace | None, Layer | None]:
    """Return the statement that grants a request, and the layer that lacks an allow, if one does."""
    principal = request.principal
    attached_layer = Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE
    if _needs_no_permission(request):
        return None, None
    if principal.kind in {PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS}:
        return attached, None if attached else attached_layer
    same_account = request.resource_account in {None, principal.account}
    if principal.kind is PrincipalKind.ROOT and same_account and not policies.is_trust_policy:
        return None, None
    if policies.is_trust_policy and attached is None:
        return None, Layer.TRUST
    named_directly = attached is not None and attached.named > Named.ACCOUNT
    if same_account and named_directly:
        return attached, None
    if identity is None:
        return None, Layer.IDENTITY
    if same_account:
        return identity, None
    return (identity, None) if attached else (None, attached_layer)


def _needs_no_permission(request: Request) -> bool:
    """Say whether AWS grants an action to everyone who has credentials.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return request.action.lower() == "sts:getcalleridentity"


# -- statements ----------------------------------------------------------------------------------


def _traces(request: Request, policies: Policies) -> Iterator[StatementTrace]:
    for named in policies.identity:
        yield from _traces_of(request, named, Layer.IDENTITY)
    if policies.resource is not None:
        layer = Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE
        yield from _traces_of(request, policies.resource, layer)


def _traces_of(request: Request, named: NamedPolicy, layer: Layer) -> Iterator[StatementTrace]:
    variables = named.policy.has_variables
    for index, statement in enumerate(named.policy.statements):
        how = _names(statement, request.principal) if layer is not Layer.IDENTITY else Named.ITSELF
        failed, condition = _first_failure(statement, request, layer, how, variables=variables)
        yield StatementTrace(
            layer, named.name, index, statement, request, failed, how, condition, named.arn
        )


def _first_failure(
    statement: Statement, request: Request, layer: Layer, how: Named, *, variables: bool
) -> tuple[str | None, Condition | None]:
    if how is Named.NOT:
        return "principal", None
    if not _covers_action(statement, request.action):
        return "action", None
    if layer is not Layer.TRUST and not _covers_resource(statement, request, variables=variables):
        return "resource", None
    for condition in statement.conditions:
        if not holds(condition, request, variables=variables):
            return "condition", condition
    return None, None


def _names(statement: Statement, principal: Principal) -> Named:
    if statement.not_principals is not None:
        how = how_named(statement.not_principals.by_type, principal)
        return Named.EVERYONE if how is Named.NOT else Named.NOT
    if statement.principals is None:
        return Named.NOT
    return how_named(statement.principals.by_type, principal)


def _covers_action(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not any(action_matches(value, action) for value in statement.not_actions)
    return any(action_matches(value, action) for value in statement.actions)


def _covers_resource(statement: Statement, request: Request, *, variables: bool) -> bool:
    if statement.not_resources:
        return not any(
            _resource_value_covers(value, request, variables=variables)
            for value in statement.not_resources
        )
    return any(
        _resource_value_covers(value, request, variables=variables)
        for value in statement.resources
    )


def _resource_value_covers(value: str, request: Request, *, variables: bool) -> bool:
    if variables and has_variable(value):
        replaced = substitute(value, request)
        return replaced is not None and resource_matches(replaced, request.resource)
    return resource_matches(value, request.resource)


def _listed(values: tuple[str, ...]) -> str:
    return " or ".join(values) if values else "named at all"


def _article(words: str) -> str:
    return "an" if words[0] in "aeiou" else "a"
