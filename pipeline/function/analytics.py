"""Orders counted by day and country, each exactly once although its message may come twice.

Adding is not idempotent, so the count and the mark that an order was counted are written in one
transaction: both or neither
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html). Mark first
and add afterwards would lose an order when the function is killed in between; the other way
round it would be counted twice. A set of the counted orders inside the counting item would do with
one UpdateItem, until that item reaches DynamoDB's 400 KB.

Needs ``dynamodb:PutItem`` and ``dynamodb:UpdateItem`` on the table: a transaction asks for the
permissions of its parts. Environment: ``STATISTICS_TABLE``, whose partition key is ``entry``:
``order#A-1001`` for a mark, ``day#2026-11-25#DE`` for a count.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.exceptions import ClientError

from .batch import work_through
from .connecting import CONFIG, Event, Handler, Response, at_first_call
from .context import LambdaContext
from .items import timestamp
from .log import LOGGER
from .orders import Order, read_order
from .tables import to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_COUNT = "SET #day = :day, #country = :country ADD #orders :one, #pieces :pieces, #revenue :revenue"
_NAMES = {f"#{name}": name for name in ("day", "country", "orders", "pieces", "revenue")}


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    dynamodb = session.client("dynamodb", config=CONFIG)
    table = environment["STATISTICS_TABLE"]

    def count(message: object) -> None:
        order = read_order(message)
        day = timestamp(now())[:10]
        if _counts(dynamodb, table, order, day):
            LOGGER.info("%s: counted for %s on %s", order.order_id, order.country, day)
        else:
            LOGGER.info("%s: skipped, it is counted already", order.order_id)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, count)

    return handle


def _counts(dynamodb: DynamoDBClient, table: str, order: Order, day: str) -> bool:
    """Count an order; False when it was counted before."""
    mark = {"entry": f"order#{order.order_id}", "day": day}
    added = {
        ":day": day,
        ":country": order.country,
        ":one": 1,
        ":pieces": order.pieces,
        ":revenue": order.total,
    }
    try:
        dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Put": {
                        "TableName": table,
                        "Item": to_attributes(mark),
                        "ConditionExpression": "attribute_not_exists(#entry)",
                        "ExpressionAttributeNames": {"#entry": "entry"},
                    }
                },
                {
                    "Update": {
                        "TableName": table,
                        "Key": to_attributes({"entry": f"day#{day}#{order.country}"}),
                        "UpdateExpression": _COUNT,
                        "ExpressionAttributeNames": _NAMES,
                        "ExpressionAttributeValues": to_attributes(added),
                    }
                },
            ]
        )
    except ClientError as error:
        if not _is_marked(error):
            raise
        return False
    return True


def _is_marked(error: ClientError) -> bool:
    """Say whether a transaction was cancelled because the order's mark is there."""
    reasons = cast("Mapping[str, Any]", error.response).get("CancellationReasons") or [{}]
    return bool(reasons[0].get("Code") == "ConditionalCheckFailed")


handler = at_first_call(connect)
