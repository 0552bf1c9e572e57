"""Warnings about statements that allow more than is needed, or that repeat others.

https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.iam.catalogue import known_actions
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.policy import PolicyKind
from pipeline.iam.written import PolicyView, StatementView

_EVERYTHING_ELSE = {
    "NotAction": "NotAction with Allow allows every other action, also those that are yet to come.",
    "NotResource": "NotResource with Allow allows every other resource, also those yet to come.",
}
_NAMED = ("Action", "NotAction", "Resource", "NotResource")


def breadth(statement: StatementView) -> Iterator[Remark]:
    """Yield remarks on an Allow that covers more than is needed."""
    if not statement.allows:
        return
    for element, message in _EVERYTHING_ELSE.items():
        if element in statement.entry:
            yield warning(
                f"{element[:3].lower()}-{element[3:].lower()}-with-allow",
                message,
                (*statement.path, element),
                suggestion=f"Name in {element.removeprefix('Not')} what is allowed.",
                on_key=True,
            )
    every_action = False
    for text in statement.texts("Action"):
        if text.value in ("*", "*:*"):
            every_action = True
            yield warning(
                "every-action",
                "The statement allows every action of every service.",
                text.path,
                suggestion="Name the actions that are needed.",
            )
        elif text.value.endswith(":*"):
            yield warning(
                "every-action-of-a-service",
                f"{text.value:.60} allows every action of the service, also to delete and to "
                "change permissions.",
                text.path,
                suggestion="Name the actions that are needed.",
            )
    if not every_action and statement.kind is PolicyKind.IDENTITY:
        yield from _every_resource(statement)


def _every_resource(statement: StatementView) -> Iterator[Remark]:
    star = next((text for text in statement.texts("Resource") if text.value == "*"), None)
    if star is None:
        return
    for text in statement.texts("Action"):
        knowing = [action for action in known_actions(text.value) or () if action.resources]
        if knowing:
            yield warning(
                "every-resource",
                f"{text.value:.60} is allowed on every resource of every account.",
                star.path,
                suggestion="Name the ARNs on which it is needed.",
            )
            return


def repetition(policy: PolicyView) -> Iterator[Remark]:
    """Yield remarks on what stands twice, or is taken back by another statement."""
    seen: set[str] = set()
    written = [(statement, _comparable(statement.entry)) for statement in policy.statements]
    denials = {
        _told_apart(entry, "Condition")
        for _, entry in written
        if entry.get("Effect") == "Deny" and not entry.get("Condition")
    }
    for statement, entry in written:
        yield from _repeated_values(statement)
        text = _told_apart(entry)
        if text in seen:
            yield warning(
                "repeated-statement",
                "The policy has the same statement before.",
                statement.path,
                suggestion="Remove one of them.",
            )
        seen.add(text)
        if entry.get("Effect") == "Allow":
            denied = _told_apart({**entry, "Effect": "Deny"}, "Condition")
            if denied in denials:
                yield warning(
                    "denied-allow",
                    "The statement allows nothing: another one denies the same.",
                    statement.path,
                    suggestion="Remove one of them; a Deny wins wherever it stands.",
                )


def _repeated_values(statement: StatementView) -> Iterator[Remark]:
    for element in _NAMED:
        seen: set[str] = set()
        for text in statement.texts(element):
            value = text.value.lower() if element.endswith("Action") else text.value
            if value in seen:
                yield warning(
                    "repeated-value",
                    f'"{text.value:.90}" stands twice in {element}.',
                    text.path,
                    suggestion="Remove one of them.",
                )
            seen.add(value)


def _comparable(entry: Any) -> dict[str, Any]:
    """Return a statement such that those with the same meaning are equal."""
    plain = {key: value for key, value in entry.items() if key != "Sid"}
    for element in _NAMED:
        values = plain.get(element)
        texts = [values] if isinstance(values, str) else values
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            is_action = element.endswith("Action")
            plain[element] = sorted({text.lower() if is_action else text for text in texts})
    return plain


def _told_apart(entry: dict[str, Any], *without: str) -> str:
    kept = {key: value for key, value in entry.items() if key not in without}
    return json.dumps(kept, sort_keys=True, default=str)
