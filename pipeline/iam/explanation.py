"""A decision as a document that is written when it is read.

The gate decides ten calls a photo and few of them are looked at: holding every statement against
the request, with a sentence for each, waits until somebody asks for the statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.iam.decisions import Decision
from pipeline.iam.evaluation import evaluate
from pipeline.iam.verdicts import Policies

_STATEMENTS = "statements"


class Explanation(Mapping[str, Any]):
    """The document of a decision; its keys are those of ``Decision.as_document``."""

    __slots__ = ("_decision", "_document", "_policies")

    def __init__(self, decision: Decision, policies: Policies) -> None:
        self._decision = decision
        self._policies = policies
        self._document: dict[str, Any] = decision.head()

    def __getitem__(self, key: str) -> Any:
        if key == _STATEMENTS and key not in self._document:
            explained = evaluate(self._decision.request, self._policies)
            self._document[key] = [trace.as_document() for trace in explained.traces]
        return self._document[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._decision.head()
        yield _STATEMENTS

    def __len__(self) -> int:
        return len(self._decision.head()) + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(self._decision.message)

    def __repr__(self) -> str:
        return f"Explanation({dict(self)!r})"
