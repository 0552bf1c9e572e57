"""How each wire protocol and service writes an error.

The bodies are those that botocore's parsers read: XML for S3 and for services of the query
protocol, JSON for the others. For SQS the code stands in a header, where it has kept the name it
had before SQS spoke JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Style:
    """What is a service's own in its answers."""

    status: int
    """Of a denial."""

    code: str
    """Of a denial."""

    namespace: str = ""
    """The XML namespace (query), or what stands before the ``#`` of an error's type (json)."""

    content_type: str = ""
    """Of JSON answers."""


_JSON_1_0 = "application/x-amz-json-1.0"
_JSON_1_1 = "application/x-amz-json-1.1"
_SQS_QUERY = "http://queue.amazonaws.com/doc/2012-11-05/"
_STYLES = {
    "cloudformation": Style(
        403, "AccessDenied", "http://cloudformation.amazonaws.com/doc/2010-05-15/"
    ),
    "dynamodb": Style(400, "AccessDeniedException", "com.amazonaws.dynamodb.v20120810", _JSON_1_0),
    "dynamodbstreams": Style(
        400, "AccessDeniedException", "com.amazonaws.dynamodb.v20120810", _JSON_1_0
    ),
    "events": Style(400, "AccessDeniedException", "", _JSON_1_1),
    "iam": Style(403, "AccessDenied", "https://iam.amazonaws.com/doc/2010-05-08/"),
    "kms": Style(400, "AccessDeniedException", "", _JSON_1_1),
    "lambda": Style(403, "AccessDeniedException", "", "application/json"),
    "logs": Style(400, "AccessDeniedException", "", _JSON_1_1),
    "s3": Style(403, "AccessDenied"),
    "sns": Style(403, "AuthorizationError", "http://sns.amazonaws.com/doc/2010-03-31/"),
    "sqs": Style(403, "AccessDenied", "com.amazonaws.sqs", _JSON_1_0),
    "sts": Style(403, "AccessDenied", "https://sts.amazonaws.com/doc/2011-06-15/"),
}
_CORAL = "com.amazon.coral.service"
_CORAL_SHAPES = {
    "AccessDenied": "AccessDeniedException",
    "AccessDeniedException": "AccessDeniedException",
    "UnrecognizedClientException": "UnrecognizedClientException",
}
"""Errors that stand before a service's own code, by the code that boto3 shows."""


_KEY_DENIED = {
    "sns": (400, "KMSAccessDenied"),
    "sqs": (400, "KMS.AccessDeniedException"),
}
"""How services of encrypted messages answer who may not use the key: the status and the code."""


_SQS_SHAPES = {
    "KMS.AccessDeniedException": "KmsAccessDenied",
    "NonExistentQueue": "QueueDoesNotExist",
    "QueueAlreadyExists": "QueueNameExists",
}
"""What SQS now calls errors that keep their old code in the header."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error to be written."""

    service: str
    code: str
    message: str
    status: int
    request_id: str
    extra: Mapping[str, str]


_Answer = tuple[dict[str, str], bytes]


def _rest_xml(failure: Failure) -> _Answer:
    elements = {"Code": failure.code, "Message": failure.message, **failure.extra}
    inside = _xml({**elements, "RequestId": failure.request_id, "HostId": failure.request_id})
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
    return s3_headers(failure.request_id), body.encode()


def s3_headers(request_id: str) -> dict[str, str]:
    """Return the headers of every answer of S3's, also of one without a body."""
    return {
        "content-type": "application/xml",
        "x-amz-request-id": request_id,
        "x-amz-id-2": request_id,
    }


def _query(failure: Failure) -> _Answer:
    namespace = _SQS_QUERY if failure.service == "sqs" else style_of(failure.service).namespace
    elements = {"Type": _fault(failure), "Code": failure.code, "Message": failure.message}
    inside = _xml({**elements, **failure.extra})
    body = (
        f'<ErrorResponse xmlns="{namespace}"><Error>{inside}</Error>'
        f"{_xml({'RequestId': failure.request_id})}</ErrorResponse>"
    )
    return {"content-type": "text/xml", "x-amzn-requestid": failure.request_id}, body.encode()


def _json(failure: Failure) -> _Answer:
    style = style_of(failure.service)
    headers = {"content-type": style.content_type, "x-amzn-requestid": failure.request_id}
    shape = failure.code
    prefix = style.namespace
    if prefix and failure.code in _CORAL_SHAPES:
        prefix, shape = _CORAL, _CORAL_SHAPES[failure.code]
    if failure.service == "sqs":
        headers["x-amzn-query-error"] = f"{failure.code};{_fault(failure)}"
        shape = shape.removeprefix("AWS.SimpleQueueService.")
        shape = _SQS_SHAPES.get(shape, shape)
    type_ = f"{prefix}#{shape}" if prefix else shape
    text = "Message" if shape == "AccessDeniedException" else "message"
    body = {"__type": type_, text: failure.message, **failure.extra}
    return headers, json.dumps(body).encode()


def _rest_json(failure: Failure) -> _Answer:
    headers = {
        "content-type": "application/json",
        "x-amzn-requestid": failure.request_id,
        "x-amzn-errortype": failure.code,
    }
    return headers, json.dumps({"Message": failure.message, **failure.extra}).encode()


PROTOCOLS: Mapping[str, Callable[[Failure], _Answer]] = {
    "json": _json,
    "query": _query,
    "rest-json": _rest_json,
    "rest-xml": _rest_xml,
}
"""By botocore's name of the protocol."""

_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and the carriage return, which it does not keep."""


def printable(text: str) -> str:
    """Return text as every protocol can carry it, and botocore gives it back."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _xml(elements: Mapping[str, str]) -> str:
    return "".join(
        f"<{name}>{escape(printable(value))}</{name}>" for name, value in elements.items()
    )


def _fault(failure: Failure) -> str:
    return "Receiver" if failure.status >= 500 else "Sender"


def style_of(service: str, action: str = "") -> Style:
    """Return what is a service's own in its answers; ``LookupError`` when that is not known.

    Args:
        service: boto3's name of the service.
        action: The action that is denied; one on a KMS key may have a code of its own.
    """
    style = _STYLES.get(service)
    if style is None:
        raise LookupError(f"How {service} words its errors is not known here.")
    if action.startswith("kms:") and service in _KEY_DENIED:
        status, code = _KEY_DENIED[service]
        return replace(style, status=status, code=code)
    return style
