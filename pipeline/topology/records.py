"""A new item instead of a new file: DynamoDB → stream → Lambda.

Again nothing is pushed: the Lambda service reads the stream with the execution role, in order
within a shard (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). A record that fails
holds up those behind it, so the batch is split, tried twice more, and given up to the on-failure
destination.
"""

from __future__ import annotations

from pipeline.topology.building import STREAM_READING, Draft, arrow, numbered
from pipeline.topology.resources import EventSourceMapping
from pipeline.topology.statements import allow
from pipeline.topology.thumbnails import EXECUTION_ROLE_POLICY, TRUST_POLICY
from pipeline.topology.values import Entry, Node, Place, Topology


def records_topology(account: str, region: str) -> Topology:
    """Return a table → its stream → a function → another table."""
    draft = Draft(account, region)
    people = draft.table("people", "person_id", has_stream=True)
    greetings = draft.table("greetings", "person_id")
    given_up = draft.dead_letters("given-up-records")
    stream = f"{people.arn}/stream/*"
    function = draft.function(
        "greeting",
        "enrich",
        (
            allow("LambdaReadsStream", *STREAM_READING, Resource=stream),
            allow("FunctionWritesGreetings", "dynamodb:PutItem", Resource=greetings.arn),
            allow("LambdaReportsFailures", "sqs:SendMessage", Resource=given_up.arn),
        ),
        {"GREETINGS_TABLE": greetings.name},
    )
    by_function = ("function", function.caller)
    return Topology(
        name="records",
        summary="DynamoDB → stream → Lambda → DynamoDB",
        account=account,
        region=region,
        entry=Entry("put", people.name, "record"),
        queues=(given_up,),
        tables=(people, greetings),
        functions=(function,),
        mappings=(
            EventSourceMapping(
                people.arn,
                function.name,
                batch_size=10,
                maximum_retry_attempts=2,
                bisects_batch=True,
                on_failure=given_up.arn,
            ),
        ),
        policies={
            EXECUTION_ROLE_POLICY: function.role.policy,
            TRUST_POLICY: function.role.trust_policy,
        },
        places={
            EXECUTION_ROLE_POLICY: Place("role", function.role.name),
            TRUST_POLICY: Place("trust", function.role.name),
        },
        nodes=(
            Node("people", "table", people.name, "people"),
            Node("stream", "stream", people.name, "stream"),
            Node("function", "function", function.name, "greeting"),
            Node("greetings", "table", greetings.name, "greetings"),
            Node("given-up", "queue", given_up.name, "given up"),
        ),
        arrows=numbered(
            arrow(
                "stream-to-function",
                "stream",
                "function",
                by=("poller", function.caller),
                grant=(EXECUTION_ROLE_POLICY, "LambdaReadsStream"),
                actions=STREAM_READING,
                resource=stream,
                meaning="Lambda reads the stream with the execution role; nothing is pushed.",
            ),
            arrow(
                "function-writes-greetings",
                "function",
                "greetings",
                by=by_function,
                grant=(EXECUTION_ROLE_POLICY, "FunctionWritesGreetings"),
                actions="dynamodb:PutItem",
                resource=greetings.arn,
                meaning="A greeting depends on the new image alone: writing it again does no harm.",
            ),
            arrow(
                "function-to-given-up",
                "function",
                "given-up",
                by=by_function,
                grant=(EXECUTION_ROLE_POLICY, "LambdaReportsFailures"),
                actions="sqs:SendMessage",
                resource=given_up.arn,
                meaning="Records given up are told to the on-failure destination, with the "
                "execution role; the destination gets where they stand in the stream, not them.",
            ),
        ),
        links=(("people", "stream"),),
    )
