"""Where the policies of a request stand, and how another policy is put in such a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.iam.evaluation import evaluate
from pipeline.iam.policy import Policy, Statement
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer, NamedPolicy, StatementTrace
from pipeline.iam.verdicts import Policies


@dataclass(frozen=True, slots=True)
class Place:
    """Where one policy stands among those of a request."""

    layer: Layer

    policy: str
    """What the policy is called, or would be called."""

    level: int = 0
    """Of organization policies, the level: 0 is the root of the organization."""

    position: int = 0
    """Its place among the policies of its layer and level, from 0."""

    is_new: bool = False
    """Whether there is no policy yet."""

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "layer": str(self.layer),
            "policy": self.policy,
            "level": self.level,
            "position": self.position,
            "is_new": self.is_new,
        }


_SINGLE = {Layer.RESOURCE: "resource", Layer.TRUST: "resource", Layer.SESSION: "session"}
_LEVELLED = {Layer.SCP: "scps", Layer.RCP: "rcps"}
_SEVERAL = {
    Layer.IDENTITY: "identity",
    Layer.BOUNDARY: "boundaries",
    Layer.ENDPOINT: "endpoints",
}
_EMPTY = Policy("2012-10-17", None, ())
_PROBE = NamedPolicy("held against the request alone", _EMPTY)


def layer_of_resource(policies: Policies) -> Layer:
    """Return the layer that the resource's own policy stands in."""
    return Layer.TRUST if policies.is_trust_policy else Layer.RESOURCE


def placed(policies: Policies) -> Iterator[tuple[Place, NamedPolicy]]:
    """Yield every policy with its place."""
    for layer, name in _SEVERAL.items():
        for position, named in enumerate(getattr(policies, name)):
            yield Place(layer, named.name, 0, position), named
    for layer in (layer_of_resource(policies), Layer.SESSION):
        named = getattr(policies, _SINGLE[layer])
        if named is not None:
            yield Place(layer, named.name), named
    for layer, name in _LEVELLED.items():
        for level, several in enumerate(getattr(policies, name)):
            for position, named in enumerate(several):
                yield Place(layer, named.name, level, position), named


def policy_at(policies: Policies, place: Place) -> NamedPolicy:
    """Return the policy in a place; in a new one it is empty."""
    if place.is_new:
        return NamedPolicy(place.policy, _EMPTY)
    found: NamedPolicy | None
    if place.layer in _SINGLE:
        found = getattr(policies, _SINGLE[place.layer])
    elif place.layer in _LEVELLED:
        found = getattr(policies, _LEVELLED[place.layer])[place.level][place.position]
    else:
        found = getattr(policies, _SEVERAL[place.layer])[place.position]
    if found is None:
        raise LookupError(f"There is no {place.layer} policy where {place.policy} should be.")
    return found


def with_policy(policies: Policies, place: Place, policy: Policy) -> Policies:
    """Return policies with another policy in a place."""
    named = replace(policy_at(policies, place), policy=policy)
    if place.layer in _SINGLE:
        return _with_field(policies, _SINGLE[place.layer], named)
    if place.layer in _SEVERAL:
        name = _SEVERAL[place.layer]
        return _with_field(policies, name, _with(getattr(policies, name), place.position, named))
    name = _LEVELLED[place.layer]
    levels = getattr(policies, name)
    level = _with(levels[place.level], place.position, named)
    return _with_field(policies, name, _with(levels, place.level, level))


def _with_field(policies: Policies, name: str, value: Any) -> Policies:
    changes: dict[str, Any] = {name: value}
    return replace(policies, **changes)


def _with(several: tuple[Any, ...], position: int, entry: Any) -> tuple[Any, ...]:
    return (*several[:position], entry, *several[position + 1 :])


def traces_at(
    request: Request, policies: Policies, layer: Layer, policy: Policy, *, all_: bool = True
) -> tuple[StatementTrace, ...]:
    """Return why each statement of a policy matches in a layer; none when that has no part.

    Args:
        request: Who asks for what.
        policies: What applies to it.
        layer: Where the policy would stand.
        policy: The policy.
        all_: Whether statements that do not match are wanted too.
    """
    probe = replace(_PROBE, policy=policy)
    alone = Policies(
        boundaries=(NamedPolicy("boundary", _EMPTY),) if policies.boundaries else (),
        is_trust_policy=policies.is_trust_policy,
    )
    if layer in _SINGLE:
        alone = _with_field(alone, _SINGLE[layer], probe)
    elif layer in _SEVERAL:
        alone = _with_field(alone, _SEVERAL[layer], (probe,))
    else:
        alone = _with_field(alone, _LEVELLED[layer], ((probe,),))
    traces = evaluate(request, alone, trace=all_).traces
    return tuple(trace for trace in traces if trace.policy == _PROBE.name)


def matches(
    request: Request, policies: Policies, layer: Layer, statement: Statement | None
) -> bool:
    """Tell whether a statement would match in a layer; None stands for one that is malformed."""
    if statement is None:
        return False
    policy = Policy(_EMPTY.version, None, (statement,))
    return bool(traces_at(request, policies, layer, policy, all_=False))
