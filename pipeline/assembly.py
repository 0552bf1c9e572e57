"""Who is wired to whom in a sandbox: reads as a diagram, does nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from pipeline import events as e
from pipeline.cloud.checks import service_checks
from pipeline.cloud.emulator import Emulator
from pipeline.cloud.notification_checks import NotificationChecks
from pipeline.delivery.s3 import S3Delivery
from pipeline.delivery.s3_destinations import queue_url
from pipeline.gate.authorizer import Authorizer
from pipeline.identities import Identities
from pipeline.lambda_service.event_source import QueuePoller
from pipeline.lambda_service.runtime import Connect, Runtime
from pipeline.lambda_service.settling import Settling
from pipeline.look_ups import LookUps
from pipeline.observation import Observation
from pipeline.policies import Policies
from pipeline.topology import EventSourceMapping, Function, Queue, Topology
from pipeline.turns import Turns


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one sandbox."""

    gate: Authorizer
    identities: Identities
    turns: Turns
    runtimes: dict[str, Runtime]
    """By the function's name."""

    mappings: tuple[QueuePoller, ...]
    policies: Policies
    look_ups: LookUps
    observation: Observation


def assemble(
    emulator: Emulator,
    topology: Topology,
    emit: e.Emit,
    new_id: Callable[[], str],
    wait: Callable[[float, str], None],
) -> Parts:
    """Return the parts that play AWS's services around an emulated account."""
    clock, stored = emulator.clock, emulator.stored
    gate = Authorizer(
        account=topology.account,
        region=topology.region,
        clock=clock,
        policies=emulator.policies,
        forward=emulator.forward,
        emit=emit,
        arrow_of=topology.arrow_of,
        new_id=new_id,
    )
    identities = Identities(gate, topology, new_id, emulator.policies.role_arn)
    delivery = S3Delivery(stored, clock, emit, identities.service_client, new_id)
    reasons: dict[str, str] = {}

    def runtime_of(function: Function) -> Runtime:
        return Runtime(
            function,
            connect_of(function),
            assume_role=lambda check_time: identities.function(function, check_time),
            clock=clock,
            emit=emit,
            new_id=new_id,
        )

    runtimes = {function.name: runtime_of(function) for function in topology.functions}

    def poller_of(mapping: EventSourceMapping, queue: Queue) -> QueuePoller:
        return QueuePoller(
            settings=mapping,
            queue=queue,
            region=topology.region,
            clock=clock,
            emit=emit,
            connect=lambda: identities.poller(topology.function_named(mapping.function)),
            queue_url=queue_url(queue.arn),
            runtime=runtimes[mapping.function],
            settling=Settling(
                queue,
                queue_url(queue.arn),
                clock,
                emit,
                lambda message_id: stored.visible_at(queue.name, message_id),
                reasons,
            ),
            state=lambda: stored.queue_state(queue.name),
            wait=wait,
        )

    queues = {queue.arn: queue for queue in topology.queues}
    mappings = tuple(
        poller_of(mapping, queues[mapping.source])
        for mapping in topology.mappings
        if mapping.source in queues
    )
    observation = Observation(
        topology, stored, clock, emit, delivery, reasons, identities.admit_session
    )
    gate.checks = {
        **service_checks(emulator, gate, clock, emit, new_id),
        ("s3", "PutBucketNotificationConfiguration"): NotificationChecks(
            stored, clock, emit, identities.service_client, new_id
        ),
    }
    gate.observer = observation
    return Parts(
        gate=gate,
        identities=identities,
        turns=Turns(clock, pushes=(delivery,), pollers=mappings),
        runtimes=runtimes,
        mappings=mappings,
        policies=Policies(
            topology,
            emulator.policies,
            clock,
            emit,
            lambda service: identities.client("learner", service),
        ),
        look_ups=LookUps(topology, clock, emit, lambda: identities.front_end("dynamodb")),
        observation=observation,
    )


def connect_of(function: Function) -> Connect:
    """Return what makes the handler of a function: ``connect`` of the module it names."""
    module = function.handler.split(".")[1]
    connect: Connect = importlib.import_module(f"pipeline.function.{module}").connect
    return connect
