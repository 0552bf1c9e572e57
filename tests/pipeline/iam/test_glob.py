from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.glob import Chunk, Wildcard, compile_glob, pieces_of, plain, split_pieces

PATTERNS = st.text("ab?*", max_size=9)
TEXTS = st.text("ab", max_size=9)


def naive(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naive(pattern[1:], text[i:]) for i in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and naive(pattern[1:], text[1:])


@given(PATTERNS, TEXTS)
def test_it_agrees_with_the_naive_definition(pattern: str, text: str) -> None:
    assert naive(pattern, text) == compile_glob(pieces_of(pattern)).matches(text)


@given(PATTERNS)
def test_pieces_joined_again_are_the_pattern(pattern: str) -> None:
    assert pattern == plain(pieces_of(pattern))


@pytest.mark.parametrize("repeats", [50, 400])
def test_no_position_of_the_text_is_tried_twice(
    repeats: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    stands_at = Chunk.stands_at

    def counted(self: Chunk, text: str, position: int) -> bool:
        tried.append(position)
        return stands_at(self, text, position)

    monkeypatch.setattr(Chunk, "stands_at", counted)
    text = "a" * repeats
    assert not compile_glob(pieces_of("*a?" * (repeats // 4) + "*b*")).matches(text)
    assert len(tried) <= len(text) + repeats


def test_a_wildcard_inside_literal_text_is_that_character() -> None:
    glob = compile_glob(("a*", Wildcard.ONE, "b"))
    assert glob.matches("a*xb")
    assert not glob.matches("aaxb")


def test_pieces_are_split_at_most_so_many_times() -> None:
    pieces = pieces_of("arn:*:s3:::a:b")
    expected = [["arn"], ["", Wildcard.RUN, ""], ["s3"], ["::a:b"]]
    assert expected == split_pieces(pieces, ":", 3)


@pytest.mark.parametrize(
    ("text", "expected"), [("xxabcyy", 2), ("abc", 0), ("xxabyy", -1), ("ac", -1)]
)
def test_a_chunk_with_a_question_mark_is_found_where_it_first_stands(
    text: str, expected: int
) -> None:
    _, chunk, _ = compile_glob(pieces_of("*a?c*")).chunks
    assert expected == chunk.find(text, 0, len(text))
