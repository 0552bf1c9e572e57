"""The sandbox: one emulated cloud with the thumbnail pipeline in it, taking commands.

One thread owns a sandbox. Each command makes real boto3 calls through the gate and announces what
happened; the same sandbox runs under a terminal screen, headless, and in tests.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import events as e
from pipeline import offline
from pipeline.authorizer import Authorizer, Pace
from pipeline.checks import service_checks
from pipeline.clock import Clock
from pipeline.delivery.s3 import S3Delivery
from pipeline.door import DOOR
from pipeline.emulator import Emulator
from pipeline.event_source import EventSourceMapping, Polled
from pipeline.function.handler import connect
from pipeline.identities import Identities
from pipeline.look_ups import LookUps
from pipeline.observation import Observation
from pipeline.policies import Policies
from pipeline.provisioning import create_learner, creation_steps, jobs_url
from pipeline.runtime import Runtime
from pipeline.topology import TRUST_POLICY, PolicyDocument, Topology, thumbnails_topology
from pipeline.uploading import put_file


class RunCancelled(BaseException):
    """Raised from ``pace`` to abandon the running command; what was done stays done."""


class UploadError(Exception):
    """A file could not be uploaded; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands where, at one moment."""

    uploads: int
    """Objects in the uploads bucket."""

    visible: int
    in_flight: int
    delayed: int
    dead_lettered: int
    """Messages in the dead-letter queue."""

    thumbnails: int
    items: int
    broken_arrows: frozenset[str]


class Sandbox:
    """One emulated cloud with the thumbnail pipeline. A context manager: opened and closed."""

    def __init__(
        self,
        *,
        emit: e.Emit = lambda _: None,
        seed: int | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Take a place among the open sandboxes; ``open`` creates the topology.

        Args:
            emit: Gets every event, on the thread that owns the sandbox.
            seed: Makes ids and times the same in every run.
            pace: Called before each call of the pipeline's own actors; may block, or raise
                ``RunCancelled``.
        """
        self._subscriber = emit
        self._random = None if seed is None else random.Random(seed)  # noqa: S311 - ids, no secrets
        self._opening = True
        self.clock = Clock() if seed is None else Clock.seeded()
        offline.enter()
        DOOR.open()
        self._emulator = Emulator(self.clock, "us-east-1", seed)
        self.topology: Topology = thumbnails_topology(self._emulator.account)
        self._stored = self._emulator.stored
        self._gate = Authorizer(
            account=self.topology.account,
            region=self.topology.region,
            clock=self.clock,
            policies=self._stored,
            forward=self._emulator.forward,
            emit=self._emit,
            arrow_of=self.topology.arrow_of,
            new_id=self._new_id,
        )
        self._identities = Identities(self._gate, self.topology, self._new_id)
        self._delivery = S3Delivery(
            self._stored, self.clock, self._emit, self._identities.s3, self._new_id
        )
        self._gate.checks = {
            **service_checks(self._emulator, self._gate, self.clock, self._emit, self._new_id),
            ("s3", "PutBucketNotificationConfiguration"): self._delivery.check_destinations,
        }
        self._runtime = Runtime(
            self.topology.function,
            connect,
            assume_role=lambda: self._identities.function(self._runtime.check_time),
            clock=self.clock,
            emit=self._emit,
            new_id=self._new_id,
        )
        self._mapping = EventSourceMapping(
            self.topology,
            self.clock,
            self._emit,
            self._identities.poller,
            jobs_url(self.topology),
            self._invoke,
            self._visible_at,
            lambda: len(self._stored.stored_messages(self.topology.queue.name)),
            self.skip,
        )
        self._policies = Policies(
            self.topology, self._stored, self.clock, self._emit, self.client
        )
        self._look_ups = LookUps(
            self.topology,
            self.clock,
            self._emit,
            lambda: self._identities.front_end("dynamodb"),
        )
        self._observation = Observation(
            self.topology,
            self._stored,
            self.clock,
            self._emit,
            self._delivery,
            self._mapping,
            self._identities.admit_session,
        )
        self._gate.observer = self._observation
        self.pace = pace

    def subscribe(self, emit: e.Emit) -> None:
        """Let another listener have the events, from now on and alone."""
        self._subscriber = emit

    # -- life --

    def __enter__(self) -> Self:
        """Open the sandbox."""
        self.open()
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
        self._gate.pace = None
        self._identities.admit_root()
        self._identities.admit_learner(create_learner(self._identities.client("root", "iam")))
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
        self._mapping.poll()
        self._runtime.forget_environment()
        self._gate.pace = self._paced
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
        self._delivery.forget()
        self._mapping.reset()
        self._runtime.forget_environment()
        self._observation.forget()
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
        name = key if key is not None else Path(source).name if isinstance(source, Path) else ""
        if isinstance(source, Path) and source.exists() and not source.is_file():
            raise UploadError(f"{source} is not a file; name a photo.")
        try:
            put_file(self.client("s3"), self.topology.uploads.name, name, source, progress)
        except OSError as error:
            raise UploadError(f"{source!s}: {error.strerror or error}.") from error
        except ClientError as error:
            text = error.response["Error"]
            raise UploadError(f"S3 refused {name!r}: {text['Code']}: {text['Message']}") from error
        except (BotoCoreError, ValueError) as error:
            raise UploadError(f"{name!r} cannot be uploaded: {error}") from error
        self._delivery.deliver()
        return name

    # -- commands: the pipeline's turn --

    def poll(self) -> bool:
        """Let the mapping poll once; tell whether messages were received and worked on."""
        outcome = self._mapping.poll()
        self._delivery.deliver()
        return outcome is Polled.WORKED

    def next_event_at(self) -> float | None:
        """Return the seconds until the mapping can receive something; None when nothing waits."""
        state = self._stored.queue_state(self.topology.queue.name)
        poll_in = self._mapping.next_poll_in()
        if state.visible:
            return poll_in
        if state.next_visible_at is None:
            return None
        # A message is visible once its timeout is over, not at the very moment it ends.
        return max(poll_in, state.next_visible_at - self.clock.now() + 0.001)

    def run_until_idle(self) -> None:
        """Poll, and skip time instead of waiting, until nothing is left to happen."""
        while True:
            wait = self.next_event_at()
            if wait is None:
                return
            if wait > 0:
                self.skip(wait, "a message becomes visible again")
            outcome = self._mapping.poll()
            self._delivery.deliver()
            if outcome in {Polled.REFUSED, Polled.NOT_POLLING}:
                return

    def skip(self, seconds: float, until: str = "") -> None:
        """Move the clock; ``ValueError`` for a negative number of seconds."""
        self.clock.skip(seconds)
        self._emit(e.TimeSkipped(time=self.clock.elapsed(), seconds=seconds, until=until))

    # -- commands: policies and settings --

    def policy(self, place: str) -> PolicyDocument:
        """Return the policy in one of the topology's places, as it is stored now."""
        return self._policies.read(place)

    def set_policy(self, place: str, document: Mapping[str, Any] | str) -> None:
        """Put a policy for real; botocore's ``ClientError`` when the service refuses it."""
        self._policies.put(place, document)
        if place == TRUST_POLICY:
            self._mapping.forget_credentials()
            self._runtime.forget_environment()

    def break_arrow(self, name: str) -> None:
        """Take away the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        self._policies.break_arrow(name)

    def restore_arrow(self, name: str) -> None:
        """Put back the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        self._policies.restore_arrow(name)

    @property
    def broken_arrows(self) -> frozenset[str]:
        """The arrows whose original statement does not stand in its policy."""
        return self._policies.broken_arrows

    def redrive(self) -> int:
        """Move the dead-letter queue's messages back to the queue; return how many there were."""
        queue = self.topology.dead_letter_queue
        count = len(self._stored.stored_messages(queue.name))
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
        self._mapping.reserved_concurrency = limit

    def set_mapping_enabled(self, *, enabled: bool) -> None:
        """Let the mapping poll, or stop it."""
        self._mapping.enabled = enabled
        state = "Enabled" if enabled else "Disabled"
        self._emit(e.MappingStateChanged(time=self.clock.elapsed(), state=state))

    # -- looking --

    def snapshot(self) -> Snapshot:
        """Return what stands where, now."""
        topology, stored = self.topology, self._stored
        queue = stored.queue_state(topology.queue.name)
        return Snapshot(
            uploads=len(stored.object_keys(topology.uploads.name)),
            visible=queue.visible,
            in_flight=queue.in_flight,
            delayed=queue.delayed,
            dead_lettered=len(stored.stored_messages(topology.dead_letter_queue.name)),
            thumbnails=len(stored.object_keys(topology.thumbnails.name)),
            items=stored.item_count(topology.table.name),
            broken_arrows=self.broken_arrows,
        )

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service that calls as the learner."""
        return self._identities.client("learner", service)

    def read_object(self, bucket: str, key: str) -> bytes:
        """Read an object as the learner; ``ClientError`` when S3 refuses."""
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def look_up_item(self, image_id: str) -> dict[str, Any] | None:
        """Read one item by its key, as a web front end would."""
        return self._look_ups.item(image_id)

    def look_up_failed(self) -> list[dict[str, Any]]:
        """Read the failed images from the index, newest first, as a web front end would."""
        return self._look_ups.failed()

    def scan_items(self) -> list[dict[str, Any]]:
        """Try to read the whole table as the front end, whose role does not allow it."""
        return self._look_ups.scan()

    # -- inside --

    def _invoke(self, event: e.Json) -> Any:
        return self._runtime.invoke(event)

    def _visible_at(self, message_id: str) -> float:
        for message in self._stored.stored_messages(self.topology.queue.name):
            if message.message_id == message_id:
                return message.visible_at
        return self.clock.now()

    def _paced(self, call: Any, arrow: str | None) -> None:
        if self.pace is not None:
            self.pace(call, arrow)

    def _emit(self, event: e.PipelineEvent) -> None:
        if not self._opening or isinstance(event, e.DestinationTested | e.SandboxReset):
            self._subscriber(event)

    def _new_id(self) -> str:
        if self._random is None:
            return str(uuid.uuid4())
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
