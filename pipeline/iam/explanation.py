"""A decision as a document that is written when it is read.

The gate decides ten calls a photo and few of them are looked at: holding every statement against
the request, with a sentence for each, waits until somebody asks for the statements, and so does
looking for what would allow a denied request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.iam.decisions import Decision
from pipeline.iam.evaluation import evaluate
from pipeline.iam.verdicts import Policies

_STATEMENTS = "statements"
_REMEDIES = "remedies"
_MOST_REMEDIES = 3


class Explanation(Mapping[str, Any]):
    """The document of a decision: that of ``Decision.as_document``, and ``remedies``.

    Those are the smallest ways to allow a denied request, each with the sentences of its edits and
    with the places in which one more statement would not do.
    """

    __slots__ = ("_decision", "_document", "_policies")

    def __init__(self, decision: Decision, policies: Policies) -> None:
        self._decision = decision
        self._policies = policies
        self._document: dict[str, Any] = decision.head()

    def __getitem__(self, key: str) -> Any:
        write = _WRITTEN_LATER.get(key)
        if write is not None and key not in self._document:
            self._document[key] = write(self._decision, self._policies)
        return self._document[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._decision.head()
        yield from _WRITTEN_LATER

    def __len__(self) -> int:
        return len(self._decision.head()) + len(_WRITTEN_LATER)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(self._decision.message)

    def __repr__(self) -> str:
        return f"Explanation({dict(self)!r})"


def _statements(decision: Decision, policies: Policies) -> list[dict[str, Any]]:
    return [trace.as_document() for trace in evaluate(decision.request, policies).traces]


def _remedies(decision: Decision, policies: Policies) -> list[dict[str, Any]]:
    if decision.allowed:
        return []
    # Nothing is denied while a sandbox opens: the search is loaded when a denial is looked at.
    from pipeline.iam.counterfactual import counterfactuals  # noqa: PLC0415

    return [
        {
            "edits": [edit.explanation for edit in found.edits],
            "elsewhere": [reason.explanation for reason in found.elsewhere],
        }
        for found in counterfactuals(decision.request, policies)[:_MOST_REMEDIES]
    ]


_WRITTEN_LATER: Mapping[str, Callable[[Decision, Policies], list[dict[str, Any]]]] = {
    _STATEMENTS: _statements,
    _REMEDIES: _remedies,
}
