"""Where keys and values of a JSON text stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.positions import DEEPEST, Lines, Path, Span, find_places

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


def walk(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    found = [(path, value)]
    pairs = enumerate(value) if isinstance(value, list) else ()
    for key, entry in value.items() if isinstance(value, dict) else pairs:
        found += walk(entry, (*path, key))
    return found


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_the_text_at_a_values_place_is_the_value(value: Any, indent: Any, ascii_only: bool) -> None:  # noqa: FBT001
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = find_places(text)
    for path, inner in walk(value):
        if len(path) <= DEEPEST:
            span = places.values[path]
            assert json.loads(text[span.start : span.end]) == inner
            if path and isinstance(path[-1], str):
                key = places.keys[path]
                assert json.loads(text[key.start : key.end]) == path[-1]
    assert places.repeated == ()


def test_a_key_that_stands_twice_is_pointed_at_where_it_repeats() -> None:
    text = '{"a": 1, "b": {"a": 2}, "a": 3}'
    assert find_places(text).repeated == (Span(24, 27),)


def test_what_has_no_place_is_where_its_surroundings_are() -> None:
    places = find_places('{"a": [1, 2]}')
    assert places.of(("a", 7)) == Span(6, 12)
    assert places.of_key(("a",)) == Span(1, 4)
    assert places.of_key(("b",)) == Span(0, 13)
    assert find_places("").of(("a",)) == Span(0, 0)


@pytest.mark.parametrize(
    ("expected", "offset"),
    [((1, 1), 0), ((1, 3), 2), ((2, 1), 3), ((3, 2), 5), ((3, 2), 99), ((1, 1), -1)],
)
def test_an_offset_has_a_line_and_a_column(expected: tuple[int, int], offset: int) -> None:
    position = Lines("ab\n\nc").position(offset)
    assert (position.line, position.column) == expected


@given(st.text('{}[]:,"\\ ab1\n', max_size=60))
def test_no_text_is_too_broken_to_read(text: str) -> None:
    for span in find_places(text).values.values():
        assert 0 <= span.start <= span.end <= len(text)


def test_deep_nesting_is_read_without_recursion_and_forgotten_below_what_policies_have() -> None:
    places = find_places("[" * 50_000 + "]" * 50_000)
    assert max(map(len, places.values)) == DEEPEST
