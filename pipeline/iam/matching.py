"""How an action, a resource and a principal of a request are compared with those of a statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from pipeline.iam.glob import Glob, Piece, Wildcard, compile_glob, pieces_of, plain, split_pieces
from pipeline.iam.request import Principal, PrincipalKind
from pipeline.iam.variables import Context, Template, constant, fill


@dataclass(frozen=True, slots=True)
class ActionPattern:
    """One value of Action or NotAction."""

    text: str
    glob: Glob

    def matches(self, action: str) -> bool:
        """Tell whether it covers an action, given in lower case."""
        return self.glob.matches(action)


def action_pattern(text: str) -> ActionPattern:
    """Return the pattern of an action; upper and lower case are the same."""
    return ActionPattern(text, compile_glob(pieces_of(text.lower())))


def covers(patterns: Iterable[ActionPattern], action: str) -> bool:
    """Tell whether one of some patterns covers an action, given in lower case."""
    for pattern in patterns:  # noqa: SIM110 - any() costs as much again, many times a call
        if pattern.glob.matches(action):
            return True
    return False


@dataclass(frozen=True, slots=True)
class ArnPattern:
    """A resource pattern with its variables filled in."""

    partition: Glob
    service: str
    """No wildcard may stand for a service."""

    rest: Glob
    """Region, account and resource in one, for a ``*`` that ends a segment goes on beyond colons:
    ``arn:aws:s3:*:*:a`` covers ``arn:aws:s3:::b/c:a``, as the page on Resource says.
    """

    def matches(self, arn: str) -> bool:
        """Tell whether it covers an ARN; upper and lower case differ."""
        parts = arn.split(":", 3)
        return (
            len(parts) == 4
            and parts[0] == "arn"
            and parts[2] == self.service
            and self.rest.matches(parts[3])
            and self.partition.matches(parts[1])
        )


_EVERY_RESOURCE = (Wildcard.RUN,)


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """One value of Resource or NotResource."""

    text: str
    template: Template

    ready: ArnPattern | None
    """What it compiles to; None for ``*`` and while variables wait for their values."""

    def matches(self, resource: str, context: Context) -> bool | None:
        """Tell whether it covers a resource; None when a variable has no value."""
        if self.ready is not None:
            return self.ready.matches(resource)
        if self.template == _EVERY_RESOURCE:
            return True
        pieces = fill(self.template, context)
        if pieces is None:
            return None
        return _arn_pattern(pieces).matches(resource)


def resource_pattern(text: str, template: Template) -> ResourcePattern:
    """Return the pattern of a resource, which is ``*`` or an ARN of at least four segments."""
    pieces = constant(template)
    ready = None if pieces is None or pieces == _EVERY_RESOURCE else _arn_pattern(pieces)
    return ResourcePattern(text, template, ready)


def _arn_pattern(pieces: Iterable[Piece]) -> ArnPattern:
    _, partition, service, rest = split_pieces(pieces, ":", 3)
    return ArnPattern(compile_glob(partition), plain(service), compile_glob(rest))


class Grant(IntEnum):
    """How a resource-based policy names the caller; the higher, the less limits it."""

    ACCOUNT = 1
    """Its account: that delegates to the account's own policies."""

    ROLE = 2
    """The role behind the session: limited by permissions boundary and session policy."""

    SERVICE = 3
    EVERYONE = 4
    """``*``: a permissions boundary or session policy does not limit it."""

    USER = 5
    SESSION = 6


_NAMED_AS = {
    "Service": {PrincipalKind.SERVICE},
    "Federated": {PrincipalKind.PROVIDER, PrincipalKind.SERVICE},
}
"""The kinds of principals by the type that names them; Google and Cognito are printed as services
are.
"""

_ACCOUNT_FORM = re.compile(r"(?:arn:[^:]+:iam::)?(\d{12})(?::root)?")


@dataclass(frozen=True, slots=True)
class PrincipalPattern:
    """One value of Principal or NotPrincipal."""

    type: str
    """AWS, Service, Federated or CanonicalUser."""

    value: str

    account: str | None
    """The account, when the value names a whole account."""

    def grant_to(self, principal: Principal) -> Grant | None:
        """Return how it names a principal, or None when it does not."""
        if self.type == "AWS":
            return self._grant_in_account(principal)
        if self.type == "CanonicalUser":
            return Grant.ACCOUNT if principal.canonical_user == self.value else None
        named = principal.kind in _NAMED_AS[self.type] and principal.arn == self.value
        return Grant.SERVICE if named else None

    def _grant_in_account(self, principal: Principal) -> Grant | None:
        if self.value == "*":
            return Grant.EVERYONE
        if principal.account is None or principal.kind is PrincipalKind.PROVIDER:
            return None
        if self.account is not None:
            return Grant.ACCOUNT if self.account == principal.account else None
        if self.value == principal.role_arn:
            return Grant.ROLE
        if self.value != principal.arn:
            return None
        return Grant.USER if principal.kind is PrincipalKind.USER else Grant.SESSION


def principal_pattern(type_: str, value: str) -> PrincipalPattern:
    """Return the pattern of a principal."""
    found = _ACCOUNT_FORM.fullmatch(value) if type_ == "AWS" else None
    return PrincipalPattern(type_, value, found.group(1) if found else None)


def strongest_grant(patterns: Iterable[PrincipalPattern], principal: Principal) -> Grant | None:
    """Return the best way in which patterns name a principal, or None when none does."""
    return max(filter(None, (pattern.grant_to(principal) for pattern in patterns)), default=None)


def is_spared(patterns: Iterable[PrincipalPattern], principal: Principal) -> bool:
    """Tell whether the NotPrincipal of a Deny spares a principal.

    To spare a user, the user and the account must be named; to spare a session, the session, its
    role and the account.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    grants = {pattern.grant_to(principal) for pattern in patterns}
    needed = _NEEDED_TO_SPARE[principal.kind]
    if principal.arn == principal.role_arn:
        needed = needed - {Grant.SESSION}
    return Grant.EVERYONE in grants or grants.issuperset(needed)


_NEEDED_TO_SPARE = {
    PrincipalKind.USER: {Grant.USER, Grant.ACCOUNT},
    PrincipalKind.ROLE_SESSION: {Grant.SESSION, Grant.ROLE, Grant.ACCOUNT},
    PrincipalKind.FEDERATED: {Grant.SESSION, Grant.ACCOUNT},
    PrincipalKind.ROOT: {Grant.ACCOUNT},
    PrincipalKind.SERVICE: {Grant.SERVICE},
    PrincipalKind.PROVIDER: {Grant.SERVICE},
    PrincipalKind.ANONYMOUS: {Grant.EVERYONE},
}
