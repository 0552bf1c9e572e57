"""CloudWatch Logs: a group is checked as ``log-group:NAME:log-stream:``, with an empty stream.

So a policy that names the bare ``log-group:NAME`` covers neither a group nor its streams; the ARN
to use in policies ends in ``:*``. Tags are the exception: they are put on the bare ARN.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    named,
    no_resource,
    on,
    one,
    passing,
    together,
)

_NAMES = ("logGroupIdentifier", "logGroupName", "resourceIdentifier")
_PLURALS = ("logGroupIdentifiers", "logGroupNames")


def _bare_arn(identifier: str, place: Place) -> str:
    if identifier.startswith("arn:"):
        return identifier.removesuffix(":*")
    return place.arn("logs", f"log-group:{identifier}")


def _group_arn(parameters: Parameters, place: Place) -> str:
    given_names = (str(parameters[name]) for name in _NAMES if parameters.get(name))
    return _bare_arn(next(given_names, ""), place)


def _group(parameters: Parameters, place: Place) -> str:
    return f"{_group_arn(parameters, place)}:log-stream:"


def _any_group(_: Parameters, place: Place) -> str:
    return place.arn("logs", "log-group::log-stream:")


def _stream(parameters: Parameters, place: Place) -> str:
    return f"{_group(parameters, place)}{parameters['logStreamName']}"


def _destination(parameters: Parameters, place: Place) -> str:
    return place.arn("logs", f"destination:{parameters['destinationName']}")


def _each_group(action: str) -> Needs:
    """Return the row of an operation on one group or several; none means all."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        groups = [_bare_arn(str(n), place) for p in _PLURALS for n in parameters.get(p) or ()]
        if parameters.get("logGroupName"):
            groups.append(_group_arn(parameters, place))
        resources = [f"{group}:log-stream:" for group in groups]
        return tuple(
            Requirement(action, arn) for arn in resources or [_any_group(parameters, place)]
        )

    return needs


def _role(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    return passing(parameters.get("roleArn"), "logs.amazonaws.com")


def _subscribed(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    """Return what sending a group's logs to a destination needs on it; other targets need none."""
    arn = str(parameters["destinationArn"])
    is_destination = ":logs:" in arn and ":destination:" in arn
    return (Requirement("logs:PutSubscriptionFilter", arn),) if is_destination else ()


_on_group = partial(on, "logs", _group)

OPERATIONS: Mapping[str, Needs] = {
    **_on_group(
        "AssociateKmsKey CreateExportTask DeleteDataProtectionPolicy DeleteLogGroup "
        "DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter DeleteTransformer "
        "DescribeLogStreams DescribeMetricFilters DescribeSubscriptionFilters DisassociateKmsKey "
        "FilterLogEvents GetDataProtectionPolicy GetLogGroupFields GetTransformer "
        "ListTagsLogGroup PutDataProtectionPolicy PutLogGroupDeletionProtection PutMetricFilter "
        "PutRetentionPolicy PutTransformer"
    ),
    **_on_group("TagLogGroup UntagLogGroup", tags),
    **on("logs", _stream, "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents"),
    **on("logs", _any_group, "DescribeLogGroups GetLogRecord GetQueryResults"),
    **on("logs", _destination, "DeleteDestination PutDestinationPolicy"),
    **on("logs", named("resourceArn"), "ListTagsForResource"),
    **on("logs", named("resourceArn"), "TagResource UntagResource", tags),
    **on(
        "logs",
        no_resource,
        "CancelExportTask DeleteAccountPolicy DeleteIndexPolicy DeleteQueryDefinition "
        "DeleteResourcePolicy DescribeAccountPolicies DescribeDestinations DescribeExportTasks "
        "DescribeFieldIndexes DescribeIndexPolicies DescribeQueries DescribeQueryDefinitions "
        "DescribeResourcePolicies ListLogGroups ListLogGroupsForQuery PutAccountPolicy "
        "PutIndexPolicy PutQueryDefinition PutResourcePolicy StopQuery TestMetricFilter "
        "TestTransformer",
    ),
    "CreateLogGroup": together(
        one("logs:CreateLogGroup", _group, tags),
        tagging("logs:TagResource", _group_arn),
    ),
    "PutDestination": together(
        one("logs:PutDestination", _destination, tags),
        tagging("logs:TagResource", _destination),
        _role,
    ),
    "PutSubscriptionFilter": together(
        one("logs:PutSubscriptionFilter", _group), _subscribed, _role
    ),
    "StartLiveTail": _each_group("logs:StartLiveTail"),
    "StartQuery": _each_group("logs:StartQuery"),
}
