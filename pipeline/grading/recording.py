"""The requests that were allowed while everything worked, and a policy in another's stead.

What is recorded keeps the policies that it was decided by. With one of them exchanged it can be
decided again, without a cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.gate.authorizer import Decided
from pipeline.grading.places import Location
from pipeline.iam.evaluation import NamedPolicy, Policies
from pipeline.iam.policy import Policy
from pipeline.iam.request import ContextValue, Request
from pipeline.topology import Topology

_PASSING = frozenset({"aws:CurrentTime", "aws:EpochTime"})


@dataclass(frozen=True, slots=True)
class Needed:
    """A request that was allowed, and what it was decided by."""

    request: Request
    policies: Policies


@dataclass(slots=True)
class Recording:
    """Hears every decision, and keeps one of each kind that was allowed."""

    needed: dict[tuple[object, ...], Needed] = field(default_factory=dict)

    def __call__(self, decided: Decided) -> None:
        """Take a decision."""
        if decided.allowed:
            request = decided.decision.request
            self.needed[_kind(request)] = Needed(request, decided.policies)


def _kind(request: Request) -> tuple[object, ...]:
    keys: Mapping[str, ContextValue] = request.context
    context = frozenset(item for item in keys.items() if item[0] not in _PASSING)
    return request.principal.arn, request.action, request.resource, context


@dataclass(frozen=True, slots=True)
class Holder:
    """What a policy is attached to."""

    kind: str
    """resource, role or trust."""

    arn: str
    name: str
    """What the policy is called."""

    @property
    def is_key(self) -> bool:
        """Whether it is a KMS key.

        In its policy the resource is always ``*``, for the key itself, and the account stays in,
        so that the key can be managed.
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        """
        return self.arn.startswith("arn:aws:kms:")

    def concerns(self, needed: Needed) -> bool:
        """Tell whether the policy takes part in deciding a request."""
        request, policies = needed.request, needed.policies
        if self.kind == "role":
            return request.principal.role_arn == self.arn
        if policies.is_trust_policy or self.kind == "trust":
            return (
                policies.is_trust_policy and self.kind == "trust" and request.resource == self.arn
            )
        resource = request.resource
        return resource == self.arn or resource.startswith((f"{self.arn}/", f"{self.arn}:"))

    def with_policy(self, needed: Needed, policy: Policy | None) -> Policies:
        """Return what would decide a request with another policy in this one's stead, or none."""
        policies = needed.policies
        if self.kind == "role":
            others = tuple(named for named in policies.identity if named.name != self.name)
            own = () if policy is None else (NamedPolicy(self.name, policy),)
            return replace(policies, identity=(*own, *others))
        held = None if policy is None else NamedPolicy(self.name, policy)
        return replace(policies, resource=held)


def holder_of(topology: Topology, location: Location, key: str = "") -> Holder:
    """Return what the policy in a place is attached to.

    Args:
        topology: The architecture.
        location: The place; one that grants something.
        key: The ARN of the customer managed key.
    """
    name, kind = location.name, location.kind
    if kind in {"role", "trust"}:
        return Holder(kind, f"arn:aws:iam::{topology.account}:role/{name}", name)
    here = f"{topology.region}:{topology.account}"
    arn = {
        "queue": f"arn:aws:sqs:{here}:{name}",
        "topic": f"arn:aws:sns:{here}:{name}",
        "function": f"arn:aws:lambda:{here}:function:{name}",
        "bucket-policy": f"arn:aws:s3:::{name}",
        "key-policy": key,
    }[kind]
    return Holder("resource", arn, f"{kind} policy".replace("-policy policy", " policy"))
