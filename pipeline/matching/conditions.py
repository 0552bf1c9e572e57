"""One entry of a pattern's list: what it asks of one value in an event or message.

EventBridge's event patterns and SNS's filter policies share a language, and how it is refused: an
entry is a value to equal, or an object with one operator.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.matching.numeric import number_test, parse_numeric
from pipeline.matching.problems import PatternError

Test = Callable[[Any], bool]
"""Asks one value: text, a number, true, false or null."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One entry of a pattern's list."""

    holds: Test
    """Whether a value that is there satisfies it."""

    wants_absence: bool = False
    """Whether it is satisfied by nothing being there, and by that alone."""


def parse_condition(entry: Any) -> Condition:
    """Return what an entry asks; ``PatternError`` when the services refuse it."""
    if isinstance(entry, list):
        raise PatternError("Match value must be String, number, true, false, or null")
    if not isinstance(entry, dict):
        return Condition(_equals(entry))
    name = next(iter(entry), None)
    if name is None:
        raise PatternError("Match expression name not found")
    if name not in _OPERATORS:
        raise PatternError(f"Unrecognized match type {name}")
    condition = _OPERATORS[name](entry[name])
    _demand_one_key(entry)
    return condition


def _demand_one_key(expression: Mapping[str, Any]) -> None:
    if len(expression) > 1:
        raise PatternError("Only one key allowed in match expression")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equals(expected: Any) -> Test:
    """Return the test for a value: texts by letter case, numbers by value, never across kinds."""
    if _is_number(expected):
        return number_test(lambda value: value == expected)
    return lambda value: type(value) is type(expected) and value == expected


def _on_text(test: Callable[[str], bool]) -> Test:
    return lambda value: isinstance(value, str) and test(value)


def _text(operand: Any, operator: str) -> str:
    if not isinstance(operand, str):
        raise PatternError(f"{operator} match pattern must be a string")
    return operand


def _ignoring_case(operand: Any) -> str | None:
    """Return the text of ``{"equals-ignore-case": text}``, folded; None for anything else."""
    if isinstance(operand, dict) and isinstance(operand.get("equals-ignore-case"), str):
        _demand_one_key(operand)
        return str(operand["equals-ignore-case"]).lower()
    return None


def _prefix(operand: Any) -> Condition:
    folded = _ignoring_case(operand)
    if folded is not None:
        return Condition(_on_text(lambda value: value.lower().startswith(folded)))
    start = _text(operand, "prefix")
    return Condition(_on_text(lambda value: value.startswith(start)))


def _suffix(operand: Any) -> Condition:
    folded = _ignoring_case(operand)
    if folded is not None:
        return Condition(_on_text(lambda value: value.lower().endswith(folded)))
    end = _text(operand, "suffix")
    return Condition(_on_text(lambda value: value.endswith(end)))


def _equals_ignore_case(operand: Any) -> Condition:
    folded = _text(operand, "equals-ignore-case").lower()
    return Condition(_on_text(lambda value: value.lower() == folded))


def _wildcard(operand: Any) -> Condition:
    expression = _wildcard_expression(_text(operand, "wildcard"))
    return Condition(_on_text(lambda value: expression.fullmatch(value) is not None))


def _wildcard_expression(text: str) -> re.Pattern[str]:
    r"""Return ``*`` as any characters; ``\*`` and ``\\`` stand for the character itself."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] not in {"*", "\\"}:
            raise PatternError(f"Invalid escape character at pos {position + 1}")
        if character == "\\":
            position += 1
            parts.append(re.escape(text[position]))
        elif text[position : position + 2] == "**":
            raise PatternError(f"Consecutive wildcard characters at pos {position + 1}")
        else:
            parts.append(".*" if character == "*" else re.escape(character))
        position += 1
    return re.compile("".join(parts), re.DOTALL)


def _exists(operand: Any) -> Condition:
    if not isinstance(operand, bool):
        raise PatternError("exists match pattern must be either true or false.")
    return Condition(lambda _: operand, wants_absence=not operand)


def _cidr(operand: Any) -> Condition:
    text = _text(operand, "prefix")
    if text.count("/") != 1:
        raise PatternError("Malformed CIDR, one '/' required")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise PatternError(f"Malformed CIDR: {error}") from error
    return Condition(_on_text(lambda value: _is_in(value, network)))


def _is_in(text: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False


def _numeric(operand: Any) -> Condition:
    return Condition(number_test(parse_numeric(operand)))


def _anything_but(operand: Any) -> Condition:
    """Return what holds for every value that is there but those named.

    A list holds texts or numbers, not both. Of operators there may be one, with a text or a list:
    ``prefix``, ``suffix``, ``equals-ignore-case`` or ``wildcard``.
    """
    excluded = _excluded_by_operator(operand) if isinstance(operand, dict) else _excluded(operand)
    return Condition(lambda value: not any(test(value) for test in excluded))


def _excluded(operand: Any) -> list[Test]:
    values = operand if isinstance(operand, list) else [operand]
    if not isinstance(operand, list) and not (isinstance(operand, str) or _is_number(operand)):
        raise PatternError("Value of anything-but must be an array or single string/number value.")
    if not all(isinstance(value, str) or _is_number(value) for value in values):
        raise PatternError("Inside anything but list, start|null|boolean is not supported.")
    if len({isinstance(value, str) for value in values}) != 1:
        raise PatternError(
            "Inside anything but list, either all values are number or string, "
            "mixed type is not supported"
        )
    return [_equals(value) for value in values]


def _excluded_by_operator(operand: Mapping[str, Any]) -> list[Test]:
    name = next(iter(operand), None)
    if name is None:
        raise PatternError("Anything-But expression name not found")
    if name not in _EXCLUDING:
        raise PatternError(f"Unsupported anything-but pattern: {name}")
    given = operand[name]
    if isinstance(given, dict):
        raise PatternError("Value of anything-but must be an array or single string/number value.")
    values = given if isinstance(given, list) else [given]
    if not values or not all(isinstance(value, str) for value in values):
        raise PatternError(_EXCLUDING[name])
    if name in {"prefix", "suffix"} and "" in values:
        raise PatternError("Null prefix/suffix not allowed")
    _demand_one_key(operand)
    return [_OPERATORS[name](value).holds for value in values]


_EXCLUDING: Mapping[str, str] = {
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
    "equals-ignore-case": (
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    ),
    "wildcard": "wildcard match pattern must be a string",
}
"""What ``anything-but`` may negate, and how each is refused when it is given no text."""

_OPERATORS: Mapping[str, Callable[[Any], Condition]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _equals_ignore_case,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
