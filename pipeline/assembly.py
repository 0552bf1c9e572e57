"""Who is wired to whom in a sandbox: reads as a diagram, does nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline import events as e
from pipeline.cloud.checks import service_checks
from pipeline.cloud.emulator import Emulator
from pipeline.delivery.s3 import S3Delivery, queue_url
from pipeline.function.handler import connect
from pipeline.gate.authorizer import Authorizer
from pipeline.identities import Identities
from pipeline.lambda_service.event_source import EventSourceMapping
from pipeline.lambda_service.runtime import Runtime
from pipeline.look_ups import LookUps
from pipeline.observation import Observation
from pipeline.policies import Policies
from pipeline.topology import Topology


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one sandbox."""

    gate: Authorizer
    identities: Identities
    delivery: S3Delivery
    runtime: Runtime
    mapping: EventSourceMapping
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
    delivery = S3Delivery(stored, clock, emit, identities.s3, new_id)
    runtime = Runtime(
        topology.function,
        connect,
        assume_role=lambda: identities.function(runtime.check_time),
        clock=clock,
        emit=emit,
        new_id=new_id,
    )
    mapping = EventSourceMapping(
        topology=topology,
        clock=clock,
        emit=emit,
        connect=identities.poller,
        queue_url=queue_url(topology.queue.arn),
        invoke=runtime.invoke,
        visible_at=lambda message_id: stored.visible_at(topology.queue.name, message_id),
        messages_waiting=lambda: len(stored.stored_messages(topology.queue.name)),
        wait=wait,
    )
    observation = Observation(
        topology, stored, clock, emit, delivery, mapping, identities.admit_session
    )
    gate.checks = {
        **service_checks(emulator, gate, clock, emit, new_id),
        ("s3", "PutBucketNotificationConfiguration"): delivery.check_destinations,
    }
    gate.observer = observation
    return Parts(
        gate=gate,
        identities=identities,
        delivery=delivery,
        runtime=runtime,
        mapping=mapping,
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
