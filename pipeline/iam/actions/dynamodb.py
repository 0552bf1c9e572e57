"""DynamoDB: reading an index needs the action on the index, not on its table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, Requirement, anywhere, one


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
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def _transact_write(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """There is no TransactWriteItems action: each part needs its own."""
    return tuple(
        Requirement(
            f"dynamodb:{_TRANSACTED[kind]}",
            _table_arn(part["TableName"], place),
            {"dynamodb:EnclosingOperation": "TransactWriteItems"},
        )
        for item in parameters["TransactItems"]
        for kind, part in item.items()
    )


_ON_A_TABLE = (
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "PutItem",
    "UpdateItem",
    "UpdateTimeToLive",
)

OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"dynamodb:{name}", _table) for name in _ON_A_TABLE},
    "BatchGetItem": _each_table("dynamodb:BatchGetItem"),
    "BatchWriteItem": _each_table("dynamodb:BatchWriteItem"),
    "ListTables": anywhere("dynamodb:ListTables"),
    "Query": one("dynamodb:Query", _table_or_index),
    "Scan": one("dynamodb:Scan", _table_or_index),
    "TransactWriteItems": _transact_write,
}
