from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.filter_rows import Row, column_widths, natural_widths, row_text

ROWS = (
    Row("a", ("2.1", "buffer", "", "A photo site gets ten times its uploads")),
    Row("b", ("1.3", "direct-or-buffered", "", "A clinic stores scans")),
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, ["2.1  buffer              A photo site gets ten times its uploads"]),
        (60, ["2.1  buffer              A photo site gets ten times its up…"]),
        (40, ["2.1  buffer         A photo site gets t…"]),
    ],
)
def test_columns_are_aligned_and_the_last_has_at_least_half(
    width: int, expected: list[str]
) -> None:
    widths = column_widths(natural_widths(ROWS), width)
    assert expected == [row_text(ROWS[0], widths).plain.rstrip()]


def test_the_widest_column_gives_way_first() -> None:
    assert column_widths((3, 18, 40), 40) == (3, 13, 20)
    assert column_widths((18, 18, 40), 40) == (8, 8, 20)


def test_wide_characters_count_as_two_cells() -> None:
    assert natural_widths((Row("a", ("写真", "x")), Row("b", ("abc",)))) == (4, 1)


@given(
    rows=st.lists(
        st.builds(Row, st.just("a"), st.lists(st.text(max_size=30), max_size=4).map(tuple)),
        max_size=4,
    ),
    width=st.integers(0, 130),
)
def test_no_row_is_wider_than_the_room(rows: list[Row], width: int) -> None:
    widths = column_widths(natural_widths(rows), width)
    # Below this not even one cell a column is there to give.
    if width >= 24:
        assert all(row_text(row, widths).cell_length <= width for row in rows)
    assert all(cells >= 0 for cells in widths)
