"""DynamoDB: reading an index needs the action on the index, not on its table.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    anywhere,
    given,
    one,
    together,
)


def _table_arn(name: str, place: Place) -> str:
    return name if name.startswith("arn:") else place.arn("dynamodb", f"table/{name}")


def _table(parameters: Parameters, place: Place) -> str:
    return _table_arn(parameters["TableName"], place)


def _table_or_index(parameters: Parameters, place: Place) -> str:
    index = parameters.get("IndexName")
    table = _table(parameters, place)
    return f"{table}/index/{index}" if index else table


def _each_table(action: str) -> Needs:
    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(action, _table_arn(name, place)) for name in parameters["RequestItems"]
        )

    return needs


_TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def _each_part(operation: str) -> Needs:
    """There is no action for a transaction: each of its parts needs its own."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(
                f"dynamodb:{_TRANSACTED[kind]}",
                _table_arn(part["TableName"], place),
                {"dynamodb:EnclosingOperation": operation},
            )
            for item in parameters["TransactItems"]
            for kind, part in item.items()
        )

    return needs


_ON_A_TABLE = ("DeleteTable", "DescribeTable", "DescribeTimeToLive", "GetItem", "UpdateTimeToLive")
_RETURNING = {"ReturnValues": "dynamodb:ReturnValues"}
_SELECTING = {"Select": "dynamodb:Select"}

OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"dynamodb:{name}", _table) for name in _ON_A_TABLE},
    "BatchGetItem": _each_table("dynamodb:BatchGetItem"),
    "BatchWriteItem": _each_table("dynamodb:BatchWriteItem"),
    "CreateTable": together(
        one("dynamodb:CreateTable", _table),
        given(("Tags",), one("dynamodb:TagResource", _table)),
        given(("ResourcePolicy",), one("dynamodb:PutResourcePolicy", _table)),
    ),
    "DeleteItem": one("dynamodb:DeleteItem", _table, _RETURNING),
    "ListTables": anywhere("dynamodb:ListTables"),
    "PutItem": one("dynamodb:PutItem", _table, _RETURNING),
    "Query": one("dynamodb:Query", _table_or_index, _SELECTING),
    "Scan": one("dynamodb:Scan", _table_or_index, _SELECTING),
    "TransactGetItems": _each_part("TransactGetItems"),
    "TransactWriteItems": _each_part("TransactWriteItems"),
    "UpdateItem": one("dynamodb:UpdateItem", _table, _RETURNING),
}
