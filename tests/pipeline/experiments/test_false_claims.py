"""An experiment notices when its claim is false: what it rests on is broken, and it says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from pipeline import notification, notification_rules, sandbox, sandbox_life, topology
from pipeline.cloud import notification_checks
from pipeline.delivery import s3 as s3_delivery
from pipeline.experiments import failing, fanning_out, notes, run_experiment, trial
from pipeline.function import items
from pipeline.gate import authorizer
from pipeline.iam.decisions import Decision, allowed
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer
from pipeline.lambda_service import event_source

Break = Callable[[pytest.MonkeyPatch], object]


def _not_holding(experiment: str) -> set[str]:
    report = run_experiment(experiment)
    assert not report.holds
    return {observation.id for observation in report.observations if not observation.holds}


def _allow_everything(request: Request, *_: object, **__: object) -> Decision:
    return allowed(request, Layer.IDENTITY, None, ())


ALLOWED_BY_MISTAKE = {
    "assume-role-needs-trust": {"others-may-not"},
    "confused-deputy-source-arn": {"other-bucket-is-refused"},
    "execution-role-reads-the-queue": {
        "receive-is-denied",
        "s3-still-sends",
        "function-does-not-run",
    },
    "explicit-deny-beats-allow": {"denied-by-bucket-policy", "admin-allow-does-not-help"},
    "function-uses-its-own-role": {
        "function-is-denied",
        "denial-names-action-and-resource",
        "message-is-dead-lettered",
    },
    "head-needs-getobject": {"head-without-getobject-is-403"},
    "kms-key-policy-decides": {"admin-is-denied"},
    "lambda-service-polls": {"service-receives"},
    "least-privilege-suffices": {"others-are-denied"},
    "list-needs-the-bucket-arn": {"object-arn-does-not-list"},
    "mapping-needs-receive-permission": {"refused-without-permission", "accepted-with-permission"},
    "missing-key-403-or-404": {"without-list-403"},
    "nothing-is-allowed-by-default": {"new-role-may-nothing", "one-allow-opens-one-action"},
    "object-arn-not-bucket-arn": {"bucket-arn-is-denied"},
    "permissions-boundary-limits": {"beyond-boundary-is-denied", "boundary-grants-nothing"},
    "query-reads-less-than-scan": {"front-end-may-not-scan"},
    "queue-absorbs-an-outage": {"messages-wait"},
    "queue-policy-lets-s3-send": {"refused-without-policy", "admin-does-not-help", "sends-as-s3"},
    "resource-policy-is-enough-in-one-account": {"denied-without", "only-what-it-names"},
    "session-policy-narrows": {"session-may-less", "cannot-widen"},
}


@pytest.mark.parametrize("experiment", ALLOWED_BY_MISTAKE)
def test_a_gate_that_lets_everything_through_is_noticed(
    experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorizer, "evaluate", _allow_everything)

    assert _not_holding(experiment) == ALLOWED_BY_MISTAKE[experiment]


EVALUATED_BY_MISTAKE = {
    "confused-deputy-source-arn": {"other-account-is-refused"},
    "cross-account-needs-both": {"identity-alone-is-denied", "bucket-policy-alone-is-denied"},
    "queue-must-let-sns-send": {"denied-without-policy", "other-topic-is-refused"},
    "s3-may-invoke-lambda-directly": {
        "denied-without-function-policy",
        "other-bucket-is-refused",
    },
    "scp-beats-administrator": {"scp-deny-wins", "root-is-bound-too", "scp-grants-nothing"},
    "tls-only-bucket-policy": {"http-is-denied"},
}


@pytest.mark.parametrize("experiment", EVALUATED_BY_MISTAKE)
def test_an_evaluation_that_allows_everything_is_noticed(
    experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "evaluate", _allow_everything)

    assert _not_holding(experiment) == EVALUATED_BY_MISTAKE[experiment]


def _change(target: Any, name: str, value: object) -> Break:
    return lambda patch: patch.setattr(target, name, value)


def _nothing(*_: object, **__: object) -> None:
    """Do nothing, in place of what an experiment rests on."""


def _queue_changed_later(**attributes: str) -> Break:
    """Return a break that changes the queue when all is set up: Lambda would refuse it before."""
    create = sandbox.Sandbox.open

    def opened(self: sandbox.Sandbox) -> None:
        create(self)
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=self.topology.queue.name)["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    return _change(sandbox.Sandbox, "open", opened)


_FIRST_OF = {"queue": "queues", "mapping": "mappings", "function": "functions"}


def _changed_topology(**changes: Any) -> Break:
    """Return a break that changes the topology's queue, mapping or function."""

    def change(name: str, account: str) -> topology.Topology:
        whole = topology.make_topology(name, account)
        parts = {}
        for one, values in changes.items():
            (many, first) = _FIRST_OF[one], getattr(whole, one)
            changed = dataclasses.replace(first, **values)
            parts[many] = tuple(changed if x is first else x for x in getattr(whole, many))
        return dataclasses.replace(whole, **parts)

    return _change(sandbox_life, "make_topology", change)


def _queues_with(**forced: object) -> Break:
    """Return a break that forces attributes on every queue that an experiment creates."""
    create = trial.Trial.queue

    def queue(self: trial.Trial, name: str, **attributes: object) -> str:
        return create(self, name, **{**attributes, **forced})

    return _change(trial.Trial, "queue", queue)


def _subscribed_with(**forced: str) -> Break:
    subscribe = fanning_out._subscribe

    def changed(running: trial.Trial, topic: str, name: str, **attributes: str) -> str:
        return subscribe(running, topic, name, **{**attributes, **forced})

    return _change(fanning_out, "_subscribe", changed)


def _sends_plainly(patch: pytest.MonkeyPatch) -> None:
    """Drop what a message is sent with, such as a delay."""
    send = trial.Trial.send
    patch.setattr(trial.Trial, "send", lambda self, url, body, **_: send(self, url, body))


_TIME_STANDS = _change(trial.Trial, "skip", _nothing)
_NO_NOTIFICATION = _change(s3_delivery.S3Delivery, "note", lambda *_: ())

BROKEN: list[tuple[str, Break, set[str]]] = [
    # S3 announces nothing, or too much, or in another way.
    (
        "upload-makes-a-thumbnail",
        _NO_NOTIFICATION,
        {"notification-started-it", "nothing-polled-s3", "results-are-there"},
    ),
    (
        "message-carries-a-reference",
        _NO_NOTIFICATION,
        {"names-the-object", "carries-no-bytes", "function-fetches-it"},
    ),
    (
        "key-is-url-encoded",
        _change(notification, "encode_key", str),
        {"key-is-encoded", "raw-key-is-not-found"},
    ),
    (
        "test-event-first",
        _change(notification_checks, "destination_test", lambda *_: {"Records": []}),
        {"test-event-arrives", "it-has-no-records"},
    ),
    (
        "filter-by-prefix-and-suffix",
        _change(notification_rules, "key_matches", lambda *_: True),
        {"other-key-is-not"},
    ),
    (
        "created-put-misses-multipart",
        _change(notification_rules, "event_matches", lambda *_: True),
        {"put-only-misses-it"},
    ),
    (
        "created-put-misses-multipart",
        _change(notification_rules, "event_matches", lambda *_: False),
        {"put-only-misses-it", "star-covers-it"},
    ),
    (
        "output-bucket-separate",
        _NO_NOTIFICATION,
        {"thumbnail-makes-no-event", "one-upload-one-invocation", "same-bucket-would-announce"},
    ),
    # Queues hide nothing, or time does not pass.
    (
        "message-hidden-while-in-flight",
        _queues_with(VisibilityTimeout=0),
        {"not-receivable-during", "still-in-the-queue", "receivable-after"},
    ),
    ("message-hidden-while-in-flight", _TIME_STANDS, {"receivable-after"}),
    (
        "one-message-one-consumer",
        _queues_with(VisibilityTimeout=0),
        {"consumers-share", "none-is-seen-twice"},
    ),
    (
        "visibility-too-short-duplicates",
        _TIME_STANDS,
        {"second-receiver-gets-it", "longer-timeout-prevents-it"},
    ),
    ("delay-seconds-postpones", _TIME_STANDS, {"receivable-after-delay"}),
    ("delay-seconds-postpones", _sends_plainly, {"hidden-at-first", "receivable-after-delay"}),
    (
        "long-polling-waits",
        _change(trial.Trial, "receive", lambda *_, **__: []),
        {"long-poll-waits", "fewer-empty-receives"},
    ),
    ("retention-ends-messages", _queues_with(MessageRetentionPeriod=86_400), {"gone-after"}),
    (
        "dlq-counts-from-the-first-enqueue",
        _queues_with(MessageRetentionPeriod=86_400),
        {"gone-by-its-first-age"},
    ),
    # The mapping, the function and the settings do something else.
    (
        "batch-is-one-invocation",
        _changed_topology(mapping={"batch_size": 1}),
        {"one-invocation"},
    ),
    (
        "queue-absorbs-a-burst",
        _changed_topology(mapping={"batch_size": 1}),
        {"fewer-invocations-than-uploads"},
    ),
    (
        "disabled-mapping-keeps-messages",
        _change(sandbox.Sandbox, "set_mapping_enabled", _nothing),
        {"nothing-is-invoked", "messages-wait"},
    ),
    (
        "reserved-concurrency-zero-throttles",
        _change(sandbox.Sandbox, "set_reserved_concurrency", _nothing),
        {"not-invoked", "message-stays", "receive-count-rises"},
    ),
    (
        "failure-returns-the-message",
        _change(event_source, "failed_message_ids", lambda *_: frozenset()),
        {
            "message-stays",
            "lambda-does-not-delete",
            "visible-after-timeout",
            "receive-count-rises",
        },
    ),
    (
        "failure-returns-the-message",
        _queue_changed_later(VisibilityTimeout="0"),
        {"message-stays", "visible-after-timeout", "receive-count-rises"},
    ),
    (
        "dead-letter-after-max-receives",
        _changed_topology(queue={"max_receive_count": 3}),
        {"received-max-times"},
    ),
    (
        "redrive-moves-back",
        _change(sandbox.Sandbox, "redrive", _nothing),
        {"moved-back", "processed-after-repair"},
    ),
    (
        "function-error-returns-the-batch",
        _change(failing, "_slow_at_the_third_photo", lambda _: None),
        {"all-return", "none-deleted", "finished-work-comes-again"},
    ),
    (
        "only-failed-messages-return",
        _change(event_source, "failed_message_ids", lambda _, ids: frozenset(ids)),
        {"good-are-deleted", "bad-returns"},
    ),
    (
        "partial-response-rules",
        _change(failing, "failed_message_ids", lambda *_: frozenset()),
        {"unknown-id-fails-all", "named-id-fails-alone"},
    ),
    (
        "duplicate-event-one-thumbnail",
        _change(items, "_MAY_CLAIM", f"{items._MAY_CLAIM} OR attribute_exists(#id)"),
        {"work-is-done-once"},
    ),
    # Topics deliver otherwise.
    (
        "raw-delivery-has-no-envelope",
        _subscribed_with(RawMessageDelivery="true"),
        {"otherwise-enveloped"},
    ),
    (
        "raw-delivery-has-no-envelope",
        _subscribed_with(RawMessageDelivery="false"),
        {"raw-is-the-message"},
    ),
    (
        "sns-filter-policy",
        _subscribed_with(FilterPolicy='{"kind": ["film"]}'),
        {"matching-arrives", "other-does-not", "unfiltered-gets-both"},
    ),
]


@pytest.mark.parametrize(
    ("experiment", "break_it", "expected"),
    BROKEN,
    ids=[f"{experiment}-{place}" for place, (experiment, *_) in enumerate(BROKEN)],
)
def test_what_a_claim_rests_on_is_broken_and_the_experiment_says_so(
    experiment: str, break_it: Break, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(monkeypatch)

    assert _not_holding(experiment) == expected


def test_an_observation_that_is_not_declared_cannot_be_made() -> None:
    running = notes.Notes({"seen": "it is seen"}, _nothing)

    with pytest.raises(KeyError):
        running.observe("sene", holds=True)


def test_an_observation_that_is_declared_and_not_made_is_an_error() -> None:
    running = notes.Notes({"seen": "it is seen", "heard": "it is heard"}, _nothing)
    running.observe("seen", holds=True)

    with pytest.raises(LookupError, match="an-experiment did not look for heard"):
        running.report("an-experiment", "It is seen and heard.")


def test_one_observation_that_does_not_hold_is_enough_for_the_claim_not_to() -> None:
    running = notes.Notes({"seen": "it is seen", "heard": "it is heard"}, _nothing)
    running.observe("seen", holds=True, times=2, places=["here", "there"], by_all=True)
    running.observe("heard", holds=False, by=None, sounds=[])

    report = running.report("an-experiment", "It is seen and heard.")

    assert not report.holds
    assert [observation.seen for observation in report.observations] == [
        "times: 2, places: here there, by all: yes",
        "by: none, sounds: none",
    ]
