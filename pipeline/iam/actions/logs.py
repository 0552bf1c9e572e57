"""CloudWatch Logs: a group is checked as ``log-group:NAME:log-stream:``, with an empty stream.

So a policy that names the bare ``log-group:NAME`` covers neither a group nor its streams; the ARN
to use in policies ends in ``:*``.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, given, one, together


def _group_arn(parameters: Parameters, place: Place) -> str:
    identifier = str(parameters.get("logGroupIdentifier") or parameters.get("logGroupName") or "")
    if identifier.startswith("arn:"):
        return identifier.removesuffix(":*")
    return place.arn("logs", f"log-group:{identifier}")


def _group(parameters: Parameters, place: Place) -> str:
    return f"{_group_arn(parameters, place)}:log-stream:"


def _any_group(_: Parameters, place: Place) -> str:
    return place.arn("logs", "log-group::log-stream:")


def _stream(parameters: Parameters, place: Place) -> str:
    return f"{_group(parameters, place)}{parameters['logStreamName']}"


_ON_A_GROUP = ("DeleteLogGroup", "DescribeLogStreams", "FilterLogEvents", "PutRetentionPolicy")
_ON_A_STREAM = ("CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents")

OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"logs:{name}", _group) for name in _ON_A_GROUP},
    **{name: one(f"logs:{name}", _stream) for name in _ON_A_STREAM},
    "CreateLogGroup": together(
        one("logs:CreateLogGroup", _group),
        given(("tags",), one("logs:TagResource", _group_arn)),
    ),
    "DescribeLogGroups": one("logs:DescribeLogGroups", _any_group),
}
