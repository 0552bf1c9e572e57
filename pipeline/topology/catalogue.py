"""The architectures by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.topology.direct import direct_topology
from pipeline.topology.eventbridge import eventbridge_topology
from pipeline.topology.fanout import fanout_topology
from pipeline.topology.files import documents_topology, logs_topology
from pipeline.topology.orders import orders_topology
from pipeline.topology.records import records_topology
from pipeline.topology.thumbnails import thumbnails_topology
from pipeline.topology.values import Topology

DEFAULT = "thumbnails"

_TOPOLOGIES: Mapping[str, Callable[[str, str], Topology]] = {
    "thumbnails": thumbnails_topology,
    "direct": direct_topology,
    "fanout": fanout_topology,
    "eventbridge": eventbridge_topology,
    "orders": orders_topology,
    "logs": logs_topology,
    "documents": documents_topology,
    "records": records_topology,
}

TOPOLOGY_NAMES = tuple(_TOPOLOGIES)


def make_topology(
    name: str = DEFAULT, account: str = "123456789012", region: str = "us-east-1"
) -> Topology:
    """Return an architecture in an account and Region; ``KeyError`` for an unknown name."""
    return _TOPOLOGIES[name](account, region)
