"""Changes to a Condition element that does not hold for a request, so that it might."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.conditions import Condition
from pipeline.iam.counterfactual.additions import literal
from pipeline.iam.counterfactual.wording import cut
from pipeline.iam.operators import NULL
from pipeline.iam.policy import Statement
from pipeline.iam.request import Request
from pipeline.iam.writing import statement_document

_MOST_FAILING = 2
_COST_OF_A_VALUE = 1
_COST_OF_IF_EXISTS = 2
_COST_OF_REMOVAL = 4
_OF_ONE_VALUE = ("Bool", "LessThan", "GreaterThan")
"""Parts of the names of operators for which one more value is not a change that anyone means."""


@dataclass(frozen=True, slots=True)
class Change:
    """A Condition element with one change; empty when no condition is left."""

    element: Mapping[str, Any]
    sentence: str
    cost: int


def condition_repairs(request: Request, statement: Statement, version: str) -> Iterator[Change]:
    """Yield changes after which the conditions of a statement might hold, the smallest first."""
    context = {key.lower(): value for key, value in request.context.items()}
    failing = [entry for entry in statement.conditions if not entry.holds(context)]
    if not failing or len(failing) > _MOST_FAILING:
        return
    element = statement_document(statement)["Condition"]
    if len(failing) == 1:
        yield from _changes(element, failing[0], _given(failing[0], context), version)
        return
    cost = 0
    for entry in failing:
        first = next(_changes(element, entry, _given(entry, context), version))
        element = first.element
        cost += first.cost
    keys = " and ".join(cut(entry.key, 24) for entry in failing)
    yield Change(element, f"change the conditions on {keys}.", cost)


def exceptions(request: Request, statement: Statement, version: str) -> Iterator[Change]:
    """Yield changes after which the conditions of a statement that denies might spare a request."""
    if not statement.conditions:
        return
    context = {key.lower(): value for key, value in request.context.items()}
    element = statement_document(statement)["Condition"]
    for entry in statement.conditions:
        given = _given(entry, context)
        if not given or entry.operator is NULL:
            continue
        if entry.operator.negated:
            yield _one_more(element, entry, given, version)
        else:
            yield from _less(element, entry, given)


def _given(entry: Condition, context: Mapping[str, str | tuple[str, ...]]) -> tuple[str, ...]:
    value = context.get(entry.key.lower(), ())
    return (value,) if isinstance(value, str) else value


def _changes(
    element: Mapping[str, Any], entry: Condition, given: tuple[str, ...], version: str
) -> Iterator[Change]:
    key = cut(entry.key)
    if entry.operator is not NULL:
        if not given:
            if not entry.if_exists and entry.quantifier is None:
                changed = _renamed(element, entry, f"{entry.name}IfExists")
                sentence = f"{key} is not in the request; IfExists lets that pass."
                yield Change(changed, sentence, _COST_OF_IF_EXISTS)
        elif entry.operator.negated:
            yield from _less(element, entry, given)
        else:
            yield from _wider(element, entry, given, version)
    sentence = f"take out the condition {cut(entry.name)} on {key}."
    yield Change(_without(element, entry), sentence, _COST_OF_REMOVAL)


def _wider(
    element: Mapping[str, Any], entry: Condition, given: tuple[str, ...], version: str
) -> Iterator[Change]:
    if entry.quantifier is None and len(given) > 1:
        name = f"ForAnyValue:{entry.name}"
        sentence = f"{cut(entry.key)} has several values: write {cut(name)}."
        yield Change(_renamed(element, entry, name), sentence, _COST_OF_A_VALUE)
    if "StringEquals" in entry.name and any("*" in v.text or "?" in v.text for v in entry.values):
        name = entry.name.replace("StringEqualsIgnoreCase", "StringEquals")
        name = name.replace("StringEquals", "StringLike")
        sentence = "StringEquals takes * and ? as they are: write StringLike."
        yield Change(_renamed(element, entry, name), sentence, _COST_OF_A_VALUE)
    if not any(part in entry.name for part in _OF_ONE_VALUE):
        yield _one_more(element, entry, given, version)


def _one_more(
    element: Mapping[str, Any], entry: Condition, given: tuple[str, ...], version: str
) -> Change:
    has_variables = entry.operator.family.variables
    new = [literal(value, version) if has_variables else value for value in given]
    values = list(dict.fromkeys([*(value.text for value in entry.values), *new]))
    sentence = f"add {cut(', '.join(given))} to the values of {cut(entry.key)}."
    return Change(_with(element, entry, values), sentence, _COST_OF_A_VALUE)


def _less(element: Mapping[str, Any], entry: Condition, given: tuple[str, ...]) -> Iterator[Change]:
    """Yield the change that takes out the values that are the request's own, when some are left."""
    texts = [value.text for value in entry.values]
    kept = [text for text in texts if text.lower() not in {value.lower() for value in given}]
    if kept and len(kept) < len(texts):
        sentence = f"take {cut(', '.join(given))} out of the values of {cut(entry.key)}."
        yield Change(_with(element, entry, kept), sentence, _COST_OF_A_VALUE)


def _with(element: Mapping[str, Any], entry: Condition, values: list[str]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(element))
    changed[entry.name][entry.key] = values[0] if len(values) == 1 else values
    return changed


def _renamed(element: Mapping[str, Any], entry: Condition, name: str) -> dict[str, Any]:
    changed = _without(element, entry)
    changed[name] = {**changed.get(name, {}), entry.key: element[entry.name][entry.key]}
    return changed


def _without(element: Mapping[str, Any], entry: Condition) -> dict[str, Any]:
    changed = copy.deepcopy(dict(element))
    del changed[entry.name][entry.key]
    return {name: keys for name, keys in changed.items() if keys}
