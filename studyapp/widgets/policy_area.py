"""A text area for one JSON document: coloured, with what is wrong underlined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from pipeline.iam.lint import Finding
from studyapp.widgets.json_marks import ROLES, line_colours

MOST_CHARACTERS = 65_536
"""Of a document that is edited here; AWS's largest policy has half as many."""

_THEME = "policy"
_Stretch = tuple[int, int | None, str]


class _Colours(dict[int, list[_Stretch]]):
    """The coloured stretches of lines, each read when it is drawn, in bytes as they are asked."""

    def __init__(self, area: PolicyArea) -> None:
        super().__init__()
        self._area = area

    def __bool__(self) -> bool:
        return True

    def __missing__(self, line: int) -> list[_Stretch]:
        text = self._area.document.get_line(line)
        found = [*line_colours(text), *self._area.underlined(line, len(text))]
        self[line] = [
            (len(text[:start].encode()), len(text[:end].encode()), role)
            for start, end, role in found
        ]
        return self[line]


class PolicyArea(TextArea):
    """One document being edited."""

    DEFAULT_CSS = """
    PolicyArea {
        border: none;
        padding: 0;
        background: $background;

        &:focus { border: none; }
        & .policy-area--key { color: $text-primary; }
        & .policy-area--string { color: $text-success; }
        & .policy-area--number { color: $text-accent; }
        & .policy-area--word { color: $text-accent; }
        & .policy-area--bracket { color: $foreground 60%; }
        & .policy-area--amiss { color: $text-error; }
        & .policy-area--error { color: $text-error; text-style: underline bold; }
        & .policy-area--warning { color: $text-warning; text-style: underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"policy-area--{role}" for role in ROLES}

    class TooLong(Message):
        """What was pasted would make the document too long, and was not taken."""

        def __init__(self, characters: int) -> None:
            super().__init__()
            self.characters = characters

    def __init__(self, text: str) -> None:
        super().__init__(
            text,
            soft_wrap=False,
            tab_behavior="indent",
            show_line_numbers=True,
            max_checkpoints=500,
        )
        self.indent_width = 2
        self._marked: dict[int, list[tuple[int, int | None, str]]] = {}
        self._colours: dict[str, Style] = {}
        self._highlights = _Colours(self)

    def on_mount(self) -> None:
        """Take the colours of the app's theme, now and whenever it changes."""
        self._take_colours()
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=self._colours))
        self.theme = _THEME
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_colours())

    def mark(self, findings: Iterable[Finding]) -> None:
        """Underline what is wrong, each finding on the line on which it begins."""
        self._marked.clear()
        for finding in findings:
            start, end = finding.start, finding.end
            stop = end.column - 1 if end.line == start.line else None
            stretch = (start.column - 1, stop, str(finding.severity))
            self._marked.setdefault(start.line - 1, []).append(stretch)
        self._build_highlight_map()
        self.refresh()

    def underlined(self, line: int, length: int) -> list[tuple[int, int, str]]:
        """Return what is underlined on a line, warnings before errors, which cover them."""
        marks = sorted(self._marked.get(line, ()), key=lambda mark: mark[2] == "error")
        return [
            (min(start, max(0, length - 1)), length if stop is None else min(stop, length), role)
            for start, stop, role in marks
        ]

    def put(self, text: str) -> None:
        """Put another text in the document's stead; undo brings the other one back."""
        if text != self.text:
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()
            self.move_cursor((0, 0))

    async def _on_paste(self, event: events.Paste) -> None:
        """Refuse what would make the document far longer than any service takes."""
        characters = len(self.text) - len(self.selected_text) + len(event.text)
        if characters > MOST_CHARACTERS:
            event.stop()
            event.prevent_default()
            self.post_message(self.TooLong(characters))

    async def _on_key(self, event: events.Key) -> None:
        """Leave ``esc`` to the screen: it ends the editing."""
        if event.key == "escape":
            event.prevent_default()

    def _take_colours(self) -> None:
        """Read the roles' styles from the stylesheet."""
        for role in ROLES:
            self._colours[role] = self.get_component_rich_style(
                f"policy-area--{role}", partial=True
            )
        self.notify_style_update()
        self.refresh()
