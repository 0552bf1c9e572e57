"""What a node or an arrow of any architecture is, and what the exam asks about it. Pure.

The thumbnail pipeline's are written one by one in ``explanations.py``. Those of the other
architectures are told by kind: what a topic or a rule is does not depend on where it stands.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.topology import DEFAULT, Arrow, Topology
from studyapp.explanations import EXPLANATIONS, Explanation
from studyapp.widgets.diagram_nodes import shown_node

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_SNS = "https://docs.aws.amazon.com/sns/latest/dg"
_EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide"

_KINDS: dict[str, Explanation] = {
    "bucket": Explanation(
        "S3 bucket",
        "Objects under keys. What S3 tells of a new one carries its name and never its bytes, so "
        "whoever works on it reads it. Results belong into another bucket or prefix than the one "
        "that is listened to: otherwise a function calls itself in a loop.",
        "Where S3 can send its notifications (SNS, SQS, Lambda, EventBridge; no FIFO queue or "
        "topic), and that one entry of its configuration has one destination: several need a "
        "topic or a bus between.",
        "Each caller needs the action on the objects, bucket/*, in its role or in the bucket's "
        "policy.",
        f"{_S3}/EventNotifications.html",
    ),
    "queue": Explanation(
        "SQS queue",
        "The buffer of one branch. A received message is hidden for the visibility timeout and "
        "not gone: whoever received it must delete it, or it comes again. After more receives than "
        "the redrive policy allows it goes to the dead-letter queue.",
        "One queue for each consumer lets each work at its own speed and fail alone; standard "
        "queues deliver at least once, so the work must be safe to repeat.",
        "Who sends is let in by the queue's own policy; Lambda receives and deletes with the "
        "function's execution role.",
        f"{_LAMBDA}/services-sqs-configure.html",
    ),
    "topic": Explanation(
        "SNS topic",
        "Takes a message once and pushes a copy to every subscription. A subscription can filter, "
        "by the message's attributes or its body, and a queue gets SNS's envelope around the "
        "message unless raw delivery is on.",
        "Fan-out: several consumers of one event without the producer knowing of them. SNS keeps "
        "nothing for later, so each consumer has a queue of its own behind the topic.",
        "Who publishes is let in by the topic's own policy, or by its role; the topic sends on as "
        "sns.amazonaws.com, which each queue's policy lets in.",
        f"{_SNS}/subscribe-sqs-queue-to-sns-topic.html",
    ),
    "bus": Explanation(
        "EventBridge event bus",
        "Takes events from services and from PutEvents; rules decide where each goes. S3 sends "
        "every kind of event of a bucket there once that is switched on, with no choice in the "
        "bucket: the choice is in the rules.",
        "EventBridge or SNS: rules match on any part of an event's content and reach many kinds of "
        "targets; a topic pushes to its subscriptions, and to very many of them.",
        "S3 needs no permission for the default bus; putting an event needs events:PutEvents.",
        f"{_S3}/EventBridge.html",
    ),
    "rule": Explanation(
        "EventBridge rule",
        "A pattern and up to five targets. Every field that the pattern names must match one of "
        "its values; prefix, numeric ranges and others match more than exact values do.",
        "Routing by content, such as prefix and size of an object, without code. What a target "
        "refuses goes to the target's dead-letter queue or is lost; what fails for a while is "
        "tried again for 24 hours and 185 times unless set otherwise.",
        "Queues, topics and functions let the rule in by their own policies, with the rule's ARN "
        "as aws:SourceArn.",
        f"{_EVENTS}/eb-use-resource-based.html",
    ),
    "stream": Explanation(
        "DynamoDB stream",
        "Every change of the table's items, in order for each item, kept for 24 hours. The Lambda "
        "service reads it for the function; nothing is deleted by reading.",
        "A batch that fails is tried again, and what comes after it in the shard waits, until it "
        "succeeds or expires: unless the mapping splits the batch, limits the retries, or has an "
        "on-failure destination.",
        "Lambda reads with the function's execution role.",
        f"{_LAMBDA}/with-ddb.html",
    ),
    "function": Explanation(
        "Lambda function",
        "Code that Lambda invokes. For a queue or a stream the Lambda service polls and invokes "
        "it with a batch; S3, SNS and EventBridge push, and an asynchronous invocation waits in "
        "Lambda's own queue.",
        "What fails comes again: from a queue after the visibility timeout, from a stream until it "
        "expires, and after an asynchronous invocation twice, then to the on-failure destination "
        "or nowhere.",
        "Who pushes needs the function's own policy; who is polled for it needs nothing but the "
        "execution role. What the code may do itself is that role's policy.",
        f"{_LAMBDA}/lambda-invocation.html",
    ),
    "table": Explanation(
        "DynamoDB table",
        "Items by key. A conditional write lets the first of two equal messages do the work, so "
        "that a message that comes twice does no harm.",
        "GetItem and Query read what they return, Scan reads, and bills, everything; a stream "
        "tells of each change.",
        "The function writes with its execution role; in one account the table needs no policy of "
        "its own.",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html",
    ),
}

_GRANTED = {
    "queue": "the queue's own policy",
    "topic": "the topic's own policy",
    "function": "the function's own policy",
    "role": "the execution role",
    "trust": "the role's trust policy",
}
_WHEN_BROKEN = {
    "s3": "S3's notification is refused and lost: AWS documents no retry.",
    "sns": "SNS does not retry what an endpoint refuses. The message goes to the subscription's "
    "dead-letter queue, or is lost for this subscription; the others get theirs.",
    "events": "EventBridge does not retry without permission. The event goes to the target's "
    "dead-letter queue, or is lost for this target.",
    "poller": "Nothing is received and no function runs: what waits goes on waiting, and the "
    "function's log stays empty.",
    "function": "Each attempt fails with the service's own error, and what it was about comes "
    "again, until it is given up.",
}
"""By who calls: what happens without the permission."""

_SOURCES = {
    "s3": f"{_S3}/grant-destinations-permissions-to-s3.html",
    "sns": f"{_SNS}/sns-dead-letter-queues.html",
    "events": f"{_EVENTS}/eb-rule-dlq.html",
    "poller": f"{_LAMBDA}/lambda-intro-execution-role.html",
    "function": f"{_LAMBDA}/lambda-intro-execution-role.html",
}
"""By who calls: where AWS tells of it."""


def explanation_of(topology: Topology, subject: str) -> Explanation | None:
    """Return what a node or an arrow is; None where there is nothing to say."""
    if topology.name == DEFAULT:
        return EXPLANATIONS.get(subject)
    if subject in topology.arrow_names:
        return _of_arrow(topology, topology.arrow(subject))
    node = shown_node(topology, subject)
    if node is None:
        return None
    told = _KINDS[node.kind]
    return replace(told, title=f"{told.title} {node.resource} · {node.title}")


def _of_arrow(topology: Topology, arrow: Arrow) -> Explanation:
    titles = {node.name: node.title for node in topology.nodes}
    granted = _GRANTED[topology.places[arrow.policy].kind]
    who = "a service, which has no role here" if ".amazonaws.com" in arrow.caller else "a role"
    return Explanation(
        f"Arrow {arrow.number} · {titles[arrow.source]} and {titles[arrow.target]}",
        arrow.meaning,
        f"The caller is {who}: {granted} must allow {', '.join(arrow.actions)}.",
        _WHEN_BROKEN[arrow.actor],
        _SOURCES[arrow.actor],
        is_arrow=True,
    )
