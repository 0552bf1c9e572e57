"""The editor of a lab: one or several documents, what is wrong with them, and what was changed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static, TextArea

from pipeline.iam.lint import Finding, Severity
from studyapp.widgets.policy_area import PolicyArea
from studyapp.widgets.text_lines import hung

MOST_MARKS = 4
"""Findings that are listed at once; how many there are besides is said."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document to be edited."""

    place: str
    start: str
    """As it is at the beginning."""

    text: str
    """As it is now."""


class PolicyEditor(Vertical):
    """The documents, one shown at a time."""

    DEFAULT_CSS = """
    PolicyEditor {
        & > #sheets { height: 1; padding: 0 1; display: none; }
        &.-several > #sheets { display: block; }
        & > PolicyArea { display: none; height: 1fr; }
        & > PolicyArea.-shown { display: block; }
        & > #marks { height: auto; max-height: 8; padding: 0 1; }
    }
    """

    shown: var[int] = var(0)
    """The place of the document that is shown, from 0."""

    class Changed(Message):
        """A document was changed."""

        def __init__(self, place: str, text: str) -> None:
            super().__init__()
            self.place = place
            self.text = text

    def __init__(self, sheets: Sequence[Sheet], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._sheets = tuple(sheets)
        self._areas = tuple(PolicyArea(sheet.text) for sheet in self._sheets)
        self._findings: dict[str, tuple[Finding, ...]] = {}
        self.set_class(len(self._sheets) > 1, "-several")

    def compose(self) -> ComposeResult:
        """The documents' names, the documents, and what is wrong with the one that is shown."""
        yield Static(id="sheets")
        yield from self._areas
        yield Static(id="marks")

    def on_mount(self) -> None:
        """Show the first document."""
        self.watch_shown()

    # -- what there is --

    @property
    def texts(self) -> dict[str, str]:
        """The documents as they stand, by place."""
        return {sheet.place: area.text for sheet, area in self._pairs()}

    @property
    def place(self) -> str:
        """The place of the document that is shown."""
        return self._sheets[self.shown].place

    @property
    def text(self) -> str:
        """The document that is shown."""
        return self.area.text

    @property
    def area(self) -> PolicyArea:
        """The text area that is shown."""
        return self._areas[self.shown]

    @property
    def is_edited(self) -> bool:
        """Whether the keys go to a document."""
        return self.has_focus_within

    @property
    def is_changed(self) -> bool:
        """Whether any document is other than at the start."""
        return any(area.text != sheet.start for sheet, area in self._pairs())

    def changes(self) -> tuple[str, ...]:
        """Return what was changed since the start, as the lines of a unified diff."""
        return tuple(
            line
            for sheet, area in self._pairs()
            for line in difflib.unified_diff(
                sheet.start.splitlines(),
                area.text.splitlines(),
                f"start/{sheet.place}",
                sheet.place,
                lineterm="",
            )
        )

    # -- what is done --

    def put(self, texts: Mapping[str, str]) -> None:
        """Put other texts in the documents' stead; undo brings the others back."""
        for sheet, area in self._pairs():
            if sheet.place in texts:
                area.put(texts[sheet.place])

    def edit(self) -> None:
        """Let the keys go to the document that is shown."""
        self.area.focus()

    def show_next(self) -> None:
        """Show the next document."""
        was_edited = self.is_edited
        self.shown = (self.shown + 1) % len(self._sheets)
        if was_edited:
            self.edit()

    def format(self) -> str:
        """Indent the document that is shown; return why it cannot be, or nothing."""
        text = self.text
        try:
            document = json.loads(text, object_pairs_hook=_once)
            formatted = json.dumps(document, indent=2, ensure_ascii=False)
        except json.JSONDecodeError as error:
            self.area.move_cursor((error.lineno - 1, error.colno - 1))
            return f"It is not JSON: {error.msg}, line {error.lineno}."
        except (ValueError, RecursionError) as error:
            return f"It cannot be formatted: {error}."
        self.area.put(formatted + ("\n" if text.endswith("\n") else ""))
        return ""

    def mark(self, place: str, findings: Sequence[Finding]) -> None:
        """Mark what is wrong with a document."""
        self._findings[place] = tuple(findings)
        for sheet, area in self._pairs():
            if sheet.place == place:
                area.mark(findings)
        self._tell()

    # -- inside --

    @on(TextArea.Changed)
    def _changed(self, message: TextArea.Changed) -> None:
        message.stop()
        for sheet, area in self._pairs():
            if area is message.text_area:
                self.post_message(self.Changed(sheet.place, area.text))
        self._tell()

    def watch_shown(self) -> None:
        """Show one document."""
        for number, area in enumerate(self._areas):
            area.set_class(number == self.shown, "-shown")
        if self.is_mounted:
            self._tell()

    def on_resize(self) -> None:
        """Break the findings' lines anew."""
        self._tell()

    def _tell(self) -> None:
        sheet, area = self._sheets[self.shown], self.area
        state = "modified" if area.text != sheet.start else "as at the start"
        self.border_title = f"{sheet.place} · {state}"
        names = [
            Content.styled(f" {number} {each.place} ", "reverse" if each is sheet else "")
            for number, each in enumerate(self._sheets, 1)
        ]
        self.query_one("#sheets", Static).update(Content(" ").join(names))
        width = self.content_size.width - 2
        findings = self._findings.get(sheet.place, ())
        self.query_one("#marks", Static).update(marks_text(findings, width))

    def _pairs(self) -> Sequence[tuple[Sheet, PolicyArea]]:
        return tuple(zip(self._sheets, self._areas, strict=True))


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of which no key would get lost; ``ValueError`` where one would."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def marks_text(findings: Sequence[Finding], width: int) -> Content:
    """Return findings as lines, errors first: their mark, their line, and what to do."""
    ordered = sorted(findings, key=lambda f: (f.severity is not Severity.ERROR, f.start.offset))
    lines: list[Content] = []
    for finding in ordered[:MOST_MARKS]:
        is_error = finding.severity is Severity.ERROR
        style = "bold $text-error" if is_error else "$text-warning"
        head = ((f"{'✗' if is_error else '!'} line {finding.start.line}  ", style),)
        told = " ".join(filter(None, (finding.message, finding.suggestion)))
        lines += hung(head, told, width)
    left = len(findings) - MOST_MARKS
    if left > 0:
        lines.append(Content.styled(f"  and {left} more", "$text-muted"))
    return Content("\n").join(lines)
