"""How the function gets its messages: the Lambda service polls, batches, invokes and deletes."""

from __future__ import annotations

from pipeline import events as e
from pipeline.experiments.announcing import open_to_s3
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial
from pipeline.topology import EXECUTION_ROLE_POLICY
from pipeline.topology.statements import allow

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
_WITH_SQS = f"{_LAMBDA}/with-sqs.html"
_POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


@on_sandbox(
    "lambda-service-polls",
    "The Lambda service polls the queue with the execution role, and invokes the function.",
    {
        "service-receives": "ReceiveMessage is called by the Lambda service with a session of the "
        "execution role, and allowed by that role's policy",
        "function-code-never-polls": "among the calls of the function's own code none is to SQS",
        "no-function-policy": "the function has no resource-based policy and is invoked all the "
        "same",
        "service-deletes": "the message is deleted by the Lambda service, after the function "
        "returned",
    },
    _WITH_SQS,
    f"{_LAMBDA}/services-sqs-configure.html",
)
def lambda_service_polls(trial: Trial) -> None:
    """Run one photo and ask of every call who made it."""
    topology = trial.sandbox.topology
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    receives = trial.requests(operation="ReceiveMessage")
    callers = {(r.actor, r.caller.split("/")[1], r.decision["policy"]) for r in receives}
    role = topology.execution_role
    trial.observe(
        "service-receives",
        holds=callers == {("poller", role.name, role.policy_name)},
        caller=[f"{actor} as {name}, allowed by {by}" for actor, name, by in callers],
    )
    services = {request.service for request in trial.requests(actor="function")}
    trial.observe(
        "function-code-never-polls", holds=bool(services) and "sqs" not in services, calls=services
    )
    get_policy = trial.client("lambda").get_policy
    function_policy = trial.attempt(get_policy, FunctionName=topology.function.name)
    invoked = trial.seen(e.FunctionInvoked)
    trial.observe(
        "no-function-policy",
        holds=function_policy.code == "ResourceNotFoundException" and len(invoked) == 1,
        function_policy=function_policy.code,
        invocations=len(invoked),
    )
    deletes = trial.requests(operation="DeleteMessageBatch")
    returned = trial.seen(e.FunctionReturned)
    is_after = all(delete.time >= event.time for delete in deletes for event in returned)
    trial.observe(
        "service-deletes",
        holds=len(deletes) == len(returned) == 1 and is_after and deletes[0].actor == "poller",
        deleted_by=[delete.actor for delete in deletes],
        after_the_return=is_after,
    )


@on_sandbox(
    "batch-is-one-invocation",
    "One invocation gets a batch of messages.",
    {
        "one-invocation": "five waiting messages come in one invocation",
        "records-of-all": "its event has one record for each message",
    },
    _WITH_SQS,
)
def batch_is_one_invocation(trial: Trial) -> None:
    """Upload five photos, then let the mapping work."""
    trial.upload(*(f"{number}.jpg" for number in range(1, 6)))
    trial.sandbox.run_until_idle()
    payloads = [event.payload["Records"] for event in trial.seen(e.FunctionInvoked)]
    sent = {event.message_id for event in trial.seen(e.NotificationSent)}
    got = [record["messageId"] for records in payloads for record in records]
    trial.observe("one-invocation", holds=len(payloads) == 1, invocations=len(payloads))
    trial.observe(
        "records-of-all",
        holds=len(got) == 5 and set(got) == sent,
        messages=len(sent),
        records=len(got),
    )


@on_sandbox(
    "execution-role-reads-the-queue",
    "Reading from the queue is a matter of the execution role; the queue's policy for S3 does not "
    "help.",
    {
        "receive-is-denied": "without the SQS actions in the role the Lambda service's call is "
        "denied",
        "s3-still-sends": "uploads still reach the queue: its own policy stands",
        "function-does-not-run": "the function does not run, so there is nothing in its log",
        "role-repairs-it": "with the actions back in the role the message is processed",
    },
    f"{_LAMBDA}/services-sqs-configure.html",
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/"
    "AWSLambdaSQSQueueExecutionRole.html",
)
def execution_role_reads_the_queue(trial: Trial) -> None:
    """Take the role's actions on the queue away, upload, and give them back."""
    trial.sandbox.break_arrow("queue-to-function")
    trial.upload("photo.jpg")
    trial.sandbox.poll()
    denied = [r for r in trial.seen(e.RequestDenied) if r.actor == "poller"]
    trial.observe(
        "receive-is-denied",
        holds=[(r.service, r.code) for r in denied] == [("sqs", "AccessDenied")],
        denied=[r.operation for r in denied],
        answer=[r.message for r in denied],
    )
    waiting, invoked = trial.sandbox.snapshot().visible, trial.seen(e.FunctionInvoked)
    logged = trial.seen(e.LogsWritten)
    trial.observe("s3-still-sends", holds=waiting == 1, waiting=waiting)
    trial.observe(
        "function-does-not-run",
        holds=not invoked and not logged,
        invocations=len(invoked),
        log_entries=len(logged),
    )
    trial.sandbox.restore_arrow("queue-to-function")
    trial.sandbox.run_until_idle()
    done = trial.sandbox.snapshot().thumbnails
    trial.observe("role-repairs-it", holds=done == 1, thumbnails=done)


@on_sandbox(
    "mapping-needs-receive-permission",
    "An event source mapping is refused when the execution role may not read the queue.",
    {
        "refused-without-permission": "CreateEventSourceMapping is refused, although an "
        "administrator makes it",
        "accepted-with-permission": "with sqs:ReceiveMessage, sqs:DeleteMessage and "
        "sqs:GetQueueAttributes in the role it is accepted",
    },
    f"{_LAMBDA}/services-sqs-configure.html",
    "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
)
def mapping_needs_receive_permission(trial: Trial) -> None:
    """Map a second queue, of which the role knows nothing, to the function."""
    topology = trial.sandbox.topology
    trial.queue("second", VisibilityTimeout=180, Policy=open_to_s3(trial, "second"))
    create = trial.client("lambda").create_event_source_mapping
    mapping = {
        "FunctionName": topology.function.name,
        "EventSourceArn": trial.queue_arn("second"),
        # The emulator's own poller would go past the policies.
        "Enabled": False,
    }
    without = trial.attempt(create, **mapping)
    stored = trial.sandbox.policy(EXECUTION_ROLE_POLICY)
    more = allow("SecondQueue", *_POLLING, Resource=trial.queue_arn("second"))
    trial.sandbox.set_policy(
        EXECUTION_ROLE_POLICY, {**stored, "Statement": [*stored["Statement"], more]}
    )
    with_permission = trial.attempt(create, **mapping)
    trial.observe(
        "refused-without-permission",
        holds=without.code == "InvalidParameterValueException",
        answer=without.message or without.code,
    )
    trial.observe(
        "accepted-with-permission",
        holds=with_permission.is_allowed,
        answer=with_permission.message or with_permission.code,
    )


POLLING = (
    lambda_service_polls,
    batch_is_one_invocation,
    execution_role_reads_the_queue,
    mapping_needs_receive_permission,
)
