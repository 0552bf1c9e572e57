"""Warnings about actions: names that do not exist, and resources that do not go with them.

IAM keeps an identity-based policy whose actions do not exist, and does nothing for them.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.iam.catalogue import (
    DETAILED,
    ServiceCatalogue,
    service_catalogue,
    service_prefixes,
)
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.written import StatementView, Text


def action_names(statement: StatementView) -> Iterator[Remark]:
    """Yield remarks on actions that do not exist."""
    for element in ("Action", "NotAction"):
        for text in statement.texts(element):
            prefix, colon, name = text.value.partition(":")
            if not colon or not name or ":" in name:
                continue
            catalogue = service_catalogue(prefix.lower())
            if catalogue is not None:
                yield from _name(text, prefix, name, catalogue)
            elif prefix.lower() not in service_prefixes():
                yield _prefix(text, prefix, name)


def _prefix(text: Text, prefix: str, name: str) -> Remark:
    meant = closest(prefix, (*DETAILED, *sorted(service_prefixes() - set(DETAILED))))
    return warning(
        "unknown-service",
        f'No service has the prefix "{prefix:.60}".',
        text.path,
        suggestion=did_you_mean(f"{meant}:{name}" if meant else None),
        replacement=text.instead([f"{meant}:{name}"]) if meant else None,
    )


def _name(text: Text, prefix: str, name: str, catalogue: ServiceCatalogue) -> Iterator[Remark]:
    if catalogue.matching(name):
        return
    if "*" in name or "?" in name:
        yield warning(
            "wildcard-without-action",
            f'"{text.value:.90}" covers no action of {catalogue.title}.',
            text.path,
            suggestion=f"The actions are listed at {catalogue.address}.",
        )
        return
    meant = meant_actions(prefix, name, catalogue)
    is_operation = name.lower() in catalogue.operations
    suggestion = did_you_mean('", "'.join(meant) or None)
    if is_operation:
        suggestion = f"The operation {name} needs {', '.join(meant)}."
    yield warning(
        "unknown-action",
        f'{catalogue.title} has no action "{text.value:.90}".',
        text.path,
        suggestion=suggestion or f"The actions are listed at {catalogue.address}.",
        replacement=text.instead(meant) if meant else None,
    )


def meant_actions(prefix: str, name: str, catalogue: ServiceCatalogue) -> tuple[str, ...]:
    """Return the actions that an unknown name probably means, with the prefix as it was written.

    It is what the operation of that name needs, or an action with a similar name, or what an
    operation with a similar name needs.
    """
    names = tuple(action.name for action in catalogue.actions.values())
    meant = catalogue.operations.get(name.lower(), ())
    if not meant:
        similar = closest(name, (*names, *catalogue.operations))
        if similar is not None and similar in names:
            return (f"{prefix}:{similar}",)
        meant = catalogue.operations.get(similar or "", ())
    return tuple(f"{prefix}:{action.name}" for action in meant)
