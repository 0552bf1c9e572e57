"""The architecture as values: what exists, who may do what, and the arrows between.

Nothing here calls anything. The sandbox creates these values with boto3, the gate asks which arrow
a call travels, the diagram draws them, and a lesson names them. ``resources.py`` and ``values.py``
say what an architecture is made of; each architecture is a module of its own.
"""

from pipeline.topology.catalogue import DEFAULT, TOPOLOGY_NAMES, make_topology
from pipeline.topology.resources import (
    POLICY_VERSION,
    Bucket,
    EventSourceMapping,
    Function,
    Index,
    Notification,
    PolicyDocument,
    Queue,
    Role,
    Rule,
    Subscription,
    Table,
    Target,
    Topic,
)
from pipeline.topology.statements import statement_of, with_statement, without_statement
from pipeline.topology.thumbnails import (
    ARROW_NAMES,
    EXECUTION_ROLE_POLICY,
    QUEUE_POLICY,
    TRUST_POLICY,
    thumbnails_topology,
)
from pipeline.topology.values import Arrow, Entry, Node, Place, Topology

__all__ = [
    "ARROW_NAMES",
    "DEFAULT",
    "EXECUTION_ROLE_POLICY",
    "POLICY_VERSION",
    "QUEUE_POLICY",
    "TOPOLOGY_NAMES",
    "TRUST_POLICY",
    "Arrow",
    "Bucket",
    "Entry",
    "EventSourceMapping",
    "Function",
    "Index",
    "Node",
    "Notification",
    "Place",
    "PolicyDocument",
    "Queue",
    "Role",
    "Rule",
    "Subscription",
    "Table",
    "Target",
    "Topic",
    "Topology",
    "make_topology",
    "statement_of",
    "thumbnails_topology",
    "with_statement",
    "without_statement",
]
