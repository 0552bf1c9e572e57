"""Conditions: what a statement demands of the request's keys.

Operators, and the keys under one operator, must all hold; of several values for one key any one is
enough, and for a negated operator none may match. A key that is missing fails a positive operator
and passes a negated one.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pipeline.iam.documents import shown
from pipeline.iam.errors import PolicyError
from pipeline.iam.operators import NULL, OPERATORS, Operator
from pipeline.iam.variables import Context, Template, constant, fill, parse_template


class Quantifier(StrEnum):
    """How many of a key's values must satisfy the operator."""

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class ConditionValue:
    """One value that a policy gives for a key."""

    text: str
    template: Template

    ready: Any
    """The value as the operator reads it; None when unreadable or while variables wait."""

    waits: bool
    """Whether it has variables."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator with one key."""

    name: str
    """The operator as written: ``ForAnyValue:StringLikeIfExists``."""

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool

    key: str
    """As written; upper and lower case are the same."""

    values: tuple[ConditionValue, ...]

    def holds(self, context: Context) -> bool:
        """Tell whether the request satisfies it."""
        value = context.get(self.key.lower(), ())
        given = (value,) if isinstance(value, str) else value
        if self.operator is NULL:
            return any(wanted.ready is (not given) for wanted in self.values)
        if not given:
            return self._holds_without_key()
        if self.quantifier is None and len(given) > 1:
            return False
        return self._holds_for(given, context)

    def explain(self, context: Context) -> str:
        """Return one short sentence on why it does not hold."""
        value = context.get(self.key.lower(), ())
        wants = f"the statement wants {self._wish()}"
        if not value:
            return f"{self.key} is not in the request, {wants}"
        if isinstance(value, str):
            return f"{self.key} is {value}, {wants}"
        several = ", ".join(value)
        if self.quantifier is None and len(value) > 1:
            return (
                f"{self.key} has several values ({several}), which {self.name} compares only "
                "after ForAllValues: or ForAnyValue:"
            )
        return f"{self.key} is {several}, {wants}"

    def _holds_for(self, given: tuple[str, ...], context: Context) -> bool:
        wanted = [_prepared(self.operator, entry, context) for entry in self.values]
        if self.operator.negated and any(entry is _UNRESOLVED for entry in wanted):
            return False
        prepared = [entry for entry in wanted if entry is not _UNRESOLVED]
        if self.quantifier is Quantifier.ANY:
            return any(self.operator.passes(entry, prepared) for entry in given)
        if self.quantifier is Quantifier.ALL and not any(given):
            return True
        return all(self.operator.passes(entry, prepared) for entry in given)

    def _holds_without_key(self) -> bool:
        if self.if_exists:
            return True
        if self.quantifier is not None:
            return self.quantifier is Quantifier.ALL
        return self.operator.negated

    def _wish(self) -> str:
        if self.operator is NULL:
            return "it missing" if any(value.ready for value in self.values) else "it present"
        values = [value.text for value in self.values]
        if self.operator.negated:
            return f"none of {', '.join(values)}" if len(values) > 1 else f"not {''.join(values)}"
        return " or ".join(values) if values else "a value, and names none"


_UNRESOLVED = object()
_IF_EXISTS = "IfExists"


def _prepared(operator: Operator, value: ConditionValue, context: Context) -> Any:
    if not value.waits:
        return value.ready
    pieces = fill(value.template, context)
    return _UNRESOLVED if pieces is None else operator.family.prepare(pieces)


def parse_conditions(element: object, where: str, *, variables: bool) -> tuple[Condition, ...]:
    """Return the conditions of a Condition element.

    Args:
        element: Its JSON value.
        where: The element's place in the policy, for messages.
        variables: Whether the policy's version has variables.

    Raises:
        PolicyError: It is malformed, or an operator does not exist.
    """
    if not isinstance(element, dict):
        raise PolicyError(f"{where} must be an object of operators, not {shown(element)}.")
    return tuple(
        condition
        for name, keys in element.items()
        for condition in _conditions_of(name, keys, f"{where}.{name:.60}", variables=variables)
    )


def _conditions_of(name: str, keys: object, where: str, *, variables: bool) -> Iterator[Condition]:
    quantifier, operator, if_exists = _operator(name, where)
    if not isinstance(keys, dict):
        raise PolicyError(f"{where} must be an object of condition keys, not {shown(keys)}.")
    for key, values in keys.items():
        if not key.strip():
            raise PolicyError(f"{where} has a condition key without a name.")
        entries = values if isinstance(values, list) else [values]
        place = f"{where}.{key:.60}"
        parsed = tuple(_value(entry, operator, place, variables=variables) for entry in entries)
        yield Condition(name, operator, quantifier, if_exists, key, parsed)


def _operator(name: str, where: str) -> tuple[Quantifier | None, Operator, bool]:
    prefix, colon, rest = name.partition(":")
    quantifier = Quantifier(prefix) if colon and prefix in set(Quantifier) else None
    base = rest if quantifier else name
    if_exists = base.endswith(_IF_EXISTS)
    operator = OPERATORS.get(base.removesuffix(_IF_EXISTS))
    if operator is None:
        raise PolicyError(f"{where}: {shown(name)} is not a condition operator.")
    if operator is NULL and (if_exists or quantifier):
        raise PolicyError(f"{where}: Null takes neither IfExists nor a set operator.")
    return quantifier, operator, if_exists


def _value(entry: object, operator: Operator, where: str, *, variables: bool) -> ConditionValue:
    text = _scalar(entry, where)
    template = parse_template(text, variables=variables and operator.family.variables)
    pieces = constant(template)
    ready = None if pieces is None else operator.family.prepare(pieces)
    if operator is NULL and ready is None:
        raise PolicyError(f'{where} must be "true" or "false", not {shown(entry)}.')
    return ConditionValue(text, template, ready, waits=pieces is None)


def _scalar(entry: object, where: str) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if isinstance(entry, int | Decimal):
        return str(entry)
    raise PolicyError(f"{where} must be a text, a number, true or false, not {shown(entry)}.")
