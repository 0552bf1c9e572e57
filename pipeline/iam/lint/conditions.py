"""Warnings about conditions: keys that do not exist, and comparisons that mean something else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.iam.catalogue import KnownKey, global_keys, service_catalogue, service_prefixes
from pipeline.iam.conditions import Condition, Quantifier, parse_conditions
from pipeline.iam.errors import PolicyError
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.operators import NULL
from pipeline.iam.positions import Path
from pipeline.iam.written import StatementView, texts_of

_ALWAYS_THERE = {
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalarn",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:useragent",
}
_FITTING = {
    "IPAddress": ("IpAddress", "NotIpAddress"),
    "Date": ("Date", "Numeric"),
    "Numeric": ("Numeric", "Date"),
}
"""How the operators begin that compare keys of a type."""

_FORMS = {
    "Arn": "an ARN of six parts",
    "Binary": "base64",
    "Bool": '"true" or "false"',
    "Date": "a date such as 2026-01-31T12:00:00Z",
    "Ip": "an address or a CIDR block",
    "NotIp": "an address or a CIDR block",
    "Numeric": "a number",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One operator with one key, and what is known of it."""

    statement: StatementView
    condition: Condition
    value: Any
    """As written."""

    path: Path
    """Of the value, which the key stands before."""

    key: KnownKey | None


def conditions(statement: StatementView) -> Iterator[Remark]:
    """Yield remarks on a statement's conditions."""
    for operator, key, value, path in statement.conditions:
        known = _known_key(key)
        if known is None:
            yield from _unknown_key(key, path)
        try:
            (parsed,) = parse_conditions(
                {operator: {key: value}}, "Condition", variables=statement.has_variables
            )
        except PolicyError:
            continue
        case = _Case(statement, parsed, value, path, known)
        yield from _values(case)
        if parsed.operator is not NULL:
            yield from _set_operator(case)
            yield from _missing_key(case)
            yield from _operator_for_type(case)


def _known_key(name: str) -> KnownKey | None:
    found = global_keys().find(name)
    catalogue = service_catalogue(name.partition(":")[0].lower())
    if found is None and catalogue is not None:
        found = catalogue.keys.find(name)
    federated = service_catalogue("sts")
    return found or (federated.keys.find(name) if federated is not None else None)


def _unknown_key(name: str, path: Path) -> Iterator[Remark]:
    prefix, colon, _ = name.partition(":")
    lowered = prefix.lower()
    catalogue = service_catalogue(lowered)
    if (
        "." in prefix
        or "/" in prefix
        or (catalogue is None and lowered in service_prefixes() and colon)
    ):
        return
    names = (*global_keys().names, *(catalogue.keys.names if catalogue is not None else ()))
    meant = closest(name, names)
    if meant is not None and "{" in meant:
        meant = None
    yield warning(
        "unknown-condition-key",
        f'No request has the condition key "{name:.90}".',
        path,
        suggestion=did_you_mean(meant)
        or "Global keys begin with aws:, those of a service with its prefix.",
        replacement=json.dumps(meant) if meant else None,
        on_key=True,
    )


def _values(case: _Case) -> Iterator[Remark]:
    condition = case.condition
    if not condition.values:
        yield warning("empty-list", f"{condition.key} is compared with nothing.", case.path)
    never = "always" if condition.operator.negated else "never"
    for index, value in enumerate(condition.values):
        path = (*case.path, index) if isinstance(case.value, list) else case.path
        if value.ready is None and not value.waits:
            yield warning(
                "unreadable-value",
                f'{condition.name} {never} holds for "{value.text:.60}": that is not '
                f"{_form(condition.operator.name)}.",
                path,
                suggestion=f"Write {_form(condition.operator.name)}.",
            )
    if condition.operator.name in ("StringEquals", "StringNotEquals"):
        for text in texts_of(case.value, case.path):
            if "*" in text.value or "?" in text.value.replace("${?}", ""):
                if "${*}" in text.value:
                    continue
                like = condition.name.replace("Equals", "Like")
                yield warning(
                    "wildcard-without-like",
                    f'{condition.name} takes "{text.value:.90}" literally, wildcards and all.',
                    text.path,
                    suggestion=f"Use {like}.",
                )


def _form(operator: str) -> str:
    return next((form for start, form in _FORMS.items() if operator.startswith(start)), "readable")


def _set_operator(case: _Case) -> Iterator[Remark]:
    condition, name = case.condition, case.condition.name
    is_multivalued = case.key is not None and case.key.is_multivalued
    if condition.quantifier is None and is_multivalued:
        yield warning(
            "set-operator-missing",
            f"{condition.key} may have several values, which {name} alone does not compare.",
            case.path,
            suggestion=f"Use ForAnyValue:{name} or ForAllValues:{name}.",
            on_key=True,
        )
    elif condition.quantifier is not None and case.key is not None and not is_multivalued:
        yield warning(
            "set-operator-on-single-value",
            f"{condition.key} has one value, for which {condition.quantifier} is not meant.",
            case.path,
            suggestion=f"Use {name.partition(':')[2]}.",
            on_key=True,
        )
    elif (
        condition.quantifier is Quantifier.ALL
        and case.statement.allows
        and not _must_be_there(case.statement, condition.key)
    ):
        yield warning(
            "for-all-values-without-key",
            f"{name} also holds for requests without {condition.key}, so the statement allows "
            "those.",
            case.path,
            suggestion=f'Add "Null": {{"{condition.key}": "false"}}.',
            on_key=True,
        )


def _missing_key(case: _Case) -> Iterator[Remark]:
    """Remark on comparisons that go astray when a request has no such key."""
    condition, lowered = case.condition, case.condition.key.lower()
    if (
        case.statement.allows
        and condition.operator.negated
        and condition.quantifier is None
        and lowered not in _ALWAYS_THERE
        and not _must_be_there(case.statement, condition.key)
    ):
        yield warning(
            "negated-without-key",
            f"{condition.name} also holds for requests without {condition.key}, so the "
            "statement allows those.",
            case.path,
            suggestion=f'Add "Null": {{"{condition.key}": "false"}}, or name what is allowed.',
            on_key=True,
        )
    if (
        not case.statement.allows
        and condition.name == "Bool"
        and lowered == "aws:multifactorauthpresent"
        and any(value.ready is False for value in condition.values)
    ):
        yield warning(
            "mfa-key-missing",
            "Requests with long-term access keys do not have aws:MultiFactorAuthPresent, so the "
            "statement does not deny them.",
            case.path,
            suggestion="Use BoolIfExists.",
            on_key=True,
        )


def _must_be_there(statement: StatementView, key: str) -> bool:
    """Tell whether the statement demands that requests have a key."""
    return any(
        operator == NULL.name
        and other.lower() == key.lower()
        and str(value[0] if isinstance(value, list) and value else value).lower() == "false"
        for operator, other, value, _ in statement.conditions
    )


def _operator_for_type(case: _Case) -> Iterator[Remark]:
    fitting = _FITTING.get(case.key.type) if case.key is not None else None
    if fitting is not None and not case.condition.operator.name.startswith(fitting):
        yield warning(
            "operator-for-another-type",
            f"{case.condition.name} does not compare {case.condition.key} as what it is.",
            case.path,
            suggestion=f"Use an operator that begins with {' or '.join(fitting)}.",
            on_key=True,
        )
