"""Branches: a queue, its dead-letter queue, and the function that Lambda polls it for.

Fan-out, rules and orders are made of several of them. Each branch has its own role and its own
policies, so that one can be broken while the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.topology.building import Draft, arrow, polls
from pipeline.topology.resources import EventSourceMapping, Function, PolicyDocument, Queue
from pipeline.topology.statements import policy
from pipeline.topology.thumbnails import queue_to_function
from pipeline.topology.values import Arrow, Node, Place

_LETS_IN = {
    "events.amazonaws.com": "EventBridgeToQueue",
    "s3.amazonaws.com": "S3ToQueue",
    "sns.amazonaws.com": "SNSToQueue",
}
"""By the principal that sends: the Sid of the queue policy's statement."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends to a branch's queue."""

    principal: str
    """A service: ``sns.amazonaws.com`` …"""

    source: str
    """ARN of what it sends for: a topic, a rule or a bucket."""

    node: str
    """The node it sends from."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A queue and the function behind it."""

    name: str
    """Its function's name; its nodes are ``name-queue`` and ``name``."""

    queue: Queue
    dead_letters: Queue
    function: Function
    mapping: EventSourceMapping
    queue_policy: PolicyDocument
    sender: Sender

    @property
    def queue_node(self) -> str:
        """The queue's node."""
        return f"{self.name}-queue"

    @property
    def queue_place(self) -> str:
        """Where the queue's policy stands."""
        return f"{self.name}-queue-policy"

    @property
    def role_place(self) -> str:
        """Where the role's policy stands."""
        return f"{self.name}-role-policy"

    @property
    def trust_place(self) -> str:
        """Where it stands whom the role trusts."""
        return f"{self.name}-trust-policy"

    @property
    def policies(self) -> dict[str, PolicyDocument]:
        """The branch's policies, by place."""
        return {
            self.queue_place: self.queue_policy,
            self.role_place: self.function.role.policy,
            self.trust_place: self.function.role.trust_policy,
        }

    @property
    def places(self) -> dict[str, Place]:
        """Where each of them stands."""
        return {
            self.queue_place: Place("queue", self.queue.name),
            self.role_place: Place("role", self.function.role.name),
            self.trust_place: Place("trust", self.function.role.name),
        }

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The queue and the function, as the diagram draws them."""
        return (
            Node(self.queue_node, "queue", self.queue.name, f"{self.name} queue"),
            Node(self.name, "function", self.function.name, self.name),
        )

    def arrows(self, *writes: Arrow) -> tuple[Arrow, ...]:
        """Return the arrows into the queue and out of it, and what the function does then."""
        principal = self.sender.principal
        return (
            arrow(
                f"{self.sender.node}-to-{self.queue_node}",
                self.sender.node,
                self.queue_node,
                by=(principal.partition(".")[0], principal),
                grant=(self.queue_place, _LETS_IN[principal]),
                actions="sqs:SendMessage",
                resource=self.queue.arn,
                meaning="Each queue's own policy lets the sender in, and only for this source.",
            ),
            queue_to_function(
                f"{self.queue_node}-to-{self.name}",
                self.queue,
                self.function,
                source=self.queue_node,
                target=self.name,
                place=self.role_place,
            ),
            *writes,
        )

    def writes(
        self, target: str, sid: str, actions: tuple[str, ...] | str, resource: str, *, meaning: str
    ) -> Arrow:
        """Return the arrow ``name-writes-target`` from the function to a node."""
        return arrow(
            f"{self.name}-writes-{target}",
            self.name,
            target,
            by=("function", self.function.caller),
            grant=(self.role_place, sid),
            actions=actions,
            resource=resource,
            meaning=meaning,
        )


def make_branch(
    draft: Draft,
    name: str,
    module: str,
    statements: Iterable[dict[str, Any]],
    environment: Mapping[str, str],
    *,
    sender: Sender,
    memory: int = 256,
) -> Branch:
    """Return a branch: ``module`` is the function's code, ``statements`` what it may besides."""
    queue, dead_letters = draft.queue_with_dead_letters(f"{name}-jobs")
    function = draft.function(
        name, module, (polls("QueueToFunction", queue), *statements), environment, memory=memory
    )
    return Branch(
        name,
        queue,
        dead_letters,
        function,
        EventSourceMapping(queue.arn, function.name, batch_size=10, maximum_concurrency=10),
        policy(draft.sends(_LETS_IN[sender.principal], sender.principal, queue, sender.source)),
        sender,
    )
