"""What Lambda writes down of an invocation: the error document, and the record for a destination.

Pure. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from typing import Any

from pipeline.cloud.stored_functions import LATEST
from pipeline.events import Json
from pipeline.lambda_service.invocation import THROTTLED, Invocation

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"

ZERO_CONCURRENCY = "ZeroReservedConcurrency"
"""Not in AWS's documentation, which says only that such an event is sent on without a retry."""

RECURSION = "RecursiveInvocationException"
"""The exception's name: AWS documents where such an event goes, not its record's condition."""

LONGEST_ERROR_MESSAGE = 1024
"""Bytes of the error in a dead-letter message's attribute: the first KB."""


def error_document(invocation: Invocation) -> dict[str, Json]:
    """Return what the caller of a function that failed gets as payload.

    An error of the function has its type, message and the id of the request; one of its
    environment (out of time, killed) has the request in its message and no stack trace.
    Simplified: the stack trace is empty; the function's log has it.
    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """
    kind, text = invocation.error_type or "", invocation.error_message
    if kind.startswith(("Sandbox.", "Runtime.")):
        return {
            "errorType": kind,
            "errorMessage": f"RequestId: {invocation.request_id} Error: {text}",
        }
    return {
        "errorMessage": text,
        "errorType": kind,
        "requestId": invocation.request_id,
        "stackTrace": [],
    }


def invocation_record(
    *,
    function_arn: str,
    request_id: str,
    condition: str,
    attempts: int,
    payload: Json,
    ended: Invocation | None,
    at: str,
) -> dict[str, Json]:
    """Return the record that a destination gets.

    Args:
        function_arn: The function's ARN, without a version.
        request_id: The id that the asynchronous invocation was given.
        condition: Why the record is sent.
        attempts: How often the function was invoked, or tried to be.
        payload: The event.
        ended: How the last attempt ended; None when the function never ran.
        at: The time, in ISO 8601.

    Not documented: what the record has of a response when the function did not run (throttled, or
    too old). It is left out here.
    """
    record: dict[str, Json] = {
        "version": "1.0",
        "timestamp": at,
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function_arn}:{LATEST}",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": payload,
    }
    if ended is None or ended.error_type == THROTTLED:
        return record
    context: dict[str, Json] = {"statusCode": 200, "executedVersion": LATEST}
    if ended.error_type is not None:
        context["functionError"] = "Unhandled"
    record["responseContext"] = context
    failed = ended.error_type is not None
    record["responsePayload"] = error_document(ended) if failed else ended.response
    return record


def dead_letter_attributes(
    request_id: str, ended: Invocation | None, reason: str
) -> dict[str, dict[str, Any]]:
    """Return the message attributes of a dead letter, in the shape that SQS and SNS take.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    was_throttled = ended is None or ended.error_type == THROTTLED
    text = reason.encode()[:LONGEST_ERROR_MESSAGE].decode(errors="ignore")
    return {
        "RequestID": {"DataType": "String", "StringValue": request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "429" if was_throttled else "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": text or "(no message)"},
    }
