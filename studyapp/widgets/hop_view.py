"""One call of a recorded run: who called what, what was answered, what then stood where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from pipeline.events import RequestDenied
from studyapp.study.walk_payload import document_lines
from studyapp.study.walk_record import Cursor, Hop
from studyapp.widgets.event_row import KINDS, Row

_STYLES = {"good": "$text-success", "bad": "$text-error", "warning": "$text-warning"}
_LEAST_LOG = 3
_ROOMY = 16
"""Rows from which request and answer have room."""


class HopView(Widget):
    """Shows a place in a recorded run."""

    DEFAULT_CSS = """
    HopView { width: 1fr; height: 1fr; text-wrap: nowrap; }
    """

    cursor: reactive[Cursor | None] = reactive(None)

    def render(self) -> Content:
        """Return what fits."""
        if self.cursor is None:
            return Content.styled("Nothing has been called yet.", "$text-muted")
        size = self.content_size
        return Content("\n").join(hop_lines(self.cursor, size.width, size.height))


def hop_lines(cursor: Cursor, width: int, height: int) -> list[Content]:
    """Return the call at hand, and what happened until then, in so many rows."""
    lines = [*_head(cursor, width), _counters(cursor)]
    hop = cursor.hop
    if hop is not None and height >= _ROOMY:
        left = height - len(lines) - 1
        lines += _documents(hop, left - min(len(cursor.events), left // 2))
    lines.append(Content.styled("─ what happened ".ljust(max(0, width), "─"), "$foreground 30%"))
    lines += _log(cursor, width, max(_LEAST_LOG, height - len(lines)))
    return [line.truncate(max(0, width), ellipsis=True) for line in lines[: max(0, height)]]


def call_words(hop: Hop) -> str:
    """Return which operation was called."""
    return f"{hop.request.service}:{hop.request.operation}"


def answers(hop: Hop) -> Mapping[str, Any]:
    """Return what was asked and what was answered, as one document."""
    request = hop.request
    if isinstance(request, RequestDenied):
        answer: Any = {"Error": {"Code": request.code, "Message": request.message}}
    else:
        answer = hop.answer if hop.answer is not None else "no answer was seen"
    return {"request": dict(request.request), "answer": answer}


def _head(cursor: Cursor, width: int) -> Iterator[Content]:
    hop, total = cursor.hop, len(cursor.run.hops)
    place = f"call {cursor.position} of {total}"
    if hop is None:
        yield Content.assemble((f"before the first of {total} calls", "bold"))
        yield Content.styled("] goes to the first", "$text-muted")
        return
    is_denied = isinstance(hop.request, RequestDenied)
    verdict = ("✗ denied", "bold $text-error") if is_denied else ("✓ allowed", "$text-success")
    yield Content.assemble((f"{place}  ", "$text-muted"), (call_words(hop), "bold"))
    attempt = f" · attempt {hop.attempt}" if hop.attempt is not None else ""
    status = f" · HTTP {hop.status}" if hop.status is not None else ""
    head = Content.assemble(f"by {hop.request.actor} · ", verdict, f"{status}{attempt}")
    yield head if head.cell_length <= width else Content.assemble(verdict, attempt)


def _counters(cursor: Cursor) -> Content:
    queues = cursor.snapshot.queues
    words = " · ".join(f"{name} ▤ {x.visible} + {x.in_flight}" for name, x in queues.items())
    return Content.assemble(("queues  ", "$text-muted"), words or "none here")


def _documents(hop: Hop, room: int) -> Iterator[Content]:
    """Yield request and answer, each cut to its part of the room."""
    for name, document in answers(hop).items():
        yield Content.styled(name, "bold $text-accent")
        lines = document_lines(document)
        most = max(2, room // 2 - 1)
        fitting = lines if len(lines) <= most else lines[: most - 1]
        yield from (Content(f" {line.text}") for line in fitting)
        if len(lines) > len(fitting):
            yield Content.styled(f"   … {len(lines) - len(fitting)} more lines: o", "$text-muted")


def _log(cursor: Cursor, width: int, room: int) -> Iterator[Content]:
    """Yield the last events until now, those of the call at hand marked."""
    happened = cursor.events
    new = len(cursor.new_events)
    first = max(0, len(happened) - room)
    for number, event in enumerate(happened[first:], first):
        row = Row.of(number, event)
        is_new = number >= len(happened) - new
        style = _STYLES.get(KINDS.get(row.glyph, ""), "")
        yield Content.assemble(
            ("▸" if is_new else " ", "bold $text-accent"),
            (row.line(max(0, width - 1)), style if is_new else "$foreground 70%"),
        )
