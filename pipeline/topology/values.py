"""An architecture as a frozen value: its resources, its policies, and the arrows between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.topology.resources import (
    Bucket,
    EventSourceMapping,
    Function,
    Index,
    PolicyDocument,
    Queue,
    Role,
    Rule,
    Table,
    Topic,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy stands."""

    kind: Literal["queue", "topic", "function", "role", "trust"]
    """The policy of a queue, a topic or a function; a role's own policy, or whom it trusts."""

    name: str
    """Of the queue, the topic, the function or the role."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One permission that the architecture rests on."""

    number: int
    name: str
    source: str
    """The node the arrow leaves, as the diagram names it."""

    target: str
    """The node it points to."""

    actor: str
    """Who calls: the ``actor`` of the request's events."""

    caller: str
    """The principal the policies see: an ARN or a service principal."""

    policy: str
    """Where the permission stands: a place in ``Topology.policies``."""

    sid: str
    """The statement that grants it."""

    actions: tuple[str, ...]
    resource: str
    """What the actions are about: an ARN, for objects with ``/*``."""

    meaning: str
    """One sentence for the learner."""

    def covers(self, caller: str, action: str, resource: str) -> bool:
        """Say whether a call travels this arrow."""
        if caller != self.caller or action not in self.actions:
            return False
        return resource == self.resource or (
            self.resource.endswith("*") and resource.startswith(self.resource[:-1])
        )


@dataclass(frozen=True, slots=True)
class Node:
    """One resource as the diagram draws it."""

    name: str
    kind: Literal["bucket", "queue", "topic", "bus", "rule", "table", "stream", "function"]
    resource: str
    """The resource's own name."""

    title: str
    """What it is here, in two or three words: ``uploads``, ``jobs queue`` …"""


@dataclass(frozen=True, slots=True)
class Entry:
    """How something enters the architecture."""

    kind: Literal["upload", "publish", "put"]
    """An object into a bucket, a message to a topic, an item into a table."""

    resource: str
    """The name of the bucket, topic or table."""

    noun: str
    """What it is, in the singular: ``photo``, ``order`` …"""

    prefix: str = ""
    """What an uploaded object's key begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """One architecture in one account and Region.

    ``queue``, ``function`` and the like are the first of their kind: of the thumbnail pipeline they
    are the only ones.
    """

    name: str
    summary: str
    """The architecture in one line: ``S3 → SQS → Lambda → S3 and DynamoDB``."""

    account: str
    region: str
    entry: Entry
    buckets: tuple[Bucket, ...] = ()
    queues: tuple[Queue, ...] = ()
    """Each after its dead-letter queue's source: the first is the main one."""

    topics: tuple[Topic, ...] = ()
    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
    functions: tuple[Function, ...] = ()
    mappings: tuple[EventSourceMapping, ...] = ()
    other_roles: tuple[Role, ...] = ()
    """Roles of callers that are not functions."""

    policies: Mapping[str, PolicyDocument] = field(default_factory=dict)
    """The policies that a learner may change, by place."""

    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each of these policies stands."""

    nodes: tuple[Node, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Ways from node to node that need no permission: source and target."""

    def arrow(self, name: str) -> Arrow:
        """Return the arrow of that name; ``KeyError`` when there is none."""
        for arrow in self.arrows:
            if arrow.name == name:
                return arrow
        raise KeyError(name)

    def arrow_of(self, caller: str, action: str, resource: str) -> str | None:
        """Return the name of the arrow that a call travels, or None."""
        for arrow in self.arrows:
            if arrow.covers(caller, action, resource):
                return arrow.name
        return None

    @property
    def arrow_names(self) -> tuple[str, ...]:
        """The arrows' names, in order."""
        return tuple(arrow.name for arrow in self.arrows)

    def mapping_of(self, source: str) -> EventSourceMapping | None:
        """Return the mapping that reads a queue or a table's stream, by ARN."""
        return next((m for m in self.mappings if m.source == source), None)

    def function_named(self, name: str) -> Function:
        """Return a function by name or ARN; ``KeyError`` when there is none."""
        for function in self.functions:
            if name in {function.name, function.arn}:
                return function
        raise KeyError(name)

    # -- the first of their kind --

    @property
    def uploads(self) -> Bucket:
        """The bucket that uploads go to."""
        return self.buckets[0]

    @property
    def thumbnails(self) -> Bucket:
        """The bucket for what is made of uploads."""
        return self.buckets[1]

    @property
    def queue(self) -> Queue:
        """The main queue."""
        return self.queues[0]

    @property
    def dead_letter_queue(self) -> Queue:
        """The main queue's dead-letter queue."""
        return next(q for q in self.queues if q.arn == self.queue.dead_letters_to)

    @property
    def table(self) -> Table:
        """The main table."""
        return self.tables[0]

    @property
    def index(self) -> Index:
        """The main table's index; ``LookupError`` when it has none."""
        if self.table.index is None:
            raise LookupError(f"The table {self.table.name} has no index.")
        return self.table.index

    @property
    def function(self) -> Function:
        """The main function."""
        return self.functions[0]

    @property
    def mapping(self) -> EventSourceMapping:
        """The main function's event source mapping."""
        return self.mappings[0]

    @property
    def execution_role(self) -> Role:
        """The main function's execution role."""
        return self.function.role

    @property
    def front_end_role(self) -> Role:
        """Reads the table as a web front end would: GetItem and Query, nothing else."""
        return self.other_roles[0]
