"""Reads the elements of a statement that name actions, resources and principals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re

from pipeline.iam.documents import shown
from pipeline.iam.errors import PolicyError
from pipeline.iam.glob import Wildcard, split_pieces
from pipeline.iam.matching import (
    ActionPattern,
    PrincipalPattern,
    ResourcePattern,
    action_pattern,
    principal_pattern,
    resource_pattern,
)
from pipeline.iam.variables import Template, Variable, parse_template

_ACTION = re.compile(r"\*(?::\*)?|[A-Za-z0-9][A-Za-z0-9.-]*:[^\s:]+")
_PRINCIPALS = {
    "AWS": re.compile(
        r"\*|\d{12}|(?:AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,}"
        r"|arn:[a-z-]+:iam::\d{12}:(?:root|(?:user|role)/[^*?]+)"
        r"|arn:[a-z-]+:sts::\d{12}:(?:assumed-role/[^/*?]+/[^*?]+|federated-user/[^*?]+)"
        r"|arn:[a-z-]+:iam::cloudfront:user/[^*?]+"
    ),
    "Service": re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
    "Federated": re.compile(r"[^\s*?]+"),
    "CanonicalUser": re.compile(r"[^\s*?]+"),
}


def parse_actions(element: object, where: str) -> tuple[ActionPattern, ...]:
    """Return the values of Action or NotAction."""
    values = texts(element, where)
    for value in values:
        if not _ACTION.fullmatch(value):
            raise PolicyError(f'{where} must be "*" or like "s3:GetObject", not {shown(value)}.')
    return tuple(map(action_pattern, values))


def parse_resources(element: object, where: str, *, variables: bool) -> tuple[ResourcePattern, ...]:
    """Return the values of Resource or NotResource."""
    return tuple(_resource(value, where, variables=variables) for value in texts(element, where))


def _resource(value: str, where: str, *, variables: bool) -> ResourcePattern:
    template = parse_template(value, variables=variables)
    if value != "*":
        template += _missing_segments(template, value, where)
    return resource_pattern(value, template)


def _missing_segments(template: Template, value: str, where: str) -> Template:
    """Return what AWS adds to an ARN of fewer than six segments: ``*`` for each that is missing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    stand_ins = [piece if not isinstance(piece, Variable) else Wildcard.ONE for piece in template]
    segments = split_pieces(stand_ins, ":", 5)
    if len(segments) < 3 or segments[0] != ["arn"]:
        raise PolicyError(f'{where} must be "*" or an ARN, not {shown(value)}.')
    if not all(isinstance(piece, str) and piece for piece in segments[2]):
        raise PolicyError(f"{where} must name a service in full in {shown(value)}.")
    return (":", Wildcard.RUN) * (6 - len(segments))


def parse_principals(element: object, where: str, *, strict: bool) -> tuple[PrincipalPattern, ...]:
    """Return the values of Principal or NotPrincipal.

    Args:
        element: Its JSON value.
        where: The element's place in the policy, for messages.
        strict: Whether a value that can name nobody is refused, as when the policy is put;
            otherwise it stands, and names nobody.

    Raises:
        PolicyError: It is malformed.
    """
    if element == "*":
        return (principal_pattern("AWS", "*"),)
    if not isinstance(element, dict) or not element:
        raise PolicyError(
            f'{where} must be "*" or an object such as {{"Service": "s3.amazonaws.com"}}, '
            f"not {shown(element)}."
        )
    return tuple(
        _principal(type_, value, where, strict=strict)
        for type_, values in element.items()
        for value in texts(values, f"{where}.{type_:.60}")
    )


def _principal(type_: str, value: str, where: str, *, strict: bool) -> PrincipalPattern:
    form = _PRINCIPALS.get(type_)
    if form is None:
        raise PolicyError(f"{where} takes {', '.join(_PRINCIPALS)}, not {shown(type_)}.")
    if strict and not form.fullmatch(value):
        raise PolicyError(f"{where}.{type_}: {shown(value)} is not a principal.")
    return principal_pattern(type_, value)


def texts(element: object, where: str) -> list[str]:
    """Return a text or a list of texts as a list; there must be at least one."""
    values: list[str] = []
    for value in element if isinstance(element, list) else [element]:
        if not isinstance(value, str):
            raise PolicyError(f"{where} must be a text or a list of texts, not {shown(value)}.")
        values.append(value)
    if not values:
        raise PolicyError(f"{where} must not be empty.")
    return values
