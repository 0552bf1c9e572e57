"""What stands in one account of the emulated cloud: its policies, messages, objects and items.

Reading through the API on every call would be slow, and would itself have to pass the gate; so this
reads the emulator's own records. It changes nothing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.clock import Clock
from pipeline.fidelity.entered import entered
from pipeline.iam.evaluation import NamedPolicy
from pipeline.iam.policy import Policy, parse_policy
from pipeline.iam.request import Principal, PrincipalKind
from pipeline.topology import QUEUE_POLICY, TRUST_POLICY, Topology


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue's counters."""

    visible: int
    in_flight: int
    delayed: int
    next_visible_at: float | None
    """When the next hidden message can be received, in epoch seconds; None when none is hidden."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message in a queue, whatever its state."""

    message_id: str
    body: str
    receive_count: int
    visible_at: float
    """Epoch seconds."""

    sent_at: float
    """Epoch seconds."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What S3 knows of an object."""

    size: int
    """In bytes."""

    etag: str
    version_id: str | None
    """None in a bucket without versioning."""


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """One queue destination of a bucket's notification configuration."""

    rule_id: str
    queue_arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str


@functools.lru_cache(maxsize=512)
def _parsed(document: str) -> Policy:
    return parse_policy(document)


@dataclass(frozen=True, slots=True)
class Stored:
    """A reader of one account's records, at one clock's time."""

    clock: Clock
    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region (``aws`` for global services)."""

    bucket_owner: Callable[[str], str | None]
    """Returns the account that owns a bucket, whose name is unique among all accounts."""

    # -- policies, as stored --

    def identity_policies(self, principal: Principal) -> tuple[NamedPolicy, ...]:
        """Return the identity-based policies of a user or of a session's role."""
        iam = self.backend("iam", "aws")
        if principal.kind is PrincipalKind.ROLE_SESSION:
            owner = next((r for r in iam.roles.values() if r.arn == principal.role_arn), None)
        elif principal.kind is PrincipalKind.USER:
            owner = next((u for u in iam.users.values() if u.arn == principal.arn), None)
        else:
            owner = None
        if owner is None:
            return ()
        inline = [NamedPolicy(name, _parsed(_text(p))) for name, p in owner.policies.items()]
        managed = [
            NamedPolicy(policy.name, _parsed(_text(policy.document)), arn=arn)
            for arn, policy in owner.managed_policies.items()
        ]
        return (*inline, *managed)

    def resource_policy(self, service: str, resource: str) -> NamedPolicy | None:
        """Return the policy attached to a queue or to an object's bucket, if there is one."""
        if service == "sqs":
            queue = self.backend("sqs", self.region).queues.get(resource.rpartition(":")[2])
            text = queue.policy if queue is not None else None
            return NamedPolicy("queue policy", _parsed(_text(text))) if text else None
        if service == "s3":
            name = resource.rpartition(":::")[2].partition("/")[0]
            bucket = self.backend("s3", "aws").buckets.get(name)
            text = bucket.policy if bucket is not None else None
            return NamedPolicy("bucket policy", _parsed(_text(text))) if text else None
        return None

    def trust_policy(self, role_arn: str) -> NamedPolicy | None:
        """Return a role's trust policy, or None when there is no such role."""
        for role in self.backend("iam", "aws").roles.values():
            if role.arn == role_arn:
                return NamedPolicy("trust policy", _parsed(_text(role.assume_role_policy_document)))
        return None

    def policy_text(self, place: str, topology: Topology) -> str | None:
        """Return the policy that stands in one of a topology's places, or None without one."""
        if place == QUEUE_POLICY:
            text = self.backend("sqs", self.region).queues[topology.queue.name].policy
        else:
            role = self.backend("iam", "aws").get_role(topology.execution_role.name)
            text = (
                role.assume_role_policy_document
                if place == TRUST_POLICY
                else role.policies[topology.execution_role.policy_name]
            )
        return _text(text) if text else None

    def owner(self, resource: str) -> str:
        """Return the account that a resource belongs to; this one when nothing says another."""
        parts = resource.split(":", 5)
        if len(parts) == 6 and parts[2] == "s3":
            return self.bucket_owner(parts[5].partition("/")[0]) or self.account
        return parts[4] if len(parts) == 6 and parts[4] else self.account

    # -- state, for the services we play and for the diagram --

    def queue_exists(self, name: str) -> bool:
        """Tell whether a queue of that name exists in this account and Region."""
        return name in self.backend("sqs", self.region).queues

    def queue_state(self, name: str) -> QueueState:
        """Return a queue's counters at the clock's time."""
        with entered(self.clock):
            queue = self.backend("sqs", self.region).queues[name]
            now = self.clock.now() * 1000
            hidden = [
                max(m.visible_at, m.delayed_until)
                for m in queue._messages  # noqa: SLF001 - moto counts, but tells no times
                if not m.visible or m.delayed
            ]
            delayed = sum(1 for m in queue._messages if m.delayed)  # noqa: SLF001
            return QueueState(
                visible=len(queue._messages) - len(hidden),  # noqa: SLF001
                in_flight=len(hidden) - delayed,
                delayed=delayed,
                next_visible_at=(max(now, min(hidden)) / 1000 if hidden else None),
            )

    def stored_messages(self, name: str) -> tuple[StoredMessage, ...]:
        """Return every message in a queue, oldest first."""
        queue = self.backend("sqs", self.region).queues[name]
        return tuple(
            StoredMessage(
                m.id,
                m.body,
                m.approximate_receive_count,
                m.visible_at / 1000,
                (m.sent_timestamp or 0) / 1000,
            )
            for m in queue._messages  # noqa: SLF001 - receiving would change what is looked at
        )

    def visible_at(self, queue: str, message_id: str) -> float:
        """Return when a message can be received again, in epoch seconds; now if it is not there."""
        for message in self.stored_messages(queue):
            if message.message_id == message_id:
                return message.visible_at
        return self.clock.now()

    def object_keys(self, bucket: str) -> tuple[str, ...]:
        """Return the keys in a bucket."""
        return tuple(self.backend("s3", "aws").buckets[bucket].keys)

    def item_count(self, table: str) -> int:
        """Return the number of items in a table."""
        tables = self.backend("dynamodb", self.region).tables
        return sum(1 for _ in tables[table].all_items())

    def notification_rules(self, bucket: str) -> tuple[NotificationRule, ...]:
        """Return the queue destinations of a bucket's notification configuration."""
        stored = self.backend("s3", "aws").buckets.get(bucket)
        configuration = stored.notification_configuration if stored is not None else None
        if configuration is None:
            return ()
        return tuple(
            _rule(rule.id, rule.arn, rule.events, rule.filters or {})
            for rule in configuration.queue
        )

    def stored_object(self, bucket: str, key: str) -> StoredObject:
        """Return what S3 knows of an object's current version; ``KeyError`` without one."""
        holder = self.backend("s3", "aws").buckets[bucket]
        stored = holder.keys[key]
        version = stored.version_id if holder.is_versioned else None
        return StoredObject(stored.size, stored.etag.strip('"'), version)

    def function_role(self, function: str) -> str | None:
        """Return the ARN of a function's execution role, or None without such a function."""
        stored = self.backend("lambda", self.region).get_function(function)
        return stored.role if stored is not None else None

    def source_of_dead_letters(self, name: str) -> str | None:
        """Return the queue whose redrive policy names this dead-letter queue, if one does."""
        for queue in self.backend("sqs", self.region).queues.values():
            if queue.dead_letter_queue is not None and queue.dead_letter_queue.name == name:
                return str(queue.name)
        return None


def _rule(
    rule_id: str, queue_arn: str, events: Iterable[str], filters: Mapping[str, Any]
) -> NotificationRule:
    rules = filters.get("S3Key", {}).get("FilterRule", [])
    values = {rule["Name"].lower(): rule["Value"] for rule in rules}
    return NotificationRule(
        rule_id, queue_arn, tuple(events), values.get("prefix", ""), values.get("suffix", "")
    )


def _text(document: Any) -> str:
    """Return a stored policy, which moto keeps as text, bytes or a document, as text."""
    if isinstance(document, bytes):
        return document.decode()
    return document if isinstance(document, str) else json.dumps(document)
