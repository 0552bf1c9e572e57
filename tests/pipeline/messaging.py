"""Topics, rules and queues of a sandbox, made by hand, and what is announced of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline import events as e
from pipeline.sandbox import Sandbox

REGION = "us-east-1"


class Messaging:
    """An open sandbox with clients of its messaging services."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.account = sandbox.topology.account
        self.sns, self.sqs = sandbox.client("sns"), sandbox.client("sqs")
        self.bus = sandbox.client("events")
        self.events: list[e.PipelineEvent] = []
        sandbox.subscribe(self.events.append)

    def arn(self, service: str, name: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{name}"

    def topic(self, name: str = "orders", **attributes: str) -> str:
        """Make a topic; return its ARN."""
        return str(self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"])

    def queue(self, name: str, lets_in: str | None = None, **attributes: str) -> str:
        """Make a queue whose policy lets in what a topic or rule (ARN) sends; return its ARN."""
        arn = self.arn("sqs", name)
        if lets_in is not None:
            service = lets_in.split(":")[2]
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": lets_in}},
            }
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            attributes["Policy"] = json.dumps(policy)
        self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return arn

    def subscribe(self, topic: str, endpoint: str, protocol: str = "sqs", **attributes: Any) -> str:
        """Subscribe an endpoint; attributes that are documents are written as JSON."""
        answer = self.sns.subscribe(
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes={
                k: v if isinstance(v, str) else json.dumps(v) for k, v in attributes.items()
            },
            ReturnSubscriptionArn=True,
        )
        return str(answer["SubscriptionArn"])

    def rule(self, name: str, pattern: Any, *targets: dict[str, Any], **settings: Any) -> str:
        """Make a rule of the default bus with targets; return its ARN."""
        arn = self.bus.put_rule(Name=name, EventPattern=json.dumps(pattern), **settings)["RuleArn"]
        if targets:
            numbered = [{"Id": str(i), **target} for i, target in enumerate(targets)]
            self.bus.put_targets(Rule=name, Targets=numbered)
        return str(arn)

    def rule_arn(self, name: str) -> str:
        return self.arn("events", f"rule/{name}")

    def put(self, detail: Any, source: str = "shop", **entry: Any) -> dict[str, Any]:
        """Put an event on the default bus and let everything arrive; return PutEvents' answer."""
        given = {"Source": source, "DetailType": "Order", "Detail": json.dumps(detail), **entry}
        answer: dict[str, Any] = self.bus.put_events(Entries=[given])
        self.arrive()
        return answer

    def publish(self, topic: str, message: str, **request: Any) -> str:
        """Publish to a topic and let everything arrive; return the message's id."""
        message_id = self.sns.publish(TopicArn=topic, Message=message, **request)["MessageId"]
        self.arrive()
        return str(message_id)

    def arrive(self) -> None:
        """Let everything that is due now arrive, and what follows from it."""
        self.sandbox._parts.turns.push()

    def received(self, name: str) -> list[dict[str, Any]]:
        """Receive up to ten messages of a queue."""
        url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        answer = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            AttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def bodies(self, name: str) -> list[str]:
        return [message["Body"] for message in self.received(name)]

    def seen(self, kind: type[Any]) -> list[Any]:
        """Return the events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]


@contextmanager
def messaging() -> Iterator[Messaging]:
    """Open a seeded sandbox with clients of its messaging services."""
    with Sandbox(seed=1) as sandbox:
        yield Messaging(sandbox)
