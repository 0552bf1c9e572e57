"""Why one more statement in another policy would not allow a request, however well it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.iam.counterfactual.additions import attempt, targets
from pipeline.iam.counterfactual.edits import Document, Edit, apply, read_statement
from pipeline.iam.counterfactual.places import Place, layer_of_resource, matches, policy_at
from pipeline.iam.counterfactual.wording import cut, kind_of, sort_of_caller, statement_of
from pipeline.iam.decisions import Decision, Result
from pipeline.iam.evaluation import evaluate
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer
from pipeline.iam.verdicts import Policies

MOST_REASONS = 6


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A place in which one more statement would leave the request denied."""

    place: Place

    statement: Document
    """The statement that was tried there."""

    result: Result
    """What the request still gets with it."""

    layer: Layer
    """The layer that decides then."""

    explanation: str
    """One sentence on why it is not enough."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            **self.place.as_document(),
            "statement": self.statement,
            "result": str(self.result),
            "decided_by": str(self.layer),
            "explanation": self.explanation,
        }


_GRANTS_NOTHING = frozenset({Layer.BOUNDARY, Layer.SESSION, Layer.SCP, Layer.ENDPOINT})
_OF_THE_CALLER = frozenset({Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION, Layer.SCP})


def why_not(request: Request, policies: Policies) -> tuple[WhyNot, ...]:
    """Return every place in which one more statement alone does not allow a denied request."""
    found = []
    for place in targets(request, policies):
        edit = attempt(request, policies, place)
        if edit is None or edit.after is None:
            continue
        decision = evaluate(request, apply(policies, [edit]), trace=False)
        if not decision.allowed:
            reason = _reason(request, policies, edit, decision)
            found.append(WhyNot(place, edit.after, decision.result, decision.layer, reason))
    return tuple(found[:MOST_REASONS])


def _reason(request: Request, policies: Policies, edit: Edit, decision: Decision) -> str:
    layer = edit.place.layer
    kind, decider = kind_of(layer, request), kind_of(decision.layer, request)
    version = policy_at(policies, edit.place).policy.version
    statement = read_statement(edit.after or {}, version)
    if not matches(request, policies, layer, statement):
        return _without_part(request, policies, layer)
    if decision.statement is not None:
        name = statement_of(decision.statement.sid, decision.statement.index)
        policy = cut(decision.statement.policy)
        return f"No Allow helps: {name} of the {decider} {policy} denies this, and a Deny wins."
    if layer in _GRANTS_NOTHING:
        return _of_a_limit(request, layer, decision.layer)
    if decision.layer not in _GRANTS_NOTHING:
        return _other_side(request, decision.layer)
    if decision.layer is Layer.SESSION and policies.session is None:
        return "A federated user can do nothing without a session policy that allows it."
    return f"What the {kind} gives counts only within the {decider}, which does not allow this."


def _of_a_limit(request: Request, layer: Layer, decider: Layer) -> str:
    kind = kind_of(layer, request)
    if layer is decider is Layer.SCP:
        return "One level is not enough: each level of SCPs, root to account, must allow this."
    if layer is decider:
        return f"One {kind} is not enough: of several, each must allow this."
    must = kind_of(decider, request)
    return f"A {kind} grants nothing, it only limits; the {must} must allow this too."


def _other_side(request: Request, decider: Layer) -> str:
    """Return why an allow on one side, the caller's or the resource's, waits for the other's."""
    if decider is Layer.TRUST:
        return "Who may assume a role is for its trust policy to say, and that allows nothing yet."
    if decider is Layer.IDENTITY:
        return "Across accounts both must allow: the caller's identity-based policy has to, too."
    if request.resource_account in (None, request.principal.account):
        return (
            "The key policy must allow this first, directly or by naming the account: "
            "until then identity-based policies do not count for a KMS key."
        )
    owner = kind_of(Layer.RESOURCE, request)
    return f"Across accounts both must allow: the {owner} of the resource's owner has to, too."


def _without_part(request: Request, policies: Policies, layer: Layer) -> str:
    """Return why a statement does not even match."""
    principal = request.principal
    several = f"{kind_of(layer, request)[:-1]}ies"
    several = several[0].upper() + several[1:]
    if principal.is_service_linked and layer is Layer.SCP:
        return f"{several} do not apply to service-linked roles."
    if layer in _OF_THE_CALLER or layer is Layer.ENDPOINT:
        counts = kind_of(layer_of_resource(policies), request)
        who = sort_of_caller(principal)
        return f"{several} do not apply to {who} ({cut(principal.arn)}): only the {counts} counts."
    return f"{several} cannot name this caller and resource in a statement that matches."
