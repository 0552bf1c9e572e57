"""Policies as documents again: what ``parse_policy`` reads, written back.

A policy does not keep the text that it was read from. Its document here means the same and is
written in one way: a single value stands without its list, ``{"AWS": "*"}`` stands as ``"*"``, and
every number of a condition is a text.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.iam.conditions import Condition
from pipeline.iam.matching import PrincipalPattern
from pipeline.iam.policy import Policy, Statement


def to_document(policy: Policy) -> dict[str, Any]:
    """Return a policy as the JSON object that stands for it."""
    document: dict[str, Any] = {"Version": policy.version}
    if policy.id is not None:
        document["Id"] = policy.id
    document["Statement"] = [statement_document(statement) for statement in policy.statements]
    return document


def statement_document(statement: Statement) -> dict[str, Any]:
    """Return a statement as the JSON object that stands for it."""
    document: dict[str, Any] = {}
    if statement.sid is not None:
        document["Sid"] = statement.sid
    document["Effect"] = str(statement.effect)
    for name, principals in (
        ("Principal", statement.principals),
        ("NotPrincipal", statement.not_principals),
    ):
        if principals is not None:
            document[name] = _principals(principals)
    for name, patterns in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if patterns is not None:
            document[name] = _one_or_list([pattern.text for pattern in patterns])
    if statement.conditions:
        document["Condition"] = _conditions(statement.conditions)
    return document


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _principals(patterns: Sequence[PrincipalPattern]) -> Any:
    by_type: dict[str, list[str]] = {}
    for pattern in patterns:
        by_type.setdefault(pattern.type, []).append(pattern.value)
    if by_type == {"AWS": ["*"]}:
        return "*"
    return {type_: _one_or_list(values) for type_, values in by_type.items()}


def _conditions(conditions: Sequence[Condition]) -> dict[str, Any]:
    element: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        values = _one_or_list([value.text for value in condition.values])
        element.setdefault(condition.name, {})[condition.key] = values
    return element
