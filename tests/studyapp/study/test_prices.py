"""A table of prices is read whole, and everything that is wrong with it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.prices import PRICES_FILE, Price, load_prices, read_prices
from studyapp.study.problems import CourseError
from studyapp.study.tidiness import file_problems
from tests.studyapp.study.small_course import bank

GOOD = """
region = "us-east-1"
currency = "USD"

[[price]]
id = "sqs-request"
service = "Amazon SQS"
what = "Requests"
dollars = 0.4
per = 1000000
unit = "requests"
as_of = "2026-06"
seen_at = "https://example.com/"
official = "https://aws.amazon.com/sqs/pricing/"
"""


def price(dollars: float = 0.4, per: int = 1_000_000) -> Price:
    return Price("p", "S", "w", dollars, per, "requests", "2026-06", "https://a", "https://b")


def problems_of(folder: Path, text: str) -> list[str]:
    (folder / PRICES_FILE).write_text(text)
    return [str(problem) for problem in read_prices(folder)[1]]


def test_a_good_table_is_read_by_id(tmp_path: Path) -> None:
    (tmp_path / PRICES_FILE).write_text(GOOD)

    prices = load_prices(tmp_path)

    assert list(prices) == ["sqs-request"]
    assert prices["sqs-request"].dollars == 0.4
    assert prices["sqs-request"].as_of == "2026-06"


def test_a_million_requests_cost_the_price_of_a_million() -> None:
    assert price().of(3_000_000) == pytest.approx(1.2)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_prices_add_up(one: float, other: float) -> None:
    assert price().of(one + other) == pytest.approx(price().of(one) + price().of(other))


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("dollars = 0.4", "dollars = 0", "dollars is 0"),
        ("dollars = 0.4", 'dollars = "0.4"', "dollars is"),
        ("dollars = 0.4", "dollars = true", "dollars is"),
        ("per = 1000000", "per = 0", "per is 0"),
        ('as_of = "2026-06"', 'as_of = "2026-13"', "as_of is"),
        ('as_of = "2026-06"', "", "as_of is missing"),
        ("https://example.com/", "http://example.com/", "seen_at is"),
        ('currency = "USD"', 'currency = "EUR"', "currency"),
        ('unit = "requests"', 'unit = "requests"\nunits = 1', "no key"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, good: str, bad: str, told: str) -> None:
    assert good in GOOD
    (problem,) = problems_of(tmp_path, GOOD.replace(good, bad))
    assert told in problem


def test_an_id_stands_once(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[price]]") :]
    (problem,) = problems_of(tmp_path, GOOD + again)
    assert "used twice" in problem


def test_a_missing_table_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no such file"):
        load_prices(tmp_path)


def test_the_check_of_a_folder_tells_of_bad_prices(tmp_path: Path) -> None:
    (tmp_path / PRICES_FILE).write_text(GOOD.replace("per = 1000000", "per = -1"))
    told = [problem.what for problem in file_problems(bank(1), tmp_path)]
    assert any("per is -1" in what for what in told)
