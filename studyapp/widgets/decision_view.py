"""Why a call was allowed or denied: the caller, the request, and every statement that was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from pipeline.events import RequestDenied
from pipeline.words import decided_by
from studyapp.widgets.diagram_folding import Decided

_NOTHING = "No call has been decided here yet."
_LABEL_COLUMN = 11
_RESULTS = {
    "Allowed": ("✓ Allowed", "bold $text-success"),
    "ExplicitlyDenied": ("✗ Explicitly denied", "bold $text-error"),
    "ImplicitlyDenied": ("✗ Implicitly denied", "bold $text-error"),
}


class DecisionView(VerticalScroll, can_focus=True):
    """One decision of the gate, statement by statement."""

    DEFAULT_CSS = """
    DecisionView {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;

        & > Static { width: 100%; height: auto; }
    }
    """

    decided: reactive[Decided | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """One text; the view scrolls."""
        yield Static(_NOTHING)

    def on_mount(self) -> None:
        """Show what was set before there was a place for it."""
        self.watch_decided(self.decided)

    def show(self, event: Decided | None) -> None:
        """Show the decision about a call, or that there is none."""
        self.decided = event

    def watch_decided(self, decided: Decided | None) -> None:
        """Print the decision from its beginning."""
        self.border_title = decided.action if decided is not None else "decision"
        self._print()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._print()

    def _print(self) -> None:
        if self.children:
            width = self.scrollable_content_region.shrink(self.styles.padding).width
            self.query_one(Static).update(decision_text(self.decided, width))


def decision_text(decided: Decided | None, width: int) -> Content:
    """Return a decision as text with colours, its lines broken to a width."""
    if decided is None:
        return Content.styled(_NOTHING, "$text-muted")
    return Content("\n").join(_lines(decided, max(width, 2 * _LABEL_COLUMN)))


def _lines(decided: Decided, width: int) -> Iterator[Content]:
    decision = decided.decision
    result = str(decision.get("result", ""))
    words, style = _RESULTS.get(result, (result, "bold"))
    yield Content.styled(words, style)
    if decision.get("reason"):
        yield Content(str(decision["reason"]))
    facts = {
        "caller": decided.caller,
        "call": f"{decided.service} {decided.operation} → {decided.action}",
        "resource": decided.resource,
        "decided by": decided_by(decision) or "no statement",
        "layer": decision.get("layer"),
    }
    for name, value in facts.items():
        if value:
            yield from _fact(name, str(value), width)
    if isinstance(decided, RequestDenied):
        yield from _fact("answer", f"{decided.status} {decided.code}", width, "$text-error")
        if decided.message:
            for text in _broken(decided.message, width):
                yield Content.styled(text, "italic")
    yield from _remedies(decision.get("remedies") or (), width)
    statements = decision.get("statements") or ()
    if not statements:
        yield Content.styled("No policy applies to this caller and resource.", "$text-muted")
    for statement in statements:
        yield Content("")
        yield from _statement(statement, width)


def _remedies(remedies: Sequence[Mapping[str, Any]], width: int) -> Iterator[Content]:
    """Return the ways to allow a denied call, and why not elsewhere."""
    if not remedies:
        return
    yield Content("")
    yield Content.styled("What would allow it" + (", any one of" if remedies[1:] else ""), "bold")
    for remedy in remedies:
        for row, edit in enumerate(remedy["edits"]):
            yield from _listed("▸" if row == 0 else "and", edit, width, "$text-accent")
    reasons = list(dict.fromkeys(text for remedy in remedies for text in remedy["elsewhere"]))
    if reasons:
        yield Content.styled("What would not, alone", "bold")
    for reason in reasons:
        yield from _listed("✗", reason, width, "$text-muted")


def _listed(mark: str, text: str, width: int, style: str) -> Iterator[Content]:
    """Return a sentence behind its mark, the lines after the first indented."""
    indent = len(mark) + 1
    for row, line in enumerate(_broken(text, width - indent)):
        yield Content.assemble((mark if row == 0 else " " * (indent - 1), style), f" {line}")


def _fact(name: str, value: str, width: int, style: str = "") -> Iterator[Content]:
    """Return a name and its value, which is broken within its own column."""
    for row, text in enumerate(_broken(value, width - _LABEL_COLUMN)):
        label = name if row == 0 else ""
        yield Content.assemble((f"{label:<{_LABEL_COLUMN}}", "$text-muted"), (text, style))


def _broken(text: str, room: int) -> list[str]:
    """Break text after spaces, colons and slashes, so that an ARN breaks between its parts."""
    lines = [""]
    for part in re.split(r"(?<=[\s/:])", text):
        if len(lines[-1]) + len(part.rstrip()) > room:
            lines.append("")
        lines[-1] += part
        while len(lines[-1].rstrip()) > room:
            lines[-1:] = [lines[-1][:room], lines[-1][room:]]
    return [line.rstrip() for line in lines if line.strip()]


def _statement(statement: Mapping[str, Any], width: int) -> Iterator[Content]:
    matched = bool(statement.get("matched"))
    effect = str(statement.get("effect", ""))
    style = "$text-muted"
    if matched:
        style = "bold $text-error" if effect == "Deny" else "bold $text-success"
    name = statement.get("sid") or "(no Sid)"
    word = f"matches, {effect}" if matched else "does not match"
    yield Content.assemble(
        (f"{'✓' if matched else '✗'} {name}", style),
        (f"  {word} · {statement.get('policy')}", "$text-muted"),
    )
    failed, detail = statement.get("failed_element"), statement.get("detail")
    if failed or detail:
        why = ": ".join(str(part) for part in (failed, detail) if part)
        yield from (Content(f"  {text}") for text in _broken(why, width - 2))
