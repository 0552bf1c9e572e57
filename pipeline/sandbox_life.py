"""A sandbox's life: opened, listened to, reset and closed.

One emulated account with one architecture in it. What it can be told to do is in ``sandbox.py``.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

from pipeline import events as e
from pipeline import offline
from pipeline.assembly import assemble
from pipeline.clock import Clock
from pipeline.cloud.emulator import Emulator
from pipeline.delivery.s3 import Due
from pipeline.gate.authorizer import Decided
from pipeline.gate.calls import ApiCall, Caller, Observer, Pace, Trouble
from pipeline.gate.door import DOOR
from pipeline.iam.evaluation import Policies
from pipeline.iam.request import Request
from pipeline.iam.requirement import Requirement
from pipeline.lambda_service.pool import WorkerPool
from pipeline.lambda_service.runtime import Connect
from pipeline.provisioning import create_learner, creation_steps
from pipeline.topology import DEFAULT, Topology, make_topology
from pipeline.uncollected import uncollected


class RunCancelled(BaseException):
    """Raised from ``pace`` to abandon the running command; what was done stays done."""


class SandboxLife:
    """One emulated cloud with one architecture. A context manager: opened and closed."""

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
        self._is_stopping = False
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

    @contextmanager
    def heard_by(self, emit: e.Emit) -> Iterator[None]:
        """Let another listener have the events, alone, for a while."""
        before, self._subscriber = self._subscriber, emit
        try:
            yield
        finally:
            self._subscriber = before

    @contextmanager
    def watched_by(self, see: Observer) -> Iterator[None]:
        """Let somebody see each answered call for a while, before events tell what it means."""
        gate = self._parts.gate
        own = gate.observer

        def both(call: ApiCall, answer: Mapping[str, Any], status: int) -> None:
            see(call, answer, status)
            if own is not None:
                own(call, answer, status)

        gate.observer = both
        try:
            yield
        finally:
            gate.observer = own

    # -- life --

    def __enter__(self) -> Self:
        """Open the sandbox; one that cannot be opened is closed again."""
        with uncollected(), ExitStack() as undo:
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
        self._parts.functions.runtimes.forget_environments()
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
        """Throw everything away and create it anew, whatever the learner may still do."""
        self._emit(e.SandboxReset(time=self.clock.elapsed()))
        self._parts.gate.scps = ()
        self._parts.turns.forget()
        self._parts.functions.forget()
        self._parts.observation.forget()
        self._emulator.clear()
        self.open()

    @contextmanager
    def decisions_heard_by(self, hear: Callable[[Decided], None]) -> Iterator[None]:
        """Let somebody hear of every request that is decided, those that no event tells of too."""
        gate = self._parts.gate
        before, gate.listener = gate.listener, hear
        try:
            yield
        finally:
            gate.listener = before

    def case(
        self, caller: Caller, service: str, requirement: Requirement
    ) -> tuple[Request, Policies]:
        """Return a request as a caller would make it, and the policies that would decide it now."""
        return self._parts.gate.case(caller, service, requirement)

    def user_id(self, arn: str) -> str | None:
        """Return the unique id of a user or role; None when there is none."""
        return self._emulator.policies.unique_id(arn)

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service that calls as the learner."""
        return self._parts.identities.client("learner", service)

    def skip(self, seconds: float, until: str = "") -> None:
        """Move the clock; ``ValueError`` for a negative number of seconds."""
        self.clock.skip(seconds)
        self._emit(e.TimeSkipped(time=self.clock.elapsed(), seconds=seconds, until=until))

    @contextmanager
    def parallel(self, workers: int) -> Iterator[WorkerPool]:
        """Let the mappings work on several batches at once, on so many threads.

        When this is left by an exception, the work that runs is abandoned at its next call.
        """
        try:
            with WorkerPool(self._parts.functions.mappings.queue_pollers(), workers) as pool:
                is_over = False
                try:
                    yield pool
                    is_over = True
                finally:
                    self._is_stopping = not is_over
        finally:
            self._is_stopping = False

    @contextmanager
    def troubled_by(
        self,
        trouble: Trouble,
        disturb: Callable[[deque[Due]], None],
        wrap: Callable[[Connect], Connect],
    ) -> Iterator[None]:
        """Let calls, S3's deliveries and the functions' code go wrong for a while."""
        parts = self._parts
        parts.gate.trouble, parts.delivery.disturb = trouble, disturb
        parts.functions.runtimes.wrap_code(wrap)
        try:
            yield
        finally:
            parts.gate.trouble = parts.delivery.disturb = None
            parts.functions.runtimes.wrap_code(None)

    # -- inside --

    def _paced(self, call: Any, arrow: str | None) -> None:
        if self._is_stopping:
            raise RunCancelled
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
