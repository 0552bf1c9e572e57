"""One order, three readers: shipping, billing and analytics."""

import json
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function import analytics, billing, shipping
from pipeline.function.errors import MessageError
from pipeline.function.orders import read_order

READERS = {
    "shipping": (shipping, "SHIPMENTS_TABLE", "order_id"),
    "billing": (billing, "INVOICES_TABLE", "order_id"),
    "analytics": (analytics, "STATISTICS_TABLE", "entry"),
}
ALL = pytest.mark.parametrize("name", READERS)


def order(**changes: Any) -> dict[str, Any]:
    return {
        "order_id": "A-1",
        "customer": "Ada",
        "country": "DE",
        "items": [
            {"sku": "TEA", "quantity": 3, "price": 0.1},
            {"sku": "POT", "quantity": 1, "price": 24},
        ],
        "total": 24.3,
        **changes,
    }


def text(**changes: Any) -> str:
    return json.dumps(order(**changes))


@pytest.fixture(autouse=True)
def tables(cloud: Any) -> None:
    for name, (_, _, key) in READERS.items():
        cloud.create_table(name, key)
    cloud.calls.clear()


@pytest.fixture
def failed(cloud: Any) -> Any:
    def give(name: str, *bodies: str) -> list[str]:
        module, variable, _ = READERS[name]
        return cloud.failed(module, *bodies, **{variable: name})

    return give


def test_order_becomes_a_shipment(cloud: Any, failed: Any) -> None:
    assert failed("shipping", text()) == []

    assert cloud.calls == {"PutItem": 1}
    assert cloud.items("shipping") == [
        {
            "order_id": "A-1",
            "customer": "Ada",
            "country": "DE",
            "contents": [{"sku": "TEA", "quantity": 3}, {"sku": "POT", "quantity": 1}],
            "pieces": 4,
            "status": "to ship",
            "created_at": "2023-11-14T22:13:20.000Z",
        }
    ]


def test_order_becomes_an_invoice_over_the_sum_of_its_lines(cloud: Any, failed: Any) -> None:
    assert failed("billing", text()) == []

    assert cloud.calls == {"PutItem": 1}
    (invoice,) = cloud.items("billing")
    assert invoice["total"] == Decimal("24.3")
    assert [line["amount"] for line in invoice["lines"]] == [Decimal("0.3"), 24]


def test_order_whose_total_is_wrong_is_never_billed(cloud: Any, failed: Any, log: Any) -> None:
    assert failed("billing", text(), text(order_id="A-2", total=24.31)) == ["m1"]

    assert [invoice["order_id"] for invoice in cloud.items("billing")] == ["A-1"]
    expected = "message m1: Order A-2 says that it costs 24.31, but its lines cost 24.30."
    assert ("ERROR", expected) in log()
    assert failed("shipping", text(order_id="A-2", total=24.31)) == []


def test_orders_are_counted_by_day_and_country(cloud: Any, failed: Any) -> None:
    failed("analytics", text(), text(order_id="A-2"), text(order_id="A-3", country="FR"))
    cloud.now += 24 * 3600
    failed("analytics", text(order_id="A-4"))

    assert cloud.calls == {"TransactWriteItems": 4}
    counts = {item["entry"]: item for item in cloud.items("analytics")}
    assert {entry for entry in counts if entry.startswith("day#")} == {
        "day#2023-11-14#DE",
        "day#2023-11-14#FR",
        "day#2023-11-15#DE",
    }
    assert counts["day#2023-11-14#DE"] == {
        "entry": "day#2023-11-14#DE",
        "day": "2023-11-14",
        "country": "DE",
        "orders": 2,
        "pieces": 8,
        "revenue": Decimal("48.6"),
    }


@ALL
def test_order_that_comes_again_changes_nothing(
    cloud: Any, sent: Any, failed: Any, log: Any, name: str
) -> None:
    failed(name, text())
    before = cloud.items(name)
    cloud.now += 24 * 3600

    assert failed(name, text(), sent.enveloped(text())) == []
    assert cloud.items(name) == before
    assert [line for _, line in log()[1:]] == [log()[-1][1]] * 2
    assert log()[-1][1].startswith("A-1: skipped, it")


@ALL
def test_order_in_an_envelope_of_sns_is_the_same_order(
    cloud: Any, sent: Any, failed: Any, name: str
) -> None:
    assert failed(name, sent.enveloped(text())) == []

    assert len(cloud.items(name)) == (2 if name == "analytics" else 1)


@ALL
def test_message_that_is_no_order_fails_alone(cloud: Any, failed: Any, log: Any, name: str) -> None:
    assert failed(name, "junk", text(), text(country="Germany")) == ["m0", "m2"]

    assert cloud.calls.total() == 1
    reason = "The message is not an order: country: must be text of 1 to 2 characters."
    assert ("ERROR", f"message m2: {reason}") in log()


@ALL
def test_refused_write_fails_the_message_with_its_reason(
    cloud: Any, failed: Any, log: Any, name: str
) -> None:
    for operation in ("PutItem", "TransactWriteItems"):
        cloud.deny(operation, "not authorized to write", code="AccessDeniedException")

    assert failed(name, text()) == ["m0"]
    ((level, line),) = log()
    assert level == "ERROR"
    assert "not authorized to write" in line


def test_transaction_that_meets_another_is_left_for_later(cloud: Any, failed: Any) -> None:
    cloud.deny("TransactWriteItems", "busy [None, TransactionConflict]", "TransactionCanceled")

    assert failed("analytics", text()) == ["m0"]
    cloud.answers.clear()
    assert failed("analytics", text()) == []


def test_function_without_its_table_names_the_variable(cloud: Any) -> None:
    module: ModuleType
    for module, variable, _ in READERS.values():
        with pytest.raises(KeyError, match=variable):
            cloud.failed(module)


# -- reading --


def test_every_problem_of_an_order_is_named_by_its_path() -> None:
    broken = order(customer="", items=[{"sku": "TEA", "quantity": 0, "price": 0.125}], total=-1)
    del broken["country"]

    with pytest.raises(MessageError) as refusal:
        read_order(json.dumps(broken))
    assert str(refusal.value) == (
        "The message is not an order: customer: must be text of 1 to 200 characters; "
        "country: is missing; total: must be an amount from 0 to 1000000000 with at most two "
        "decimals; items[0].quantity: must be a whole number from 1 to 1000; items[0].price: must "
        "be an amount from 0 to 1000000 with at most two decimals."
    )


@pytest.mark.parametrize(
    "price", ["1e999999", "-0.01", "0.001", '"5"', "true", "null", "NaN", "1.00" + "0" * 40 + "1"]
)
def test_price_that_is_none_is_refused(price: str) -> None:
    written = text().replace('"price": 24', f'"price": {price}')

    with pytest.raises(MessageError):
        read_order(written)


@given(
    st.lists(
        st.tuples(st.integers(1, 1000), st.decimals(0, 1_000_000, places=2, allow_nan=False)),
        min_size=1,
        max_size=100,
    )
)
def test_sum_of_the_lines_is_exact(lines: list[tuple[int, Decimal]]) -> None:
    items = ", ".join(
        f'{{"sku": "T", "quantity": {quantity}, "price": {price}}}' for quantity, price in lines
    )
    written = text(items="HERE").replace('"HERE"', f"[{items}]")

    cents = sum(quantity * int(price * 100) for quantity, price in lines)
    assert read_order(written).computed_total * 100 == cents


@given(st.text() | st.none() | st.dictionaries(st.sampled_from(["order_id", "items"]), st.none()))
def test_what_is_no_order_is_refused_and_nothing_else_is_raised(junk: object) -> None:
    with pytest.raises(MessageError):
        read_order(junk)
