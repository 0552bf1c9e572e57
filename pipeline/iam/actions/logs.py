"""CloudWatch Logs: writing needs the log stream's ARN, which the bare log group's does not cover.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, one


def _group(parameters: Parameters, place: Place) -> str:
    name = parameters.get("logGroupName") or parameters.get("logGroupNamePrefix") or ""
    return place.arn("logs", f"log-group:{name}")


def _stream(parameters: Parameters, place: Place) -> str:
    return f"{_group(parameters, place)}:log-stream:{parameters['logStreamName']}"


OPERATIONS: Mapping[str, Needs] = {
    "CreateLogGroup": one("logs:CreateLogGroup", _group),
    "CreateLogStream": one("logs:CreateLogStream", _stream),
    "DeleteLogGroup": one("logs:DeleteLogGroup", _group),
    "DescribeLogGroups": one("logs:DescribeLogGroups", _group),
    "DescribeLogStreams": one("logs:DescribeLogStreams", _group),
    "FilterLogEvents": one("logs:FilterLogEvents", _group),
    "GetLogEvents": one("logs:GetLogEvents", _stream),
    "PutLogEvents": one("logs:PutLogEvents", _stream),
    "PutRetentionPolicy": one("logs:PutRetentionPolicy", _group),
}
