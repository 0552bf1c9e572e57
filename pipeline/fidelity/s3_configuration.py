"""moto refuses notification configurations that S3 takes, and does not give all of them back.

moto fails on filter names in capitals and on empty filter values, strips spaces, refuses newer
events, and leaves EventBridge out of what it returns. S3 takes a filter's name in any case and
returns it as ``Prefix`` or ``Suffix``. What S3 refuses is refused before moto is asked
(``cloud/notification_checks.py``).
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html)
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from moto.core.responses import ActionResult
from moto.s3.notifications import S3NotificationEvent
from moto.s3.responses import S3Response

from pipeline.fidelity.entered import entered_clock

_LISTS = ("TopicConfiguration", "QueueConfiguration", "CloudFunctionConfiguration")
_PER_LIST = {
    "TopicConfigurations": ("topic", "TopicArn"),
    "QueueConfigurations": ("queue", "QueueArn"),
    "LambdaFunctionConfigurations": ("cloud_function", "LambdaFunctionArn"),
}

_from_body = S3Response._notification_config_from_body  # noqa: SLF001 - where moto reads the XML
_get_bucket_notification = S3Response.get_bucket_notification
_is_event_valid = S3NotificationEvent.is_event_valid


def from_body(response: S3Response) -> dict[str, Any]:
    """Return a configuration's XML as moto keeps it."""
    if entered_clock() is None:
        return _from_body(response)
    kept: dict[str, Any] = {}
    root = ET.fromstring(response.body)  # noqa: S314 - botocore wrote it in this process
    for element in root:
        name = _tag(element)
        if name in _LISTS:
            kept.setdefault(name, []).append(_entry(element))
        elif name == "EventBridgeConfiguration":
            kept[name] = {}
    return kept


def _entry(element: Element) -> dict[str, Any]:
    entry: dict[str, Any] = {_tag(child): child.text or "" for child in element}
    entry["Event"] = [child.text for child in element if _tag(child) == "Event"]
    rules = [
        {_tag(part): part.text or "" for part in each}
        for each in element.iter()
        if _tag(each) == "FilterRule"
    ]
    named = [{"Name": rule["Name"].capitalize(), "Value": rule["Value"]} for rule in rules]
    return {**entry, "Filter": {"S3Key": {"FilterRule": named}} if named else None}


def _tag(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def get_bucket_notification(response: S3Response) -> Any:
    """Answer with the whole configuration, without empty lists."""
    kept = response.backend.get_bucket_notification_configuration(response.bucket_name)
    if entered_clock() is None or kept is None:
        return _get_bucket_notification(response)
    result: dict[str, Any] = {
        name: [_described(each, arn) for each in getattr(kept, attribute)]
        for name, (attribute, arn) in _PER_LIST.items()
        if getattr(kept, attribute)
    }
    if kept.event_bridge is not None:
        result["EventBridgeConfiguration"] = {}
    response.data["Action"] = "GetBucketNotificationConfiguration"
    return response.serialized(ActionResult(result))


def _described(entry: Any, arn: str) -> dict[str, Any]:
    described = {"Id": entry.id, arn: entry.arn, "Events": entry.events}
    if entry.filters:
        described["Filter"] = {"Key": {"FilterRules": entry.filters["S3Key"]["FilterRule"]}}
    return described


def is_event_valid(event_name: str) -> bool:
    """Leave the judgement of events to the check before."""
    return entered_clock() is not None or _is_event_valid(event_name)


def apply() -> None:
    """Stand where moto reads, checks and returns configurations."""
    S3Response._notification_config_from_body = from_body  # type: ignore[assignment, method-assign]  # noqa: SLF001 - as above
    S3Response.get_bucket_notification = get_bucket_notification  # type: ignore[assignment, method-assign]
    S3NotificationEvent.is_event_valid = staticmethod(is_event_valid)  # type: ignore[method-assign]
