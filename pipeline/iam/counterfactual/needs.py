"""What an allowed request rests on: the statements without which it would be denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.iam.counterfactual.edits import Document
from pipeline.iam.counterfactual.places import Place, placed, policy_at, traces_at, with_policy
from pipeline.iam.counterfactual.subsets import smallest
from pipeline.iam.counterfactual.wording import cut, kind_of, statement_of
from pipeline.iam.evaluation import evaluate
from pipeline.iam.policy import Effect, Policy
from pipeline.iam.request import PrincipalKind, Request
from pipeline.iam.verdicts import Policies
from pipeline.iam.writing import statement_document


@dataclass(frozen=True, slots=True)
class StatementPlace:
    """A statement of a policy."""

    place: Place
    index: int
    """Its place in the policy, from 0."""

    sid: str | None
    document: Document

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            **self.place.as_document(),
            "statement": self.index,
            "sid": self.sid,
            "document": self.document,
        }


@dataclass(frozen=True, slots=True)
class Needed:
    """What an allowed request rests on."""

    each: tuple[StatementPlace, ...]
    """The statements of which each is needed: without any one the request would be denied."""

    together: tuple[StatementPlace, ...]
    """When no single one is needed: some that stand in for one another, so that the request would
    be denied without all of them, and not before. Empty when it needs no statement at all.
    """

    explanation: str
    """One sentence that says so."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "each": [statement.as_document() for statement in self.each],
            "together": [statement.as_document() for statement in self.together],
            "explanation": self.explanation,
        }


def needed(request: Request, policies: Policies) -> Needed:
    """Return the statements without which an allowed request would be denied.

    Raises:
        ValueError: The request is denied, or its context has a key twice, in different case.
    """
    if not evaluate(request, policies, trace=False).allowed:
        raise ValueError("The request is denied: ask for its counterfactuals.")
    allows = _allowing(request, policies)

    def is_allowed_with(kept: Sequence[StatementPlace]) -> bool:
        chosen = {id(statement) for statement in kept}
        gone = [statement for statement in allows if id(statement) not in chosen]
        return evaluate(request, without(policies, gone), trace=False).allowed

    def is_denied_without(gone: Sequence[StatementPlace]) -> bool:
        return not evaluate(request, without(policies, gone), trace=False).allowed

    enough = smallest(allows, is_allowed_with)
    each = tuple(statement for statement in enough if is_denied_without([statement]))
    together = () if each or not enough else smallest(allows, is_denied_without)
    return Needed(each, together, _sentence(request, each, together))


def without(policies: Policies, gone: Sequence[StatementPlace]) -> Policies:
    """Return policies without some statements."""
    indices: dict[Place, set[int]] = {}
    for statement in gone:
        indices.setdefault(statement.place, set()).add(statement.index)
    for place, left_out in indices.items():
        policy = policy_at(policies, place).policy
        kept = tuple(s for index, s in enumerate(policy.statements) if index not in left_out)
        policies = with_policy(policies, place, Policy(policy.version, policy.id, kept))
    return policies


def _allowing(request: Request, policies: Policies) -> tuple[StatementPlace, ...]:
    return tuple(
        StatementPlace(
            place, trace.index, trace.sid, statement_document(named.policy.statements[trace.index])
        )
        for place, named in placed(policies)
        for trace in traces_at(request, policies, place.layer, named.policy, all_=False)
        if trace.effect is Effect.ALLOW
    )


def _sentence(
    request: Request, each: Sequence[StatementPlace], together: Sequence[StatementPlace]
) -> str:
    if len(each) == 1:
        return f"Without {_named(each[0], request)} this would be denied."
    if each:
        return f"Each of {len(each)} statements is needed: without any one this would be denied."
    if together:
        number = {2: "two"}.get(len(together), str(len(together)))
        return f"None: {number} statements allow it each alone; without all of them it is denied."
    if request.principal.kind is PrincipalKind.ROOT:
        return "None: the root user may do this in its own account without any statement."
    return f"None: {cut(request.action, 48)} needs no permission."


def _named(statement: StatementPlace, request: Request) -> str:
    name = statement_of(statement.sid, statement.index)
    return f"{name} of the {kind_of(statement.place.layer, request)} {cut(statement.place.policy)}"
