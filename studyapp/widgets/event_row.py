"""One event as one line of text, cut to the width there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from pipeline.events import PipelineEvent
from pipeline.narration import narrate
from studyapp.widgets.event_text import brief, glyph

_NAME_COLUMN = 20
_WIDE = 88
"""Columns from which a row has room for the whole sentence."""

KINDS: Mapping[str, str] = {"✓": "good", "✗": "bad", "╳": "bad", "†": "warning", "↻": "warning"}
"""The kind of an event by its glyph; the others are plain."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it is shown."""

    number: int
    """Its place since the log was cleared, from 0."""

    event: PipelineEvent
    glyph: str
    name: str
    words: str
    sentence: str

    @classmethod
    def of(cls, number: int, event: PipelineEvent) -> Row:
        """Return the row of an event."""
        name = type(event).__name__
        return cls(number, event, glyph(event), name, brief(event), narrate(event))

    def matches(self, text: str) -> bool:
        """Whether every word of a text is in the row, upper or lower case."""
        hay = f"{self.event.time:.2f} {self.name} {self.words} {self.sentence}".lower()
        return all(word in hay for word in text.lower().split())

    def line(self, width: int) -> str:
        """Return the row as one line of text that fits a width."""
        time = f"{self.event.time:7.2f}"
        if width < _WIDE:
            text = f"{time} {self.glyph} {self.name} {self.words}"
        else:
            text = f"{time}  {self.glyph} {self.name:<{_NAME_COLUMN}} {self.sentence}"
        if cell_len(text) <= width:
            return text
        return f"{set_cell_size(text, width - 1).rstrip()}…"
