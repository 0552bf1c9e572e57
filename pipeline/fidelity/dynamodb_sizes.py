"""How many bytes an item takes, as DynamoDB counts: names and values, a digit as half a byte.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any


def item_size(attributes: Mapping[str, Any]) -> int:
    """Return the bytes of attributes in DynamoDB's JSON; binary values are bytes or Base64."""
    return sum(len(name.encode()) + _value_size(value) for name, value in attributes.items())


def _value_size(attribute: Any) -> int:
    plain = attribute.to_regular_json() if hasattr(attribute, "to_regular_json") else attribute
    ((kind, value),) = plain.items()
    if kind in _SIZES:
        return _SIZES[kind](value)
    if kind in {"SS", "NS", "BS"}:
        return sum(_SIZES[kind[0]](each) for each in value)
    if kind == "L":
        return 3 + sum(1 + _value_size(each) for each in value)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in value.items())
    return 1


def _number_size(text: str) -> int:
    """A byte for two significant digits, and one more."""
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("+-0").rstrip("0")
    return (len(digits) + 1) // 2 + 1


def _binary_size(value: str | bytes) -> int:
    return len(value) if isinstance(value, bytes) else len(base64.b64decode(value))


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "B": _binary_size,
    "N": _number_size,
    "S": lambda text: len(text.encode()),
}
"""By the kind of a value that holds no others."""
