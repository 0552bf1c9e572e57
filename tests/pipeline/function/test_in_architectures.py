"""Each function under its execution role in its architecture: it may all that it needs, no more."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline import events as e
from pipeline.inputs import broken, bundled
from pipeline.sandbox import Sandbox
from pipeline.topology import TOPOLOGY_NAMES, make_topology
from pipeline.topology.building import STREAM_READING

FUNCTIONS = [
    (topology, function.name)
    for topology in TOPOLOGY_NAMES
    for function in make_topology(topology).functions
]


class Stage:
    """A function in an open sandbox, and what is put before it."""

    def __init__(self, sandbox: Sandbox, name: str, sent: Any) -> None:
        self.sandbox = sandbox
        self.sent = sent
        self.function = sandbox.topology.function_named(name)
        self.role = self.function.role
        self.denied: list[e.RequestDenied] = []
        sandbox.subscribe(self._listen)

    def _listen(self, event: e.PipelineEvent) -> None:
        if isinstance(event, e.RequestDenied):
            self.denied.append(event)

    def succeeds(self, data: bytes, number: int) -> bool:
        """Say whether an invocation about an input, each time a new one, succeeds."""
        answer = self.sandbox.client("lambda").invoke(
            FunctionName=self.function.name, Payload=json.dumps(self._event(data, number))
        )
        response = json.loads(answer["Payload"].read())
        return "FunctionError" not in answer and response in ({"batchItemFailures": []}, None)

    def _event(self, data: bytes, number: int) -> dict[str, Any]:
        entry, handler = self.sandbox.topology.entry, self.function.handler
        if entry.kind == "upload":
            key = f"photos/{number} a.jpg"
            self.sandbox.client("s3").put_object(Bucket=entry.resource, Key=key, Body=data)
            event = self.sent.s3_event(entry.resource, key)
            if ".direct." in handler:
                return event  # type: ignore[no-any-return]
            return self.sent.sqs_event([json.dumps(event)], 1)  # type: ignore[no-any-return]
        if entry.kind == "publish":
            order = data.decode().replace('"A-', f'"A-{number}-')
            return self.sent.sqs_event([self.sent.enveloped(order)], 1)  # type: ignore[no-any-return]
        image = {name: {"S": value} for name, value in json.loads(data).items()}
        change = {"SequenceNumber": str(number), "NewImage": image}
        return {"Records": [{"eventName": "INSERT", "dynamodb": change}]}


@pytest.fixture(params=FUNCTIONS, ids="-".join, scope="module")
def stage(request: pytest.FixtureRequest, sent: Any) -> Iterator[Stage]:
    topology, name = request.param
    with Sandbox(topology=topology, seed=1) as sandbox:
        yield Stage(sandbox, name, sent)


def test_function_has_all_permissions_that_it_needs_and_needs_all_that_it_has(stage: Stage) -> None:
    topology = stage.sandbox.topology
    data = bundled(topology.name)[0].read_bytes()
    place = next(
        place for place, at in topology.places.items()
        if at.kind == "role" and at.name == stage.role.name
    )  # fmt: skip
    assert stage.succeeds(data, 0)
    assert stage.denied == []

    # The others are for those who act for it: poll, write its log, tell of its failures.
    own = [
        (statement, action)
        for statement in stage.role.policy["Statement"]
        for action in _list(statement["Action"])
        if action not in STREAM_READING and not action.startswith(("sqs:", "logs:"))
    ]
    assert own
    for number, (statement, action) in enumerate(own, start=1):
        stage.sandbox.set_policy(place, _without(stage.role.policy, statement, action))
        stage.denied.clear()
        assert not stage.succeeds(data, number), action
        assert {denial.action for denial in stage.denied} == {action}
    stage.sandbox.set_policy(place, stage.role.policy)
    assert stage.succeeds(data, len(own))


def test_broken_input_fails_where_the_work_needs_what_is_broken(stage: Stage) -> None:
    stage.denied.clear()

    assert stage.succeeds(broken(stage.sandbox.topology.name)[0].read_bytes(), 100) == (
        stage.function.name in {"index", "audit", "shipping", "analytics"}
    )
    assert stage.denied == []


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _without(policy: dict[str, Any], statement: dict[str, Any], action: str) -> dict[str, Any]:
    """Return a policy without one action of one statement."""
    rest = [other for other in _list(statement["Action"]) if other != action]
    kept = [other for other in policy["Statement"] if other is not statement]
    return {**policy, "Statement": [*kept, {**statement, "Action": rest}] if rest else kept}
