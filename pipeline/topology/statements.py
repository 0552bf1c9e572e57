"""Policies as documents: a statement out, a statement in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.topology.resources import POLICY_VERSION, PolicyDocument


def without_statement(document: PolicyDocument, sid: str) -> PolicyDocument:
    """Return a policy without one of its statements."""
    return {**document, "Statement": [s for s in document["Statement"] if s.get("Sid") != sid]}


def with_statement(document: PolicyDocument, statement: Mapping[str, Any]) -> PolicyDocument:
    """Return a policy in which a statement stands in place of any of the same Sid."""
    rest = without_statement(document, statement["Sid"])
    return {**rest, "Statement": [*rest["Statement"], dict(statement)]}


def statement_of(document: PolicyDocument, sid: str) -> dict[str, Any]:
    """Return the statement with that Sid; ``KeyError`` when there is none."""
    for statement in document["Statement"]:
        if statement.get("Sid") == sid:
            return dict(statement)
    raise KeyError(sid)


def policy(*statements: dict[str, Any]) -> PolicyDocument:
    """Return a policy of these statements."""
    return {"Version": POLICY_VERSION, "Statement": list(statements)}


def allow(sid: str, *actions: str, **elements: Any) -> dict[str, Any]:
    """Return a statement that allows actions; ``elements`` are Principal, Resource, Condition."""
    action = actions[0] if len(actions) == 1 else list(actions)
    return {"Sid": sid, "Effect": "Allow", "Action": action, **elements}
