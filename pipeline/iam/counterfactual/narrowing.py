"""Deny statements that match, and the edits that stop one: an exception to it, or its removal.

An explicit deny in any policy wins over every allow, so each that matches must be edited.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.iam.counterfactual.additions import is_editable, literal, namings, resource_text
from pipeline.iam.counterfactual.conditions import exceptions
from pipeline.iam.counterfactual.edits import Document, Edit, EditKind, read_statement
from pipeline.iam.counterfactual.places import Place, matches, placed, traces_at
from pipeline.iam.counterfactual.wording import caller, cut, policy_of, statement_of
from pipeline.iam.policy import Effect, Statement
from pipeline.iam.request import PrincipalKind, Request
from pipeline.iam.tracing import Layer, NamedPolicy, StatementTrace
from pipeline.iam.verdicts import Policies
from pipeline.iam.writing import statement_document

_COST_OF_AN_EXCEPTION = 2
_COST_OF_REMOVAL = 4
_CALLER = "aws:PrincipalArn"
_OF_THE_CALLER_ALONE = frozenset({Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION})
"""Where an exception for the caller would spare everybody whom the policy is about."""


@dataclass(frozen=True, slots=True)
class Denial:
    """The edits of which each would stop one statement that denies."""

    narrowed: Edit | None
    """The smallest exception to it, when there is one."""

    removed: Edit


def denials(request: Request, policies: Policies) -> tuple[Denial, ...]:
    """Return what would stop each statement that denies a request."""
    return tuple(
        _denial(request, policies, place, named, trace)
        for place, named in placed(policies)
        for trace in traces_at(request, policies, place.layer, named.policy, all_=False)
        if trace.effect is Effect.DENY
    )


def _denial(
    request: Request,
    policies: Policies,
    place: Place,
    named: NamedPolicy,
    trace: StatementTrace,
) -> Denial:
    statement = named.policy.statements[trace.index]
    before = statement_document(statement)
    name = f"{statement_of(trace.sid, trace.index)} of {policy_of(place, request)}"

    def edit(kind: EditKind, after: Document | None, sentence: str, cost: int) -> Edit:
        return Edit(place, kind, trace.index, before, after, sentence, cost)

    if not is_editable(named):
        sentence = f"Detach AWS's managed policy {cut(named.name)}: {name} denies this."
        return Denial(None, edit(EditKind.REMOVE, None, sentence, _COST_OF_REMOVAL))
    removed = edit(EditKind.REMOVE, None, f"Remove {name}: it denies this.", _COST_OF_REMOVAL)
    version = named.policy.version
    for after, sentence in _exceptions(request, statement, version, place.layer):
        new = read_statement(after, version)
        if new is not None and not matches(request, policies, place.layer, new):
            said = f"Narrow {name}: {sentence}"
            return Denial(edit(EditKind.CHANGE, after, said, _COST_OF_AN_EXCEPTION), removed)
    return Denial(None, removed)


_Exception = tuple[Document, str]
"""A statement that spares more, and how."""


def _exceptions(
    request: Request, statement: Statement, version: str, layer: Layer
) -> Iterator[_Exception]:
    document = statement_document(statement)
    for change in exceptions(request, statement, version):
        yield {**document, "Condition": change.element}, change.sentence
    action, resource = request.action, resource_text(request, version)
    yield from _one_less(document, "Action", action)
    yield from _one_less(document, "Resource", resource)
    yield from _one_more(document, "NotAction", action)
    if resource != "*":
        yield from _one_more(document, "NotResource", resource)
    if "NotPrincipal" in document:
        yield _sparing_principal(document, request)
    yield from () if layer in _OF_THE_CALLER_ALONE else _sparing_caller(document, request, version)
    if document.get("Resource") == "*" and request.resource != "*":
        rest = {name: value for name, value in document.items() if name != "Resource"}
        yield {**rest, "NotResource": resource}, "spare this resource with NotResource."


def _values(document: Document, element: str) -> list[str]:
    found = document.get(element, [])
    return [found] if isinstance(found, str) else list(found)


def _one_less(document: Document, element: str, value: str) -> Iterator[_Exception]:
    values = _values(document, element)
    kept = [entry for entry in values if entry.lower() != value.lower()]
    if kept and len(kept) < len(values):
        after = {**document, element: kept[0] if len(kept) == 1 else kept}
        yield after, f"take {cut(value, 48)} out of {element}."


def _one_more(document: Document, element: str, value: str) -> Iterator[_Exception]:
    values = _values(document, element)
    if values:
        yield {**document, element: [*values, value]}, f"add {cut(value, 48)} to {element}."


def _sparing_principal(document: Document, request: Request) -> _Exception:
    """Return the statement whose NotPrincipal names all that stands for the caller.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    named = document["NotPrincipal"]
    spared: dict[str, Any] = dict(named) if isinstance(named, dict) else {"AWS": named}
    principal = request.principal
    more = [way.principal for way in namings(request)[:2]]
    if principal.account is not None and principal.kind is not PrincipalKind.PROVIDER:
        more.append({"AWS": principal.account})
    for way in more:
        for type_, value in (way if isinstance(way, dict) else {"AWS": way}).items():
            spared[type_] = list(dict.fromkeys([*_values(spared, type_), value]))
    return {**document, "NotPrincipal": spared}, f"add {caller(principal)} to NotPrincipal."


def _sparing_caller(document: Document, request: Request, version: str) -> Iterator[_Exception]:
    """Yield the condition that spares one caller, which AWS advises instead of NotPrincipal."""
    arn = next((v for key, v in request.context.items() if key.lower() == _CALLER.lower()), None)
    condition = document.get("Condition", {})
    keys = condition.get("ArnNotEquals", {})
    if not isinstance(arn, str) or any(key.lower() == _CALLER.lower() for key in keys):
        return
    spared = {**keys, _CALLER: literal(arn, version)}
    after = {**document, "Condition": {**condition, "ArnNotEquals": spared}}
    yield after, f"spare {caller(request.principal)} by a condition on {_CALLER}."
