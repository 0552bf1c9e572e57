"""Checks that the services make themselves, once a call is authorized, and that moto does not.

A policy that is put must be one (``policy_checks``), a mapping's execution role must be able to
poll, a key has a longest length, and a redrive moves messages. Each returns the service's own
answer, or None to let the call go on to the emulator.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.emulator import Emulator
from pipeline.cloud.policy_checks import policy_checks
from pipeline.cloud.table_checks import table_checks
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import ApiCall, Caller, Check
from pipeline.iam import wire
from pipeline.iam.operations import Requirement
from pipeline.iam.request import Principal, PrincipalKind

POLLING_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

LONGEST_KEY = 1024
"""Bytes of UTF-8 in an object key."""


def service_checks(
    emulator: Emulator, gate: Authorizer, clock: Clock, emit: e.Emit, new_id: Callable[[], str]
) -> dict[tuple[str, str], Check]:
    """Return the checks by service and operation."""
    checks = policy_checks(emulator.stored, new_id) | table_checks(emulator.stored, new_id)
    for operation in ("PutObject", "CopyObject", "CreateMultipartUpload"):
        checks["s3", operation] = _key_check(new_id)
    checks["lambda", "CreateEventSourceMapping"] = _mapping_check(emulator, gate, new_id)
    checks["sqs", "StartMessageMoveTask"] = _move_task(emulator, clock, emit, new_id)
    return checks


def _key_check(new_id: Callable[[], str]) -> Check:
    """S3 refuses keys of more than 1,024 bytes of UTF-8.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    def check(call: ApiCall) -> wire.WireResponse | None:
        if len(call.parameters["Key"].encode()) <= LONGEST_KEY:
            return None
        return wire.error(
            "s3",
            "KeyTooLongError",
            "Your key is too long",
            400,
            protocol=call.protocol,
            request_id=new_id(),
        )

    return check


def _mapping_check(emulator: Emulator, gate: Authorizer, new_id: Callable[[], str]) -> Check:
    """Lambda asks, when a mapping is made, whether the function's role may poll its queue.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """

    def check(call: ApiCall) -> wire.WireResponse | None:
        function = call.parameters["FunctionName"].rpartition(":")[2]
        role = emulator.stored.function_role(function)
        if role is None:
            return None
        poller = Caller("poller", _session_of(role, function))
        for action in POLLING_ACTIONS:
            requirement = Requirement(action, call.parameters["EventSourceArn"], {})
            if not gate.decide(poller, "sqs", requirement).allowed:
                return wire.error(
                    "lambda",
                    "InvalidParameterValueException",
                    "The function execution role does not have permissions to call "
                    f"{action.partition(':')[2]} on SQS",
                    400,
                    protocol=call.protocol,
                    request_id=new_id(),
                )
        return None

    return check


def _session_of(role_arn: str, session: str) -> Principal:
    account = role_arn.split(":")[4]
    name = role_arn.rpartition("/")[2]
    return Principal(
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        kind=PrincipalKind.ROLE_SESSION,
        account=account,
        role_arn=role_arn,
    )


def _move_task(emulator: Emulator, clock: Clock, emit: e.Emit, new_id: Callable[[], str]) -> Check:
    """Move a dead-letter queue's messages back, which moto does not do.

    Moved messages are new messages: with a new id and a receive count that starts again.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    """

    def answer(call: ApiCall) -> wire.WireResponse:
        source = call.parameters["SourceArn"].rpartition(":")[2]
        target = emulator.stored.source_of_dead_letters(source)
        if target is None:
            return wire.error(
                "sqs",
                "InvalidParameterValue",
                "Source queue must be configured as a Dead Letter Queue.",
                400,
                protocol=call.protocol,
                request_id=new_id(),
            )
        count = emulator.move_messages(source, target, new_id)
        emit(e.MessagesRedriven(time=clock.elapsed(), queue=target, count=count))
        body = json.dumps({"TaskHandle": new_id()}).encode()
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": new_id()}
        return wire.WireResponse(200, headers, body, "", "")

    return answer
