"""EventBridge: a rule's ARN names its bus, unless that is the default one.

Connections are not written here: Secrets Manager, which keeps what they hold, checks them too.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    ResourceOf,
    named,
    no_resource,
    on,
    one,
    passing,
    together,
)

_PASSED_TO = "events.amazonaws.com"
_EACH_OF = {"detail-type": "events:detail-type", "source": "events:source"}
_IN_DETAIL = {
    ("eventTypeCode",): "events:detail.eventTypeCode",
    ("service",): "events:detail.service",
    ("userIdentity", "principalId"): "events:detail.userIdentity.principalId",
}


def _bus_arn(name: str | None, place: Place) -> str:
    name = name or "default"
    return name if name.startswith("arn:") else place.arn("events", f"event-bus/{name}")


def _bus(parameters: Parameters, place: Place) -> str:
    return _bus_arn(parameters.get("Name"), place)


def _rule_on_bus(name: str, bus: str | None, place: Place) -> str:
    """Return a rule's ARN, which is in the account and Region of its bus."""
    home, _, bus_name = _bus_arn(bus, place).partition(":event-bus/")
    return f"{home}:rule/{name}" if bus_name == "default" else f"{home}:rule/{bus_name}/{name}"


def _rule(parameters: Parameters, place: Place) -> str:
    name = parameters.get("Rule") or parameters["Name"]
    return _rule_on_bus(name, parameters.get("EventBusName"), place)


def _kind(kind: str, parameter: str = "Name") -> ResourceOf:
    return lambda parameters, place: place.arn("events", f"{kind}/{parameters[parameter]}")


def _partner_source(parameter: str) -> ResourceOf:
    """Return what finds the source of a partner's events, which is in nobody's account."""
    return lambda parameters, place: (
        f"arn:aws:events:{place.region}::event-source/{parameters[parameter]}"
    )


def _put_events(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what each event needs on the bus that it goes to."""
    if parameters.get("EndpointId"):
        raise UnknownOperationError("Global endpoints are not modelled; name an event bus instead.")
    return tuple(
        Requirement(
            "events:PutEvents",
            _bus_arn(entry.get("EventBusName"), place),
            {
                key: str(entry[name])
                for name, key in (("Source", "events:source"), ("DetailType", "events:detail-type"))
                if name in entry
            },
        )
        for entry in parameters["Entries"]
    )


def _pattern(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of a rule's event pattern: the values that it names literally."""
    try:
        pattern = json.loads(parameters.get("EventPattern") or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(pattern, dict):
        return {}
    keys: dict[str, ContextValue] = {
        key: values for name, key in _EACH_OF.items() if (values := _texts(pattern.get(name)))
    }
    for path, key in _IN_DETAIL.items():
        found: Any = pattern.get("detail")
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        if values := _texts(found):
            keys[key] = values
    return keys


def _texts(values: object) -> tuple[str, ...]:
    return (
        tuple(value for value in values if isinstance(value, str))
        if isinstance(values, list)
        else ()
    )


def _targets(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    arns = tuple(dict.fromkeys(str(target["Arn"]) for target in parameters["Targets"]))
    return {"events:TargetArn": arns} if arns else {}


def _roles_of_targets(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    return tuple(
        requirement
        for target in parameters["Targets"]
        for requirement in passing(target.get("RoleArn"), _PASSED_TO)
    )


def _role(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    return passing(parameters.get("RoleArn"), _PASSED_TO)


def _buses(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    arns = tuple(str(bus["EventBusArn"]) for bus in parameters.get("EventBuses") or ())
    return {"events:EventBusArn": arns} if arns else {}


def _replay_to(parameters: Parameters, _: Place) -> str:
    return str(parameters["Destination"]["Arn"])


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "events",
        _rule,
        "DeleteRule DescribeRule DisableRule EnableRule ListTargetsByRule RemoveTargets",
    ),
    **on("events", _bus, "DeleteEventBus DescribeEventBus UpdateEventBus"),
    **on("events", _kind("archive", "ArchiveName"), "DeleteArchive DescribeArchive UpdateArchive"),
    **on("events", _kind("replay", "ReplayName"), "CancelReplay DescribeReplay"),
    **on(
        "events",
        _kind("api-destination"),
        "DeleteApiDestination DescribeApiDestination UpdateApiDestination",
    ),
    **on("events", _kind("connection"), "DescribeConnection"),
    **on("events", _kind("endpoint"), "DeleteEndpoint DescribeEndpoint"),
    **on(
        "events",
        _partner_source("Name"),
        "ActivateEventSource CreatePartnerEventSource DeactivateEventSource "
        "DeletePartnerEventSource DescribeEventSource DescribePartnerEventSource",
    ),
    **on("events", _partner_source("EventSourceName"), "ListPartnerEventSourceAccounts"),
    **on("events", named("ResourceARN"), "ListTagsForResource"),
    **on("events", named("ResourceARN"), "TagResource UntagResource", tags),
    **on(
        "events",
        no_resource,
        "ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses "
        "ListEventSources ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules "
        "PutPartnerEvents PutPermission RemovePermission TestEventPattern",
    ),
    "CreateApiDestination": together(
        one("events:CreateApiDestination", _kind("api-destination")),
        one("events:CreateApiDestination", named("ConnectionArn")),
    ),
    "CreateArchive": together(
        one("events:CreateArchive", _kind("archive", "ArchiveName")),
        one("events:CreateArchive", named("EventSourceArn")),
    ),
    "CreateEndpoint": together(one("events:CreateEndpoint", _kind("endpoint"), _buses), _role),
    "CreateEventBus": together(
        one("events:CreateEventBus", _bus, tags), tagging("events:TagResource", _bus)
    ),
    "PutEvents": _put_events,
    "PutRule": together(
        one("events:PutRule", _rule, _pattern, tags), tagging("events:TagResource", _rule), _role
    ),
    "PutTargets": together(one("events:PutTargets", _rule, _targets), _roles_of_targets),
    "StartReplay": together(
        one("events:StartReplay", _kind("replay", "ReplayName")),
        one("events:StartReplay", named("EventSourceArn")),
        one("events:StartReplay", _replay_to),
    ),
    "UpdateEndpoint": together(one("events:UpdateEndpoint", _kind("endpoint"), _buses), _role),
}
