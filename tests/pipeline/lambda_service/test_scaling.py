"""How many batches of a queue are worked on at once."""

from __future__ import annotations

import pytest

from pipeline.lambda_service.scaling import FIRST_CONCURRENCY, MOST_AT_ONCE, Scaling


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Lambda begins with five batches at once and takes 300 more a minute",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    note="One process plays at most 16, and falls back to five as soon as nothing waits.",
)
def test_a_backlog_lets_concurrency_grow_by_five_a_second() -> None:
    scaling = Scaling().after(100.0, has_backlog=True)

    assert scaling.concurrency() == FIRST_CONCURRENCY == 5
    assert scaling.after(101.0, has_backlog=True).concurrency() == 10
    assert scaling.after(160.0, has_backlog=True).concurrency() == MOST_AT_ONCE


def test_a_backlog_that_is_gone_begins_anew() -> None:
    grown = Scaling().after(100.0, has_backlog=True).after(102.0, has_backlog=True)
    idle = grown.after(103.0, has_backlog=False)

    assert idle.concurrency() == 5
    assert idle.after(104.0, has_backlog=True).concurrency() == 5


def test_the_mappings_maximum_bounds_it() -> None:
    grown = Scaling().after(100.0, has_backlog=True).after(160.0, has_backlog=True)

    assert Scaling().concurrency(2) == 2
    assert grown.concurrency(12) == 12
