"""Questions are drawn by the guide's weights and never twice, an exam's own ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study import drawing
from studyapp.study.drawing import LENGTHS, Length
from tests.studyapp.study.small_course import DOMAINS, bank, course, question

BANK = bank(24, exams_only=6)
KEPT = {entry.id for entry in BANK.questions if entry.is_for_exams_only}
IDS = sorted(BANK.by_id)
SEEDS = st.integers(0, 99_999)
SEEN = st.sets(st.sampled_from(IDS), max_size=60)
BY_DOMAIN = {65: (19, 17, 16, 13), 20: (6, 5, 5, 4), 10: (3, 3, 2, 2)}
SCORED_BY_DOMAIN = {65: (15, 13, 12, 10), 20: (4, 4, 4, 3), 10: (2, 2, 2, 2)}
"""In the order of the guide's domains."""


def _domains_of(ids: Iterable[str]) -> tuple[int, ...]:
    counted = Counter(BANK.by_id[question_id].domain for question_id in ids)
    return tuple(counted[domain.id] for domain in DOMAINS)


# -- exams --


@given(st.sampled_from(LENGTHS), SEEDS)
def test_an_exam_keeps_the_weights_of_the_guide(length: Length, seed: int) -> None:
    ids, unscored = drawing.exam(BANK, length, seed=seed, seen=())
    assert _domains_of(ids) == BY_DOMAIN[length.questions]
    assert _domains_of(set(ids) - unscored) == SCORED_BY_DOMAIN[length.questions]
    assert unscored <= set(ids)


@given(st.sampled_from(LENGTHS), SEEDS, SEEN)
def test_an_exam_asks_nothing_twice_and_nothing_that_was_seen(
    length: Length, seed: int, seen: set[str]
) -> None:
    if {offer.length: offer for offer in drawing.offers(BANK, seen)}[length].lacking:
        with pytest.raises(ValueError, match="This exam cannot be drawn: unseen questions"):
            drawing.exam(BANK, length, seed=seed, seen=seen)
        return
    ids, _ = drawing.exam(BANK, length, seed=seed, seen=seen)
    assert len(set(ids)) == len(ids) == length.questions
    assert not seen & set(ids)


@given(SEEDS, SEEN)
def test_an_exam_takes_the_questions_kept_for_exams_first(seed: int, seen: set[str]) -> None:
    if drawing.offers(BANK, seen)[1].lacking:
        return
    ids, _ = drawing.exam(BANK, LENGTHS[1], seed=seed, seen=seen)
    for domain in DOMAINS:
        drawn = [question_id for question_id in ids if BANK.by_id[question_id].domain == domain.id]
        kept = {question_id for question_id in KEPT - seen if domain.id in question_id}
        assert len(kept & set(drawn)) == min(len(kept), len(drawn))


def test_the_same_seed_draws_the_same_exam_and_another_another() -> None:
    draws = [drawing.exam(BANK, LENGTHS[0], seed=seed, seen=()) for seed in (5, 5, 6)]
    assert draws[0] == draws[1] != draws[2]


def test_the_questions_of_the_domains_are_mixed() -> None:
    ids, _ = drawing.exam(BANK, LENGTHS[0], seed=1, seen=())
    assert len({BANK.by_id[question_id].domain for question_id in ids[:12]}) > 1


def test_a_small_bank_offers_the_lengths_that_it_can_fill() -> None:
    assert [offer.lacking == "" for offer in drawing.offers(bank(6), ())] == [False, True, True]


def test_what_a_bank_lacks_is_said_by_domain() -> None:
    (_, _, shortest) = drawing.offers(bank(2), ())
    assert shortest.lacking == (
        "unseen questions are lacking: 1 of Secure architectures, 1 of Resilient architectures"
    )


def test_an_empty_bank_offers_nothing() -> None:
    assert all(offer.lacking for offer in drawing.offers(course([]), ()))


@given(st.integers(0, 500))
def test_shares_add_up_and_lie_within_one_of_the_weight(number: int) -> None:
    given_out = drawing.shares(DOMAINS, number)
    assert sum(given_out.values()) == number
    assert all(abs(given_out[d.id] - number * d.weight / 100) < 1 for d in DOMAINS)


# -- practice --


@given(SEEDS, SEEN, st.sets(st.sampled_from(IDS), max_size=30), st.integers(0, 120))
def test_practice_asks_weak_questions_then_unseen_ones_then_the_rest(
    seed: int, seen: set[str], weak: set[str], count: int
) -> None:
    ids = drawing.practice(BANK.questions, count=count, seed=seed, seen=seen, weak=weak)
    askable = {question_id for question_id in IDS if question_id in seen or question_id not in KEPT}
    assert len(set(ids)) == len(ids) == min(count, len(askable))
    assert set(ids) <= askable
    ranks = [(question_id not in weak, question_id in seen) for question_id in ids]
    assert ranks == sorted(ranks)


def test_practice_with_the_same_seed_is_the_same_and_with_another_another() -> None:
    rounds = [drawing.practice(BANK.questions, count=10, seed=seed) for seed in (5, 5, 6)]
    assert rounds[0] == rounds[1] != rounds[2]


def test_practice_leaves_out_what_is_kept_for_exams_until_an_exam_has_asked_it() -> None:
    kept = question("buffer/kept", is_for_exams_only=True)
    assert drawing.practice([kept], count=1, seed=1) == ()
    assert drawing.practice([kept], count=1, seed=1, seen={kept.id}) == (kept.id,)
