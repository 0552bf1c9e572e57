"""What became of a request, in the words of AWS's messages.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer, StatementTrace


class Result(StrEnum):
    """What becomes of a request."""

    ALLOWED = "Allowed"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    IMPLICITLY_DENIED = "ImplicitlyDenied"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request, and why."""

    request: Request
    result: Result

    layer: Layer
    """The layer that decided: of an implicit denial, the one that lacks an allow."""

    statement: StatementTrace | None
    """The statement that decided; None when none did."""

    reason: str
    """The end of AWS's sentence, or for an allowed request what allowed it."""

    message: str
    """The whole sentence."""

    traces: tuple[StatementTrace, ...]
    """Every statement that was looked at, in the order of the policies."""

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.result is Result.ALLOWED

    def as_document(self) -> dict[str, Any]:
        """Return the decision as a JSON document."""
        return {**self.head(), "statements": [trace.as_document() for trace in self.traces]}

    def head(self) -> dict[str, Any]:
        """Return the document without its statements."""
        decided = self.statement
        return {
            "result": str(self.result),
            "layer": str(self.layer),
            "principal": self.request.principal.arn,
            "action": self.request.action,
            "resource": self.request.resource,
            "reason": self.reason,
            "policy": decided.policy if decided else None,
            "sid": decided.sid if decided else None,
        }


_IMPLICIT = {
    Layer.IDENTITY: "because no identity-based policy allows the {} action",
    Layer.RESOURCE: "because no resource-based policy allows the {} action",
    Layer.BOUNDARY: "because no permissions boundary allows the {} action",
    Layer.SESSION: "because no session policy allows the {} action",
    Layer.SCP: "with an explicit deny in a service control policy",
    Layer.ENDPOINT: "because no VPC endpoint policy allows the {} action",
    Layer.TRUST: "because no role trust policy allows the {} action",
}
"""What a service control policy does not allow reads as an explicit deny, on AWS too."""

_EXPLICIT = {
    Layer.IDENTITY: "with an explicit deny in an identity-based policy",
    Layer.RESOURCE: "with an explicit deny in a resource-based policy",
    Layer.BOUNDARY: "with an explicit deny in a permissions boundary",
    Layer.SESSION: "with an explicit deny in a session policy",
    Layer.SCP: "with an explicit deny in a service control policy",
    Layer.RCP: "with an explicit deny in a resource control policy",
    Layer.ENDPOINT: "with an explicit deny in a VPC endpoint policy",
    Layer.TRUST: "with an explicit deny in the role trust policy",
}
_NAMING_THEIR_POLICY = frozenset(
    {Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION, Layer.SCP, Layer.RCP}
)
ROOT_ASSUMES_NOTHING = "Roles may not be assumed by root accounts."
_RESOURCE_UNSAID = "s3:listallmybuckets"
"""Its resource is every bucket, which AWS's message does not name."""


def allowed(
    request: Request,
    layer: Layer,
    decided: StatementTrace | None,
    traces: tuple[StatementTrace, ...],
) -> Decision:
    """Return the decision to allow a request."""
    if decided is not None:
        statement = decided.sid or f"Statement[{decided.index}]"
        reason = f"allowed by statement {statement} of {decided.policy}"
    elif request.principal.kind == "root":
        reason = "allowed because the root user may do everything in its own account"
    else:
        reason = f"allowed because {request.action} needs no permission"
    message = f"{_subject(request)} is authorized to perform: {_object(request)}: {reason}"
    return Decision(request, Result.ALLOWED, layer, decided, reason, message, traces)


def explicitly_denied(
    request: Request,
    decided: StatementTrace,
    policy_arn: str | None,
    traces: tuple[StatementTrace, ...],
) -> Decision:
    """Return the decision of a statement that denies.

    The message ends in the policy's ARN when it is a managed one.
    https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
    """
    reason = _EXPLICIT[decided.layer]
    named = policy_arn is not None and decided.layer in _NAMING_THEIR_POLICY
    message = f"{refusal(request)} {reason}" + (f": {policy_arn}" if named else "")
    return Decision(
        request, Result.EXPLICITLY_DENIED, decided.layer, decided, reason, message, traces
    )


def implicitly_denied(
    request: Request, layer: Layer, traces: tuple[StatementTrace, ...]
) -> Decision:
    """Return the decision when a layer lacks an allow."""
    if layer is Layer.ROOT:
        reason = "because roles may not be assumed by root accounts"
        message = ROOT_ASSUMES_NOTHING
    else:
        reason = _IMPLICIT[layer].format(request.action)
        message = f"{refusal(request)} {reason}"
    return Decision(request, Result.IMPLICITLY_DENIED, layer, None, reason, message, traces)


def refusal(request: Request) -> str:
    """Return the first part of AWS's sentence, up to the reason."""
    return f"{_subject(request)} is not authorized to perform: {_object(request)}"


def _subject(request: Request) -> str:
    return f"User: {request.principal.arn}"


def _object(request: Request) -> str:
    if request.resource == "*" or request.action.lower() == _RESOURCE_UNSAID:
        return request.action
    return f"{request.action} on resource: {request.resource}"
