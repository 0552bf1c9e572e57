"""Invoices for orders: what the lines cost together, if the order says the same.

An order whose total is not the sum of its lines can never be billed. It is reported as a batch
item failure each time it comes, so that the redrive policy moves its message to the dead-letter
queue; shipping and analytics have queues of their own and are not held up.

Needs ``dynamodb:PutItem`` on the table. Environment: ``INVOICES_TABLE``, whose partition key is
``order_id``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from decimal import Decimal

import boto3

from .batch import work_through
from .connecting import Event, Handler, Response, at_first_call
from .context import LambdaContext
from .errors import OrderError
from .items import timestamp
from .log import LOGGER
from .orders import Order, read_order
from .tables import Table


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    table = Table.connect(session, environment["INVOICES_TABLE"], "order_id")

    def bill(message: object) -> None:
        order = read_order(message)
        total = _checked_total(order)
        is_new = table.put_new(
            {
                "order_id": order.order_id,
                "customer": order.customer,
                "lines": [
                    {
                        "sku": line.sku,
                        "quantity": line.quantity,
                        "price": line.price,
                        "amount": line.quantity * line.price,
                    }
                    for line in order.lines
                ],
                "total": total,
                "status": "open",
                "created_at": timestamp(now()),
            }
        )
        if is_new:
            LOGGER.info("%s: an invoice over %s", order.order_id, total)
        else:
            LOGGER.info("%s: skipped, its invoice is there already", order.order_id)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, bill)

    return handle


def _checked_total(order: Order) -> Decimal:
    if order.computed_total != order.total:
        raise OrderError(
            f"Order {order.order_id} says that it costs {order.total}, "
            f"but its lines cost {order.computed_total}."
        )
    return order.computed_total


handler = at_first_call(connect)
