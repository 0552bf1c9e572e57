"""Texts that are nearly the same are found, as comparing each with each would find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.likeness import alike

TEXT = "the queue keeps each message until a function deletes it after its work is done"


def test_a_text_with_one_word_changed_is_like_the_first() -> None:
    texts = [TEXT, "something else entirely stands here", TEXT.replace("after", "when")]
    assert list(alike(texts, 0.6)) == [(2, 0)]


def test_letters_and_punctuation_make_no_difference() -> None:
    assert list(alike(["Why a queue, then?", "why a QUEUE then"], 1)) == [(1, 0)]


def test_texts_of_the_same_words_in_another_order_are_not_alike() -> None:
    assert list(alike([TEXT, " ".join(reversed(TEXT.split()))], 0.2)) == []


@pytest.mark.parametrize("texts", [[], [""], ["one"], ["", "one"]])
def test_short_texts_are_compared_too(texts: list[str]) -> None:
    assert list(alike(texts, 0.7)) == []
    assert list(alike([*texts, "two words", "two words"], 0.7)) == [(len(texts) + 1, len(texts))]


@given(
    texts=st.lists(
        st.lists(st.sampled_from("abcd"), max_size=14).map(" ".join), min_size=2, max_size=12
    ),
    least=st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.9, 1.0]),
)
def test_the_short_cut_finds_what_comparing_each_with_each_finds(
    texts: list[str], least: float
) -> None:
    assert list(alike(texts, least)) == _each_with_each(texts, least)


def _each_with_each(texts: list[str], least: float) -> list[tuple[int, int]]:
    first_of_their_kind: list[int] = []
    found = []
    for place in range(len(texts)):
        twins = [n for n in first_of_their_kind if _share(texts[n], texts[place]) >= least]
        if twins:
            found.append((place, twins[0]))
        else:
            first_of_their_kind.append(place)
    return found


def _share(one: str, other: str) -> float:
    a, b = _triples(one.split()), _triples(other.split())
    return len(a & b) / len(a | b)


def _triples(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + 3]) for n in range(max(1, len(words) - 2))}
