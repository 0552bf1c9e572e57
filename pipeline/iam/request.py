"""Who wants to do what to which resource, and in which context.

The keys that every request carries are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

Value = str | tuple[str, ...]
"""A condition key's value in a request: one, or several for multivalued keys."""


class PrincipalKind(StrEnum):
    """What a caller is."""

    USER = "user"
    ROLE_SESSION = "role session"
    ROOT = "root"
    FEDERATED = "federated user"
    SERVICE = "service"
    ANONYMOUS = "anonymous"


_PRINCIPAL_TYPES = {
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.ROOT: "Account",
    PrincipalKind.FEDERATED: "FederatedUser",
    PrincipalKind.SERVICE: "Service",
    PrincipalKind.ANONYMOUS: "Anonymous",
}
"""The values of ``aws:PrincipalType``."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller."""

    arn: str
    """As AWS prints it; a service's name such as ``s3.amazonaws.com``; or ``anonymous``."""

    kind: PrincipalKind
    account: str | None = None
    role_arn: str | None = None
    """For a role session: the role's own ARN."""

    @classmethod
    def parse(cls, arn: str) -> Principal:
        """Return the principal that an ARN, a service's name or ``anonymous`` names.

        A session's ARN leaves out its role's path: a role with a path must be given in full.

        Raises:
            ValueError: It names no principal.
        """
        if arn == "anonymous":
            return cls(arn, PrincipalKind.ANONYMOUS)
        if not arn.startswith("arn:"):
            if not arn.endswith(".amazonaws.com"):
                raise ValueError(f"{arn!r} is neither an ARN nor an AWS service's name.")
            return cls(arn, PrincipalKind.SERVICE)
        parts = arn.split(":", 5)
        if len(parts) != 6:
            raise ValueError(f"{arn!r} is not an ARN.")
        _, partition, service, _, account, resource = parts
        kind, _, rest = resource.partition("/")
        match (service, kind):
            case ("iam", "root"):
                return cls(arn, PrincipalKind.ROOT, account)
            case ("iam", "user"):
                return cls(arn, PrincipalKind.USER, account)
            case ("sts", "assumed-role"):
                role = f"arn:{partition}:iam::{account}:role/{rest.partition('/')[0]}"
                return cls(arn, PrincipalKind.ROLE_SESSION, account, role)
            case ("sts", "federated-user"):
                return cls(arn, PrincipalKind.FEDERATED, account)
        raise ValueError(f"{arn!r} names nobody who can call AWS.")


@dataclass(frozen=True, slots=True)
class Request:
    """One action that somebody asks for."""

    principal: Principal
    action: str
    resource: str
    """An ARN, or ``*`` for actions that know no resources."""

    resource_account: str | None
    """The account that owns the resource."""

    context: Mapping[str, Value] = field(default_factory=dict)
    """Condition keys and their values; the case of keys does not count."""

    def value_of(self, key: str) -> Value | None:
        """Return the value of a condition key, or None when the request has none."""
        found = self.context.get(key)
        if found is not None:
            return found
        wanted = key.lower()
        return next((v for k, v in self.context.items() if k.lower() == wanted), None)


def request_context(
    principal: Principal, *, region: str, time: float, extra: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """Return the context of a request made at ``time`` (seconds since 1970) in a Region."""
    moment = datetime.fromtimestamp(int(time), UTC)
    context: dict[str, Value] = {
        "aws:CurrentTime": moment.isoformat().replace("+00:00", "Z"),
        "aws:EpochTime": str(int(time)),
        "aws:PrincipalType": _PRINCIPAL_TYPES[principal.kind],
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true",
    }
    if principal.kind is PrincipalKind.SERVICE:
        context["aws:PrincipalIsAWSService"] = "true"
        context["aws:PrincipalServiceName"] = principal.arn
    elif principal.kind is not PrincipalKind.ANONYMOUS:
        context["aws:PrincipalIsAWSService"] = "false"
        context["aws:PrincipalArn"] = principal.role_arn or principal.arn
        context["aws:PrincipalAccount"] = principal.account or ""
    if principal.kind is PrincipalKind.USER:
        context["aws:username"] = principal.arn.rpartition("/")[2]
    context.update(extra or {})
    return context
