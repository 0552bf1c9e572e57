"""The policies stored in one account of the emulated cloud, for the gate and for the learner.

Reading through the API on every call would be slow, and would itself have to pass the gate; so this
reads the emulator's own records, and keeps what it parsed by the document's text: a put brings
another text, and so another policy.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.cloud.known import Known
from pipeline.gate.calls import Attached
from pipeline.iam.evaluation import NamedPolicy
from pipeline.iam.policy import Policy, parse_policy
from pipeline.iam.request import Principal, PrincipalKind
from pipeline.iam.requirement import Lookups
from pipeline.topology import Place


@functools.lru_cache(maxsize=512)
def _parsed(document: str) -> Policy:
    return parse_policy(document)


@dataclass(frozen=True, slots=True)
class StoredPolicies:
    """A reader of one account's policies."""

    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region (``aws`` for global services)."""

    bucket_owner: Callable[[str], str | None]
    """Returns the account that owns a bucket, whose name is unique among all accounts."""

    # -- attached to who calls --

    def attached_to(self, principal: Principal) -> Attached:
        """Return what is attached to a user (and its groups), or to the role of a session."""
        iam = self.backend("iam", "aws")
        if principal.kind is PrincipalKind.ROLE_SESSION:
            holder = next((r for r in iam.roles.values() if r.arn == principal.role_arn), None)
            tags = holder.tags if holder is not None else ()
            holders = [holder]
        elif principal.kind is PrincipalKind.USER:
            holder = iam.users.get(principal.arn.rpartition("/")[2])
            if holder is None or holder.arn != principal.arn:
                return Attached()
            tags = ()
            if iam.tagger.has_tags(principal.arn):
                tags = iam.tagger.list_tags_for_resource(principal.arn)["Tags"]
            holders = [holder, *(g for g in iam.groups.values() if holder in g.users)]
        else:
            return Attached()
        if holder is None:
            return Attached()
        boundary = getattr(holder, "permissions_boundary_arn", None)
        return Attached(
            policies=tuple(named for each in holders for named in _policies_of(each)),
            boundaries=self._boundary(boundary) if boundary else (),
            tags={entry["Key"]: entry["Value"] for entry in _entries(tags)},
        )

    def role_arn(self, name: str) -> str | None:
        """Return the ARN of a role, whose path its sessions do not show; None without the role."""
        for role in self.backend("iam", "aws").roles.values():
            if role.name == name:
                return str(role.arn)
        return None

    def unique_id(self, arn: str) -> str | None:
        """Return the unique id of a user or role, ``AIDA…`` or ``AROA…``; None without one."""
        iam = self.backend("iam", "aws")
        holders = (*iam.roles.values(), *iam.users.values())
        return next((str(holder.id) for holder in holders if holder.arn == arn), None)

    def _boundary(self, arn: str) -> tuple[NamedPolicy, ...]:
        policy = self.backend("iam", "aws").managed_policies.get(arn)
        return () if policy is None else (_managed(arn, policy),)

    # -- attached to what is called on --

    def resource_policy(self, resource: str) -> NamedPolicy | None:
        """Return the policy attached to a resource (an object's: its bucket), if there is one."""
        parts = resource.split(":", 5)
        reader = _RESOURCE_POLICIES.get(parts[2]) if len(parts) == 6 else None
        if reader is None:
            return None
        name, read = reader
        region = "aws" if parts[2] == "s3" else self.region
        text = read(self.backend(parts[2], region), parts[5])
        return NamedPolicy(name, _parsed(_text(text))) if text else None

    def trust_policy(self, role_arn: str) -> NamedPolicy | None:
        """Return a role's trust policy, or None when there is no such role."""
        for role in self.backend("iam", "aws").roles.values():
            if role.arn == role_arn:
                return NamedPolicy("trust policy", _parsed(_text(role.assume_role_policy_document)))
        return None

    def owner(self, resource: str) -> str:
        """Return the account that a resource belongs to; this one when nothing says another."""
        parts = resource.split(":", 5)
        if len(parts) == 6 and parts[2] == "s3":
            return self.bucket_owner(parts[5].partition("/")[0]) or self.account
        return parts[4] if len(parts) == 6 and parts[4].isdigit() else self.account

    def lookups(self) -> Lookups:
        """Return what the cloud knows that a call does not say."""
        return Known(self.region, self.account, self.backend).lookups()

    # -- in a topology --

    def policy_text(self, place: Place) -> str | None:
        """Return the policy that stands in a place, or None without one."""
        if place.kind in {"queue", "topic"}:
            service, read = ("sqs", _of_queue) if place.kind == "queue" else ("sns", _of_topic)
            text = read(self.backend(service, self.region), place.name)
        elif place.kind == "function":
            text = _of_function(self.backend("lambda", self.region), place.name)
        else:
            role = self.backend("iam", "aws").get_role(place.name)
            text = (
                role.assume_role_policy_document
                if place.kind == "trust"
                else role.policies.get(place.name)
            )
        return _text(text) if text else None


def session_policy(document: str) -> NamedPolicy:
    """Return the policy that a session was limited to when it was assumed."""
    return NamedPolicy("session policy", _parsed(document))


def _entries(tags: Any) -> Iterable[Mapping[str, str]]:
    """Return tags as a list of names and values; moto keeps a role's as either."""
    return tags.values() if isinstance(tags, Mapping) else tags or ()


def _policies_of(holder: Any) -> Iterable[NamedPolicy]:
    for name, document in holder.policies.items():
        yield NamedPolicy(name, _parsed(_text(document)))
    for arn, policy in holder.managed_policies.items():
        yield _managed(arn, policy)


def _managed(arn: str, policy: Any) -> NamedPolicy:
    current = next(v for v in policy.versions if v.version_id == policy.default_version_id)
    return NamedPolicy(policy.name, _parsed(_text(current.document)), arn=arn)


def _of_bucket(s3: Any, resource: str) -> Any:
    return getattr(s3.buckets.get(resource.partition("/")[0]), "policy", None)


def _of_queue(sqs: Any, resource: str) -> Any:
    return getattr(sqs.queues.get(resource), "policy", None)


def _of_topic(sns: Any, resource: str) -> Any:
    topic = next((t for t in sns.topics.values() if t.name == resource), None)
    return getattr(topic, "policy", None)


def _of_function(functions: Any, resource: str) -> Any:
    """A function's policy has a statement for each AddPermission, and is none without any."""
    name = resource.removeprefix("function:").partition(":")[0]
    function = next((f for f in functions.list_functions() if f.function_name == name), None)
    statements = function.policy.statements if function is not None else []
    if not statements:
        return None
    named = [{**entry, "Principal": _principal_of(entry["Principal"])} for entry in statements]
    return {"Version": "2012-10-17", "Statement": named}


def _principal_of(principal: Any) -> Any:
    """Return whom AddPermission names: moto keeps an account or an ARN as bare text."""
    bare = isinstance(principal, str) and principal != "*"
    return {"AWS": principal} if bare else principal


def _of_key(kms: Any, resource: str) -> Any:
    return getattr(kms.keys.get(resource.removeprefix("key/")), "policy", None)


def _of_bus(events: Any, resource: str) -> Any:
    return getattr(events.event_buses.get(resource.removeprefix("event-bus/")), "policy", None)


_RESOURCE_POLICIES: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "events": ("event bus policy", _of_bus),
    "kms": ("key policy", _of_key),
    "lambda": ("function policy", _of_function),
    "s3": ("bucket policy", _of_bucket),
    "sns": ("topic policy", _of_topic),
    "sqs": ("queue policy", _of_queue),
}
"""By the service in a resource's ARN: what its policy is called, and where moto keeps it."""


def _text(document: Any) -> str:
    """Return a stored policy, which moto keeps as text, bytes or a document, as text."""
    if isinstance(document, bytes):
        return document.decode()
    return document if isinstance(document, str) else json.dumps(document)
