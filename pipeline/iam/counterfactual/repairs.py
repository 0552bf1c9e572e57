"""Changes to the element of an Allow statement that failed, whether or not they are enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.catalogue import known_actions
from pipeline.iam.counterfactual.additions import namings, resource_text
from pipeline.iam.counterfactual.conditions import condition_repairs
from pipeline.iam.counterfactual.edits import Document
from pipeline.iam.counterfactual.wording import cut
from pipeline.iam.lint.similar import closest
from pipeline.iam.policy import Policy, Statement
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer, StatementTrace
from pipeline.iam.writing import statement_document

_LIMITS = frozenset({Layer.BOUNDARY, Layer.SESSION, Layer.SCP, Layer.RCP, Layer.ENDPOINT})
"""Where a wide statement gives nobody anything by itself."""

LEAST_COST = 1
"""Of a value that is written otherwise; nothing is smaller."""

_COST_OF_ONE_MORE = 2
_COST_OF_AN_EXCEPTION_LESS = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """A statement with one element changed."""

    after: Document
    sentence: str
    cost: int


@dataclass(frozen=True, slots=True)
class _Failed:
    """A statement that did not match."""

    request: Request
    statement: Statement
    document: Mapping[str, Any]
    version: str
    layer: Layer

    @property
    def is_about_this_action(self) -> bool:
        """Whether the statement allows nothing but what was asked, so that widening it is safe."""
        actions = self.statement.actions
        alone = actions is not None and len(actions) == 1
        return alone and f"{self.document['Action']}".lower() == self.request.action.lower()

    def values(self, element: str) -> list[str]:
        """Return the values of an element that is a text or a list of texts."""
        found = self.document.get(element, [])
        return [found] if isinstance(found, str) else list(found)

    def without(self, element: str) -> Document:
        return {key: value for key, value in self.document.items() if key != element}

    def with_values(self, element: str, values: list[str]) -> Document:
        return {**self.document, element: values[0] if len(values) == 1 else values}


def repairs(
    request: Request, policy: Policy, trace: StatementTrace, layer: Layer
) -> Iterator[Repair]:
    """Yield changes to the element in which a statement of a policy failed."""
    statement = policy.statements[trace.index]
    document = statement_document(statement)
    failed = _Failed(request, statement, document, policy.version, layer)
    yield from _BY_ELEMENT[trace.failed_element or ""](failed)


def _actions(failed: _Failed) -> Iterator[Repair]:
    asked = failed.request.action
    excluded = failed.values("NotAction")
    kept = [value for value in excluded if value.lower() != asked.lower()]
    if kept and len(kept) < len(excluded):
        after = failed.with_values("NotAction", kept)
        sentence = f"take {cut(asked, 48)} out of NotAction."
        yield Repair(after, sentence, _COST_OF_AN_EXCEPTION_LESS)
    values = failed.values("Action")
    for position, value in enumerate(values):
        if _means(value, asked):
            after = failed.with_values(
                "Action", [*values[:position], asked, *values[position + 1 :]]
            )
            sentence = f"{cut(value)} is no action; write {cut(asked, 48)}."
            yield Repair(after, sentence, LEAST_COST)
            return
    prefix = asked.partition(":")[0].lower()
    is_akin = any(value.lower().startswith(f"{prefix}:") for value in values)
    is_narrow = is_akin and "*" not in failed.values("Resource")
    if values and (is_narrow or failed.layer in _LIMITS):
        after = failed.with_values("Action", [*values, asked])
        yield Repair(after, f"add {cut(asked, 48)} to Action.", _COST_OF_ONE_MORE)


def _means(written: str, asked: str) -> bool:
    """Tell whether what is no action was probably to be the one that was asked for."""
    prefix, _, name = written.partition(":")
    service, _, wanted = asked.partition(":")
    if prefix.lower() != service.lower() or known_actions(written) != ():
        return False
    names = [action.name for action in known_actions(f"{service}:*") or ()]
    return f"{closest(name, names)}".lower() == wanted.lower()


def _resources(failed: _Failed) -> Iterator[Repair]:
    resource = resource_text(failed.request, failed.version)
    excluded = failed.values("NotResource")
    kept = [value for value in excluded if value != resource]
    if kept and len(kept) < len(excluded):
        after = failed.with_values("NotResource", kept)
        sentence = "take this resource out of NotResource."
        yield Repair(after, sentence, _COST_OF_AN_EXCEPTION_LESS)
    if excluded:
        return
    values = failed.values("Resource")
    if not values:
        after = failed.with_values("Resource", [resource])
        yield Repair(after, "add the element Resource, which is missing.", LEAST_COST)
        return
    of_the_wrong_sort = tuple(_of_the_wrong_sort(failed, values, resource))
    yield from of_the_wrong_sort
    if of_the_wrong_sort:
        return
    if failed.is_about_this_action or failed.layer in _LIMITS:
        after = failed.with_values("Resource", [*values, resource])
        yield Repair(after, "add this resource to Resource.", _COST_OF_ONE_MORE)


def _of_the_wrong_sort(failed: _Failed, values: list[str], resource: str) -> Iterator[Repair]:
    """Yield repairs of a bucket where its objects are meant, of its objects where it is, and such.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """
    action = cut(failed.request.action, 48)
    for position, value in enumerate(values):
        if "*" in value:
            if value == f"{resource}/*":
                after = failed.with_values("Resource", [*values, resource])
                sentence = f"{action} is about the bucket itself: add its ARN without /*."
                yield Repair(after, sentence, LEAST_COST)
            continue
        if value != resource and value.lower() == resource.lower():
            after = _replacing(failed, values, position, resource)
            sentence = "write the resource in the right case; ARNs are case-sensitive."
            yield Repair(after, sentence, LEAST_COST)
        for separator in "/:":
            if resource.startswith(value + separator):
                inside = f"{value}{separator}*"
                after = _replacing(failed, values, position, inside)
                sentence = f"{action} is about what is inside: Resource must end in {separator}*."
                yield Repair(after, sentence, LEAST_COST)


def _replacing(failed: _Failed, values: list[str], position: int, value: str) -> Document:
    """Return the statement with a value replaced, or added where another action may need it."""
    if failed.is_about_this_action:
        return failed.with_values("Resource", [*values[:position], value, *values[position + 1 :]])
    return failed.with_values("Resource", [*values, value])


def _principals(failed: _Failed) -> Iterator[Repair]:
    if failed.layer not in (Layer.RESOURCE, Layer.TRUST):
        if failed.layer is not Layer.ENDPOINT:
            sentence = "take out Principal; only a resource-based policy names principals."
            for element in ("Principal", "NotPrincipal"):
                if element in failed.document:
                    yield Repair(failed.without(element), sentence, LEAST_COST)
        return
    if "NotPrincipal" in failed.document:
        return
    way = namings(failed.request)[0]
    named = failed.document.get("Principal")
    if named is None:
        after = {**failed.document, "Principal": way.principal}
        sentence = f"add Principal, which is missing, and name {way.who}."
        yield Repair(after, sentence, LEAST_COST)
    elif isinstance(way.principal, dict) and isinstance(named, dict) and _is_narrow(failed):
        (type_, value), *_ = way.principal.items()
        values = [named[type_]] if isinstance(named.get(type_), str) else named.get(type_, [])
        after = {**failed.document, "Principal": {**named, type_: [*values, value]}}
        if not values:
            after["Principal"][type_] = value
        yield Repair(after, f"add {way.who} to Principal.", _COST_OF_ONE_MORE)


def _is_narrow(failed: _Failed) -> bool:
    return failed.is_about_this_action or failed.layer is Layer.TRUST


def _conditions(failed: _Failed) -> Iterator[Repair]:
    for change in condition_repairs(failed.request, failed.statement, failed.version):
        document = dict(failed.without("Condition"))
        if change.element:
            document["Condition"] = change.element
        yield Repair(document, change.sentence, change.cost)


_BY_ELEMENT: Mapping[str, Callable[[_Failed], Iterator[Repair]]] = {
    "action": _actions,
    "resource": _resources,
    "principal": _principals,
    "condition": _conditions,
}
