"""An order as the functions read it that ship, bill and count it.

::

    {"order_id": "A-1001", "customer": "Ada", "country": "DE", "total": 31.50,
     "items": [{"sku": "TEA-7", "quantity": 2, "price": 15.75}]}

It comes by way of a topic and a queue, with or without SNS's envelope. Amounts are ``Decimal``: a
float has no 0.10, and DynamoDB's numbers are decimal too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .envelope import open_envelope
from .errors import MessageError
from .schema import CENT, ListOf, Money, Object, Text, Whole

_SCHEMA = Object(
    {
        "order_id": Text(64, "[A-Za-z0-9-]+"),
        "customer": Text(200),
        "country": Text(2, "[A-Z]{2}"),
        "total": Money(1_000_000_000),
        "items": ListOf(
            Object(
                {
                    "sku": Text(64, "[A-Za-z0-9-]+"),
                    "quantity": Whole(1, 1000),
                    "price": Money(1_000_000),
                }
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one article."""

    sku: str
    quantity: int
    price: Decimal
    """Of one piece."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer ordered."""

    order_id: str
    customer: str
    country: str
    """Two letters: where to ship to."""

    total: Decimal
    """What the order says that it costs."""

    lines: tuple[Line, ...]

    @property
    def computed_total(self) -> Decimal:
        """What the lines cost together."""
        return sum((line.quantity * line.price for line in self.lines), Decimal())

    @property
    def pieces(self) -> int:
        """How many pieces are ordered."""
        return sum(line.quantity for line in self.lines)


def read_order(body: object) -> Order:
    """Return the order that a message carries.

    Raises:
        MessageError: It carries none; the text names every problem.
    """
    document = open_envelope(body)
    problems = list(_SCHEMA.problems(document))
    if problems:
        raise MessageError(f"The message is not an order: {'; '.join(problems)}.")
    return Order(
        document["order_id"],
        document["customer"],
        document["country"],
        _amount(document["total"]),
        tuple(
            Line(item["sku"], item["quantity"], _amount(item["price"]))
            for item in document["items"]
        ),
    )


def _amount(number: int | Decimal) -> Decimal:
    return Decimal(number).quantize(CENT)
