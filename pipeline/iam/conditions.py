"""Conditions: an operator is one small function in a table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
and, for several keys and values,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.iam.errors import PolicyError
from pipeline.iam.matching import glob
from pipeline.iam.request import Request
from pipeline.iam.variables import escaped, has_variable, substitute

Compare = Callable[[str, str], bool]
"""Compares a request's value with a policy's value; False also where either makes no sense."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator, one key, its values: true when any value holds (none, when negated)."""

    operator: str
    """As written."""

    name: str
    """The operator's own name, without set prefix and ``IfExists``."""

    key: str
    values: tuple[str, ...]
    for_all: bool = False
    for_any: bool = False
    if_exists: bool = False


# -- comparisons ---------------------------------------------------------------------------------


def _string_equals(given: str, wanted: str) -> bool:
    return escaped(given) == escaped(wanted)


def _string_equals_ignore_case(given: str, wanted: str) -> bool:
    return escaped(given).lower() == escaped(wanted).lower()


def _string_like(given: str, wanted: str) -> bool:
    return glob(wanted, escaped(given))


def _arn_like(given: str, wanted: str) -> bool:
    """Match each of an ARN's six parts on its own."""
    parts, patterns = escaped(given).split(":", 5), wanted.split(":", 5)
    if len(parts) != 6 or len(patterns) != 6:
        return wanted == "*"
    return all(glob(pattern, part) for pattern, part in zip(patterns, parts, strict=True))


def _bool(given: str, wanted: str) -> bool:
    return given.lower() == wanted.lower() and wanted.lower() in {"true", "false"}


def _binary_equals(given: str, wanted: str) -> bool:
    try:
        return base64.b64decode(given, validate=True) == base64.b64decode(wanted, validate=True)
    except (binascii.Error, ValueError):
        return False


def _ip_address(given: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Compare:
    def numbers(given: str, wanted: str) -> bool:
        try:
            left, right = Decimal(given), Decimal(wanted)
            return left.is_finite() and right.is_finite() and compare(left, right)
        except InvalidOperation:
            return False

    return numbers


def _date(compare: Callable[[float, float], bool]) -> Compare:
    def dates(given: str, wanted: str) -> bool:
        left, right = _seconds(given), _seconds(wanted)
        return left is not None and right is not None and compare(left, right)

    return dates


def _seconds(text: str) -> float | None:
    """Return ISO 8601 or epoch seconds as seconds since 1970, or None when it is neither."""
    if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) > 4:
        return float(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_POSITIVE: dict[str, Compare] = {
    "StringEquals": _string_equals,
    "StringEqualsIgnoreCase": _string_equals_ignore_case,
    "StringLike": _string_like,
    "NumericEquals": _numeric(lambda a, b: a == b),
    "NumericLessThan": _numeric(lambda a, b: a < b),
    "NumericLessThanEquals": _numeric(lambda a, b: a <= b),
    "NumericGreaterThan": _numeric(lambda a, b: a > b),
    "NumericGreaterThanEquals": _numeric(lambda a, b: a >= b),
    "DateEquals": _date(lambda a, b: a == b),
    "DateLessThan": _date(lambda a, b: a < b),
    "DateLessThanEquals": _date(lambda a, b: a <= b),
    "DateGreaterThan": _date(lambda a, b: a > b),
    "DateGreaterThanEquals": _date(lambda a, b: a >= b),
    "Bool": _bool,
    "BinaryEquals": _binary_equals,
    "IpAddress": _ip_address,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}
_NEGATED: dict[str, Compare] = {
    "StringNotEquals": _string_equals,
    "StringNotEqualsIgnoreCase": _string_equals_ignore_case,
    "StringNotLike": _string_like,
    "NumericNotEquals": _numeric(lambda a, b: a == b),
    "DateNotEquals": _date(lambda a, b: a == b),
    "NotIpAddress": _ip_address,
    "ArnNotEquals": _arn_like,
    "ArnNotLike": _arn_like,
}
_WITH_VARIABLES = ("String", "Arn")
_BY_LOWER_CASE = {name.lower(): name for name in (*_POSITIVE, *_NEGATED, "Null")}


def parse_condition(operator: str, key: str, values: Any, place: str) -> Condition:
    """Return one condition; ``PolicyError`` for an unknown operator or values of a wrong kind."""
    rest, for_all, for_any = operator, False, False
    prefix, colon, after = operator.partition(":")
    if colon:
        for_all, for_any = prefix.lower() == "forallvalues", prefix.lower() == "foranyvalue"
        if not (for_all or for_any):
            raise PolicyError(f"{place}: unknown condition operator {operator!r}.")
        rest = after
    if_exists = rest.lower().endswith("ifexists")
    if if_exists:
        rest = rest[: -len("IfExists")]
    name = _BY_LOWER_CASE.get(rest.lower())
    if name is None or (name == "Null" and if_exists):
        raise PolicyError(f"{place}: unknown condition operator {operator!r}.")
    listed = values if isinstance(values, list) else [values]
    if not listed:
        raise PolicyError(f"{place}.{key} has no value.")
    return Condition(
        operator, name, key, tuple(_text(v, f"{place}.{key}") for v in listed), for_all, for_any,
        if_exists,
    )


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value
    raise PolicyError(f"{place} must be text, a number, true or false, or a list of them.")


# -- evaluation ----------------------------------------------------------------------------------


def holds(condition: Condition, request: Request, *, variables: bool) -> bool:
    """Say whether a condition is true for a request; ``variables`` whether ``${…}`` counts."""
    found = request.value_of(condition.key)
    if condition.name == "Null":
        is_missing = found is None or found == ()
        return any(v.lower() == str(is_missing).lower() for v in condition.values)
    negated = condition.name in _NEGATED
    if found is None or found == ():
        if condition.for_any:
            return False
        return condition.for_all or condition.if_exists or negated
    given = (found,) if isinstance(found, str) else found
    wanted = _wanted(condition, request, variables=variables)
    if wanted is None:
        return False
    compare = (_NEGATED if negated else _POSITIVE)[condition.name]

    def one_holds(value: str) -> bool:
        return any(compare(value, w) for w in wanted) is not negated

    if condition.for_all:
        return all(map(one_holds, given))
    if negated and not condition.for_any:
        return all(map(one_holds, given))
    return any(map(one_holds, given))


def _wanted(condition: Condition, request: Request, *, variables: bool) -> tuple[str, ...] | None:
    """Return the policy's values with variables replaced; None when a variable has no value."""
    uses_variables = variables and condition.name.replace("Not", "").startswith(_WITH_VARIABLES)
    if not uses_variables or not any(map(has_variable, condition.values)):
        return condition.values
    replaced = [substitute(value, request) for value in condition.values]
    return tuple(value for value in replaced if value is not None) or None


def difference(condition: Condition, request: Request) -> str:
    """Return in words what a condition wanted and what the request has."""
    found = request.value_of(condition.key)
    if found is None:
        return f"the request has no {condition.key}; the statement wants {_listed(condition)}"
    given = found if isinstance(found, str) else ", ".join(found)
    return f"{condition.key} is {given}; the statement wants {_listed(condition)}"


def _listed(condition: Condition) -> str:
    return f"{condition.operator} {' or '.join(condition.values)}"
