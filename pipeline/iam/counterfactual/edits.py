"""One change to one policy, and policies with such changes made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.iam.counterfactual.places import Place, policy_at, with_policy
from pipeline.iam.errors import PolicyError
from pipeline.iam.policy import Policy, Statement, parse_policy
from pipeline.iam.verdicts import Policies
from pipeline.iam.writing import to_document

Document = Mapping[str, Any]
"""A JSON object."""


class EditKind(StrEnum):
    """What an edit does."""

    ADD = "add-statement"
    CHANGE = "change-statement"
    REMOVE = "remove-statement"
    VERSION = "change-version"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to one policy."""

    place: Place
    kind: EditKind

    statement: int | None
    """Which statement, from 0; None when one is added or the policy's version changes."""

    before: Document | None
    """The statement as it is, or the version; None when a statement is added."""

    after: Document | None
    """The statement as it should be, or the version; None when a statement is removed."""

    explanation: str
    """One sentence on what the edit does."""

    cost: int
    """How large it is: a changed value costs 1, a statement 3 or more."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            **self.place.as_document(),
            "kind": str(self.kind),
            "statement": self.statement,
            "before": self.before,
            "after": self.after,
            "explanation": self.explanation,
        }


def read_statement(document: Document, version: str) -> Statement | None:
    """Return a statement as a value, or None when it is malformed."""
    try:
        return parse_policy({"Version": version, "Statement": [document]}).statements[0]
    except PolicyError:
        return None


def with_version(policy: Policy, version: str) -> Policy | None:
    """Return a policy under another version, or None when its text is malformed there."""
    try:
        return parse_policy({**to_document(policy), "Version": version})
    except PolicyError:
        return None


def apply(policies: Policies, edits: Iterable[Edit]) -> Policies:
    """Return policies with edits made, of which no two are about the same statement.

    Raises:
        ValueError: What an edit puts into a policy is malformed there.
    """
    by_place: dict[Place, list[Edit]] = {}
    for edit in edits:
        by_place.setdefault(edit.place, []).append(edit)
    for place, group in by_place.items():
        policies = with_policy(policies, place, _edited(policy_at(policies, place).policy, group))
    return policies


def _edited(policy: Policy, edits: list[Edit]) -> Policy:
    for edit in edits:
        if edit.kind is EditKind.VERSION and edit.after is not None:
            changed = with_version(policy, edit.after["Version"])
            if changed is None:
                raise ValueError(f"The policy {edit.place.policy} is malformed in its new version.")
            policy = changed
    statements: list[Statement | None] = list(policy.statements)
    added: list[Statement] = []
    for edit in edits:
        if edit.kind is EditKind.VERSION:
            continue
        new = None if edit.after is None else read_statement(edit.after, policy.version)
        if new is None and edit.kind is not EditKind.REMOVE:
            raise ValueError(f"A statement for the policy {edit.place.policy} is malformed.")
        if edit.statement is not None:
            statements[edit.statement] = new
        elif new is not None:
            added.append(new)
    kept = (statement for statement in statements if statement is not None)
    return Policy(policy.version, policy.id, (*kept, *added))
