"""A function that writes where it is invoked from: Lambda stops the loop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipeline import events as e
from pipeline.sandbox import Sandbox
from tests.pipeline.conftest import Scene

FUNCTION = "thumbnail"


def close_the_loop(sandbox: Any) -> None:
    """Let the function store its thumbnails in the bucket that invokes it."""
    topology = sandbox.topology
    function = topology.functions[0]
    uploads = topology.uploads.name
    settings = {
        name: uploads if value.startswith("thumbnails-") else value
        for name, value in function.environment.items()
    }
    assert settings != dict(function.environment)
    sandbox.client("lambda").update_function_configuration(
        FunctionName=FUNCTION, Environment={"Variables": settings}
    )
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    sandbox.client("iam").put_role_policy(
        RoleName=function.role.name,
        PolicyName="everything",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )


@pytest.fixture(params=["direct", "thumbnails"])
def looping(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A sandbox whose function stores into the bucket that it is invoked from."""
    with Sandbox(seed=1, topology=request.param) as sandbox:
        close_the_loop(sandbox)
        yield Scene(sandbox)


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A loop of a function through S3, SQS or SNS is stopped after about 16 invocations",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
    note="The chain is known by message and object, not by a header; exactly 16 are let in.",
)
def test_a_loop_is_stopped_after_sixteen_invocations(
    looping: Scene, photo: Callable[..., bytes]
) -> None:
    looping.sandbox.upload(photo(), "cat.jpg")
    looping.sandbox.run_until_idle()

    assert looping.seen(e.RecursionStopped)
    assert len(looping.seen(e.FunctionInvoked)) == 16


@pytest.mark.fidelity(
    service="lambda",
    behaviour="What was stopped goes to the dead-letter queue or the on-failure destination",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
    note="",
)
def test_the_stopped_event_goes_where_failures_go(
    looping: Scene, photo: Callable[..., bytes]
) -> None:
    looping.sandbox.upload(photo(), "cat.jpg")
    looping.sandbox.run_until_idle()

    if looping.sandbox.topology.name == "direct":
        [sent] = looping.seen(e.DestinationSent)
        assert sent.document["requestPayload"]["Records"][0]["eventSource"] == "aws:s3"
    else:
        [dead] = looping.seen(e.MessageDeadLettered)
        assert dead.queue == looping.sandbox.topology.queue.name


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A chain that a learner's upload begins is not counted with the one before",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
    note="",
)
def test_many_uploads_are_no_loop(scene: Scene, photo: Callable[..., bytes]) -> None:
    for number in range(20):
        scene.sandbox.upload(photo((64, 48)), f"{number}.jpg")
        scene.sandbox.run_until_idle()

    assert scene.seen(e.RecursionStopped) == []
    assert len(scene.seen(e.FunctionReturned)) == 20
