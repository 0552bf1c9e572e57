"""The days on which somebody studied, as a calendar: weeks as columns, weekdays as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.text_lines import joined

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = "MTWTFSS"
_MARGIN = 2
_COLUMN = 2
_MOST_WEEKS = 53

_LEVELS = (
    (20, "█", "$text-success", "20+"),
    (10, "▓", "$text-success 85%", "10–19"),
    (5, "▒", "$text-success 70%", "5–9"),
    (1, "░", "$text-success 60%", "1–4"),
)
"""From how many answers on, the glyph of a day, its style, and what the legend says."""

_NOTHING = ("·", "$foreground 40%")
_NO_DAYS: Mapping[dt.date, int] = MappingProxyType({})


class HeatMap(Widget):
    """The calendar, as many weeks of it as fit."""

    DEFAULT_CSS = """
    HeatMap { width: 1fr; height: auto; }
    """

    days: reactive[Mapping[dt.date, int]] = reactive(_NO_DAYS, layout=True)
    """How many answers each day has."""

    until: reactive[dt.date | None] = reactive(None, layout=True)
    """Today: the last day that is shown."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as calendar, legend and summary need."""
        return self._text(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the calendar as wide as there is room."""
        return self._text(self.content_size.width)

    def _text(self, width: int) -> Content:
        if self.until is None:
            return Content("")
        return heat_map_text(self.days, self.until, width)


def heat_map_text(days: Mapping[dt.date, int], until: dt.date, width: int) -> Content:
    """Return a calendar as text with colours.

    Args:
        days: How many answers each day has.
        until: The last day that is shown.
        width: Cells that no line passes; as many weeks as fit are shown.
    """
    return joined(_lines(days, until, width), width)


def _lines(days: Mapping[dt.date, int], until: dt.date, width: int) -> Iterator[Content]:
    # Ordinal days, because a date before the first or after the last there is cannot be made.
    last = until.toordinal()
    monday = last - until.weekday()
    weeks = max(1, min(_MOST_WEEKS, (width - _MARGIN + 1) // _COLUMN, (monday - 1) // 7 + 1))
    first = monday - 7 * (weeks - 1)
    yield Content.styled(_months(first, last, width), "$foreground 70%")
    for weekday, initial in enumerate(_WEEKDAYS):
        shown = range(first + weekday, last + 1, 7)
        cells = [_cell(days.get(dt.date.fromordinal(day), 0)) for day in shown]
        gaps = ((" ", "") for _ in cells)
        row = [part for pair in zip(cells, gaps, strict=True) for part in pair]
        yield Content.assemble((f"{initial} ", "$foreground 70%"), *row).rstrip()
    room = max(1, min(width, 72))
    yield from _legend().wrap(room)
    yield from Content(summary(days, until, weeks)).wrap(room)


def _months(first: int, last: int, width: int) -> str:
    """Return the line of months, each above the week in which it begins."""
    labels: list[tuple[int, int]] = []
    for column, monday in enumerate(range(first, last + 1, 7)):
        month = dt.date.fromordinal(min(monday + 6, last)).month
        if not labels or labels[-1][1] != month:
            labels.append((_MARGIN + _COLUMN * column, month))
    if labels[1:] and labels[1][0] - labels[0][0] <= len(_MONTHS[0]):
        # Its end is all that is seen of the first month: the second one needs the room.
        del labels[0]
    line = ""
    for place, month in labels:
        name = _MONTHS[month - 1]
        if place + len(name) <= width:
            line = line.ljust(place) + name
    return line


def _cell(count: int) -> tuple[str, str]:
    for least, glyph, style, _ in _LEVELS:
        if count >= least:
            return glyph, style
    return _NOTHING


def _legend() -> Content:
    glyph, style = _NOTHING
    parts: list[tuple[str, str] | str] = [(glyph, style), " none"]
    for _, mark, colour, words in reversed(_LEVELS):
        parts += ["  ", (mark, colour), f" {words}"]
    return Content.assemble(*parts, " answers a day")


def summary(days: Mapping[dt.date, int], until: dt.date, weeks: int) -> str:
    """Return in a sentence what the calendar shows."""
    last = until.toordinal()
    first = last - until.weekday() - 7 * (weeks - 1)
    studied = {
        day.toordinal(): count
        for day, count in days.items()
        if count > 0 and first <= day.toordinal() <= last
    }
    span = "week" if weeks == 1 else f"{weeks} weeks"
    if not studied:
        return f"No answer in the last {span}."
    # Somebody who has not yet studied today has not broken the row.
    end = last if last in studied else last - 1
    run = 0
    while end - run in studied:
        run += 1
    answers, several = sum(studied.values()), len(studied) > 1
    sentence = (
        f"{answers:,} answer{'s' if answers > 1 else ''} on {len(studied)} "
        f"day{'s' if several else ''} of the last {span}"
    )
    return f"{sentence}, {run} days in a row." if run > 1 else f"{sentence}."
