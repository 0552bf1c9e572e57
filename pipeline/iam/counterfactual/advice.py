"""What would change a decision, as text for a person."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from pipeline.iam.counterfactual.edits import Edit
from pipeline.iam.counterfactual.needs import needed
from pipeline.iam.counterfactual.search import counterfactuals
from pipeline.iam.counterfactual.wording import policy_of
from pipeline.iam.evaluation import evaluate
from pipeline.iam.request import Request
from pipeline.iam.verdicts import Policies

WIDTH = 78
_INDENT = "    "


def advice(request: Request, policies: Policies) -> str:
    """Return what would allow a denied request, or what an allowed one rests on.

    Raises:
        ValueError: The request's context has a key twice, in different case.
    """
    if evaluate(request, policies, trace=False).allowed:
        lines = _wrapped(f"What it rests on: {needed(request, policies).explanation}", "")
    else:
        lines = _denied(request, policies)
    return "\n".join(lines)


def _denied(request: Request, policies: Policies) -> Iterator[str]:
    found = counterfactuals(request, policies)
    if not found:
        yield "What would allow it: no edit of these policies."
        return
    yield "What would allow it:" if len(found) == 1 else "What would allow it, any one of:"
    for number, counterfactual in enumerate(found, start=1):
        for position, edit in enumerate(counterfactual.edits):
            yield from _wrapped(edit.explanation, f"{number:>2}. " if position == 0 else "  + ")
            yield from _document(edit)
    if found[0].elsewhere:
        yield "What would not, alone:"
    for reason in found[0].elsewhere:
        where = policy_of(reason.place, request)
        yield from _wrapped(f"A statement in {where}. {reason.explanation}", "  - ")


def _document(edit: Edit) -> Iterator[str]:
    if edit.after is not None:
        text = json.dumps(edit.after, indent=2, ensure_ascii=False)
        yield from textwrap.indent(text, _INDENT).splitlines()


def _wrapped(text: str, label: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
