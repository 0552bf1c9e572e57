from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function.schema import Date, Kind, ListOf, Money, Object, Text, Whole

SCHEMA = Object(
    {
        "name": Text(5),
        "code": Text(9, "[a-z]+"),
        "day": Date(),
        "count": Whole(1, 3),
        "price": Money(10),
        "parts": ListOf(Object({"id": Text()}, frozenset({"id"})), 2),
    },
    optional=frozenset({"code", "day", "count", "price", "parts"}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_what_fits_has_no_problems() -> None:
    document = {
        "name": "é b",
        "code": "x",
        "day": "2024-02-29",
        "count": 3,
        "price": Decimal("9.99"),
        "parts": [{"id": "1"}, {}],
        "unknown": object(),
    }

    assert list(SCHEMA.problems(document)) == []


def test_all_problems_are_named_by_their_paths_in_the_schemas_order() -> None:
    document = {"code": "X", "day": "2023-02-29", "count": 4, "parts": [{"id": 1}, 5]}

    assert list(SCHEMA.problems(document)) == [
        "name: is missing",
        "code: must have the form [a-z]+",
        "day: must be a day like 2026-11-25",
        "count: must be a whole number from 1 to 3",
        "parts[0].id: must be text of 1 to 200 characters",
        "parts[1]: must be an object",
    ]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(5), ""),
        (Text(5), "123456"),
        (Text(5), "\ud800"),
        (Text(5), None),
        (Date(), "20260101"),
        (Date(), 5),
        (Whole(1, 3), True),
        (Whole(1, 3), 2.0),
        (Whole(1, 3), Decimal(2)),
        (Money(10), 1.5),
        (Money(10), Decimal("0.005")),
        (Money(10), Decimal("10.01")),
        (Money(10), True),
        (ListOf(Text(), 2), []),
        (ListOf(Text(), 2), ["a", "b", "c"]),
        (ListOf(Text(), 2), "ab"),
    ],
)
def test_what_does_not_fit_has_one_problem(kind: Kind, value: object) -> None:
    (problem,) = kind.problems(value, "x")

    assert problem.startswith("x: must be ")


@given(JSON | st.fixed_dictionaries(dict.fromkeys(SCHEMA.members, JSON)))
def test_any_value_has_problems_and_none_is_raised(value: Any) -> None:
    for kind in (SCHEMA, *SCHEMA.members.values()):
        assert all(isinstance(problem, str) for problem in kind.problems(value, "x"))
