"""Who asks for what: the principal, the request, and the keys that every request carries.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

ContextValue = str | tuple[str, ...]
"""The value of a condition key; a tuple for a key that can have several."""


class PrincipalKind(StrEnum):
    """What kind of principal makes a request."""

    USER = "user"
    ROLE_SESSION = "role session"
    FEDERATED = "federated user"
    ROOT = "root"
    SERVICE = "service"

    PROVIDER = "identity provider"
    """Who vouches for the caller of AssumeRoleWithWebIdentity or AssumeRoleWithSAML."""

    ANONYMOUS = "anonymous"


_ARN = re.compile(
    r"arn:(?P<partition>[^:]+):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<type>root|user|role|assumed-role|federated-user|oidc-provider|saml-provider)"
    r"(?:/(?P<name>.+))?"
)
_KINDS = {
    ("iam", "root"): PrincipalKind.ROOT,
    ("iam", "user"): PrincipalKind.USER,
    ("iam", "role"): PrincipalKind.ROLE_SESSION,
    ("iam", "oidc-provider"): PrincipalKind.PROVIDER,
    ("iam", "saml-provider"): PrincipalKind.PROVIDER,
    ("sts", "assumed-role"): PrincipalKind.ROLE_SESSION,
    ("sts", "federated-user"): PrincipalKind.FEDERATED,
}
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_SERVICE_LINKED = "AWSServiceRoleFor"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request."""

    arn: str
    """As AWS prints it: an ARN, a service such as ``s3.amazonaws.com``, or ``anonymous``."""

    kind: PrincipalKind

    account: str | None
    """Twelve digits; None for services and anonymous callers."""

    role_arn: str | None = None
    """The role behind a role session; None for everyone else."""

    canonical_user: str | None = None
    """The canonical user id that S3 knows the account by, where it is known."""

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a role that an AWS service made for itself, by the name they all have.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
        """
        return _SERVICE_LINKED in f"{self.role_arn}/".partition(":role/")[2]

    @classmethod
    def parse(cls, arn: str) -> Principal:
        """Return the principal that AWS prints so.

        A role's own ARN stands for any session of that role. The role of a session is taken to
        have no path, which a session's ARN does not tell; give ``role_arn`` to the constructor
        when it has one.

        Raises:
            ValueError: Nobody who can make a request is printed so.
        """
        if arn == "anonymous":
            return cls(arn, PrincipalKind.ANONYMOUS, None)
        if _SERVICE.fullmatch(arn):
            return cls(arn, PrincipalKind.SERVICE, None)
        found = _ARN.fullmatch(arn)
        kind = _KINDS.get((found["service"], found["type"])) if found else None
        if found is None or kind is None or (kind is PrincipalKind.ROOT) != (found["name"] is None):
            raise ValueError(f"{arn!r} is not the ARN of a principal that makes requests.")
        if found["type"] == "role":
            return cls(arn, kind, found["account"], arn)
        if kind is not PrincipalKind.ROLE_SESSION:
            return cls(arn, kind, found["account"])
        role, _, session = found["name"].partition("/")
        if not session:
            raise ValueError(f"{arn!r} names no role session.")
        role_arn = f"arn:{found['partition']}:iam::{found['account']}:role/{role}"
        return cls(arn, kind, found["account"], role_arn)


@dataclass(frozen=True, slots=True)
class Request:
    """One question: may this principal do this to that?"""

    principal: Principal

    action: str
    """``s3:GetObject``; upper and lower case are the same."""

    resource: str
    """An ARN, or ``*`` for an action that is about no single resource."""

    resource_account: str | None = None
    """Who owns the resource; None means the principal's own account."""

    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """Condition keys; upper and lower case are the same."""


_PRINCIPAL_TYPES = {
    PrincipalKind.ROOT: "Account",
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED: "FederatedUser",
    PrincipalKind.PROVIDER: "Anonymous",
    PrincipalKind.ANONYMOUS: "Anonymous",
}


def request_context(
    principal: Principal,
    *,
    region: str,
    time: float | datetime,
    extra: Mapping[str, ContextValue] | None = None,
) -> dict[str, ContextValue]:
    """Return the condition keys that a request of this principal carries.

    Keys that hang on more than the principal (``aws:userid``, ``aws:SourceArn``, ``aws:SourceIp``,
    a service's own keys) are given as extra, which wins over the keys made here.

    Args:
        principal: Who makes the request.
        region: The Region that it is sent to.
        time: When, in seconds of the Unix epoch or as a date with its time zone.
        extra: Further keys with their values.
    """
    context: dict[str, ContextValue] = {**_COMMON, **time_context(int(_seconds(time)))}
    context |= principal_context(principal)
    context["aws:RequestedRegion"] = region
    given = {key.lower() for key in extra or ()}
    if not given.isdisjoint(_KEYS_MADE_HERE):
        context = {key: value for key, value in context.items() if key.lower() not in given}
    return context | dict(extra or {})


_COMMON: Mapping[str, ContextValue] = {"aws:SecureTransport": "true"}
_KEYS_MADE_HERE = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:username",
    }
)


def _seconds(time: float | datetime) -> float:
    return time.timestamp() if isinstance(time, datetime) else time


@functools.lru_cache(maxsize=8)
def time_context(second: int) -> Mapping[str, ContextValue]:
    """Return the condition keys that follow from when a request is made, in epoch seconds."""
    moment = datetime.fromtimestamp(second, UTC)
    return {
        "aws:CurrentTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(second),
    }


@functools.lru_cache(maxsize=64)
def principal_context(principal: Principal) -> Mapping[str, ContextValue]:
    """Return the condition keys that follow from who makes a request."""
    if principal.kind is PrincipalKind.SERVICE:
        return {
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": principal.arn,
            "aws:PrincipalServiceNamesList": (principal.arn,),
        }
    keys: dict[str, ContextValue] = {"aws:PrincipalType": _PRINCIPAL_TYPES[principal.kind]}
    if principal.account is None or principal.kind is PrincipalKind.PROVIDER:
        return keys
    keys["aws:PrincipalIsAWSService"] = "false"
    keys["aws:PrincipalAccount"] = principal.account
    keys["aws:PrincipalArn"] = principal.role_arn or principal.arn
    if principal.kind is PrincipalKind.USER:
        keys["aws:username"] = principal.arn.rpartition("/")[2]
    return keys
