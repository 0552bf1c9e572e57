"""SNS's deliveries to endpoints that a test plays: retries, functions, and nothing left over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.delivery.sns import MOST_RETRIES, SnsDelivery, retry_wait
from pipeline.gate.calls import ApiCall, Caller
from pipeline.iam.request import Principal
from tests.pipeline.messaging import Messaging, messaging


class Endpoint:
    """Plays the clients of queues and functions: fails as told, then takes what comes."""

    def __init__(self, *errors: tuple[str, int]) -> None:
        self.errors = list(errors)
        self.requests: list[dict[str, Any]] = []
        self.connected: list[tuple[str, str, str]] = []

    def connect(self, principal: str, source_arn: str, service: str) -> Endpoint:
        self.connected.append((principal, source_arn, service))
        return self

    def send_message(self, **request: Any) -> dict[str, Any]:
        self._take(request)
        return {"MessageId": f"m-{len(self.requests)}"}

    def invoke(self, **request: Any) -> dict[str, Any]:
        self._take(request)
        return {"ResponseMetadata": {"RequestId": f"r-{len(self.requests)}"}}

    def _take(self, request: dict[str, Any]) -> None:
        if self.errors:
            code, status = self.errors.pop(0)
            error = {"Error": {"Code": code, "Message": "no"}}
            raise ClientError({**error, "ResponseMetadata": {"HTTPStatusCode": status}}, "Send")  # type: ignore[arg-type, typeddict-item]
        self.requests.append(request)


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


class Delivered:
    """SNS's deliveries of one message of the topic ``orders``, to an endpoint that is played."""

    def __init__(self, cloud: Messaging, endpoint: Endpoint) -> None:
        sandbox = cloud.sandbox
        self.clock = sandbox.clock
        self.events: list[e.PipelineEvent] = []
        stored = sandbox._emulator.stored
        self.sns = SnsDelivery(stored, sandbox.clock, self.events.append, endpoint.connect)
        request = {"TopicArn": cloud.arn("sns", "orders"), "Message": "hello"}
        caller = Caller("learner", Principal.parse(f"arn:aws:iam::{cloud.account}:user/learner"))
        self.sns.note(ApiCall(caller, "sns", "Publish", request, "query"), {"MessageId": "p-1"})

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def run(self) -> list[float]:
        """Run until nothing waits, skipping time; return the waits that were skipped."""
        waits = []
        while (due := self.sns.due_at()) is not None:
            wait = due - self.clock.now()
            if wait > 0:
                waits.append(round(wait, 3))
                self.clock.skip(wait)
            self.sns.act()
        return waits


def test_a_function_is_invoked_asynchronously_with_an_event_of_sns(cloud: Messaging) -> None:
    function = cloud.arn("lambda", "function:thumbnail")
    subscription = cloud.subscribe(cloud.topic(), function, "lambda")
    endpoint = Endpoint()

    delivered = Delivered(cloud, endpoint)
    delivered.run()

    assert endpoint.connected == [("sns.amazonaws.com", cloud.arn("sns", "orders"), "lambda")]
    (request,) = endpoint.requests
    assert (request["FunctionName"], request["InvocationType"]) == (function, "Event")
    (record,) = json.loads(request["Payload"])["Records"]
    message = record.pop("Sns")
    assert record == {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
    }
    assert (message["Message"], message["MessageId"]) == ("hello", "p-1")
    assert message["Subject"] is None
    assert message["MessageAttributes"] == {}
    assert {"SigningCertUrl", "UnsubscribeUrl"} <= message.keys()
    arrived = delivered.events[-1]
    assert isinstance(arrived, e.SubscriptionDelivered)
    assert (arrived.message_id, arrived.source_message_id) == ("r-1", "p-1")


@pytest.mark.fidelity(
    service="sns",
    behaviour="A throttle or an error on the endpoint's side is retried, over 23 days",
    verdict="simplified",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html",
    note="The phases are as documented; there is no jitter, and the backoff between them doubles.",
)
@pytest.mark.parametrize("error", [("Throttling", 400), ("InternalError", 500)])
def test_what_may_pass_is_retried(cloud: Messaging, error: tuple[str, int]) -> None:
    cloud.subscribe(cloud.topic(), cloud.queue("q"))
    endpoint = Endpoint(*[error] * 8)

    delivered = Delivered(cloud, endpoint)
    waits = delivered.run()

    assert waits == [1.0, 1.0, 1.0, 2.0, 4.0]
    assert delivered.names() == [
        "MessagePublished",
        *["SubscriptionRetried"] * 8,
        "SubscriptionDelivered",
    ]


def test_the_waits_have_the_phases_that_aws_documents() -> None:
    waits = [retry_wait(retries) for retries in range(MOST_RETRIES)]

    assert waits[:5] == [0, 0, 0, 1, 1]
    backoff = waits[5:15]
    assert (backoff[0], backoff[-1]) == (1, 20)
    assert backoff == sorted(backoff)
    assert set(waits[15:]) == {20}
    assert 23 < sum(waits) / 86_400 < 24


@pytest.mark.parametrize("error", [("AccessDenied", 403), ("AWS.SimpleQueueService.Gone", 400)])
def test_what_the_endpoint_refuses_is_not_retried(cloud: Messaging, error: tuple[str, int]) -> None:
    cloud.subscribe(cloud.topic(), cloud.queue("q"))
    endpoint = Endpoint(error)

    delivered = Delivered(cloud, endpoint)

    assert delivered.run() == []
    assert delivered.names() == ["MessagePublished", "SubscriptionRefused"]
    assert endpoint.requests == []


def test_nothing_is_due_before_its_time_nor_after_forgetting(cloud: Messaging) -> None:
    cloud.subscribe(cloud.topic(), cloud.queue("q"))
    endpoint = Endpoint(*[("Throttling", 400)] * 4)
    delivered = Delivered(cloud, endpoint)
    for _ in range(4):
        assert delivered.sns.act()

    assert not delivered.sns.act()
    assert delivered.sns.due_at() == pytest.approx(delivered.clock.now() + 1)
    delivered.sns.forget()
    assert delivered.sns.due_at() is None


def test_other_calls_mean_nothing_to_sns(cloud: Messaging) -> None:
    delivered = Delivered(cloud, Endpoint())
    before = len(delivered.events)
    caller = Caller("learner", Principal.parse("sns.amazonaws.com"))
    topic = {"TopicArn": cloud.arn("sns", "orders")}
    for service, operation in (("sns", "Subscribe"), ("sqs", "Publish")):
        delivered.sns.note(ApiCall(caller, service, operation, topic, "query"), {"MessageId": "x"})
    text = {"PhoneNumber": "+15550100", "Message": "hi"}
    delivered.sns.note(ApiCall(caller, "sns", "Publish", text, "query"), {"MessageId": "x"})

    assert len(delivered.events) == before
