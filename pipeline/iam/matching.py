"""Does an element of a statement cover the request?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from pipeline.iam.request import Principal, PrincipalKind


def glob(pattern: str, text: str) -> bool:
    """Say whether a pattern with ``*`` and ``?`` covers a text.

    Only the last ``*`` is ever tried again, so the work is at most pattern × text.
    """
    at_pattern = at_text = 0
    star, star_text = -1, 0
    while at_text < len(text):
        sign = pattern[at_pattern] if at_pattern < len(pattern) else ""
        if sign == "*":
            star, star_text = at_pattern, at_text
            at_pattern += 1
        elif sign and sign in {"?", text[at_text]}:
            at_pattern += 1
            at_text += 1
        elif star >= 0:
            star_text += 1
            at_pattern, at_text = star + 1, star_text
        else:
            return False
    return all(sign == "*" for sign in pattern[at_pattern:])


def is_pattern(text: str) -> bool:
    """Say whether a text holds a wildcard."""
    return "*" in text or "?" in text


def action_matches(pattern: str, action: str) -> bool:
    """Say whether an Action value covers an action; case does not count."""
    pattern, action = pattern.lower(), action.lower()
    return glob(pattern, action) if is_pattern(pattern) else pattern == action


def resource_matches(pattern: str, resource: str) -> bool:
    """Say whether a Resource value covers a resource; case counts.

    ``*`` runs across ``:`` and ``/`` of the resource part, but the first five parts of an ARN are
    matched each on its own.
    """
    if pattern in {"*", resource}:
        return True
    if not is_pattern(pattern):
        return False
    wanted, given = pattern.split(":", 5), resource.split(":", 5)
    if len(wanted) < 6 or len(given) < 6:
        return glob(pattern, resource)
    return all(glob(w, g) for w, g in zip(wanted, given, strict=True))


class Named(IntEnum):
    """How a Principal element names a caller, from not at all to most directly."""

    NOT = 0
    ACCOUNT = 1
    """Its account, which hands the decision to the account's own policies."""

    EVERYONE = 2
    ROLE = 3
    """A role session by its role."""

    ITSELF = 4


def how_named(by_type: Mapping[str, tuple[str, ...]], principal: Principal) -> Named:
    """Say how the values of a Principal element name a caller."""
    if principal.kind is PrincipalKind.SERVICE and principal.arn in by_type.get("Service", ()):
        return Named.ITSELF
    return max((_aws_named(v, principal) for v in by_type.get("AWS", ())), default=Named.NOT)


def _aws_named(value: str, principal: Principal) -> Named:
    if value == "*":
        return Named.EVERYONE
    if principal.account is None:
        return Named.NOT
    if value == principal.arn:
        return Named.ITSELF
    if value == principal.role_arn:
        return Named.ROLE
    is_account = value == principal.account or value.endswith(f"::{principal.account}:root")
    return Named.ACCOUNT if is_account else Named.NOT
