"""The places that a document can stand in, by name, and whose policy it is there.

A place is one of the architecture's own policies (``queue-policy`` …) or ``kind:name``, where the
name is a node's or a resource's: ``queue:jobs``, ``mapping:thumbnail``, ``bucket-policy:uploads``.
``scp`` and ``key-policy`` stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.topology import Topology

SCP = "scp"
KEY_POLICY = "key-policy"
KEY_ALIAS = "alias/lab"
"""How the customer managed key is known that ``key-policy`` is about."""

SETTINGS = ("queue", "mapping", "function", "notification", "subscription")
"""The kinds of places that hold settings; all others hold policies."""

Level = Literal["resource", "identity", "trust", "limit"]


class UnknownPlaceError(LookupError):
    """The architecture has no such place; the text says what there is."""

    def __str__(self) -> str:
        """Return the sentence."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Location:
    """What a place names in one architecture."""

    place: str
    kind: str
    """queue, topic, function, role or trust for the architecture's own policies with ``own``; one
    of ``SETTINGS``, bucket-policy, boundary, scp or key-policy.
    """

    name: str
    """The resource's own name; empty for what stands alone."""

    own: bool = False
    """Whether it is one of ``Topology.places``."""

    @property
    def is_policy(self) -> bool:
        """Whether a policy stands there."""
        return self.own or self.kind not in SETTINGS

    @property
    def grants(self) -> bool:
        """Whether what stands there grants anything: boundaries and SCPs only limit."""
        return self.is_policy and self.kind not in {"boundary", SCP}


def locate(topology: Topology, place: str) -> Location:
    """Return what a place names.

    Raises:
        UnknownPlaceError: The architecture has no such place.
    """
    own = topology.places.get(place)
    if own is not None:
        return Location(place, own.kind, own.name, own=True)
    if place in {SCP, KEY_POLICY}:
        return Location(place, place, "")
    kind, _, name = place.partition(":")
    names = _names(topology).get(kind)
    if names is None or not name:
        kinds = ", ".join(
            [*topology.places, SCP, KEY_POLICY, *(f"{k}:…" for k in _names(topology))]
        )
        raise UnknownPlaceError(
            f"There is no place {place!r} in {topology.name}; there are {kinds}."
        )
    resources = {node.name: node.resource for node in topology.nodes} | {n: n for n in names}
    resource = resources.get(name, name)
    if resource not in names:
        raise UnknownPlaceError(
            f"{topology.name} has no {kind} {name!r}; there are {', '.join(names) or 'none'}."
        )
    return Location(place, kind, resource)


def _names(topology: Topology) -> Mapping[str, tuple[str, ...]]:
    """Return the names of resources by the kinds of places that are about them."""
    buckets = tuple(b.name for b in topology.buckets)
    roles = (*(f.role for f in topology.functions), *topology.other_roles)
    endpoints = (s.endpoint for t in topology.topics for s in t.subscriptions)
    return {
        "queue": tuple(q.name for q in topology.queues),
        "mapping": tuple(m.function for m in topology.mappings),
        "function": tuple(f.name for f in topology.functions),
        "notification": buckets,
        "subscription": tuple(endpoint.rpartition(":")[2] for endpoint in endpoints),
        "bucket-policy": buckets,
        "boundary": tuple(role.name for role in roles),
    }
