"""The architecture as values: what exists, who may do what, and the arrows between.

Nothing here calls anything. The sandbox creates these values with boto3, the gate asks which arrow
a call travels, the diagram draws them, and a lesson names them. ``values.py`` says what an
architecture is made of; each architecture is a module of its own.
"""

from pipeline.topology.statements import statement_of, with_statement, without_statement
from pipeline.topology.thumbnails import (
    ARROW_NAMES,
    EXECUTION_ROLE_POLICY,
    QUEUE_POLICY,
    TRUST_POLICY,
    thumbnails_topology,
)
from pipeline.topology.values import (
    POLICY_VERSION,
    Arrow,
    Bucket,
    EventSourceMapping,
    Function,
    Index,
    PolicyDocument,
    Queue,
    Role,
    Table,
    Topology,
)

__all__ = [
    "ARROW_NAMES",
    "EXECUTION_ROLE_POLICY",
    "POLICY_VERSION",
    "QUEUE_POLICY",
    "TRUST_POLICY",
    "Arrow",
    "Bucket",
    "EventSourceMapping",
    "Function",
    "Index",
    "PolicyDocument",
    "Queue",
    "Role",
    "Table",
    "Topology",
    "statement_of",
    "thumbnails_topology",
    "with_statement",
    "without_statement",
]
