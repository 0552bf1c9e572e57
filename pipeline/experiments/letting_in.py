"""AWS services as callers: whom a queue, a function or a topic lets in, and on whose behalf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline import events as e
from pipeline.experiments.announcing import announce
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial
from pipeline.iam.evaluation import NamedPolicy, Policies
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request, request_context
from pipeline.topology import QUEUE_POLICY, PolicyDocument
from pipeline.topology.statements import allow, policy

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest"
_GRANT = f"{_S3}/userguide/grant-destinations-permissions-to-s3.html"
_PUT = f"{_S3}/API/API_PutBucketNotificationConfiguration.html"
_STRANGER = "999999999999"
_DAY = 1_767_225_600.0
"""Some day, in epoch seconds: no policy here asks for the time."""


def may(
    trial: Trial,
    service: str,
    action: str,
    resource: str,
    document: Mapping[str, Any] | None,
    **context: str,
) -> bool:
    """Evaluate whether a resource's policy lets an AWS service in.

    Args:
        trial: Where the decision is written down.
        service: The service's principal, such as ``s3.amazonaws.com``.
        action: What it would do.
        resource: To what: an ARN.
        document: The resource's policy, if it has one.
        context: ``SourceArn`` and ``SourceAccount``: on whose behalf.
    """
    principal = Principal.parse(service)
    topology = trial.sandbox.topology
    request = Request(
        principal,
        action,
        resource,
        resource_account=topology.account,
        context=request_context(
            principal,
            region=topology.region,
            time=_DAY,
            extra={f"aws:{name}": value for name, value in context.items()},
        ),
    )
    attached = NamedPolicy("resource policy", parse_policy(document)) if document else None
    return trial.decide(request, Policies(resource=attached)).allowed


def without_conditions(document: PolicyDocument) -> PolicyDocument:
    """Return a policy whose statements hold for everybody that they name."""
    statements = [
        {name: value for name, value in statement.items() if name != "Condition"}
        for statement in document["Statement"]
    ]
    return {**document, "Statement": statements}


@on_sandbox(
    "queue-policy-lets-s3-send",
    "S3 needs the queue's own policy to send; without it the notification configuration is "
    "refused.",
    {
        "refused-without-policy": "PutBucketNotificationConfiguration is refused with "
        "InvalidArgument",
        "admin-does-not-help": "its caller is administrator: the call itself was authorized, S3's "
        "test message was not",
        "accepted-with-policy": "with the policy it is accepted",
        "sends-as-s3": "an upload's message is then sent by s3.amazonaws.com, allowed by the "
        "queue's policy",
    },
    _GRANT,
    _PUT,
)
def queue_policy_lets_s3_send(trial: Trial) -> None:
    """Configure the notification without and with the queue's policy."""
    put = trial.client("s3").put_bucket_notification_configuration
    parameters = announce(trial, trial.sandbox.topology.queue.name, "s3:ObjectCreated:*")
    trial.sandbox.break_arrow("s3-to-queue")
    refused = trial.attempt(put, **parameters)
    trial.observe(
        "refused-without-policy",
        holds=refused.code == "InvalidArgument",
        answer=refused.message or refused.code,
    )
    asked = trial.requests(actor="learner", operation="PutBucketNotificationConfiguration")
    denied = [(r.actor, r.operation) for r in trial.seen(e.RequestDenied)]
    trial.observe(
        "admin-does-not-help",
        holds=[isinstance(r, e.RequestAuthorized) for r in asked] == [True]
        and denied == [("s3", "SendMessage")],
        denied=[f"{actor} {operation}" for actor, operation in denied],
    )
    trial.sandbox.restore_arrow("s3-to-queue")
    accepted = trial.attempt(put, **parameters)
    trial.observe("accepted-with-policy", holds=accepted.is_allowed, answer=accepted.code)
    trial.upload("photo.jpg")
    sends = trial.requests(operation="SendMessage")[-1:]
    by = [(request.caller, request.decision["policy"]) for request in sends]
    trial.observe(
        "sends-as-s3",
        holds=by == [("s3.amazonaws.com", "queue policy")]
        and len(trial.seen(e.NotificationSent)) == 1,
        sent_by=[f"{caller}, allowed by the {named}" for caller, named in by],
    )


@on_sandbox(
    "confused-deputy-source-arn",
    "aws:SourceArn and aws:SourceAccount in the queue's policy keep other buckets out.",
    {
        "own-bucket-is-allowed": "S3 sends on behalf of the uploads bucket",
        "other-bucket-is-refused": "on behalf of another bucket of the account it may not: the "
        "configuration is refused",
        "other-account-is-refused": "on behalf of a bucket in another account it may not "
        "(decided by policy evaluation)",
        "without-condition-anyone-comes-in": "without the conditions it may on behalf of anybody "
        "(decided by policy evaluation)",
    },
    _GRANT,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
)
def confused_deputy_source_arn(trial: Trial) -> None:
    """Let S3 send for the uploads bucket, for another, and for a stranger's."""
    queue, s3 = trial.sandbox.topology.queue, trial.client("s3")
    trial.upload("photo.jpg")
    sent = len(trial.seen(e.NotificationSent))
    trial.observe("own-bucket-is-allowed", holds=sent == 1, notifications=sent)
    name = f"another-{trial.sandbox.topology.account}"
    s3.create_bucket(Bucket=name)
    parameters = announce(trial, queue.name, "s3:ObjectCreated:*")
    other = trial.attempt(
        s3.put_bucket_notification_configuration, **{**parameters, "Bucket": name}
    )
    trial.observe(
        "other-bucket-is-refused", holds=other.code == "InvalidArgument", answer=other.code
    )
    stored = trial.sandbox.policy(QUEUE_POLICY)
    asked = ("s3.amazonaws.com", "sqs:SendMessage", queue.arn)
    origin = {"SourceArn": "arn:aws:s3:::strangers-photos", "SourceAccount": _STRANGER}
    stranger = may(trial, *asked, stored, **origin)
    trial.observe("other-account-is-refused", holds=not stranger, allowed=stranger)
    anybody = may(trial, *asked, without_conditions(stored), **origin)
    trial.observe("without-condition-anyone-comes-in", holds=anybody, allowed=anybody)


@on_sandbox(
    "s3-may-invoke-lambda-directly",
    "S3 can invoke a function without a queue between, if the function's own policy lets it.",
    {
        "denied-without-function-policy": "as long as the function has no policy of its own, S3 "
        "may not invoke it",
        "allowed-with-permission": "after AddPermission for this bucket it may",
        "other-bucket-is-refused": "on behalf of another bucket it may not",
    },
    "https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html",
    "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
)
def s3_may_invoke_lambda_directly(trial: Trial) -> None:
    """Give S3 the permission with AddPermission, and evaluate the policy that comes of it."""
    topology, functions = trial.sandbox.topology, trial.client("lambda")
    asked = ("s3.amazonaws.com", "lambda:InvokeFunction", topology.function.arn)
    own = {"SourceArn": topology.uploads.arn, "SourceAccount": topology.account}
    other = {**own, "SourceArn": topology.thumbnails.arn}
    before = may(trial, *asked, None, **own)
    functions.add_permission(
        FunctionName=topology.function.name,
        StatementId="UploadsInvoke",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=topology.uploads.arn,
        SourceAccount=topology.account,
    )
    document = functions.get_policy(FunctionName=topology.function.name)["Policy"]
    after, elsewhere = may(trial, *asked, document, **own), may(trial, *asked, document, **other)
    trial.observe("denied-without-function-policy", holds=not before, allowed=before)
    trial.observe("allowed-with-permission", holds=after, allowed=after)
    trial.observe("other-bucket-is-refused", holds=not elsewhere, allowed=elsewhere)


@on_sandbox(
    "queue-must-let-sns-send",
    "SNS needs the queue's policy to deliver, like S3 (decided by policy evaluation).",
    {
        "denied-without-policy": "sns.amazonaws.com may not send to a queue whose policy names "
        "S3 alone",
        "allowed-for-the-topic": "with a statement for the topic's ARN it may",
        "other-topic-is-refused": "on behalf of another topic it may not",
    },
    "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
)
def queue_must_let_sns_send(trial: Trial) -> None:
    """Evaluate SNS's delivery against the queue's policy as it is and as it must be."""
    topology = trial.sandbox.topology
    topic = f"arn:aws:sns:{topology.region}:{topology.account}"
    asked = ("sns.amazonaws.com", "sqs:SendMessage", topology.queue.arn)
    stored = trial.sandbox.policy(QUEUE_POLICY)
    before = may(trial, *asked, stored, SourceArn=f"{topic}:photos")
    lets = policy(
        allow(
            "TopicSends",
            "sqs:SendMessage",
            Principal={"Service": "sns.amazonaws.com"},
            Resource=topology.queue.arn,
            Condition={"ArnEquals": {"aws:SourceArn": f"{topic}:photos"}},
        )
    )
    trial.sandbox.set_policy(QUEUE_POLICY, lets)
    stored = trial.sandbox.policy(QUEUE_POLICY)
    after = may(trial, *asked, stored, SourceArn=f"{topic}:photos")
    elsewhere = may(trial, *asked, stored, SourceArn=f"{topic}:others")
    trial.observe("denied-without-policy", holds=not before, allowed=before)
    trial.observe("allowed-for-the-topic", holds=after, allowed=after)
    trial.observe("other-topic-is-refused", holds=not elsewhere, allowed=elsewhere)


LETTING_IN = (
    queue_policy_lets_s3_send,
    confused_deputy_source_arn,
    s3_may_invoke_lambda_directly,
    queue_must_let_sns_send,
)
