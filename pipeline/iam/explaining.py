"""A question and its answer as text for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from pipeline.iam.decisions import Decision
from pipeline.iam.questions import Question
from pipeline.iam.tracing import StatementTrace

WIDTH = 78
_LABEL = 12


def explanation(question: Question, decision: Decision, identifier: Any = None) -> str:
    """Return who asked for what, what came of it, and why each statement matched or did not."""
    return "\n".join(_lines(question, decision, identifier)) + "\n"


def _lines(question: Question, decision: Decision, identifier: Any) -> Iterator[str]:
    request = question.request
    if identifier is not None:
        yield from _fact("question", str(identifier))
    yield from _fact("result", f"{decision.result}, decided by: {decision.layer}")
    yield from _fact("caller", request.principal.arn)
    yield from _fact("action", request.action)
    yield from _fact("resource", request.resource)
    for key, value in sorted(request.context.items()):
        text = value if isinstance(value, str) else ", ".join(value)
        yield from _fact("context" if key == min(request.context) else "", f"{key} = {text}")
    yield from _fact("message", decision.message)
    yield ""
    if not decision.traces:
        yield "No policy applies to this caller and resource."
    for trace in decision.traces:
        yield from _statement(trace, decided=trace is decision.statement)


def _statement(trace: StatementTrace, *, decided: bool) -> Iterator[str]:
    name = trace.sid or f"statement {trace.index + 1}"
    mark = "matches" if trace.matched else "does not match"
    verdict = "   <- this decided" if decided else ""
    yield f"{trace.effect} {name} of {trace.policy} ({trace.layer}): {mark}{verdict}"
    why = f"{trace.failed_element}: {trace.detail}" if trace.failed_element else trace.detail
    yield from textwrap.wrap(why, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _fact(name: str, value: str) -> Iterator[str]:
    indent = " " * _LABEL
    yield from textwrap.wrap(
        value,
        WIDTH,
        initial_indent=f"{name:<{_LABEL}}",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
