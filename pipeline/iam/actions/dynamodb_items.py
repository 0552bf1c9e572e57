"""DynamoDB's items: reading an index needs the action on the index, not on its table.

A batch is an action of its own on each table; of a transaction each part needs its own action.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.iam.actions.dynamodb_expressions import attributes, equalities, leading_keys
from pipeline.iam.actions.partiql import statement_needs
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Keys,
    Needs,
    Parameters,
    Place,
    Requirement,
    all_keys,
    on,
    one,
)

Entries = Iterable[Mapping[str, object]]
"""Keys or items, which both hold a partition key."""

_CONSUMED = {"ReturnConsumedCapacity": "dynamodb:ReturnConsumedCapacity"}
_RETURNING = {"ReturnValues": "dynamodb:ReturnValues"}


def table_arn(name: str, place: Place) -> str:
    """Return the ARN of a table, which may be written as a name or as an ARN."""
    return name if name.startswith("arn:") else place.arn("dynamodb", f"table/{name}")


def table(parameters: Parameters, place: Place) -> str:
    """Return the ARN of the table that a call names."""
    return table_arn(parameters["TableName"], place)


def table_or_index(parameters: Parameters, place: Place) -> str:
    """Return the ARN of the index that a call names or, without one, of the table."""
    index = parameters.get("IndexName")
    arn = table(parameters, place)
    return f"{arn}/index/{index}" if index else arn


def _leading(entries: Entries, resource: str, place: Place) -> Mapping[str, ContextValue]:
    found = leading_keys(entries, place.lookups.partition_key(resource))
    return {"dynamodb:LeadingKeys": found} if found else {}


def _named_attributes(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    found = attributes(parameters)
    return {"dynamodb:Attributes": found} if found else {}


def _selected(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return what is read of each item; by default what the API reference says."""
    default = "ALL_PROJECTED_ATTRIBUTES" if parameters.get("IndexName") else "ALL_ATTRIBUTES"
    if parameters.get("ProjectionExpression") or parameters.get("AttributesToGet"):
        default = "SPECIFIC_ATTRIBUTES"
    return {"dynamodb:Select": str(parameters.get("Select") or default)}


def _key(parameters: Parameters, place: Place) -> Mapping[str, ContextValue]:
    entry = parameters.get("Key") or parameters.get("Item") or {}
    return _leading((entry,), table(parameters, place), place)


def _queried(parameters: Parameters, place: Place) -> Mapping[str, ContextValue]:
    return _leading((equalities(parameters),), table_or_index(parameters, place), place)


_WRITING: tuple[Keys, ...] = (_key, _named_attributes, _RETURNING, _CONSUMED)
_READING: tuple[Keys, ...] = (_key, _named_attributes, _selected, _CONSUMED)


def _each_table(
    action: str, entries_of: Callable[[Any], list[Mapping[str, object]]], *keys: Keys
) -> Needs:
    """Return the row of a batch, which is asked for once for each table."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        found = []
        for name, request in parameters["RequestItems"].items():
            arn, entries = table_arn(name, place), entries_of(request)
            within = {**(request if isinstance(request, Mapping) else {}), **_consumed(parameters)}
            touched = [*attributes(within), *(name for entry in entries for name in entry)]
            context: dict[str, ContextValue] = {
                **_leading(entries, arn, place),
                **({"dynamodb:Attributes": tuple(dict.fromkeys(touched))} if touched else {}),
                **all_keys(keys, within, place),
            }
            found.append(Requirement(action, arn, context))
        return tuple(found)

    return needs


def _consumed(parameters: Parameters) -> dict[str, object]:
    return {name: parameters[name] for name in _CONSUMED if name in parameters}


def _read(request: Any) -> list[Mapping[str, object]]:
    return list(request.get("Keys") or ())


def _written(request: Any) -> list[Mapping[str, object]]:
    parts = (part for entry in request for part in entry.values())
    return [part.get("Item") or part.get("Key") or {} for part in parts]


_TRANSACTED: Mapping[str, tuple[str, tuple[Keys, ...]]] = {
    "ConditionCheck": ("ConditionCheckItem", (_key, _named_attributes)),
    "Delete": ("DeleteItem", (_key, _named_attributes)),
    "Get": ("GetItem", (_key, _named_attributes, _selected)),
    "Put": ("PutItem", (_key, _named_attributes)),
    "Update": ("UpdateItem", (_key, _named_attributes)),
}


def _each_part(operation: str) -> Needs:
    """There is no action for a transaction: each of its parts needs its own."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        found = []
        for item in parameters["TransactItems"]:
            for kind, part in item.items():
                action, keys = _TRANSACTED[kind]
                context = {
                    "dynamodb:EnclosingOperation": operation,
                    **all_keys((*keys, _CONSUMED), {**part, **_consumed(parameters)}, place),
                }
                found.append(Requirement(f"dynamodb:{action}", table(part, place), context))
        return tuple(found)

    return needs


def _each_statement(parameter: str, operation: str) -> Needs:
    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return tuple(
            statement_needs(
                entry["Statement"], entry.get("Parameters") or (), place, enclosing=operation
            )
            for entry in parameters[parameter]
        )

    return needs


def _statement(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    values = parameters.get("Parameters") or ()
    return (statement_needs(parameters["Statement"], values, place),)


OPERATIONS: Mapping[str, Needs] = {
    **on("dynamodb", table, "DeleteItem PutItem UpdateItem", *_WRITING),
    **on("dynamodb", table_or_index, "Scan", _named_attributes, _selected, _CONSUMED),
    "BatchExecuteStatement": _each_statement("Statements", "BatchExecuteStatement"),
    "BatchGetItem": _each_table("dynamodb:BatchGetItem", _read, _selected, _CONSUMED),
    "BatchWriteItem": _each_table("dynamodb:BatchWriteItem", _written, _CONSUMED),
    "ExecuteStatement": _statement,
    "ExecuteTransaction": _each_statement("TransactStatements", "ExecuteTransaction"),
    "GetItem": one("dynamodb:GetItem", table, *_READING),
    "Query": one(
        "dynamodb:Query", table_or_index, _queried, _named_attributes, _selected, _CONSUMED
    ),
    "SearchVectors": one("dynamodb:SearchVectors", table_or_index),
    "TransactGetItems": _each_part("TransactGetItems"),
    "TransactWriteItems": _each_part("TransactWriteItems"),
}
