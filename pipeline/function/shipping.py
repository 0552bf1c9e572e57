"""Orders to ship: one shipment for each order, however often the order comes.

A conditional write is the whole of it: the first message of an order makes its shipment, and each
further one finds it made.

Needs ``dynamodb:PutItem`` on the table. Environment: ``SHIPMENTS_TABLE``, whose partition key is
``order_id``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

import boto3

from .batch import work_through
from .connecting import Event, Handler, Response, at_first_call
from .context import LambdaContext
from .items import timestamp
from .log import LOGGER
from .orders import read_order
from .tables import Table


def connect(
    session: boto3.Session,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Handler:
    """Return a handler that reaches AWS through a session; see ``handler.connect``."""
    table = Table.connect(session, environment["SHIPMENTS_TABLE"], "order_id")

    def ship(message: object) -> None:
        order = read_order(message)
        is_new = table.put_new(
            {
                "order_id": order.order_id,
                "customer": order.customer,
                "country": order.country,
                "contents": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
                "pieces": order.pieces,
                "status": "to ship",
                "created_at": timestamp(now()),
            }
        )
        if is_new:
            LOGGER.info("%s: %d pieces to ship to %s", order.order_id, order.pieces, order.country)
        else:
            LOGGER.info("%s: skipped, its shipment is there already", order.order_id)

    def handle(event: Event, context: LambdaContext) -> Response:  # noqa: ARG001
        return work_through(event, ship)

    return handle


handler = at_first_call(connect)
