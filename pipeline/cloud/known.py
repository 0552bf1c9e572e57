"""What one account of the emulated cloud knows that a call does not say.

Some permissions hang on what stands already: the key that an object is encrypted with, the path of
a role, the partition key of a table. This reads the emulator's own records and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.requirement import Lookups

_KEY_ID_BYTES = 36
"""What a ciphertext of the emulator begins with: the id of its key."""

_MANAGED_BY_AWS = "alias/aws/sqs"
"""The key that AWS manages: whoever may use the queue may use it."""

_IAM_KINDS = {"role": "roles", "user": "users", "policy": "managed_policies", "group": "groups"}


@dataclass(frozen=True, slots=True)
class Known:
    """A reader of one account's records."""

    region: str
    account: str
    backend: Callable[[str, str], Any]
    """Returns the emulator's records of a service in a Region (``aws`` for global services)."""

    def lookups(self) -> Lookups:
        """Return what the table of operations may ask."""
        return Lookups(
            key_of_alias=self._key_of_alias,
            key_of_ciphertext=self._key_of_ciphertext,
            partition_key=self._partition_key,
            path=self._path,
            boundary=self._boundary,
            mapped_function=self._mapped_function,
            object_tags=self._object_tags,
            object_key=self._object_key,
            queue_key=self._queue_key,
        )

    def _key_of_alias(self, arn: str) -> str | None:
        name = arn.split(":", 5)[-1]
        for key in self.backend("kms", self.region).keys.values():
            if name in key.aliases:
                return str(key.arn)
        return None

    def _key_of_ciphertext(self, ciphertext: bytes) -> str | None:
        key_id = ciphertext[:_KEY_ID_BYTES].decode("ascii", errors="replace")
        key = self.backend("kms", self.region).keys.get(key_id)
        return None if key is None else str(key.arn)

    def _partition_key(self, arn: str) -> str | None:
        name, _, index = arn.rpartition("table/")[2].partition("/index/")
        table = self.backend("dynamodb", self.region).tables.get(name)
        if table is None or not index:
            return None if table is None else str(table.hash_key_attr)
        indexes = {entry.name: entry for entry in (*table.indexes, *table.global_indexes)}
        schema = indexes[index].schema if index in indexes else ()
        return next((str(e["AttributeName"]) for e in schema if e["KeyType"] == "HASH"), None)

    def _path(self, kind: str, name: str) -> str | None:
        held = getattr(self.backend("iam", "aws"), _IAM_KINDS.get(kind, ""), None) or {}
        found = next((entry for entry in held.values() if entry.name == name), None)
        return None if found is None else str(found.path)

    def _boundary(self, arn: str) -> str | None:
        iam = self.backend("iam", "aws")
        holders = (*iam.roles.values(), *iam.users.values())
        holder = next((entry for entry in holders if entry.arn == arn), None)
        return getattr(holder, "permissions_boundary_arn", None)

    def _mapped_function(self, uuid: str) -> str | None:
        found = self.backend("lambda", self.region).get_event_source_mapping(uuid)
        return None if found is None else str(found.function_arn)

    def _object_tags(self, bucket: str, key: str, version: str | None) -> Mapping[str, str]:
        stored = self._object(bucket, key, version)
        if stored is None:
            return {}
        tags: Mapping[str, str] = self.backend("s3", "aws").tagger.get_tag_dict_for_resource(
            stored.arn
        )
        return tags

    def _queue_key(self, arn: str) -> str | None:
        queue = self.backend("sqs", self.region).queues.get(arn.rpartition(":")[2])
        named = getattr(queue, "kms_master_key_id", None)
        return self._key_named(named) if named and named != _MANAGED_BY_AWS else None

    def _object_key(self, bucket: str, key: str, version: str | None) -> str | None:
        stored = self._object(bucket, key, version)
        named = getattr(stored, "kms_key_id", None)
        return self._key_named(named) if named else None

    def _key_named(self, named: str) -> str | None:
        """Return the ARN of a key that is named by its id, its ARN or an alias."""
        if ":alias/" in named or named.startswith("alias/"):
            return self._key_of_alias(named if ":" in named else f"arn:aws:kms:::{named}")
        prefix = f"arn:aws:kms:{self.region}:{self.account}:key/"
        return named if named.startswith("arn:") else prefix + named

    def _object(self, bucket: str, key: str, version: str | None) -> Any:
        held = self.backend("s3", "aws").buckets.get(bucket)
        versions = held.keys.getlist(key, default=[]) if held is not None else []
        if version is not None:
            versions = [entry for entry in versions if entry.version_id == version]
        found = versions[-1] if versions else None
        return found if hasattr(found, "arn") else None  # a delete marker has no ARN
