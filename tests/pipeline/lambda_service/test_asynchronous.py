"""Lambda's own queue, with a function and destinations that a test decides."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored_functions import StoredFunction
from pipeline.gate.calls import ApiCall, Caller
from pipeline.iam.request import Principal
from pipeline.lambda_service.asynchronous import AsynchronousInvocations, QueuedEvent
from pipeline.lambda_service.destinations import Destinations
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.recursion import Chain, RecursionDetection

CALLER = Caller("function", Principal.parse("arn:aws:iam::123456789012:user/someone"))
ARN = "arn:aws:{service}:us-east-1:123456789012:{name}"
DEAD_LETTERS = ARN.format(service="sqs", name="dead")
FAILURES = ARN.format(service="sqs", name="failures")
FUNCTION = StoredFunction(
    name="resize",
    arn=ARN.format(service="lambda", name="function:resize"),
    role="arn:aws:iam::123456789012:role/resize",
    timeout=30,
    memory=128,
    handler="function.direct.handler",
    environment={},
    reserved_concurrency=None,
)

Ending = Callable[[str], Invocation]


def works(request_id: str) -> Invocation:
    return Invocation(request_id, response={"done": True})


def breaks(request_id: str) -> Invocation:
    return Invocation(request_id, error_type="ValueError", error_message="it broke")


def is_throttled(request_id: str) -> Invocation:
    return Invocation(request_id, error_type=THROTTLED, error_message="Rate Exceeded.")


@dataclass
class Client:
    """Takes what is sent on, and remembers it."""

    refuses: bool = False
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**parameters: Any) -> dict[str, Any]:
            self.calls.append((operation, parameters))
            if self.refuses:
                error = {"Code": "AccessDenied", "Message": "no identity-based policy allows it"}
                raise ClientError({"Error": error}, operation)  # type: ignore[typeddict-item]
            return {
                "MessageId": "m-1",
                "Entries": [{"EventId": "e-1"}],
                "ResponseMetadata": {"RequestId": "r-1"},
            }

        return call


class Lambda:
    """A queue of asynchronous invocations for one function."""

    def __init__(self, *endings: Ending, settings: StoredFunction | None = FUNCTION) -> None:
        self.clock = Clock.seeded()
        self.started_at = self.clock.now()
        self.events: list[e.PipelineEvent] = []
        self.client = Client()
        self.settings = settings
        self.runs: list[float] = []
        self._endings = itertools.chain(endings, itertools.repeat(endings[-1]))
        ids = (f"id-{number}" for number in itertools.count(1))
        self.recursion = RecursionDetection(self.clock, self.events.append)
        self.queue = AsynchronousInvocations(
            self.clock,
            self.events.append,
            lambda: next(ids),
            settings=lambda _: self.settings,
            invoke=self._invoke,
            destinations=Destinations(
                self.clock, self.events.append, lambda *_: self.client, lambda: next(ids)
            ),
            recursion=self.recursion,
        )

    def _invoke(self, function: str, payload: Any, request_id: str) -> Invocation:
        assert (function, payload) == ("resize", {"key": "cat.jpg"})
        self.runs.append(self.clock.now() - self.started_at)
        return next(self._endings)(request_id)

    def submit(self, chain: Chain | None = None) -> str:
        return self.queue.queue("resize", {"key": "cat.jpg"}, source="s3", chain=chain)

    def run(self, most: int = 500) -> None:
        """Act until the queue is empty, skipping the time in between."""
        for _ in range(most):
            due = self.queue.due_at()
            if due is None:
                return
            self.clock.skip(max(0.0, due - self.clock.now()))
            self.queue.act()
        pytest.fail("The queue did not become empty.")

    def seen(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def test_an_event_is_queued_first_and_runs_in_the_services_own_turn() -> None:
    service = Lambda(works)

    request_id = service.submit()

    assert service.runs == []
    assert service.queue.due_at() == service.clock.now()
    assert service.queue.act()
    assert service.runs == [0]
    assert [x.request_id for x in service.seen(e.InvocationQueued)] == [request_id]
    assert not service.queue.act()
    assert service.queue.due_at() is None


def test_a_failing_function_is_tried_after_one_minute_and_after_two_more() -> None:
    service = Lambda(breaks)

    service.submit()
    service.run()

    assert service.runs == [0, 60, 180]
    assert [x.wait for x in service.seen(e.InvocationRetried)] == [60, 120]
    assert [x.condition for x in service.seen(e.InvocationDiscarded)] == ["RetriesExhausted"]


def test_a_retry_that_works_ends_the_matter() -> None:
    service = Lambda(breaks, works)

    service.submit()
    service.run()

    assert service.runs == [0, 60]
    assert service.seen(e.InvocationDiscarded) == []


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_a_function_is_retried_as_often_as_it_is_set_to(retries: int) -> None:
    service = Lambda(breaks, settings=replace(FUNCTION, maximum_retry_attempts=retries))

    service.submit()
    service.run()

    assert len(service.runs) == 1 + retries


def test_a_throttled_event_comes_again_with_growing_waits_for_six_hours() -> None:
    service = Lambda(is_throttled)

    service.submit()
    service.run()

    waits = [x.wait for x in service.seen(e.InvocationRetried)]
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 300
    assert waits == sorted(waits)
    assert service.runs[-1] < 21_600 == service.clock.now() - service.started_at
    assert [x.condition for x in service.seen(e.InvocationDiscarded)] == ["EventAgeExceeded"]


def test_throttles_use_up_no_retry() -> None:
    service = Lambda(is_throttled, is_throttled, breaks, breaks, is_throttled, breaks)

    service.submit()
    service.run()

    assert len(service.runs) == 6
    assert [x.condition for x in service.seen(e.InvocationDiscarded)] == ["RetriesExhausted"]


def test_an_event_is_given_up_at_its_maximum_age() -> None:
    service = Lambda(breaks, settings=replace(FUNCTION, maximum_event_age=90))

    service.submit()
    service.run()

    assert service.runs == [0, 60]
    assert service.clock.now() - service.started_at == 90
    assert [x.condition for x in service.seen(e.InvocationDiscarded)] == ["EventAgeExceeded"]


def test_without_a_dead_letter_queue_or_destination_a_given_up_event_is_lost() -> None:
    service = Lambda(breaks)

    service.submit()
    service.run()

    assert service.client.calls == []
    assert service.seen(e.InvocationDiscarded)[0].kept_by == ()


def test_a_dead_letter_is_the_event_itself_with_the_error_in_its_attributes() -> None:
    service = Lambda(breaks, settings=replace(FUNCTION, dead_letters_to=DEAD_LETTERS))

    request_id = service.submit()
    service.run()

    [(operation, sent)] = service.client.calls
    assert operation == "send_message"
    assert sent["QueueUrl"] == "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
    assert json.loads(sent["MessageBody"]) == {"key": "cat.jpg"}
    values = {name: value["StringValue"] for name, value in sent["MessageAttributes"].items()}
    assert values == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "ValueError: it broke",
    }


def test_a_failure_record_tells_request_response_and_why() -> None:
    service = Lambda(breaks, settings=replace(FUNCTION, on_failure=FAILURES))

    request_id = service.submit()
    service.run()

    [(_, sent)] = service.client.calls
    assert json.loads(sent["MessageBody"]) == {
        "version": "1.0",
        "timestamp": "2026-01-05T09:03:00.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{FUNCTION.arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"key": "cat.jpg"},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {
            "errorMessage": "it broke",
            "errorType": "ValueError",
            "requestId": request_id,
            "stackTrace": [],
        },
    }
    assert "MessageAttributes" not in sent


def test_dead_letter_queue_and_destination_both_get_their_own() -> None:
    settings = replace(FUNCTION, dead_letters_to=DEAD_LETTERS, on_failure=FAILURES)
    service = Lambda(breaks, settings=settings)

    service.submit()
    service.run()

    assert [x.purpose for x in service.seen(e.DestinationSent)] == [
        "dead-letter queue",
        "on-failure destination",
    ]
    assert service.seen(e.InvocationDiscarded)[0].kept_by == (DEAD_LETTERS, FAILURES)


@pytest.mark.parametrize(
    ("destination", "operation", "message_id"),
    [
        (ARN.format(service="sns", name="done"), "publish", "m-1"),
        (ARN.format(service="lambda", name="function:next"), "invoke", "r-1"),
        (ARN.format(service="events", name="event-bus/default"), "put_events", "e-1"),
        (
            "arn:aws:s3:::records",
            "put_object",
            "aws/lambda/async/resize/2026/01/05/2026-01-05T09.00.00-id-2",
        ),
    ],
)
def test_every_kind_of_destination_gets_the_record(
    destination: str, operation: str, message_id: str
) -> None:
    service = Lambda(works, settings=replace(FUNCTION, on_success=destination))

    service.submit()
    service.run()

    [(called, _)] = service.client.calls
    [sent] = service.seen(e.DestinationSent)
    assert (called, sent.message_id, sent.purpose) == (
        operation,
        message_id,
        "on-success destination",
    )
    assert sent.document["requestContext"]["condition"] == "Success"
    assert sent.document["responsePayload"] == {"done": True}


def test_a_refused_destination_is_announced_and_the_event_lost() -> None:
    service = Lambda(breaks, settings=replace(FUNCTION, on_failure=FAILURES))
    service.client.refuses = True

    service.submit()
    service.run()

    [refused] = service.seen(e.DestinationRefused)
    assert (refused.code, refused.destination) == ("AccessDenied", FAILURES)
    assert service.seen(e.DestinationSent) == []


def test_zero_reserved_concurrency_sends_events_on_without_a_retry() -> None:
    settings = replace(FUNCTION, reserved_concurrency=0, dead_letters_to=DEAD_LETTERS)
    service = Lambda(is_throttled, settings=settings)

    service.submit()
    service.run()

    [(_, sent)] = service.client.calls
    assert sent["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"
    assert service.seen(e.InvocationRetried) == []


def test_an_event_of_a_deleted_function_is_given_up() -> None:
    service = Lambda(works)
    service.submit()
    service.settings = None

    service.run()

    assert service.runs == []
    assert len(service.seen(e.InvocationDiscarded)) == 1


def test_an_event_may_be_delivered_twice_where_faults_are_asked_for() -> None:
    service = Lambda(works)
    answers = iter([True, False])
    service.queue.duplicates = lambda _: next(answers)

    service.submit()
    service.run()

    assert len(service.runs) == 2


def test_a_loop_is_stopped_and_its_event_goes_where_failures_go() -> None:
    service = Lambda(works, settings=replace(FUNCTION, on_failure=FAILURES))

    service.submit(Chain({"resize": 16}))
    service.run()

    assert service.runs == []
    assert [x.count for x in service.seen(e.RecursionStopped)] == [16]
    assert [x.purpose for x in service.seen(e.DestinationSent)] == ["on-failure destination"]


def test_what_a_service_delivered_carries_its_chain_by_the_request_id() -> None:
    service = Lambda(works)
    with service.recursion.running("resize", Chain({"resize": 15})):
        made = ApiCall(CALLER, "s3", "PutObject", {"Bucket": "photos", "Key": "cat.jpg"}, "")
        service.recursion.note(made, {}, 200)

    request_id = service.submit()
    service.recursion.pass_on("photos/cat.jpg", request_id)
    service.run()

    assert service.runs == []
    assert len(service.seen(e.RecursionStopped)) == 1


def test_a_reset_forgets_what_waits() -> None:
    service = Lambda(works)
    service.submit()

    service.queue.forget()

    assert service.queue.due_at() is None
    assert not service.queue.act()


@given(st.lists(st.sampled_from([works, breaks, is_throttled]), min_size=1, max_size=12))
def test_every_event_ends_as_one_success_or_one_discard(endings: list[Ending]) -> None:
    service = Lambda(*endings, settings=replace(FUNCTION, on_success=FAILURES))

    service.submit()
    service.run()

    successes = [x for x in service.seen(e.DestinationSent) if x.condition == "Success"]
    assert len(successes) + len(service.seen(e.InvocationDiscarded)) == 1


def test_what_is_taken_belongs_to_one_taker() -> None:
    service = Lambda(works)
    service.submit()

    first = service.queue.take()

    assert isinstance(first, QueuedEvent)
    assert service.queue.take() is None
