"""Checks that services make of a policy that is put, which moto makes in part or not at all.

What each refuses, and in which words, is in ``iam.lint``; here is which call carries which policy,
and what an account holds: the users and roles that exist, and a role's other policies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.iam.lint import put_refusal
from pipeline.iam.lint.puts_iam import characters
from pipeline.iam.policy import PolicyKind

Parameters = Mapping[str, Any]
_IDENTIFIERS = ("AIDA", "AROA")


@dataclass(frozen=True, slots=True)
class _Carried:
    """Where a call carries a policy, and what is to hold it."""

    kind: PolicyKind
    policy: Callable[[Parameters], str | None]
    holder: str
    name: str = ""
    """The parameter that names the holder."""


def _at(*names: str) -> Callable[[Parameters], str | None]:
    """Return what finds a parameter, by the names that lead to it."""

    def find(parameters: Parameters) -> str | None:
        value: Any = parameters
        for name in names:
            value = (value or {}).get(name)
        return None if value is None else str(value)

    return find


def _topic_policy(parameters: Parameters) -> str | None:
    return parameters["AttributeValue"] if parameters["AttributeName"] == "Policy" else None


_IDENTITY, _RESOURCE, _TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST
_DOCUMENT = _at("PolicyDocument")
_ATTRIBUTE = _at("Attributes", "Policy")

_PUTS = {
    ("dynamodb", "CreateTable"): _Carried(_RESOURCE, _at("ResourcePolicy"), "table"),
    ("dynamodb", "PutResourcePolicy"): _Carried(_RESOURCE, _at("Policy"), "table"),
    ("iam", "CreatePolicy"): _Carried(_IDENTITY, _DOCUMENT, "policy", "PolicyName"),
    ("iam", "CreatePolicyVersion"): _Carried(_IDENTITY, _DOCUMENT, "policy", "PolicyArn"),
    ("iam", "CreateRole"): _Carried(_TRUST, _at("AssumeRolePolicyDocument"), "role", "RoleName"),
    ("iam", "PutGroupPolicy"): _Carried(_IDENTITY, _DOCUMENT, "group", "GroupName"),
    ("iam", "PutRolePolicy"): _Carried(_IDENTITY, _DOCUMENT, "role", "RoleName"),
    ("iam", "PutUserPolicy"): _Carried(_IDENTITY, _DOCUMENT, "user", "UserName"),
    ("iam", "UpdateAssumeRolePolicy"): _Carried(_TRUST, _DOCUMENT, "role", "RoleName"),
    ("kms", "CreateKey"): _Carried(_RESOURCE, _at("Policy"), "key"),
    ("kms", "PutKeyPolicy"): _Carried(_RESOURCE, _at("Policy"), "key"),
    ("s3", "PutBucketPolicy"): _Carried(_RESOURCE, _at("Policy"), "bucket", "Bucket"),
    ("sns", "CreateTopic"): _Carried(_RESOURCE, _ATTRIBUTE, "topic"),
    ("sns", "SetTopicAttributes"): _Carried(_RESOURCE, _topic_policy, "topic"),
    ("sqs", "CreateQueue"): _Carried(_RESOURCE, _ATTRIBUTE, "queue"),
    ("sqs", "SetQueueAttributes"): _Carried(_RESOURCE, _ATTRIBUTE, "queue"),
}


def policy_checks(stored: Stored, new_id: Callable[[], str]) -> dict[tuple[str, str], Check]:
    """Return the checks of policies, by service and operation."""
    return {call: _check(carried, stored, new_id) for call, carried in _PUTS.items()}


def _check(carried: _Carried, stored: Stored, new_id: Callable[[], str]) -> Check:
    def check(call: ApiCall) -> wire.WireResponse | None:
        text = carried.policy(call.parameters)
        # Without a policy there is nothing to check; SQS takes an empty one as its removal.
        if text is None or (call.service == "sqs" and not text):
            return None
        name = str(call.parameters.get(carried.name, ""))
        refusal = put_refusal(
            call.service,
            text,
            carried.kind,
            holder=carried.holder,
            name=name,
            others=_others(stored, carried.holder, name, call.parameters.get("PolicyName")),
            resource=f"arn:aws:s3:::{name}" if carried.holder == "bucket" else None,
            exists=lambda principal: _exists(stored, principal),
        )
        if refusal is None:
            return None
        return wire.error(
            call.service,
            refusal.code,
            refusal.message,
            refusal.status,
            protocol=call.protocol,
            request_id=new_id(),
        )

    return check


def _others(stored: Stored, holder: str, name: str, policy: str | None) -> int:
    """Return the characters of the inline policies that a role, user or group has besides one."""
    iam = stored.backend("iam", "aws")
    held = {"group": iam.groups, "role": iam.roles, "user": iam.users}.get(holder, {})
    found = next((entry for entry in held.values() if entry.name == name), None)
    policies: Mapping[str, Any] = getattr(found, "policies", {})
    return sum(
        characters(document if isinstance(document, str) else json.dumps(document))
        for other, document in policies.items()
        if other != policy
    )


def _exists(stored: Stored, principal: str) -> bool:
    """Tell whether a user or role exists; what is of other accounts is taken to."""
    iam = stored.backend("iam", "aws")
    known = (*iam.roles.values(), *iam.users.values())
    if principal.startswith(_IDENTIFIERS):
        return any(entry.id == principal for entry in known)
    segments = principal.split(":", 5)
    if len(segments) < 6 or segments[2] != "iam" or segments[4] != stored.account:
        return True
    if not segments[5].startswith(("role/", "user/")):
        return True
    return any(entry.arn == principal for entry in known)
