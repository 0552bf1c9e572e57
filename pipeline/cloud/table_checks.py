"""Checks that DynamoDB makes itself, once a call is authorized, and that moto does not.

Values that no expression uses, empty keys, indexes that are not there, and a time to live that is
switched to what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire

_VALUE = re.compile(r":\w+")
_PREFIXED = frozenset({"PutItem", "DeleteItem", "UpdateItem"})
"""Operations whose complaint of an unused value begins with a count of errors.

https://github.com/floci-io/floci/issues/2893
"""

_CONDITIONS = {
    "PutItem": "ConditionExpression is",
    "DeleteItem": "ConditionExpression is",
    "UpdateItem": "UpdateExpression and ConditionExpression are",
    "Scan": "FilterExpression is",
}
"""What an operation could use values in."""


def table_checks(stored: Stored, new_id: Callable[[], str]) -> dict[tuple[str, str], Check]:
    """Return the checks by service and operation."""

    def refusing(find: Callable[[ApiCall], str | None]) -> Check:
        def check(call: ApiCall) -> wire.WireResponse | None:
            message = find(call)
            if message is None:
                return None
            return wire.error(
                "dynamodb",
                "ValidationException",
                message,
                400,
                protocol=call.protocol,
                request_id=new_id(),
            )

        return check

    def item(call: ApiCall) -> str | None:
        return unused_values(call) or _empty_key(call, _table_of(stored, call))

    def reading(call: ApiCall) -> str | None:
        return unused_values(call) or _missing_index(call, _table_of(stored, call))

    return {
        ("dynamodb", "PutItem"): refusing(item),
        ("dynamodb", "GetItem"): refusing(item),
        ("dynamodb", "UpdateItem"): refusing(item),
        ("dynamodb", "DeleteItem"): refusing(item),
        ("dynamodb", "Query"): refusing(reading),
        ("dynamodb", "Scan"): refusing(reading),
        ("dynamodb", "UpdateTimeToLive"): refusing(
            lambda call: _switched_already(call, _table_of(stored, call))
        ),
    }


def _table_of(stored: Stored, call: ApiCall) -> Any:
    """Return the table as the emulator keeps it; None without it, which moto words well."""
    name = call.parameters["TableName"].rpartition("/")[2]
    return stored.backend("dynamodb", stored.region).tables.get(name)


# -- expressions --


def unused_values(call: ApiCall) -> str | None:
    """Return what DynamoDB says of a value that no expression uses; None when all are used.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html
    """
    values = call.parameters.get("ExpressionAttributeValues")
    if not values:
        return None
    expressions = list(_expressions(call.parameters))
    if not expressions and call.operation in _CONDITIONS:
        return (
            "ExpressionAttributeValues can only be specified when using expressions: "
            f"{_CONDITIONS[call.operation]} null"
        )
    used = {name for text in expressions for name in _VALUE.findall(text)}
    for name in values:
        if name not in used and _VALUE.fullmatch(name):
            prefix = "1 validation error detected: " if call.operation in _PREFIXED else ""
            return (
                f"{prefix}Value provided in ExpressionAttributeValues unused in expressions: "
                f"keys: {{{name}}}"
            )
    return None


def _expressions(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name, value in parameters.items():
        if name.endswith("Expression") and isinstance(value, str):
            yield value


# -- keys and indexes --


def _empty_key(call: ApiCall, table: Any) -> str | None:
    """Return what DynamoDB says of an empty text as a table's key; other attributes may be empty.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    """
    given = call.parameters.get("Item", call.parameters.get("Key", {}))
    for name in table.table_key_attrs if table is not None else ():
        if given.get(name) in ({"S": ""}, {"B": b""}):
            kind = "string" if "S" in given[name] else "binary"
            return (
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty {kind} value. Key: {name}"
            )
    return None


def _missing_index(call: ApiCall, table: Any) -> str | None:
    """Return what DynamoDB says of an index that the table does not have; not documented."""
    name = call.parameters.get("IndexName")
    if name is None or table is None or any(each.name == name for each in table.all_indexes()):
        return None
    return f"The table does not have the specified index: {name}"


# -- time to live --


def _switched_already(call: ApiCall, table: Any) -> str | None:
    """Return what DynamoDB says of a time to live that is on or off already.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    """
    if table is None:
        return None
    wanted = "ENABLED" if call.parameters["TimeToLiveSpecification"]["Enabled"] else "DISABLED"
    if table.ttl["TimeToLiveStatus"] != wanted:
        return None
    return f"TimeToLive is already {wanted.lower()}"
