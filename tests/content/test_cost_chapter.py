"""What the chapter on cost says in dollars is its runs' calls times the prices of the table."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from studyapp.study.loading import content_folder, read_course
from studyapp.study.prices import load_prices
from studyapp.study.walk_loading import read_chapters
from studyapp.study.walk_recording import Recorder, record_all
from studyapp.study.walkthrough import Chapter

MILLION = 1_000_000
PRICES = load_prices(content_folder())
LESSON = content_folder().joinpath("topics/cost/lesson.md").read_text()


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    chapters, _ = read_chapters(read_course()[0], content_folder())
    return next(chapter for chapter in chapters if chapter.slug == "cost")


@pytest.fixture(scope="module")
def counted(chapter: Chapter) -> Mapping[str, Mapping[str, int]]:
    """Return the facts of each run, by its step's id."""
    with Recorder(chapter) as recorder:
        return {
            each.step: {name: int(str(value)) for name, value in each.facts.items()}
            for each in record_all(recorder)
        }


def bill(facts: Mapping[str, int], *, index_writes: int) -> dict[str, float]:
    """Return what a million times these calls cost, without the function's time."""
    puts, gets = PRICES["s3-put"].of(facts["puts"]), PRICES["s3-get"].of(facts["gets"])
    return {
        "s3": MILLION * (puts + gets),
        "sqs": MILLION * PRICES["sqs-request"].of(facts["sqs"]),
        "lambda": MILLION * PRICES["lambda-request"].of(facts["invocations"]),
        "dynamodb": MILLION * PRICES["dynamodb-write"].of(facts["writes"] + index_writes),
    }


def cents(dollars: float) -> str:
    return f"${dollars + 1e-9:.2f}"


def test_a_million_photos_cost_what_the_chapter_says(
    chapter: Chapter, counted: Mapping[str, Mapping[str, int]]
) -> None:
    costs = bill(counted["one-photo"], index_writes=3)
    time = MILLION * PRICES["lambda-time"].of(0.3 * 1)
    text = chapter.step("why-the-puts").text

    shown = [costs["s3"], costs["lambda"] + time, costs["dynamodb"], costs["sqs"]]
    assert [cents(cost) for cost in shown] == re.findall(r"= \*(\$[\d.]+)\*", text)
    assert f"About *{cents(sum(costs.values()) + time)}*" in text
    assert all(cents(cost) in LESSON for cost in shown)


def test_the_puts_are_the_dearest_part(counted: Mapping[str, Mapping[str, int]]) -> None:
    costs = bill(counted["one-photo"], index_writes=3)
    puts = MILLION * PRICES["s3-put"].of(counted["one-photo"]["puts"])
    time = MILLION * PRICES["lambda-time"].of(0.3)
    assert puts > max(costs["sqs"], costs["lambda"] + time, costs["dynamodb"])
    assert puts > (sum(costs.values()) + time) / 2


def test_a_million_broken_files_cost_what_the_chapter_says(
    chapter: Chapter, counted: Mapping[str, Mapping[str, int]]
) -> None:
    facts = counted["upload-a-broken-one"]
    costs = bill(facts, index_writes=1 + 2 * (facts["writes"] - 1))
    sound = bill(counted["one-photo"], index_writes=3)
    text = chapter.step("why-twice").text

    shown = [costs["s3"], costs["lambda"], costs["dynamodb"], costs["sqs"]]
    assert [cents(cost) for cost in shown] == re.findall(r"= \*(\$[\d.]+)\*", text)
    assert f"*{cents(sum(costs.values()))}*, where a million photos cost" in text
    assert f"cost {cents(sum(sound.values()))} without the time" in text


def test_a_month_of_a_nat_gateway_costs_what_the_chapter_says(chapter: Chapter) -> None:
    text = chapter.step("the-levers").text
    assert f"is {cents(PRICES['nat-hour'].of(730))} a month" in text
    assert f"${PRICES['s3-storage'].of(5_000):.0f} each month" in text


def test_idle_pollers_cost_what_the_chapter_says(chapter: Chapter) -> None:
    requests = 5 * 3 * 60 * 24 * 30
    text = chapter.step("why-so-few").text
    assert f"{requests:,} requests in 30 days: {cents(PRICES['sqs-request'].of(requests))}" in text


def test_the_lesson_shows_every_price_but_no_other() -> None:
    rows = re.findall(r"^\| .+ \| ([\d.]+) \| (.+) \| (\d{4}-\d\d) \|$", LESSON, re.MULTILINE)
    assert [(float(dollars), month) for dollars, _, month in rows] == [
        (price.dollars, price.as_of) for price in PRICES.values()
    ]
