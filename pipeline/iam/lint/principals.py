"""Warnings about who is named: everyone, a service that may be confused, a name with a slip.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.iam.catalogue import DETAILED, service_prefixes
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.policy import PolicyKind
from pipeline.iam.written import StatementView, Text

_SOURCES = {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
_OTHERS = frozenset(
    {
        "apidestinations",
        "billingreports",
        "delivery",
        "ecs-tasks",
        "edgelambda",
        "lexv2",
        "ops",
        "spotfleet",
        "vmie",
        "vpc-flow-logs",
    }
)
"""Services whose principal is called otherwise than the prefix of their actions."""

_SERVICE = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*?)\.(?:amazonaws\.com(?:\.cn)?|aws\.internal)")
_COMPANY = ("alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com")


def principals(statement: StatementView) -> Iterator[Remark]:
    """Yield remarks on a statement's principals."""
    services = (
        *statement.texts("Principal", "Service"),
        *statement.texts("NotPrincipal", "Service"),
    )
    for text in services:
        yield from _spelling(text)
    if not statement.allows:
        return
    if statement.kind is PolicyKind.RESOURCE:
        yield from _confused_deputy(statement)
    for text in (*statement.texts("Principal"), *statement.texts("Principal", "AWS")):
        if text.value == "*" and not statement.entry.get("Condition"):
            yield warning(
                "everyone",
                "The statement allows everyone, also those without an account.",
                text.path,
                suggestion="Name who may, or add a condition such as aws:PrincipalOrgID.",
            )
    if "NotPrincipal" in statement.entry:
        yield warning(
            "not-principal-with-allow",
            "NotPrincipal with Allow allows everyone else, also those without an account.",
            (*statement.path, "NotPrincipal"),
            suggestion="Name in Principal who may.",
            on_key=True,
        )


def _confused_deputy(statement: StatementView) -> Iterator[Remark]:
    services = statement.texts("Principal", "Service")
    keys = {key.lower() for _, key, _, _ in statement.conditions}
    if services and not keys & _SOURCES:
        yield warning(
            "confused-deputy",
            f"{services[0].value:.60} may do this on behalf of any account, not only of yours.",
            services[0].path,
            suggestion="Add a condition on aws:SourceArn or aws:SourceAccount.",
        )


def _spelling(text: Text) -> Iterator[Remark]:
    name = text.value
    found = _SERVICE.fullmatch(name)
    label = found.group(1) if found else name.split(".")[0]
    known = service_prefixes() | _OTHERS
    first = label.split(".")[0]
    if name in _COMPANY or (found and (first in known or "." in label)):
        return
    meant = first if first in known else closest(first, (*DETAILED, *sorted(known - set(DETAILED))))
    if meant is None and found:
        return
    repaired = f"{meant or first}.amazonaws.com"
    yield warning(
        "unknown-service-principal",
        f'"{name:.90}" is the principal of no service that is known here.',
        text.path,
        suggestion=did_you_mean(repaired),
        replacement=text.instead([repaired]),
    )
