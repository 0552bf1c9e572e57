"""Holds one request against every statement of a policy and says why each matched or did not.

What is made anew for each statement of each request is a ``NamedTuple``: it costs a fifth of a
frozen dataclass, and the gate makes ten of them a call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from pipeline.iam.matching import (
    ActionPattern,
    Grant,
    PrincipalPattern,
    ResourcePattern,
    covers,
    is_spared,
    strongest_grant,
)
from pipeline.iam.policy import Effect, Policy, Statement
from pipeline.iam.request import Request
from pipeline.iam.variables import Context


class Layer(StrEnum):
    """Where a policy that takes part in a decision is attached."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    TRUST = "trust"
    ROOT = "root"
    """No policy: what the account's root user may do, or what needs no permission."""


ATTACHED_TO_RESOURCE = frozenset({Layer.RESOURCE, Layer.TRUST})
"""The layers whose statements must name principals."""

_MAY_NAME_PRINCIPALS = frozenset({Layer.RCP, Layer.ENDPOINT})


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy and what it is called."""

    name: str
    policy: Policy

    arn: str | None = None
    """The ARN of a managed policy; inline and resource-based policies have none."""


class StatementTrace(NamedTuple):
    """Why one statement applies to a request, or does not."""

    layer: Layer

    policy: str
    """The policy's name."""

    index: int  # type: ignore[assignment]
    """The statement's place in its policy, from 0."""

    sid: str | None
    effect: Effect

    matched: bool
    """Whether every element matches, so that the effect counts."""

    failed_element: str | None
    """The first that does not match: principal, action, resource or condition."""

    detail: str
    """One short sentence with the values that were compared."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "policy": self.policy,
            "layer": str(self.layer),
            "sid": self.sid,
            "effect": str(self.effect),
            "matched": self.matched,
            "failed_element": self.failed_element,
            "detail": self.detail,
        }


class Asked(NamedTuple):
    """A request, prepared for comparing."""

    request: Request

    action: str
    """In lower case."""

    context: Context
    """With its keys in lower case."""

    is_bounded: bool
    """Whether the caller has a permissions boundary."""

    @classmethod
    def of(cls, request: Request, *, is_bounded: bool) -> Asked:
        """Prepare a request; ``ValueError`` when two of its context keys are the same key."""
        context = {key.lower(): value for key, value in request.context.items()}
        if len(context) != len(request.context):
            raise ValueError("A request has a context key twice, in different case.")
        return cls(request, request.action.lower(), context, is_bounded)


class Finding(NamedTuple):
    """One statement of a policy, held against a request."""

    trace: StatementTrace
    named: NamedPolicy
    grant: Grant | None
    """How a statement that names principals names the caller."""


def findings(asked: Asked, layer: Layer, named: NamedPolicy, *, all_: bool) -> list[Finding]:
    """Hold a request against each statement of a policy, in order.

    Args:
        asked: The request.
        layer: Where the policy is attached.
        named: The policy.
        all_: Whether statements that do not match are wanted too, with the reason.
    """
    policy = named.policy
    places = range(len(policy.statements)) if all_ else policy.places_about(asked.action)
    found = []
    for index in places:
        statement = policy.statements[index]
        grant, failed, detail = _examine(statement, asked, layer)
        if failed is not None and not all_:
            continue
        trace = StatementTrace(
            layer,
            named.name,
            index,
            statement.sid,
            statement.effect,
            failed is None,
            failed,
            detail,
        )
        found.append(Finding(trace, named, grant))
    return found


_Outcome = tuple[Grant | None, str | None, str]
"""How the caller is named, the element that failed, and the detail."""


def _examine(statement: Statement, asked: Asked, layer: Layer) -> _Outcome:
    grant, problem = _principal(statement, asked, layer)
    if problem is not None:
        return None, "principal", problem
    problem = _action(statement, asked)
    if problem is not None:
        return grant, "action", problem
    problem = _resource(statement, asked, layer)
    if problem is not None:
        return grant, "resource", problem
    for condition in statement.conditions:
        if not condition.holds(asked.context):
            return grant, "condition", condition.explain(asked.context)
    return grant, None, "every element matches"


def _principal(statement: Statement, asked: Asked, layer: Layer) -> tuple[Grant | None, str | None]:
    named, spared = statement.principals, statement.not_principals
    principal = asked.request.principal
    if layer not in ATTACHED_TO_RESOURCE:
        if named is None and spared is None:
            return None, None
        if layer not in _MAY_NAME_PRINCIPALS:
            return None, "only a resource-based policy names principals"
    if named is not None:
        grant = strongest_grant(named, principal)
        return grant, f"{principal.arn} is not {_either(named)}" if grant is None else None
    if spared is None:
        return None, "the statement names no principal"
    if statement.effect is Effect.DENY:
        excluded = is_spared(spared, principal) and not asked.is_bounded
    else:
        excluded = strongest_grant(spared, principal) is not None
    if excluded:
        return None, f"NotPrincipal excludes {principal.arn}"
    return Grant.EVERYONE, None


def _action(statement: Statement, asked: Asked) -> str | None:
    if statement.actions is not None:
        if covers(statement.actions, asked.action):
            return None
        return f"{asked.request.action} is not {_either(statement.actions)}"
    for pattern in statement.not_actions or ():
        if pattern.matches(asked.action):
            return f"NotAction excludes {pattern.text}"
    return None


def _resource(statement: Statement, asked: Asked, layer: Layer) -> str | None:
    resource = asked.request.resource
    wanted, excluded = statement.resources, statement.not_resources
    if wanted is not None:
        for pattern in wanted:
            if pattern.matches(resource, asked.context):
                return None
        return f"{resource} is not {_either(wanted)}"
    if excluded is None:
        return None if layer is Layer.TRUST else "the statement names no resource"
    for pattern in excluded:
        matches = pattern.matches(resource, asked.context)
        if matches is None:
            return f"a variable of NotResource {pattern.text} has no value in this request"
        if matches:
            return f"NotResource excludes {pattern.text}"
    return None


def _either(patterns: Sequence[ActionPattern | ResourcePattern | PrincipalPattern]) -> str:
    texts = [p.value if isinstance(p, PrincipalPattern) else p.text for p in patterns]
    return " or ".join(texts)
