"""Checks that the services make themselves, once a call is authorized, and that moto does not.

A policy that is put must be one (``policy_checks``), a key has a longest length, a queue's
attributes have ranges (``queue_checks``), and messages are kept outside the emulator
(``queue_calls``). Each returns the service's own answer, or None to let the call go on to the
emulator.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.clock import Clock
from pipeline.cloud.emulator import Emulator
from pipeline.cloud.policy_checks import policy_checks
from pipeline.cloud.queue_calls import QueueCalls
from pipeline.cloud.queue_checks import QueueChecks
from pipeline.cloud.rule_checks import rule_checks
from pipeline.cloud.table_checks import table_checks
from pipeline.cloud.topic_checks import topic_checks
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire

LONGEST_KEY = 1024
"""Bytes of UTF-8 in an object key."""


def service_checks(
    emulator: Emulator, clock: Clock, new_id: Callable[[], str]
) -> dict[tuple[str, str], Check]:
    """Return the checks by service and operation."""
    stored = emulator.stored
    checks = policy_checks(stored, new_id) | table_checks(stored, new_id)
    checks |= topic_checks(stored, new_id) | rule_checks(stored, new_id)
    for operation in ("PutObject", "CopyObject", "CreateMultipartUpload"):
        checks["s3", operation] = _key_check(new_id)
    queues = emulator.stored.queues
    for call, check in QueueChecks(queues, new_id).checks().items():
        before = checks.get(call)
        checks[call] = check if before is None else _in_turn(before, check)
    return checks | QueueCalls(queues, clock, new_id).checks()


def _in_turn(first: Check, second: Check) -> Check:
    return lambda call: first(call) or second(call)


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
