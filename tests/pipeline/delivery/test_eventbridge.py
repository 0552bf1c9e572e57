"""EventBridge with targets that a test plays: retries on the sandbox's clock, and their end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.delivery.bus_entries import entry_size, event_of
from pipeline.delivery.eventbridge import EventBridge
from pipeline.delivery.targets import Targets
from tests.pipeline.messaging import Messaging, messaging

THROTTLE = ("ThrottlingException", 400)


class Target:
    """Plays the clients of targets: fails as told; its dead-letter queue takes everything."""

    def __init__(self, *errors: tuple[str, int]) -> None:
        self.errors = list(errors)
        self.taken: list[dict[str, Any]] = []
        self.dead: list[dict[str, Any]] = []
        self.connected: list[tuple[str, str, str]] = []

    def connect(self, principal: str, source_arn: str, service: str) -> Target:
        self.connected.append((principal, source_arn, service))
        return self

    def send_message(self, **request: Any) -> dict[str, Any]:
        if request["QueueUrl"].endswith("/dead"):
            self.dead.append(request)
        else:
            self._take(request)
        return {"MessageId": "m-1"}

    def invoke(self, **request: Any) -> dict[str, Any]:
        self._take(request)
        return {"ResponseMetadata": {"RequestId": "r-1"}}

    def _take(self, request: dict[str, Any]) -> None:
        if self.errors:
            code, status = self.errors.pop(0)
            error = {"Error": {"Code": code, "Message": "no"}}
            raise ClientError({**error, "ResponseMetadata": {"HTTPStatusCode": status}}, "Send")  # type: ignore[arg-type, typeddict-item]
        self.taken.append(request)


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


class Routed:
    """One event on its way through a bus whose targets are played."""

    def __init__(self, cloud: Messaging, target: Target) -> None:
        sandbox = cloud.sandbox
        self.clock = sandbox.clock
        self.events: list[e.PipelineEvent] = []
        stored = sandbox._emulator.stored
        self.bus = EventBridge(
            stored,
            sandbox.clock,
            self.events.append,
            Targets(target.connect, stored),
            sandbox._new_id,
        )
        entry = {"Source": "shop", "DetailType": "Order", "Detail": '{"total": 5}'}
        self.bus.put(event_of(entry, "e-1", cloud.account, "us-east-1", self.clock.now()))

    def seen(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def run(self) -> float:
        """Run until nothing waits, skipping time; return the seconds that it took."""
        began = self.clock.now()
        while (due := self.bus.due_at()) is not None:
            self.clock.skip(max(0.0, due - self.clock.now()))
            self.bus.act()
        return self.clock.now() - began


def make_rule(cloud: Messaging, arn: str, **settings: Any) -> None:
    dead = {"Arn": cloud.queue("dead")}
    cloud.rule("r", {"source": ["shop"]}, {"Arn": arn, "DeadLetterConfig": dead, **settings})


def attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_a_function_is_invoked_asynchronously_with_the_event(cloud: Messaging) -> None:
    function = cloud.arn("lambda", "function:thumbnail")
    make_rule(cloud, function)
    target = Target()

    routed = Routed(cloud, target)
    routed.run()

    assert target.connected == [("events.amazonaws.com", cloud.rule_arn("r"), "lambda")]
    (request,) = target.taken
    assert (request["FunctionName"], request["InvocationType"]) == (function, "Event")
    assert json.loads(request["Payload"])["detail"] == {"total": 5}
    (invoked,) = routed.seen(e.TargetInvoked)
    assert (invoked.target_kind, invoked.source_message_id) == ("function", "e-1")
    assert invoked.message_id == "r-1"


@pytest.mark.fidelity(
    service="events",
    behaviour="A throttle or an error on the target's side is retried for 24 hours and 185 times",
    verdict="simplified",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html",
    note="AWS names no delays: here they double from one second to ten minutes, without jitter.",
)
@pytest.mark.parametrize("error", [THROTTLE, ("InternalError", 500)])
def test_what_may_pass_is_retried(cloud: Messaging, error: tuple[str, int]) -> None:
    make_rule(cloud, cloud.queue("q"))
    target = Target(*[error] * 3)

    routed = Routed(cloud, target)

    assert routed.run() == pytest.approx(1 + 2 + 4)
    assert [x.attempt for x in routed.seen(e.TargetRetried)] == [1, 2, 3]
    assert len(target.taken) == 1
    assert target.dead == []


def test_without_a_policy_of_its_own_a_target_is_tried_for_a_day(cloud: Messaging) -> None:
    make_rule(cloud, cloud.queue("q"))
    target = Target(*[THROTTLE] * 1000)

    routed = Routed(cloud, target)
    seconds = routed.run()

    assert 23.8 * 3600 < seconds <= 24 * 3600
    (message,) = target.dead
    assert attributes(message)["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert json.loads(message["MessageBody"])["id"] == "e-1"


@pytest.mark.fidelity(
    service="events",
    behaviour="A target's retry policy limits the retries, and what is given up says which limit",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    note="",
)
@pytest.mark.parametrize(
    ("policy", "condition", "retries"),
    [
        ({"MaximumRetryAttempts": 2}, "MaximumRetryAttempts", "2"),
        ({"MaximumRetryAttempts": 0}, "MaximumRetryAttempts", "0"),
        ({"MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", "5"),
    ],
)
def test_a_retry_policy_limits_the_retries(
    cloud: Messaging, policy: dict[str, int], condition: str, retries: str
) -> None:
    make_rule(cloud, cloud.queue("q"), RetryPolicy=policy)
    target = Target(*[THROTTLE] * 50)

    routed = Routed(cloud, target)
    routed.run()

    told = attributes(target.dead[0])
    assert (told["EXHAUSTED_RETRY_CONDITION"], told["RETRY_ATTEMPTS"]) == (condition, retries)
    assert told["ERROR_CODE"] == "THROTTLING"
    (refused,) = routed.seen(e.TargetRefused)
    assert refused.dead_letter_queue == "dead"


@pytest.mark.parametrize(
    ("error", "code"),
    [(("AccessDenied", 403), "NO_PERMISSIONS"), (("Odd", 400), "SDK_CLIENT_ERROR")],
)
def test_what_a_target_refuses_is_not_retried(
    cloud: Messaging, error: tuple[str, int], code: str
) -> None:
    make_rule(cloud, cloud.queue("q"))
    target = Target(error)

    routed = Routed(cloud, target)

    assert routed.run() == 0
    told = attributes(target.dead[0])
    assert told["ERROR_CODE"] == code
    assert "EXHAUSTED_RETRY_CONDITION" not in told


def test_a_fifo_queue_gets_the_group_of_the_target(cloud: Messaging) -> None:
    arn = cloud.queue("jobs.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    make_rule(cloud, arn, SqsParameters={"MessageGroupId": "orders"})
    target = Target()

    Routed(cloud, target).run()

    assert target.taken[0]["MessageGroupId"] == "orders"


def test_nothing_waits_after_forgetting(cloud: Messaging) -> None:
    make_rule(cloud, cloud.queue("q"))
    routed = Routed(cloud, Target(THROTTLE))
    assert routed.bus.due_at() == routed.clock.now()
    assert routed.bus.act()
    assert not routed.bus.act()

    routed.bus.forget()

    assert routed.bus.due_at() is None


def test_what_counts_of_an_entry_is_its_texts_and_its_time() -> None:
    entry = {"Source": "shop", "DetailType": "é", "Detail": "{}", "Resources": ["ab"]}

    assert entry_size(entry) == 4 + 2 + 2 + 2
    assert entry_size({**entry, "Time": 1}) == 14 + 10
