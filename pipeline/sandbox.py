"""The sandbox: one emulated cloud with one architecture in it, taking commands.

One thread owns a sandbox. Each command makes real boto3 calls through the gate and announces what
happened; the same sandbox runs under a terminal screen, headless, and in tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import events as e
from pipeline.cloud.stored_queues import QueueState, StoredMessage
from pipeline.observation import plain_item
from pipeline.sandbox_life import RunCancelled, SandboxLife
from pipeline.snapshot import Snapshot, take_snapshot
from pipeline.submitting import submit
from pipeline.topology import PolicyDocument
from pipeline.uploading import UploadError, put

__all__ = ["RunCancelled", "Sandbox", "Snapshot", "UploadError"]


class Sandbox(SandboxLife):
    """One emulated cloud with one architecture. A context manager: opened and closed."""

    # -- commands: the learner's uploads --

    def upload(
        self,
        source: Path | bytes,
        key: str | None = None,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> str:
        """Put a file into the uploads bucket and let S3 deliver its notification.

        Args:
            source: A file, or the bytes themselves (then a key is needed).
            key: The object's key; the file's name unless given.
            progress: Called with the number of bytes sent since the last call.

        Returns:
            The key.

        Raises:
            UploadError: The file cannot be read, or S3 refused it; one clear sentence.
        """
        name = put(self.client("s3"), self.topology.uploads.name, key, source, progress=progress)
        self._parts.turns.push()
        return name

    def submit(self, source: Path | bytes, name: str | None = None) -> str:
        """Bring something into the architecture by its entry: an upload, a message or an item.

        Args:
            source: A file, or the bytes themselves; a message or an item is JSON text.
            name: What it is called; the file's name unless given.

        Returns:
            The object's key, or the name.

        Raises:
            UploadError: It cannot be read, or the service refused it; one clear sentence.
        """
        entry = self.topology.entry
        if entry.kind == "upload":
            named = name if name is not None else source.name if isinstance(source, Path) else ""
            return self.upload(source, named and entry.prefix + named)
        submitted = submit(self.client, entry, source, name)
        self._parts.turns.push()
        return submitted

    # -- commands: the cloud's turn --

    def push(self) -> None:
        """Let S3, SNS and rules deliver what is due.

        Uploads and polls do so by themselves; what is called by a client of its own needs it.
        """
        self._parts.turns.push()

    def poll(self) -> bool:
        """Let each mapping poll once; tell whether anything was received and worked on."""
        acted = self._parts.turns.poll()
        self._parts.turns.push()
        return acted

    def next_event_at(self) -> float | None:
        """Return the seconds until something can happen by itself; None when nothing waits."""
        return self._parts.turns.due_in()

    def skip_to_next_event(self) -> None:
        """Skip to the moment at which something can happen by itself, if anything waits."""
        wait = self.next_event_at()
        if wait:
            self.skip(wait, self._parts.turns.waits_for())

    def run_until_idle(self) -> None:
        """Poll, and skip time instead of waiting, until nothing is left to happen."""
        while self.next_event_at() is not None:
            self.skip_to_next_event()
            if not self.poll() and self.next_event_at() == 0:
                return

    # -- commands: policies and settings --

    def policy(self, place: str) -> PolicyDocument:
        """Return the policy in one of the topology's places, as it is stored now."""
        return self._parts.policies.read(place)

    def set_policy(self, place: str, document: Mapping[str, Any] | str) -> None:
        """Put a policy for real; botocore's ``ClientError`` when the service refuses it."""
        self._parts.policies.put(place, document)
        if self.topology.places[place].kind == "trust":
            self.forget_credentials()

    def forget_credentials(self) -> None:
        """Let Lambda assume the execution roles anew: their trust policies are asked again."""
        self._parts.functions.forget_credentials()

    def set_scp(self, document: Mapping[str, Any] | str | None) -> None:
        """Attach a service control policy to the account, or take it away.

        *Simplified*: there is no AWS Organizations here. The policy stands beside
        ``FullAWSAccess``, as one does that is attached to an account
        (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html),
        so its denials are what limits the account's users and roles, the learner too.

        Raises:
            PolicyError: It is no policy that could be attached.
        """
        self._parts.policies.attach_scp(document)

    def break_arrow(self, name: str) -> None:
        """Take away the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        self._parts.policies.break_arrow(name)

    def restore_arrow(self, name: str) -> None:
        """Put back the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        self._parts.policies.restore_arrow(name)

    @property
    def broken_arrows(self) -> frozenset[str]:
        """The arrows whose original statement does not stand in its policy."""
        return self._parts.policies.broken_arrows

    def redrive(self) -> int:
        """Move what was dead-lettered back to its queues; return how many messages there were."""
        count = 0
        for arn in sorted({q.dead_letters_to for q in self.topology.queues if q.dead_letters_to}):
            waiting = self._emulator.stored.queue_state(arn.rpartition(":")[2]).total
            if waiting:
                self.client("sqs").start_message_move_task(SourceArn=arn)
            count += waiting
        return count

    def set_reserved_concurrency(self, limit: int | None) -> None:
        """Reserve concurrency for the function; 0 throttles it, None takes the limit away."""
        function = self.topology.function.name
        if limit is None:
            self.client("lambda").delete_function_concurrency(FunctionName=function)
        else:
            self.client("lambda").put_function_concurrency(
                FunctionName=function, ReservedConcurrentExecutions=limit
            )

    def configure_mapping(
        self,
        *,
        batch_size: int | None = None,
        batching_window: int | None = None,
        maximum_concurrency: int | None = None,
    ) -> None:
        """Change what is given of each mapping of a queue; ``ClientError`` when Lambda refuses it.

        Args:
            batch_size: Messages in one invocation.
            batching_window: Seconds to wait for a full batch.
            maximum_concurrency: Invocations at once.
        """
        changes: dict[str, Any] = {}
        if batch_size is not None:
            changes["BatchSize"] = batch_size
        if batching_window is not None:
            changes["MaximumBatchingWindowInSeconds"] = batching_window
        if maximum_concurrency is not None:
            changes["ScalingConfig"] = {"MaximumConcurrency": maximum_concurrency}
        self._update_mappings(changes, "sqs")

    def set_mapping_enabled(self, *, enabled: bool) -> None:
        """Let the mappings poll, or stop them."""
        self._update_mappings({"Enabled": enabled})
        state = "Enabled" if enabled else "Disabled"
        self._emit(e.MappingStateChanged(time=self.clock.elapsed(), state=state))

    def _update_mappings(self, changes: Mapping[str, Any], source: str = "") -> None:
        functions = self.client("lambda")
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            if source in {"", mapping["EventSourceArn"].split(":")[2]}:
                functions.update_event_source_mapping(UUID=mapping["UUID"], **changes)

    # -- looking --

    def queue_state(self) -> QueueState:
        """Return the main queue's counters."""
        return self._emulator.stored.queue_state(self.topology.queue.name)

    def oldest_message_age(self) -> float:
        """Return for how many seconds the main queue's oldest message has been there; 0 if none."""
        return self._emulator.stored.queues.oldest_message_age(self.topology.queue.name)

    def snapshot(self) -> Snapshot:
        """Return what stands where, now."""
        return take_snapshot(self.topology, self._emulator.stored, self.broken_arrows)

    def object_keys(self, bucket: str) -> tuple[str, ...]:
        """Return the keys in a bucket."""
        return self._emulator.stored.object_keys(bucket)

    def items(self, table: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield a table's items, the main one's unless named, with plain values."""
        for item in self._emulator.stored.items(table or self.topology.table.name):
            yield plain_item(item)

    def dead_letters(self) -> tuple[StoredMessage, ...]:
        """Return the messages in the main queue's dead-letter queue."""
        return self._emulator.stored.queues.stored_messages(self.topology.dead_letter_queue.name)

    def read_object(self, bucket: str, key: str) -> bytes:
        """Read an object as the learner; ``ClientError`` when S3 refuses."""
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def look_up_item(self, image_id: str) -> dict[str, Any] | None:
        """Read one item by its key, as a web front end would."""
        return self._parts.look_ups.item(image_id)

    def look_up_failed(self) -> list[dict[str, Any]]:
        """Read the failed images from the index, newest first, as a web front end would."""
        return self._parts.look_ups.failed()

    def scan_items(self) -> list[dict[str, Any]]:
        """Try to read the whole table as the front end, whose role does not allow it."""
        return self._parts.look_ups.scan()
