"""Which attributes and partition keys a call to DynamoDB names, read from its expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import Parameters

_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "SearchConditionExpression",
    "UpdateExpression",
)
_OLDER = (
    "AttributeUpdates",
    "AttributesToGet",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
)
"""What expressions stand in for: lists of attributes, and maps by attribute."""

_KEYWORDS = frozenset({"add", "and", "between", "delete", "in", "not", "or", "remove", "set"})
_WORD = re.compile(
    r"(?P<value>:\w+)"
    r"|(?P<name>#?\w+)(?P<path>(?:\s*\[\s*\d+\s*\]|\s*\.\s*#?\w+)*)(?P<call>\s*\()?"
)
_EQUALITY = re.compile(r"(?<![#\w])(?P<name>#?\w+)\s*=\s*(?P<value>:\w+)")
_SCALARS = ("S", "N", "B")


def attributes(parameters: Parameters) -> tuple[str, ...]:
    """Return the top-level attributes that a call names, each once."""
    return tuple(dict.fromkeys(_attributes(parameters)))


def _attributes(parameters: Parameters) -> Iterator[str]:
    for part in ("Key", "Item", *_OLDER):
        yield from parameters.get(part) or ()
    placeholders = parameters.get("ExpressionAttributeNames") or {}
    for part in _EXPRESSIONS:
        yield from _names(_text(parameters, part), placeholders)


def _text(parameters: Parameters, name: str) -> str:
    expression = parameters.get(name) or ""
    if not isinstance(expression, str):
        raise UnknownOperationError(f"{name} is not text, so what it names is not known here.")
    return expression


def _names(expression: str, placeholders: Mapping[str, str]) -> Iterator[str]:
    """Yield the attributes of an expression; functions, keywords and nested names are none."""
    for found in _WORD.finditer(expression):
        name = found["name"]
        if name is None or name.lower() in _KEYWORDS or found["call"] or name.isdigit():
            continue
        yield placeholders.get(name, name)


def equalities(parameters: Parameters) -> dict[str, object]:
    """Return the attributes that a query wants to be equal to a value, with that value."""
    placeholders = parameters.get("ExpressionAttributeNames") or {}
    values = parameters.get("ExpressionAttributeValues") or {}
    wanted: dict[str, object] = {
        str(placeholders.get(found["name"], found["name"])): values.get(found["value"])
        for found in _EQUALITY.finditer(_text(parameters, "KeyConditionExpression"))
    }
    for name, condition in (parameters.get("KeyConditions") or {}).items():
        if condition.get("ComparisonOperator") == "EQ":
            wanted[name] = condition["AttributeValueList"][0]
    return wanted


def leading_keys(
    entries: Iterable[Mapping[str, object]], partition_key: str | None
) -> tuple[str, ...]:
    """Return the values of the partition key in some keys or items, each once.

    When it is not known which attribute is the partition key, every one that can be is taken: so a
    condition on all the values never holds for want of one.

    Args:
        entries: Keys or items, with their values as DynamoDB's API or as Python writes them.
        partition_key: The name of the partition key; None when it is not known.
    """
    found = (
        _scalar(value)
        for entry in entries
        for name, value in entry.items()
        if partition_key in (None, name)
    )
    return tuple(dict.fromkeys(value for value in found if value is not None))


def _scalar(value: object) -> str | None:
    """Return a key's value as text; None for what can be no key."""
    if isinstance(value, Mapping):
        return next((_scalar(value[kind]) for kind in _SCALARS if kind in value), None)
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    if value is None or isinstance(value, bool | list | tuple | set | frozenset):
        return None
    return str(value)
