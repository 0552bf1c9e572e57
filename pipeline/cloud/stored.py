"""What stands in one account of the emulated cloud: its messages, objects and items.

Reading through the API on every call would be slow, and would itself have to pass the gate; so this
reads the emulator's own records. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.clock import Clock
from pipeline.cloud.stored_queues import QueueState, StoredQueues
from pipeline.notification_rules import BUS, FUNCTION, QUEUE, TOPIC, NotificationRule, rule_of


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What S3 knows of an object."""

    size: int
    """In bytes."""

    etag: str
    version_id: str | None
    """None in a bucket without versioning."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A reader of one account's records, at one clock's time."""

    clock: Clock
    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region (``aws`` for global services)."""

    queues: StoredQueues

    # -- state, for the services we play and for the diagram --

    def queue_exists(self, name: str) -> bool:
        """Tell whether a queue of that name exists in this account and Region."""
        return self.queues.queue_exists(name)

    def queue_state(self, name: str) -> QueueState:
        """Return a queue's counters at the clock's time."""
        return self.queues.queue_state(name)

    def object_keys(self, bucket: str) -> tuple[str, ...]:
        """Return the keys in a bucket."""
        return tuple(self.backend("s3", "aws").buckets[bucket].keys)

    def item_count(self, table: str) -> int:
        """Return the number of items in a table."""
        tables = self.backend("dynamodb", self.region).tables
        return sum(1 for _ in tables[table].all_items())

    def items(self, table: str) -> Iterator[Mapping[str, Any]]:
        """Yield a table's items, with DynamoDB's type tags."""
        for item in self.backend("dynamodb", self.region).tables[table].all_items():
            yield item.to_json()["Attributes"]

    def notification_rules(self, bucket: str) -> tuple[NotificationRule, ...]:
        """Return where a bucket's events go, by its notification configuration."""
        stored = self.backend("s3", "aws").buckets.get(bucket)
        configuration = stored.notification_configuration if stored is not None else None
        if configuration is None:
            return ()
        kinds = {
            TOPIC: configuration.topic,
            QUEUE: configuration.queue,
            FUNCTION: configuration.cloud_function,
        }
        rules = tuple(_rule(kind, entry) for kind, entries in kinds.items() for entry in entries)
        if configuration.event_bridge is None:
            return rules
        bus = f"arn:aws:events:{self.region}:{self.account}:event-bus/default"
        return (*rules, NotificationRule("", BUS, bus))

    def stored_object(self, bucket: str, key: str, version_id: str | None = None) -> StoredObject:
        """Return what S3 knows of an object's version, the current one unless named.

        Raises:
            KeyError: There is none, or it is a delete marker.
        """
        holder = self.backend("s3", "aws").buckets[bucket]
        versions = holder.keys.getlist(key, [])
        if version_id is not None:
            versions = [each for each in versions if each.version_id == version_id]
        if not versions or not hasattr(versions[-1], "size"):
            raise KeyError(key)
        stored = versions[-1]
        version = stored.version_id if holder.is_versioned else None
        return StoredObject(stored.size, stored.etag.strip('"'), version)

    def topic_exists(self, arn: str) -> bool:
        """Tell whether a topic exists in this account and Region."""
        return arn in self.backend("sns", self.region).topics

    def function_role(self, function: str) -> str | None:
        """Return the ARN of a function's execution role, or None without such a function."""
        functions = self.backend("lambda", self.region).list_functions()
        return next((str(f.role) for f in functions if f.function_name == function), None)


def _rule(kind: str, entry: Any) -> NotificationRule:
    filters = (entry.filters or {}).get("S3Key", {}).get("FilterRule", [])
    described = {
        "Id": entry.id,
        "Events": entry.events,
        "Filter": {"Key": {"FilterRules": filters}},
    }
    return rule_of(kind, entry.arn, described)
