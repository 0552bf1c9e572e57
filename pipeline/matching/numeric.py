"""The numeric operator: ``["=", 5]``, ``[">", 0]``, ``[">=", 0, "<", 10]``.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.matching.problems import PatternError

NumberTest = Callable[[float], bool]

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = {"=": "equals"}
"""How a refusal spells an operator, where not by its sign."""


def number_test(test: NumberTest) -> Callable[[Any], bool]:
    """Return a test that holds for numbers only."""

    def holds(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and test(value)

    return holds


def parse_numeric(operand: Any) -> NumberTest:
    """Return what a numeric expression asks; ``PatternError`` when the services refuse it.

    A range is written from its lower bound to its upper: ``>`` or ``>=`` first.
    """
    if not isinstance(operand, list):
        raise PatternError("Value of numeric must be an array.")
    sign, bound = _comparison(operand)
    if len(operand) == 2:
        return lambda value: _COMPARISONS[sign](value, bound)
    if sign not in {">", ">="}:
        raise PatternError("Too many elements in numeric expression")
    upper, top = _upper(operand[2:])
    if top <= bound:
        raise PatternError("Bottom must be less than top")
    return lambda value: _COMPARISONS[sign](value, bound) and _COMPARISONS[upper](value, top)


def _comparison(operand: list[Any]) -> tuple[str, float]:
    first = operand[0] if operand else "]"
    if not operand or not isinstance(first, str):
        raise PatternError(f"Invalid member in numeric match: {first}")
    if first not in _COMPARISONS:
        raise PatternError(f"Unrecognized numeric range operator: {first}")
    return first, _number(operand, _WORDS.get(first, first))


def _upper(rest: list[Any]) -> tuple[str, float]:
    if not isinstance(rest[0], str):
        raise PatternError(f"Bad value in numeric range: {rest[0]}")
    if rest[0] not in {"<", "<="}:
        raise PatternError(f"Bad numeric range operator: {rest[0]}")
    top = _number(rest, rest[0])
    if len(rest) > 2:
        raise PatternError("Too many terms in numeric range expression")
    return rest[0], top


def _number(pair: list[Any], word: str) -> float:
    value = pair[1] if len(pair) > 1 else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise PatternError(f"Value of {word} must be numeric")
    return value
