"""Why a call was allowed or denied: the caller, the request, and every statement that was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from pipeline.events import RequestAuthorized, RequestDenied
from pipeline.narration import decided_by
from studyapp.widgets.diagram_state import Decided

_NOTHING = "No call has been decided here yet."
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
        if not self.is_mounted:
            return
        self.border_title = f"{decided.action}" if decided is not None else "decision"
        self.query_one(Static).update(decision_text(decided))
        self.scroll_home(animate=False)


def decision_text(decided: Decided | None) -> Content:
    """Return a decision as text with colours."""
    if decided is None:
        return Content.styled(_NOTHING, "$text-muted")
    return Content("\n").join(_lines(decided))


def _lines(decided: RequestAuthorized | RequestDenied) -> Iterator[Content]:
    decision = decided.decision
    result = str(decision.get("result", ""))
    words, style = _RESULTS.get(result, (result, "bold"))
    yield Content.styled(words, style)
    facts = {
        "caller": decided.caller,
        "call": f"{decided.service} {decided.operation} → {decided.action}",
        "resource": decided.resource,
        "layer": decision.get("layer"),
        "decided by": decided_by(decision) or "no statement",
        "reason": decision.get("reason"),
    }
    for name, value in facts.items():
        if value:
            yield Content.assemble((f"{name:<10} ", "$text-muted"), str(value))
    if isinstance(decided, RequestDenied):
        yield Content.assemble(
            (f"{'answer':<10} ", "$text-muted"), (f"{decided.status} {decided.code}", "$text-error")
        )
        if decided.message:
            yield Content.styled(decided.message, "italic")
    statements = decision.get("statements") or ()
    if not statements:
        yield Content.styled("No policy applies to this caller and resource.", "$text-muted")
    for statement in statements:
        yield Content("")
        yield from _statement(statement)


def _statement(statement: Mapping[str, Any]) -> Iterator[Content]:
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
        yield Content(f"  {': '.join(str(part) for part in (failed, detail) if part)}")
