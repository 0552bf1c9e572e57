"""One event for several receivers: what an SNS topic gives each queue that subscribes.

The emulator delivers from topic to queue by itself, past the queue's policy; what these look at is
which copies arrive, and the policy is the matter of ``letting_in``.
"""

from __future__ import annotations

import json

from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial
from pipeline.topology.statements import allow, policy

_SNS = "https://docs.aws.amazon.com/sns/latest/dg"


def _topic(trial: Trial) -> str:
    return str(trial.client("sns").create_topic(Name="photos")["TopicArn"])


def _subscribe(trial: Trial, topic: str, name: str, **attributes: str) -> str:
    """Create a queue that lets the topic send, subscribe it, and return its URL."""
    arn = trial.queue_arn(name)
    lets = allow(
        "TopicSends",
        "sqs:SendMessage",
        Principal={"Service": "sns.amazonaws.com"},
        Resource=arn,
        Condition={"ArnEquals": {"aws:SourceArn": topic}},
    )
    url = trial.queue(name, Policy=policy(lets))
    trial.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes
    )
    return url


def _bodies(trial: Trial, url: str) -> list[str]:
    return [message["Body"] for message in trial.receive(url, 10)]


@on_sandbox(
    "sns-fans-out",
    "A topic gives each subscribed queue a copy of its own.",
    {
        "each-queue-gets-a-copy": "both queues get the message",
        "copies-are-independent": "deleting it from one leaves it in the other",
        "queue-gives-one-consumer": "within one queue a second receiver gets nothing: the message "
        "is in flight",
    },
    f"{_SNS}/sns-common-scenarios.html",
    f"{_SNS}/sns-sqs-as-subscriber.html",
)
def sns_fans_out(trial: Trial) -> None:
    """Publish once, and receive from two queues."""
    topic = _topic(trial)
    resize = _subscribe(trial, topic, "resize", RawMessageDelivery="true")
    index = _subscribe(trial, topic, "index", RawMessageDelivery="true")
    trial.publish(topic, "photo.jpg")
    got = trial.receive(resize)
    again = trial.receive(resize)
    for message in got:
        trial.delete(resize, message)
    other = _bodies(trial, index)
    bodies = [message["Body"] for message in got]
    trial.observe(
        "each-queue-gets-a-copy",
        holds=bodies == other == ["photo.jpg"],
        resize=bodies,
        index=other,
    )
    trial.observe("copies-are-independent", holds=other == ["photo.jpg"], left_in_index=other)
    trial.observe("queue-gives-one-consumer", holds=bool(got) and not again, second=len(again))


@on_sandbox(
    "sns-filter-policy",
    "A filter policy decides which messages a subscription gets.",
    {
        "matching-arrives": "a message with the attribute that the filter names arrives",
        "other-does-not": "a message with another value does not",
        "unfiltered-gets-both": "a subscription without a filter gets both",
    },
    f"{_SNS}/sns-message-filtering.html",
)
def sns_filter_policy(trial: Trial) -> None:
    """Publish a photo and a film, of which one queue wants photos alone."""
    topic = _topic(trial)
    wanted = json.dumps({"kind": ["photo"]})
    filtered = _subscribe(trial, topic, "resize", RawMessageDelivery="true", FilterPolicy=wanted)
    everything = _subscribe(trial, topic, "archive", RawMessageDelivery="true")
    for kind in ("photo", "film"):
        attribute = {"DataType": "String", "StringValue": kind}
        trial.publish(topic, kind, MessageAttributes={"kind": attribute})
    some, both = _bodies(trial, filtered), _bodies(trial, everything)
    trial.observe("matching-arrives", holds="photo" in some, received=some)
    trial.observe("other-does-not", holds="film" not in some, received=some)
    trial.observe("unfiltered-gets-both", holds=sorted(both) == ["film", "photo"], received=both)


@on_sandbox(
    "raw-delivery-has-no-envelope",
    "Raw message delivery leaves SNS's envelope away.",
    {
        "raw-is-the-message": "with it the queue's message is the published one itself",
        "otherwise-enveloped": "without it the message is JSON that names the topic and holds the "
        "published one as Message",
    },
    f"{_SNS}/sns-large-payload-raw-message-delivery.html",
)
def raw_delivery_has_no_envelope(trial: Trial) -> None:
    """Publish once to a raw and to an ordinary subscription."""
    topic = _topic(trial)
    raw = _subscribe(trial, topic, "raw", RawMessageDelivery="true")
    ordinary = _subscribe(trial, topic, "ordinary")
    trial.publish(topic, '{"key": "photo.jpg"}')
    bare, enveloped = _bodies(trial, raw), _bodies(trial, ordinary)
    trial.observe("raw-is-the-message", holds=bare == ['{"key": "photo.jpg"}'], body=bare)
    envelopes = [json.loads(body) for body in enveloped]
    trial.observe(
        "otherwise-enveloped",
        holds=[(b.get("Type"), b.get("TopicArn"), b.get("Message")) for b in envelopes]
        == [("Notification", topic, '{"key": "photo.jpg"}')],
        elements=[name for body in envelopes for name in body],
    )


FANNING_OUT = (sns_fans_out, sns_filter_policy, raw_delivery_has_no_envelope)
