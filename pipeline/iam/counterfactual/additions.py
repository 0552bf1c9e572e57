"""The statement that allows exactly what was asked, for each place that could have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.counterfactual.edits import Document, Edit, EditKind, read_statement
from pipeline.iam.counterfactual.places import (
    Place,
    layer_of_resource,
    matches,
    placed,
    policy_at,
)
from pipeline.iam.counterfactual.wording import caller, cut, kind_of, policy_of
from pipeline.iam.request import PrincipalKind, Request
from pipeline.iam.tracing import Layer, NamedPolicy
from pipeline.iam.verdicts import Policies

VARIABLES_SINCE = "2012-10-17"
_COST = 3
COST_OF_A_SESSION = 8
_COST_OF_AN_ACCOUNT = 5
_WITHOUT_RESOURCE_POLICIES = frozenset({"cloudformation", "iam", "sts"})
_SPECIAL = re.compile(r"[*?]|\$(?=\{)")
_CONFUSED_DEPUTY = {"aws:sourcearn": "ArnLike", "aws:sourceaccount": "StringEquals"}
"""What a statement for a service should demand.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""


@dataclass(frozen=True, slots=True)
class Naming:
    """A way in which a resource's policy can name the caller."""

    principal: Any
    """The value of the element Principal."""

    cost: int
    who: str
    """The same for a sentence."""


def literal(text: str, version: str) -> str:
    """Return text as an element of a policy that stands for nothing but itself."""
    if version != VARIABLES_SINCE:
        return text
    return _SPECIAL.sub(lambda found: f"${{{found.group()}}}", text)


def resource_text(request: Request, version: str) -> str:
    """Return the request's resource as a value of Resource."""
    return "*" if request.resource == "*" else literal(request.resource, version)


def namings(request: Request) -> tuple[Naming, ...]:
    """Return how a resource's policy can name the caller, the best way first.

    A role is better named than its session, whose name is another one each time; naming a whole
    account only helps where that lets the account's own policies decide, as with KMS keys.
    """
    principal = request.principal
    action = request.action.lower()
    who = caller(principal)
    if principal.kind is PrincipalKind.ANONYMOUS:
        return (Naming("*", _COST, who),)
    vouches = action.startswith("sts:assumerolewith")
    if principal.kind is PrincipalKind.PROVIDER or vouches:
        return (Naming({"Federated": principal.arn}, _COST, who),)
    if principal.kind is PrincipalKind.SERVICE:
        return (Naming({"Service": principal.arn}, _COST, who),)
    found = [Naming({"AWS": principal.role_arn or principal.arn}, _COST, who)]
    if principal.role_arn not in (None, principal.arn):
        session = f"this one session of {who}"
        found.append(Naming({"AWS": principal.arn}, COST_OF_A_SESSION, session))
    if action.startswith("kms:") and principal.kind is not PrincipalKind.ROOT:
        partition = principal.arn.split(":")[1]
        root = f"arn:{partition}:iam::{principal.account}:root"
        account = f"the account {principal.account}"
        found.append(Naming({"AWS": root}, _COST_OF_AN_ACCOUNT, account))
    return tuple(found)


def is_editable(named: NamedPolicy) -> bool:
    """Tell whether a policy is the customer's own, which AWS's managed policies are not."""
    return named.arn is None or "::aws:policy/" not in named.arn


def _has_policies(request: Request) -> bool:
    """Tell whether what a request is about can have a policy of its own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
    """
    service = request.action.partition(":")[0].lower()
    return request.resource != "*" and service not in _WITHOUT_RESOURCE_POLICIES


def targets(request: Request, policies: Policies) -> tuple[Place, ...]:
    """Return the places in which a statement could be added: one for each that can lack it.

    Resource control policies lack none: at every level everything is allowed that none denies.
    """
    attached = layer_of_resource(policies)
    found: dict[tuple[Layer, int, int], Place] = {}
    for place, named in placed(policies):
        each = place.layer in (Layer.BOUNDARY, Layer.ENDPOINT)
        key = (place.layer, place.level, place.position if each else 0)
        if is_editable(named) and place.layer is not Layer.RCP:
            found.setdefault(key, place)
    new = []
    if request.principal.kind is not PrincipalKind.ROOT:
        new.append(Place(Layer.IDENTITY, "", position=len(policies.identity), is_new=True))
    if policies.resource is None and (policies.is_trust_policy or _has_policies(request)):
        new.append(Place(attached, "", is_new=True))
    if policies.session is None and request.principal.kind is PrincipalKind.FEDERATED:
        new.append(Place(Layer.SESSION, "", is_new=True))
    new.extend(
        Place(Layer.SCP, "", level, len(several), is_new=True)
        for level, several in enumerate(policies.scps)
    )
    for place in new:
        name = f"new {kind_of(place.layer, request)}"
        found.setdefault(
            (place.layer, place.level, 0),
            Place(place.layer, name, place.level, place.position, is_new=True),
        )
    order = list(Layer)
    return tuple(sorted(found.values(), key=lambda place: (order.index(place.layer), place.level)))


def additions(request: Request, policies: Policies, place: Place) -> tuple[Edit, ...]:
    """Return the statements that would match in a place, the best first."""
    version = policy_at(policies, place).policy.version
    found = []
    for way in _ways(request, place.layer):
        for document in _statements(request, place.layer, way, version):
            if matches(request, policies, place.layer, read_statement(document, version)):
                found.append(_addition(request, place, way, document))
                break
    return tuple(found)


def attempt(request: Request, policies: Policies, place: Place) -> Edit | None:
    """Return the statement that somebody would try in a place, whether or not it matches there."""
    matching = additions(request, policies, place)
    if matching:
        return matching[0]
    version = policy_at(policies, place).policy.version
    for way in _ways(request, place.layer):
        for document in _statements(request, place.layer, way, version):
            if read_statement(document, version) is not None:
                return _addition(request, place, way, document)
    return None


def _ways(request: Request, layer: Layer) -> tuple[Naming, ...]:
    if layer in (Layer.RESOURCE, Layer.TRUST):
        return namings(request)
    return (Naming("*" if layer is Layer.ENDPOINT else None, _COST, ""),)


def _addition(request: Request, place: Place, way: Naming, document: Document) -> Edit:
    sentence = _sentence(request, place, way)
    return Edit(place, EditKind.ADD, None, None, document, sentence, cost=way.cost)


def _statements(
    request: Request, layer: Layer, way: Naming, version: str
) -> Iterator[dict[str, Any]]:
    """Yield statements, the strictest first; a request may be about what has no ARN."""
    resources = dict.fromkeys((resource_text(request, version), "*"))
    demands = _conditions(request, version)
    for conditions in (demands, {}) if demands else ({},):
        for resource in [None] if layer is Layer.TRUST else resources:
            statement: dict[str, Any] = {"Effect": "Allow"}
            if way.principal is not None:
                statement["Principal"] = way.principal
            statement["Action"] = request.action
            if resource is not None:
                statement["Resource"] = resource
            if conditions and way.who:
                statement["Condition"] = conditions
            yield statement


def _conditions(request: Request, version: str) -> Mapping[str, Any]:
    if request.principal.kind is not PrincipalKind.SERVICE:
        return {}
    return {
        _CONFUSED_DEPUTY[key.lower()]: {key: literal(value, version)}
        for key, value in sorted(request.context.items())
        if key.lower() in _CONFUSED_DEPUTY and isinstance(value, str)
    }


def _sentence(request: Request, place: Place, way: Naming) -> str:
    policy, action = policy_of(place, request), cut(request.action, 48)
    if place.layer is Layer.TRUST:
        return f"Add a statement to {policy} that lets {way.who} assume the role."
    if way.who:
        return f"Add a statement to {policy} that lets {way.who} do {action} on this resource."
    return f"Add a statement to {policy} that allows {action} on this resource."
