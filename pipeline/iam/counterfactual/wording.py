"""The names of things in the sentences that learners read."""

from __future__ import annotations

from pipeline.iam.counterfactual.places import Place
from pipeline.iam.request import Principal, PrincipalKind, Request
from pipeline.iam.tracing import Layer

LONGEST_NAME = 32
"""Names are cut to this, so that a sentence stays one line or two."""

_KINDS = {
    Layer.IDENTITY: "identity-based policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
    Layer.SCP: "service control policy",
    Layer.RCP: "resource control policy",
    Layer.ENDPOINT: "VPC endpoint policy",
    Layer.TRUST: "role trust policy",
    Layer.ROOT: "root user",
}
_OF_RESOURCES = {
    "s3": "bucket policy",
    "sqs": "queue policy",
    "sns": "topic policy",
    "kms": "key policy",
    "events": "event bus policy",
}
_WITHOUT_ACCOUNT = {
    PrincipalKind.SERVICE: "an AWS service",
    PrincipalKind.PROVIDER: "an identity provider",
    PrincipalKind.ANONYMOUS: "an anonymous caller",
}


def cut(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text, or its beginning when it is long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def kind_of(layer: Layer, request: Request) -> str:
    """Return what a policy of a layer is called: for a queue, a queue policy."""
    service = request.action.partition(":")[0].lower()
    if layer is Layer.RESOURCE and service in _OF_RESOURCES:
        return _OF_RESOURCES[service]
    return _KINDS[layer]


def policy_of(place: Place, request: Request) -> str:
    """Return the policy of a place as a sentence names it."""
    kind = kind_of(place.layer, request)
    if place.is_new:
        return f"a new {kind}"
    name = cut(place.policy)
    return f"the {kind}" if name.lower() == kind.lower() else f"the {kind} {name}"


def caller(principal: Principal) -> str:
    """Return who makes a request as a sentence names them: ``the role maker``."""
    name = cut((principal.role_arn or principal.arn).rpartition("/")[2])
    match principal.kind:
        case PrincipalKind.ROLE_SESSION:
            return f"the role {name}"
        case PrincipalKind.USER | PrincipalKind.FEDERATED:
            return f"the {principal.kind} {name}"
        case PrincipalKind.ROOT:
            return f"the root user of {principal.account}"
        case PrincipalKind.ANONYMOUS:
            return "everyone"
    return cut(principal.arn)


def sort_of_caller(principal: Principal) -> str:
    """Return the sort of caller that has no identity-based policies, with its article."""
    return _WITHOUT_ACCOUNT.get(principal.kind, "the caller")


def statement_of(sid: str | None, index: int) -> str:
    """Return a statement as a decision's reason names it."""
    return cut(sid) if sid else f"Statement[{index}]"
