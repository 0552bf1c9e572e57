"""Which rules an event matches, what their targets get, and what becomes of what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from tests.pipeline.messaging import Messaging, messaging

ORDERS = {"source": ["shop"]}


@pytest.fixture
def cloud() -> Iterator[Messaging]:
    with messaging() as opened:
        yield opened


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """Return the code and the text with which a call is refused."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def plain_queue(moto: boto3.Session, **rule: Any) -> tuple[Any, Any, str]:
    """Return clients of a plain moto and the URL of a queue that a rule sends to."""
    bus, sqs = moto.client("events"), moto.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    bus.put_rule(Name="r", EventPattern=json.dumps(ORDERS), **rule)
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    bus.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    return bus, sqs, url


def test_moto_alone_delivers_nothing_without_a_library_of_its_own(moto: boto3.Session) -> None:
    bus, _, _ = plain_queue(moto)
    entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}"}

    with pytest.raises(ModuleNotFoundError, match="jsonpath_ng"):
        bus.put_events(Entries=[entry])


@pytest.mark.fidelity(
    service="events",
    behaviour="Every enabled rule that an event matches sends it to each of its targets",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html",
    note="",
)
def test_every_matching_rule_sends_to_each_of_its_targets(cloud: Messaging) -> None:
    shipping = cloud.queue("shipping", cloud.rule_arn("all"))
    audit = cloud.queue("audit", cloud.rule_arn("all"))
    big = cloud.queue("big", cloud.rule_arn("big"))
    cloud.rule("all", ORDERS, {"Arn": shipping}, {"Arn": audit})
    cloud.rule("big", {"detail": {"total": [{"numeric": [">", 100]}]}}, {"Arn": big})
    cloud.rule("others", {"source": ["bank"]}, {"Arn": big})

    small = cloud.put({"total": 5})["Entries"][0]["EventId"]
    large = cloud.put({"total": 500})["Entries"][0]["EventId"]

    for name in ("shipping", "audit"):
        assert [json.loads(body)["id"] for body in cloud.bodies(name)] == [small, large]
    assert [json.loads(body)["id"] for body in cloud.bodies("big")] == [large]
    assert [x.rule for x in cloud.seen(e.EventMatched)] == ["all", "all", "big"]
    assert len(cloud.seen(e.TargetInvoked)) == 5


@pytest.mark.fidelity(
    service="events",
    behaviour="A target without settings of its own gets the whole event",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html",
    note="",
)
def test_a_target_gets_the_whole_event(cloud: Messaging) -> None:
    cloud.rule("r", ORDERS, {"Arn": cloud.queue("q", cloud.rule_arn("r"))})

    answer = cloud.put({"total": 5}, Resources=["arn:of:something"])

    assert json.loads(cloud.bodies("q")[0]) == {
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "Order",
        "source": "shop",
        "account": cloud.account,
        "time": "2026-01-05T09:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:of:something"],
        "detail": {"total": 5},
    }


@pytest.mark.fidelity(
    service="events",
    behaviour="A disabled rule sends nothing",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delete-rule.html",
    note="",
)
def test_a_disabled_rule_sends_nothing(cloud: Messaging) -> None:
    cloud.rule("r", ORDERS, {"Arn": cloud.queue("q", cloud.rule_arn("r"))}, State="DISABLED")
    cloud.put({})
    assert len(cloud.seen(e.EventUnmatched)) == 1

    cloud.bus.enable_rule(Name="r")
    cloud.put({})
    cloud.bus.disable_rule(Name="r")
    cloud.put({})

    assert len(cloud.received("q")) == 1


def test_moto_alone_asks_a_disabled_rule_too(moto: boto3.Session) -> None:
    bus, _, _ = plain_queue(moto, State="DISABLED")
    entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}"}

    with pytest.raises(ModuleNotFoundError):
        bus.put_events(Entries=[entry])


@pytest.mark.fidelity(
    service="events",
    behaviour="A target gets only what its own policy lets the rule send",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    note="",
)
def test_a_target_gets_only_what_its_policy_lets_the_rule_send(cloud: Messaging) -> None:
    cloud.rule(
        "r",
        ORDERS,
        {"Arn": cloud.queue("open", cloud.rule_arn("r"))},
        {"Arn": cloud.queue("closed")},
        {"Arn": cloud.queue("of-another", cloud.rule_arn("other"))},
    )

    cloud.put({})

    assert len(cloud.received("open")) == 1
    assert cloud.received("closed") == cloud.received("of-another") == []
    assert [x.code for x in cloud.seen(e.TargetRefused)] == ["AccessDenied"] * 2


@pytest.mark.fidelity(
    service="events",
    behaviour="Without permission an event is not retried: it goes to the target's dead letters",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    note="",
)
def test_an_event_without_permission_goes_to_the_dead_letter_queue_at_once(
    cloud: Messaging,
) -> None:
    rule = cloud.rule_arn("r")
    dead, closed = cloud.queue("dead", rule), cloud.queue("closed")
    cloud.rule("r", ORDERS, {"Arn": closed, "DeadLetterConfig": {"Arn": dead}})

    event_id = cloud.put({"total": 5})["Entries"][0]["EventId"]

    (message,) = cloud.received("dead")
    assert json.loads(message["Body"])["id"] == event_id
    attributes = {k: v["StringValue"] for k, v in message["MessageAttributes"].items()}
    assert "not authorized" in attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "RULE_ARN": rule,
        "TARGET_ARN": closed,
        "ERROR_CODE": "NO_PERMISSIONS",
    }
    (refused,) = cloud.seen(e.TargetRefused)
    assert refused.dead_letter_queue == "dead"
    assert cloud.seen(e.TargetRetried) == []


@pytest.mark.fidelity(
    service="events",
    behaviour="A target that is gone has the error code NO_RESOURCE in the dead-letter queue",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    note="",
)
@pytest.mark.parametrize(
    ("service", "name"), [("sqs", "gone"), ("lambda", "function:gone"), ("sns", "gone")]
)
def test_a_target_that_is_gone_is_named_so(cloud: Messaging, service: str, name: str) -> None:
    dead = cloud.queue("dead", cloud.rule_arn("r"))
    target = {"Arn": cloud.arn(service, name), "DeadLetterConfig": {"Arn": dead}}
    cloud.rule("r", ORDERS, target)

    cloud.put({})

    attributes = cloud.received("dead")[0]["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


@pytest.mark.fidelity(
    service="events",
    behaviour="Without a dead-letter queue that takes it, a refused event is lost",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    note="",
)
@pytest.mark.parametrize("dead_letters", ["none", "closed"])
def test_a_refused_event_is_lost_without_dead_letters(cloud: Messaging, dead_letters: str) -> None:
    target: dict[str, Any] = {"Arn": cloud.queue("closed")}
    dead = cloud.queue("dead")
    if dead_letters == "closed":
        target["DeadLetterConfig"] = {"Arn": dead}
    cloud.rule("r", ORDERS, target)

    cloud.put({})

    assert cloud.received("dead") == []
    (refused,) = cloud.seen(e.TargetRefused)
    assert refused.dead_letter_queue is None
    assert "lost" in refused.note


@pytest.mark.fidelity(
    service="events",
    behaviour="A rule publishes to a topic, whose subscriptions get the event",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html",
    note="",
)
def test_a_rule_publishes_to_a_topic(cloud: Messaging) -> None:
    topic = cloud.topic()
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    cloud.sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    cloud.subscribe(topic, cloud.queue("q", topic), RawMessageDelivery="true")
    cloud.rule("r", ORDERS, {"Arn": topic})

    event_id = cloud.put({})["Entries"][0]["EventId"]

    assert json.loads(cloud.bodies("q")[0])["id"] == event_id
    (invoked,) = cloud.seen(e.TargetInvoked)
    (published,) = cloud.seen(e.MessagePublished)
    assert (invoked.target_kind, invoked.message_id) == ("topic", published.message_id)


@pytest.mark.fidelity(
    service="events",
    behaviour="A target can get a constant, a part of the event or a template filled in from it",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html",
    note="",
)
def test_a_target_gets_what_its_input_settings_make_of_the_event(cloud: Messaging) -> None:
    queue = cloud.queue("q", cloud.rule_arn("r"))
    transformer = {
        "InputPathsMap": {"total": "$.detail.total", "who": "$.detail.customer.name"},
        "InputTemplate": '{"total": <total>, "text": "<who> by <aws.events.rule-name>"}',
    }
    cloud.rule(
        "r",
        ORDERS,
        {"Arn": queue, "Input": '{"constant": true}'},
        {"Arn": queue, "InputPath": "$.detail.customer"},
        {"Arn": queue, "InputTransformer": transformer},
    )

    cloud.put({"total": 5, "customer": {"name": "Ana"}})

    assert [json.loads(body) for body in cloud.bodies("q")] == [
        {"constant": True},
        {"name": "Ana"},
        {"total": 5, "text": "Ana by r"},
    ]


@pytest.mark.fidelity(
    service="events",
    behaviour="A template may name a value that the event does not have",
    verdict="simplified",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html",
    note="An empty text stands in its place, within quotation marks and outside of them.",
)
def test_a_value_that_is_missing_leaves_an_empty_text(cloud: Messaging) -> None:
    transformer = {
        "InputPathsMap": {"gone": "$.detail.gone"},
        "InputTemplate": '{"outside": <gone>, "inside": "so: <gone>"}',
    }
    queue = cloud.queue("q", cloud.rule_arn("r"))
    cloud.rule("r", ORDERS, {"Arn": queue, "InputTransformer": transformer})

    cloud.put({})

    assert json.loads(cloud.bodies("q")[0]) == {"outside": "", "inside": "so: "}


def test_moto_alone_takes_patterns_that_mean_nothing(moto: boto3.Session) -> None:
    bus = moto.client("events")

    assert bus.put_rule(Name="r", EventPattern='{"source": [{"EXISTS": true}]}')["RuleArn"]
    assert bus.put_rule(Name="r", EventPattern='{"source": [{"prefix": 1}]}')["RuleArn"]


@pytest.mark.fidelity(
    service="events",
    behaviour="A malformed event pattern is refused with the reason",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
    note="",
)
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ('{"source": [{"EXISTS": true}]}', "Unrecognized match type EXISTS"),
        ('{"source": "shop"}', '"source" must be an object or an array'),
        ('{"source": []}', "Empty arrays are not allowed"),
        ('["shop"]', "Filter is not an object"),
    ],
)
def test_a_malformed_pattern_is_refused(cloud: Messaging, pattern: str, reason: str) -> None:
    assert refusal(cloud.bus.put_rule, Name="r", EventPattern=pattern) == (
        "InvalidEventPatternException",
        f"Event pattern is not valid. Reason: {reason}",
    )


@pytest.mark.fidelity(
    service="events",
    behaviour="A refusal of a malformed pattern names the place in the text",
    verdict="simplified",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
    note="The reason is AWS's, without line and column; for a text that is no JSON it is ours.",
)
def test_a_refusal_names_no_place(cloud: Messaging) -> None:
    for pattern in ('{"source": []}', "{'bad': 'quotation'}"):
        code, text = refusal(cloud.bus.put_rule, Name="r", EventPattern=pattern)

        assert code == "InvalidEventPatternException"
        assert "[Source" not in text


def test_moto_alone_takes_six_targets_of_a_rule(moto: boto3.Session) -> None:
    bus, _, _ = plain_queue(moto)
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    bus.put_targets(Rule="r", Targets=[{"Id": f"more-{i}", "Arn": arn} for i in range(5)])

    assert len(bus.list_targets_by_rule(Rule="r")["Targets"]) == 6


@pytest.mark.fidelity(
    service="events",
    behaviour="A rule has at most five targets",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
    note="",
)
def test_a_rule_has_at_most_five_targets(cloud: Messaging) -> None:
    queue = cloud.queue("q")
    cloud.rule("r", ORDERS, *({"Arn": queue} for _ in range(5)))
    put_targets = cloud.bus.put_targets

    again = put_targets(Rule="r", Targets=[{"Id": "4", "Arn": queue}])
    assert again["FailedEntryCount"] == 0
    code, _ = refusal(put_targets, Rule="r", Targets=[{"Id": "5", "Arn": queue}])
    assert code == "LimitExceededException"


@pytest.mark.fidelity(
    service="events",
    behaviour="A rule sends to log groups, state machines, other buses and many more targets",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html",
    note="PutTargets refuses them: queues, functions and topics are emulated.",
)
def test_a_target_that_is_not_emulated_is_refused(cloud: Messaging) -> None:
    cloud.rule("r", ORDERS)
    target = {"Id": "1", "Arn": cloud.arn("states", "stateMachine:m")}

    code, text = refusal(cloud.bus.put_targets, Rule="r", Targets=[target])

    assert code == "ValidationException"
    assert "stateMachine:m" in text


@pytest.mark.fidelity(
    service="events",
    behaviour="The input settings of a target must be valid, and at most one of them given",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html",
    note="",
)
@pytest.mark.parametrize(
    "settings",
    [
        {"Input": "no json"},
        {"InputPath": "detail"},
        {"InputPath": "$..detail"},
        {"Input": "{}", "InputPath": "$.detail"},
        {"InputTransformer": {"InputPathsMap": {"x": "x"}, "InputTemplate": "<x>"}},
    ],
)
def test_bad_input_settings_are_refused(cloud: Messaging, settings: dict[str, Any]) -> None:
    cloud.rule("r", ORDERS)
    target = {"Id": "1", "Arn": cloud.queue("q"), **settings}

    assert refusal(cloud.bus.put_targets, Rule="r", Targets=[target])[0] == "ValidationException"


def test_moto_alone_takes_any_input_settings(moto: boto3.Session) -> None:
    bus, _, _ = plain_queue(moto)
    target = {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:q", "Input": "no json"}

    assert bus.put_targets(Rule="r", Targets=[target])["FailedEntryCount"] == 0


@pytest.mark.fidelity(
    service="events",
    behaviour="A rule runs on a schedule",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html",
    note="The rule is made and never runs.",
)
def test_a_rule_on_a_schedule_never_runs(cloud: Messaging) -> None:
    cloud.bus.put_rule(Name="r", ScheduleExpression="rate(1 minute)")
    target = {"Id": "1", "Arn": cloud.queue("q", cloud.rule_arn("r"))}
    cloud.bus.put_targets(Rule="r", Targets=[target])

    cloud.sandbox.skip(120)
    cloud.put({})

    assert cloud.received("q") == []
    assert len(cloud.seen(e.EventUnmatched)) == 1


def test_moto_alone_tests_no_patterns(moto: boto3.Session) -> None:
    answer = moto.client("events").test_event_pattern
    try:
        result = answer(EventPattern=json.dumps(ORDERS), Event='{"source": "shop"}')
    except (TypeError, AttributeError, NotImplementedError):
        return
    assert "Result" not in result


@pytest.mark.fidelity(
    service="events",
    behaviour="TestEventPattern tells whether an event matches a pattern",
    verdict="corrected",
    address="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html",
    note="",
)
def test_a_pattern_can_be_tried(cloud: Messaging) -> None:
    def tried(source: str) -> bool:
        event = json.dumps({"source": source})
        answer = cloud.bus.test_event_pattern(EventPattern=json.dumps(ORDERS), Event=event)
        return bool(answer["Result"])

    assert tried("shop")
    assert not tried("bank")
    call = cloud.bus.test_event_pattern
    assert refusal(call, EventPattern='{"a": 1}', Event="{}")[0] == "InvalidEventPatternException"
    assert refusal(call, EventPattern=json.dumps(ORDERS), Event="[]")[0] == "ValidationException"


@pytest.mark.fidelity(
    service="events",
    behaviour="A rule invokes a function asynchronously, when the function's policy lets the rule",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    note="",
)
def test_a_function_is_invoked_when_its_policy_lets_the_rule(cloud: Messaging) -> None:
    function = cloud.sandbox.topology.functions[0]
    rule = cloud.rule("r", ORDERS, {"Arn": function.arn})

    cloud.put({"is": "refused"})
    cloud.sandbox.client("lambda").add_permission(
        FunctionName=function.name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    cloud.put({"is": "taken"})

    (refused,) = cloud.seen(e.TargetRefused)
    assert refused.code == "AccessDeniedException"
    (queued,) = cloud.seen(e.InvocationQueued)
    (invoked,) = cloud.seen(e.TargetInvoked)
    assert (invoked.target_kind, invoked.message_id) == ("function", queued.request_id)
    assert queued.payload["detail"] == {"is": "taken"}
