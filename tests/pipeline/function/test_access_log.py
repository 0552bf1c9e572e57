import tracemalloc
from datetime import UTC, datetime
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function.access_log import Entry, Summary, lines_of, read_line

LINE = '192.0.2.7 - ada [25/Nov/2026:08:15:02 +0100] "GET /a \\" b HTTP/1.1" 404 - 18250'


def with_(old: str, new: str) -> str:
    assert old in LINE
    return LINE.replace(old, new)


def test_line_is_read() -> None:
    time = datetime(2026, 11, 25, 7, 15, 2, tzinfo=UTC)

    assert read_line(LINE) == Entry(time, 'GET /a \\" b HTTP/1.1', 404, 0, 18250)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        LINE[:-6],
        LINE + " more",
        with_("Nov", "Nev"),
        with_("25/", "31/"),
        with_(":08:", ":24:"),
        with_("+0100", "+2500"),
        with_(" 404 ", " 99 "),
        with_(" 404 ", " ٤٠٤ "),
        with_(" - 18250", " -5 18250"),
        with_('\\" b', '" b'),
    ],
)
def test_line_in_another_form_is_not_read(line: str) -> None:
    assert read_line(line) is None


@given(st.text())
def test_any_line_is_read_or_not_and_nothing_is_raised(line: str) -> None:
    assert read_line(line) is None


@given(st.binary(), st.lists(st.integers(0, 40), max_size=6))
def test_lines_are_the_same_however_the_file_is_cut(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(data)]
    chunks = [data[start:end] for start, end in pairwise(places)]

    assert list(lines_of(chunks, 8)) == list(lines_of([data], 8))


def test_line_that_is_too_long_or_no_text_is_none_and_the_next_is_read() -> None:
    chunks = [b"one\r\n", b"x" * 9, b"x" * 5, b"xx\ntwo\n\xff\nthr", b"ee"]

    assert list(lines_of(chunks, 8)) == ["one", None, "two", None, "three"]


def test_file_that_never_breaks_a_line_is_not_held() -> None:
    chunk = b"x" * 65_536
    tracemalloc.start()
    try:
        assert list(lines_of(chunk for _ in range(160))) == [None]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_summary_counts_and_finds_the_extremes() -> None:
    summary = Summary()
    for line in (
        with_("08:15", "09:15"),
        LINE,
        "",
        None,
        "junk",
        with_(" 404 - 18250", " 200 512 9000000"),
    ):
        summary.add(line)

    assert summary.as_json() == {
        "lines": 5,
        "bad_lines": 2,
        "bytes": 512,
        "by_status": {"200": 1, "404": 2},
        "first": "2026-11-25T08:15:02+01:00",
        "last": "2026-11-25T09:15:02+01:00",
        "slowest": {"request": 'GET /a \\" b HTTP/1.1', "status": 200, "milliseconds": 9000},
    }


def test_summary_of_nothing_has_no_times() -> None:
    assert Summary().as_json() == {"lines": 0, "bad_lines": 0, "bytes": 0, "by_status": {}}


def test_bundled_log_has_a_few_bad_lines_among_many_good_ones() -> None:
    summary = Summary()
    for line in lines_of([(files("pipeline.inputs") / "access.log").read_bytes()]):
        summary.add(line)

    assert (summary.lines, summary.bad_lines) == (323, 3)
    assert set(summary.by_status) >= {200, 304, 404, 500}
