"""Who is wired to whom in a sandbox: reads as a diagram, does nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline import events as e
from pipeline.cloud.checks import service_checks
from pipeline.cloud.emulator import Emulator
from pipeline.cloud.move_tasks import MoveTasks
from pipeline.cloud.notification_checks import NotificationChecks
from pipeline.delivery.eventbridge import EventBridge
from pipeline.delivery.s3 import S3Delivery
from pipeline.delivery.sns import SnsDelivery
from pipeline.delivery.targets import Targets
from pipeline.gate.authorizer import Authorizer
from pipeline.identities import Identities
from pipeline.lambda_service.service import LambdaService, lambda_service
from pipeline.look_ups import LookUps
from pipeline.observation import Observation
from pipeline.policies import Policies
from pipeline.topology import Topology
from pipeline.turns import Turns


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one sandbox."""

    gate: Authorizer
    identities: Identities
    turns: Turns
    delivery: S3Delivery
    functions: LambdaService
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
    connect = identities.service_client
    reasons: dict[str, str] = {}
    functions = lambda_service(
        stored=stored,
        gate=gate,
        emit=emit,
        new_id=new_id,
        sessions=identities,
        wait=wait,
        reasons=reasons,
    )

    def tell(event: e.PipelineEvent) -> None:
        functions.recursion.follow(event)
        emit(event)

    bus = EventBridge(stored, clock, tell, Targets(connect, stored), new_id)
    delivery = S3Delivery(stored, clock, tell, connect, new_id, put_event=bus.put)
    topics = SnsDelivery(stored, clock, tell, connect)
    move_tasks = MoveTasks(stored.queues, clock, emit, new_id)
    observation = Observation(
        topology,
        stored,
        clock,
        emit,
        delivery,
        topics,
        functions.recursion,
        reasons,
        identities.admit_session,
    )
    stored.queues.announce = observation.see_departure
    gate.observer = observation
    gate.checks = {
        **service_checks(emulator, clock, new_id),
        **functions.checks,
        **move_tasks.checks(),
        ("events", "PutEvents"): bus.answer_put_events,
        ("s3", "PutBucketNotificationConfiguration"): NotificationChecks(
            stored, clock, emit, connect, new_id
        ),
    }
    return Parts(
        gate=gate,
        identities=identities,
        turns=Turns(
            clock,
            pushes=(stored.queues, delivery, topics, bus),
            pollers=lambda: (*functions.agents(), move_tasks),
        ),
        delivery=delivery,
        functions=functions,
        policies=Policies(
            topology,
            emulator.policies,
            clock,
            emit,
            lambda service: identities.client("learner", service),
            lambda scps: setattr(gate, "scps", scps),
        ),
        look_ups=LookUps(topology, clock, emit, lambda: identities.front_end("dynamodb")),
        observation=observation,
    )
