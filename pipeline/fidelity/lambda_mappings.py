"""moto's event source mappings invoke functions themselves, and answer otherwise than Lambda.

An enabled mapping of moto's takes messages out of its queue inside the sender's call, past any
permission and with events of its own making; so in a sandbox a mapping is kept and never tied to
its source, and the Lambda service we play polls for it. moto also answers 201, knows two states,
and finds no mapping by a function's ARN.

The states are those that Lambda documents. Simplified: a transition (Creating, Updating, Enabling,
Disabling, Deleting) shows in the answer to the call that begins it, and is over with the next; AWS
documents no duration.
(https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html,
https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html)
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from pipeline.fidelity.entered import entered_clock

Answer = tuple[int, dict[str, Any], str | bytes]
"""Status, headers and body."""

_create = LambdaBackend.create_event_source_mapping
_list = LambdaBackend.list_event_source_mappings
_get_configuration = EventSourceMapping.get_configuration
_answer_create = LambdaResponse.create_event_source_mapping
_answer_update = LambdaResponse.update_event_source_mapping

_QUEUE_DEFAULTS = {"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
_STREAM_DEFAULTS = {
    **_QUEUE_DEFAULTS,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "LastProcessingResult": "No records processed",
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
}
"""What Lambda fills in; a mapping of a queue has no ``LastProcessingResult``."""


def create(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
    """Keep a mapping and untie it from its source."""
    mapping = _create(backend, spec)
    if entered_clock() is not None:
        account, region = backend.account_id, backend.region_name
        sources: tuple[Any, ...] = (
            *sqs_backends[account][region].queues.values(),
            *dynamodb_backends[account][region].tables.values(),
        )
        for source in sources:
            source.lambda_event_source_mappings.clear()
    return mapping


def find(
    backend: LambdaBackend, event_source_arn: str | None, function_name: str | None
) -> Iterable[EventSourceMapping]:
    """List mappings; a function may be named in any way that Lambda takes."""
    if entered_clock() is None:
        return _list(backend, event_source_arn, function_name)  # type: ignore[arg-type]
    found = _list(backend, event_source_arn, "")  # type: ignore[arg-type]
    if not function_name:
        return found
    name = function_name.rpartition("function:")[2]
    return [m for m in found if m.function_arn.rpartition("function:")[2] == name]


def get_configuration(mapping: EventSourceMapping) -> dict[str, Any]:
    """Show a mapping as Lambda does."""
    shown = _get_configuration(mapping)
    if entered_clock() is None:
        return shown
    is_queue = mapping.event_source_arn.split(":")[2] == "sqs"
    defaults = _QUEUE_DEFAULTS if is_queue else _STREAM_DEFAULTS
    reason = "USER_INITIATED" if is_queue else "User action"
    return {**defaults, **shown, "StateTransitionReason": reason}


def answer_create(response: LambdaResponse) -> Answer:
    """Answer 202: the mapping is being created."""
    answer = _answer_create(response)
    return answer if entered_clock() is None else _with_state(answer, "Creating")


def answer_update(response: LambdaResponse) -> Answer:
    """Answer 202: the mapping is being changed, enabled or disabled."""
    if entered_clock() is None:
        return _answer_update(response)
    before = response.backend.get_event_source_mapping(response.path.split("/")[-1])
    was_enabled = before is not None and before.enabled
    answer = _answer_update(response)
    after = response.json_body.get("Enabled", was_enabled)
    changed = "Enabling" if after else "Disabling"
    return _with_state(answer, "Updating" if after == was_enabled else changed)


def _with_state(answer: Answer, state: str) -> Answer:
    _, headers, body = answer
    shown = json.loads(body)
    return 202, {**headers, "status": 202}, json.dumps({**shown, "State": state})


def apply() -> None:
    """Stand in moto's mappings."""
    LambdaBackend.create_event_source_mapping = create  # type: ignore[method-assign, assignment]
    LambdaBackend.list_event_source_mappings = find  # type: ignore[method-assign, assignment]
    EventSourceMapping.get_configuration = get_configuration  # type: ignore[method-assign, assignment]
    LambdaResponse.create_event_source_mapping = answer_create  # type: ignore[method-assign, assignment]
    LambdaResponse.update_event_source_mapping = answer_update  # type: ignore[method-assign, assignment]
