"""Checks that EventBridge makes of rules and targets, and that moto makes in part or not at all.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_rules import bus_name, kind_of, target_ids
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.matching.patterns import parse_pattern
from pipeline.matching.problems import PatternError
from pipeline.matching.target_input import find

MOST_TARGETS = 5
"""Targets of one rule."""

_INPUTS = ("Input", "InputPath", "InputTransformer")


class _RefusedError(Exception):
    """A call that EventBridge refuses."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def rule_checks(stored: Stored, new_id: Callable[[], str]) -> dict[tuple[str, str], Check]:
    """Return the checks by service and operation."""

    def check_of(examine: Callable[[Mapping[str, Any]], wire.WireResponse | None]) -> Check:
        def check(call: ApiCall) -> wire.WireResponse | None:
            try:
                return examine(call.parameters)
            except _RefusedError as refused:
                return wire.error(
                    "events",
                    refused.code,
                    str(refused),
                    400,
                    protocol=call.protocol,
                    request_id=new_id(),
                )

        return check

    def put_rule(request: Mapping[str, Any]) -> None:
        if request.get("EventPattern"):
            _demand_pattern(request["EventPattern"])

    def put_targets(request: Mapping[str, Any]) -> None:
        held = target_ids(stored, bus_name(request.get("EventBusName")), request["Rule"])
        if len(held | {target["Id"] for target in request["Targets"]}) > MOST_TARGETS:
            raise _RefusedError(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            )
        for target in request["Targets"]:
            _demand_target(target)

    def test_event_pattern(request: Mapping[str, Any]) -> wire.WireResponse:
        pattern = _demand_pattern(request["EventPattern"])
        body = json.dumps({"Result": pattern.matches(_demand_event(request["Event"]))})
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": new_id()}
        return wire.WireResponse(200, headers, body.encode(), "", "")

    return {
        ("events", "PutRule"): check_of(put_rule),
        ("events", "PutTargets"): check_of(put_targets),
        ("events", "TestEventPattern"): check_of(test_event_pattern),
    }


def _demand_pattern(text: str) -> Any:
    try:
        return parse_pattern(text)
    except PatternError as error:
        raise _RefusedError(
            "InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}"
        ) from error


def _demand_event(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise _RefusedError("ValidationException", "Parameter Event is not valid.")
    return event


def _demand_target(target: Mapping[str, Any]) -> None:
    """Demand a target that the sandbox emulates, and that its input can be made.

    EventBridge has many more kinds of targets: log groups, state machines, other buses. They are
    refused here, which AWS would not do, rather than taken and never reached.
    """
    name, arn = target["Id"], target["Arn"]
    if arn.startswith("arn:") and kind_of(arn) is None:
        raise _RefusedError(
            "ValidationException",
            f"Target {name}: this sandbox emulates queues, functions and topics as targets, "
            f"not {arn}.",
        )
    if sum(bool(target.get(entry)) for entry in _INPUTS) > 1:
        raise _RefusedError(
            "ValidationException",
            "Only one of Input, InputPath, or InputTransformer must be provided for target "
            f"{name}.",
        )
    transformer = target.get("InputTransformer") or {}
    paths = [*(transformer.get("InputPathsMap") or {}).values()]
    for path in (*paths, *filter(None, [target.get("InputPath")])):
        try:
            find({}, path)
        except ValueError as error:
            raise _RefusedError(
                "ValidationException", f"Invalid InputPath for target {name} : [{error}]."
            ) from error
    if target.get("Input"):
        _demand_json(name, target["Input"])


def _demand_json(name: str, text: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise _RefusedError(
            "ValidationException", f"JSON syntax error in input for target {name} : [{error}]."
        ) from error
