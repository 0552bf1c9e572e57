r"""A web server's access log, summarised line by line in bounded memory.

The format is the Common Log Format with the time that the answer took, in microseconds, at the
end: Apache's ``LogFormat "%h %l %u %t \"%r\" %>s %b %D"``
(https://httpd.apache.org/docs/2.4/mod/mod_log_config.html)::

    192.0.2.7 - ada [25/Nov/2026:08:15:02 +0000] "GET /tea HTTP/1.1" 200 5120 18250
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

LONGEST_LINE = 8 * 1024
"""Bytes; what is longer is a bad line."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LINE = re.compile(
    r"\S+ \S+ \S+ "
    rf"\[([0-9]{{2}})/({'|'.join(_MONTHS)})/([0-9]{{4}}):([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}})"
    r" ([+-])([0-9]{2})([0-9]{2})\] "
    r'"((?:[^"\\]|\\.)*)" ([1-5][0-9]{2}) ([0-9]{1,18}|-) ([0-9]{1,18})'
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    time: datetime
    request: str
    """Method, path and protocol, as they were sent."""

    status: int
    size: int
    """Bytes of the answer."""

    microseconds: int
    """How long the answer took."""


def read_line(line: str) -> Entry | None:
    """Return what a line says; None when it is not in the format."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes, *rest = match.groups()
    request, status, size, microseconds = rest
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        time = datetime(
            int(year),
            _MONTHS.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone(offset if sign == "+" else -offset),
        )
    except ValueError:
        return None
    return Entry(time, request, int(status), 0 if size == "-" else int(size), int(microseconds))


def lines_of(chunks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[str | None]:
    """Yield a file's lines; None for one that is too long or not UTF-8.

    No more than a chunk and one line are held, whatever the file is like.
    """
    rest, is_too_long = b"", False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield None if is_too_long else _decoded(line, longest)
            is_too_long = False
        if len(rest) > longest:
            rest, is_too_long = b"", True
    if rest or is_too_long:
        yield None if is_too_long else _decoded(rest, longest)


@dataclass(slots=True)
class Summary:
    """What the lines seen so far say together."""

    lines: int = 0
    bad_lines: int = 0
    sent: int = 0
    """Bytes of all answers."""

    by_status: Counter[int] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    slowest: Entry | None = None

    def add(self, line: str | None) -> None:
        """Take a line into account; an empty one is none."""
        if line == "":
            return
        self.lines += 1
        entry = None if line is None else read_line(line)
        if entry is None:
            self.bad_lines += 1
            return
        self.sent += entry.size
        self.by_status[entry.status] += 1
        self.first = entry.time if self.first is None else min(self.first, entry.time)
        self.last = entry.time if self.last is None else max(self.last, entry.time)
        if self.slowest is None or entry.microseconds > self.slowest.microseconds:
            self.slowest = entry

    def as_json(self) -> dict[str, Any]:
        """Return the summary as a JSON document; times are ISO 8601, in the log's own zone."""
        document: dict[str, Any] = {
            "lines": self.lines,
            "bad_lines": self.bad_lines,
            "bytes": self.sent,
            "by_status": {str(status): self.by_status[status] for status in sorted(self.by_status)},
        }
        if self.first and self.last and self.slowest:
            document["first"] = self.first.isoformat()
            document["last"] = self.last.isoformat()
            document["slowest"] = {
                "request": self.slowest.request,
                "status": self.slowest.status,
                "milliseconds": self.slowest.microseconds // 1000,
            }
        return document


def _decoded(line: bytes, longest: int) -> str | None:
    if len(line) > longest:
        return None
    try:
        return line.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        return None
