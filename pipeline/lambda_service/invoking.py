"""Lambda's answer to ``Invoke``: run a function and answer, queue an event, or only check.

A function that fails is no error of the call: the answer is 200 with the header
``X-Amz-Function-Error`` and the error as payload. Errors of the call are those that keep the
function from running.
(https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html)

Simplified: published versions and aliases are not kept apart, so only ``$LATEST`` is found, and
the answer never has the log's end (``LogType`` Tail).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.cloud.stored_functions import LATEST, StoredFunctions, function_name
from pipeline.events import Json
from pipeline.gate.calls import ApiCall
from pipeline.iam import wire
from pipeline.lambda_service.answers import NOT_FOUND, Refusal, answered, document, refused
from pipeline.lambda_service.asynchronous import AsynchronousInvocations
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.invocation_records import RECURSION, error_document

MOST_BYTES = 6 * 1024 * 1024
"""Of a payload or a response of a function that the caller waits for."""

MOST_BYTES_QUEUED = 1024 * 1024
"""Of the payload of an asynchronous invocation."""

MOST_BYTES_ANSWERED = 6_291_556


@dataclass(frozen=True, slots=True)
class Invoking:
    """Answers ``Invoke`` in one account; made to be a service's own check at the gate."""

    functions: StoredFunctions
    asynchronous: AsynchronousInvocations
    """Queues events, and knows recursion and how a function is run."""

    new_id: Callable[[], str]

    def answer(self, call: ApiCall) -> wire.WireResponse:
        """Return Lambda's answer to an authorized call of ``Invoke``."""
        how = call.parameters.get("InvocationType", "RequestResponse")
        name, qualifier = function_name(call.parameters["FunctionName"])
        body = _bytes(call.parameters.get("Payload"))
        most = MOST_BYTES_QUEUED if how == "Event" else MOST_BYTES
        if len(body) > most:
            return refused(call, _too_large(most), self.new_id)
        missing = self._missing(name, call.parameters.get("Qualifier") or qualifier)
        if missing is not None:
            return refused(call, missing, self.new_id)
        try:
            payload = json.loads(body or b"{}")
        except ValueError as error:
            return refused(call, _not_json(error), self.new_id)
        if how == "DryRun":
            return answered(b"", self.new_id(), status=204)
        if how == "Event":
            return self._queue(call, name, payload)
        return self._run(call, name, payload)

    def _missing(self, name: str, qualifier: str) -> Refusal | None:
        if self.functions.function(name) is not None and qualifier == LATEST:
            return None
        arn = self.functions.arn(name) + ("" if qualifier == LATEST else f":{qualifier}")
        return Refusal(f"Function not found: {arn}", NOT_FOUND)

    def _queue(self, call: ApiCall, name: str, payload: Json) -> wire.WireResponse:
        request_id = self.asynchronous.queue(
            name,
            payload,
            source=call.caller.context.get("aws:SourceArn", call.caller.principal.arn),
            chain=self.asynchronous.recursion.current,
        )
        return answered(b"", request_id, status=202)

    def _run(self, call: ApiCall, name: str, payload: Json) -> wire.WireResponse:
        recursion, chain = self.asynchronous.recursion, self.asynchronous.recursion.current
        if not recursion.allows(name, chain):
            recursion.announce(name, chain)
            return refused(call, Refusal(_RECURSION_TEXT, RECURSION), self.new_id)
        request_id = self.new_id()
        with recursion.running(name, chain):
            ended = self.asynchronous.invoke(name, payload, request_id)
        if ended.error_type == THROTTLED:
            return refused(call, _THROTTLED, self.new_id)
        return self._ended(ended)

    @staticmethod
    def _ended(ended: Invocation) -> wire.WireResponse:
        headers = {"x-amz-executed-version": LATEST}
        failed = ended.error_type is not None
        body = document(error_document(ended) if failed else ended.response)
        if not failed and len(body) > MOST_BYTES_ANSWERED:
            failed, body = True, document(_ANSWER_TOO_LARGE)
        if failed:
            headers["x-amz-function-error"] = "Unhandled"
        return answered(body, ended.request_id, headers=headers)


_RECURSION_TEXT = (
    "Lambda has detected your function being invoked in a recursive loop with other AWS resources "
    "and stopped your function's invocation."
)

_THROTTLED = Refusal(
    "Rate Exceeded.",
    THROTTLED,
    429,
    {"Type": "User", "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"},
)

_ANSWER_TOO_LARGE = {
    "errorMessage": "Response payload size exceeded maximum allowed payload size "
    f"({MOST_BYTES_ANSWERED} bytes).",
    "errorType": "Function.ResponseSizeTooLarge",
}


def _too_large(most: int) -> Refusal:
    text = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
    return Refusal(text, "RequestEntityTooLargeException", 413)


def _not_json(error: ValueError) -> Refusal:
    """The code is Lambda's; what follows the colon is its parser's own text, and here ours."""
    text = f"Could not parse request body into json: {error}"
    return Refusal(text, "InvalidRequestContentException")


def _bytes(payload: Any) -> bytes:
    """Return a payload in any of the forms that boto3 takes: bytes, text or a file."""
    if payload is None:
        return b""
    body = payload.read() if hasattr(payload, "read") else payload
    return body.encode() if isinstance(body, str) else bytes(body)
