"""An error as each service sends it, so that boto3 raises what it raises on AWS.

Status, code, headers, body and the quirks of wording differ from service to service. The shapes
are those observed on AWS and described in
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html .
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pipeline.iam.evaluation import Decision, Layer, Result
from pipeline.iam.request import PrincipalKind


@dataclass(frozen=True, slots=True)
class WireResponse:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    code: str
    """The error code that boto3 shows; empty for an answer that is no error."""

    message: str
    """The error text that boto3 shows."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a service words and sends a denial."""

    status: int
    code: str
    namespace: str = ""
    """XML namespace, for services that answer in XML."""


_STYLES: Mapping[str, _Style] = {
    "s3": _Style(403, "AccessDenied"),
    "sqs": _Style(403, "AccessDenied", "http://queue.amazonaws.com/doc/2012-11-05/"),
    "sns": _Style(403, "AuthorizationError", "http://sns.amazonaws.com/doc/2010-03-31/"),
    "lambda": _Style(403, "AccessDeniedException"),
    "dynamodb": _Style(400, "AccessDeniedException"),
    "events": _Style(400, "AccessDeniedException"),
    "logs": _Style(400, "AccessDeniedException"),
    "kms": _Style(400, "AccessDeniedException"),
    "sts": _Style(403, "AccessDenied", "https://sts.amazonaws.com/doc/2011-06-15/"),
    "iam": _Style(403, "AccessDenied", "https://iam.amazonaws.com/doc/2010-05-08/"),
}

_QUERY_CODES = {"AccessDenied": "AccessDeniedException"}
"""The exception that stands in the body where the query protocol's code stands in a header."""


def denial(
    service: str, operation: str, decision: Decision, *, protocol: str, request_id: str
) -> WireResponse:
    """Return a denied call's answer; ``KeyError`` for a service that is not known here.

    ``protocol`` is botocore's name of the wire protocol: json, query, rest-json or rest-xml.
    """
    style = _STYLES[service]
    if service == "s3" and operation.startswith("Head"):
        return _bodyless(style.status, request_id)
    message = denial_message(service, decision)
    return error(
        service, style.code, message, style.status, protocol=protocol, request_id=request_id
    )


def error(
    service: str,
    code: str,
    message: str,
    status: int,
    *,
    protocol: str,
    request_id: str,
    extra: Mapping[str, str] | None = None,
) -> WireResponse:
    """Return an error's answer; ``extra`` are further elements, for S3."""
    if protocol == "rest-xml":
        headers, body = _s3_xml(code, message, request_id, extra or {})
    elif protocol == "query":
        headers, body = _query_xml(service, code, message, request_id)
    elif protocol == "rest-json":
        headers, body = _rest_json(code, message, request_id)
    else:
        headers, body = _json(service, code, message, request_id)
    return WireResponse(status, headers, body, code, message)


def denial_message(service: str, decision: Decision) -> str:
    """Return the text of a denial as the service words it."""
    request = decision.request
    if service == "s3" and not _is_same_account(decision):
        return "Access Denied"
    action = _spelt_action(service, request.action)
    resource = request.resource
    if service == "s3":
        resource = f'"{resource}"'
    elif service == "logs" and ":log-stream:" not in resource:
        resource = f"{resource}:log-stream:"
    where = "" if request.resource == "*" else f" on resource: {resource}"
    text = f"User: {request.principal.arn} is not authorized to perform: {action}{where}"
    if decision.layer is Layer.TRUST and decision.result is Result.IMPLICITLY_DENIED:
        return text
    return f"{text} {_reason(decision, action)}"


def _reason(decision: Decision, action: str) -> str:
    reason = decision.reason.replace(f"the {decision.request.action} action", f"the {action} action")
    policy_arn = _deciding_policy_arn(decision)
    return f"{reason}: {policy_arn}" if policy_arn else reason


def _deciding_policy_arn(decision: Decision) -> str | None:
    """Return the managed policy that denied explicitly, which AWS adds to the message.

    https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
    """
    if decision.result is Result.EXPLICITLY_DENIED and decision.statement is not None:
        return decision.statement.policy_arn
    return None


def _spelt_action(service: str, action: str) -> str:
    vendor, _, name = action.partition(":")
    if service == "sqs":
        return f"{vendor}:{name.lower()}"
    return f"SNS:{name}" if service == "sns" else action


def _is_same_account(decision: Decision) -> bool:
    """Say whether S3 explains a denial: it does so within an account only."""
    principal, owner = decision.request.principal, decision.request.resource_account
    return principal.kind is PrincipalKind.SERVICE or owner in {None, principal.account}


# -- shapes --------------------------------------------------------------------------------------

_Answer = tuple[dict[str, str], bytes]


def _bodyless(status: int, request_id: str) -> WireResponse:
    """A HEAD has no body, so boto3 knows the status and nothing else."""
    headers = {"x-amz-request-id": request_id, "content-type": "application/xml"}
    return WireResponse(status, headers, b"", str(status), "Forbidden" if status == 403 else "")


def _s3_xml(code: str, message: str, request_id: str, extra: Mapping[str, str]) -> _Answer:
    elements = {"Code": code, "Message": message, **extra, "RequestId": request_id, "HostId": ""}
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
    return {"content-type": "application/xml", "x-amz-request-id": request_id}, body.encode()


def _query_xml(service: str, code: str, message: str, request_id: str) -> _Answer:
    namespace = _STYLES[service].namespace
    body = (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{escape(code)}</Code>'
        f"<Message>{escape(message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return {"content-type": "text/xml", "x-amzn-requestid": request_id}, body.encode()


def _json(service: str, code: str, message: str, request_id: str) -> _Answer:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": request_id}
    shape = code
    if service == "sqs":
        headers["x-amzn-query-error"] = f"{code};Sender"
        shape = _QUERY_CODES.get(code, code)
    body = {"__type": f"com.amazon.coral.service#{shape}", "Message": message}
    return headers, json.dumps(body).encode()


def _rest_json(code: str, message: str, request_id: str) -> _Answer:
    headers = {
        "content-type": "application/json",
        "x-amzn-requestid": request_id,
        "x-amzn-errortype": code,
    }
    return headers, json.dumps({"Message": message}).encode()
