"""The sandbox: one emulated cloud with the thumbnail pipeline in it, taking commands.

One thread owns a sandbox. Each command makes real boto3 calls through the gate and announces what
happened; the same sandbox runs under a terminal screen, headless, and in tests.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline import events as e
from pipeline import offline
from pipeline.assembly import assemble
from pipeline.clock import Clock
from pipeline.cloud.emulator import Emulator
from pipeline.gate.calls import Pace
from pipeline.gate.door import DOOR
from pipeline.provisioning import create_learner, creation_steps
from pipeline.snapshot import Snapshot, take_snapshot
from pipeline.topology import DEFAULT, PolicyDocument, Topology, make_topology
from pipeline.uploading import UploadError, put

__all__ = ["RunCancelled", "Sandbox", "Snapshot", "UploadError"]


class RunCancelled(BaseException):
    """Raised from ``pace`` to abandon the running command; what was done stays done."""


class Sandbox:
    """One emulated cloud with the thumbnail pipeline. A context manager: opened and closed."""

    def __init__(
        self,
        *,
        topology: str = DEFAULT,
        emit: e.Emit = lambda _: None,
        seed: int | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Take a place among the open sandboxes; ``open`` creates the topology.

        Args:
            topology: The architecture's name: one of ``TOPOLOGY_NAMES``.
            emit: Gets every event, one at a time.
            seed: Makes ids and times the same in every run.
            pace: Called before each call of the pipeline's own actors; may block, or raise
                ``RunCancelled``.
        """
        self._subscriber = emit
        self._emitting = threading.RLock()
        self._opening = True
        self.clock = Clock() if seed is None else Clock.seeded()
        offline.enter()
        DOOR.open()
        self._emulator = Emulator(self.clock, "us-east-1", seed)
        self._random = self._emulator.dice()
        self.topology: Topology = make_topology(topology, self._emulator.account)
        self._parts = assemble(self._emulator, self.topology, self._emit, self._new_id, self.skip)
        self.pace = pace

    def subscribe(self, emit: e.Emit) -> None:
        """Let another listener have the events, from now on and alone."""
        self._subscriber = emit

    # -- life --

    def __enter__(self) -> Self:
        """Open the sandbox; one that cannot be opened is closed again."""
        with ExitStack() as undo:
            undo.callback(self.close)
            self.open()
            undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the sandbox."""
        self.close()

    def open(self) -> None:
        """Create the topology; emits ``ResourceCreated`` for each resource, then ``SandboxReady``.

        S3 tests the queue when it is configured; the function takes that test message here, so
        that the queue is empty when the learner comes.
        """
        self._opening = True
        self._parts.gate.pace = None
        self._parts.identities.admit_root()
        self._parts.identities.admit_learner(
            create_learner(self._parts.identities.client("root", "iam"))
        )
        steps = list(creation_steps(self.topology, self.client))
        for number, (kind, name, create) in enumerate(steps, start=1):
            create()
            self._subscriber(
                e.ResourceCreated(
                    time=self.clock.elapsed(),
                    kind=kind,
                    name=name,
                    number=number,
                    total=len(steps),
                )
            )
        self._parts.turns.push()
        self._parts.turns.poll()
        for runtime in self._parts.runtimes.values():
            runtime.forget_environments()
        self._parts.gate.pace = self._paced
        self._opening = False
        self._emit(
            e.SandboxReady(
                time=self.clock.elapsed(),
                account=self.topology.account,
                region=self.topology.region,
                started_at=self.clock.iso(self.clock.started_at),
            )
        )

    def close(self) -> None:
        """Throw everything away; other sandboxes are not touched."""
        DOOR.close(self.topology.account)
        self._emulator.close()
        offline.leave()

    def reset(self) -> None:
        """Throw everything away and create it anew."""
        self._emit(e.SandboxReset(time=self.clock.elapsed()))
        self._parts.turns.forget()
        for runtime in self._parts.runtimes.values():
            runtime.forget_environments()
            runtime.reserved_concurrency = None
        self._parts.observation.forget()
        self._emulator.clear()
        self.open()

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

    # -- commands: the cloud's turn --

    def poll(self) -> bool:
        """Let each mapping poll once; tell whether anything was received and worked on."""
        acted = self._parts.turns.poll()
        self._parts.turns.push()
        return acted

    def next_event_at(self) -> float | None:
        """Return the seconds until something can happen by itself; None when nothing waits."""
        return self._parts.turns.due_in()

    def run_until_idle(self) -> None:
        """Poll, and skip time instead of waiting, until nothing is left to happen."""
        while (wait := self.next_event_at()) is not None:
            if wait > 0:
                self.skip(wait, "a message becomes visible again")
            if not self.poll() and self.next_event_at() == 0:
                return

    def skip(self, seconds: float, until: str = "") -> None:
        """Move the clock; ``ValueError`` for a negative number of seconds."""
        self.clock.skip(seconds)
        self._emit(e.TimeSkipped(time=self.clock.elapsed(), seconds=seconds, until=until))

    # -- commands: policies and settings --

    def policy(self, place: str) -> PolicyDocument:
        """Return the policy in one of the topology's places, as it is stored now."""
        return self._parts.policies.read(place)

    def set_policy(self, place: str, document: Mapping[str, Any] | str) -> None:
        """Put a policy for real; botocore's ``ClientError`` when the service refuses it."""
        self._parts.policies.put(place, document)
        if self.topology.places[place].kind == "trust":
            for mapping in self._parts.mappings:
                mapping.forget_credentials()
            for runtime in self._parts.runtimes.values():
                runtime.forget_environments()

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
        """Move the dead-letter queue's messages back to the queue; return how many there were."""
        queue = self.topology.dead_letter_queue
        count = len(self._emulator.stored.stored_messages(queue.name))
        self.client("sqs").start_message_move_task(SourceArn=queue.arn)
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
        self._parts.runtimes[function].reserved_concurrency = limit

    def set_mapping_enabled(self, *, enabled: bool) -> None:
        """Let the mapping poll, or stop it."""
        for mapping in self._parts.mappings:
            mapping.enabled = enabled
        state = "Enabled" if enabled else "Disabled"
        self._emit(e.MappingStateChanged(time=self.clock.elapsed(), state=state))

    # -- looking --

    def snapshot(self) -> Snapshot:
        """Return what stands where, now."""
        return take_snapshot(self.topology, self._emulator.stored, self.broken_arrows)

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service that calls as the learner."""
        return self._parts.identities.client("learner", service)

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

    # -- inside --

    def _paced(self, call: Any, arrow: str | None) -> None:
        if self.pace is not None:
            self.pace(call, arrow)

    def _emit(self, event: e.PipelineEvent) -> None:
        if not self._opening or isinstance(event, e.DestinationTested | e.SandboxReset):
            with self._emitting:
                self._subscriber(event)

    def _new_id(self) -> str:
        if self._random is None:
            return str(uuid.uuid4())
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
