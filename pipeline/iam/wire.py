"""Refusals and errors as each service sends them, so that boto3 raises what it raises on AWS.

Status, code, spelling and body differ from service to service.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pipeline.iam.decisions import Decision, Result, refusal
from pipeline.iam.protocols import PROTOCOLS, Failure, printable, s3_headers, style_of
from pipeline.iam.request import PrincipalKind
from pipeline.iam.spelling import sentence
from pipeline.iam.tracing import Layer


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


def denial(
    service: str, operation: str, decision: Decision, *, protocol: str, request_id: str
) -> WireResponse:
    """Return a service's answer to a call that is not allowed.

    Args:
        service: boto3's name of the service that was called.
        operation: The operation that was called.
        decision: Why it is not allowed.
        protocol: botocore's name of the wire protocol: json, query, rest-json or rest-xml.
        request_id: The id of the request, which the answer repeats.

    Raises:
        LookupError: How the service answers is not known here.
    """
    style = style_of(service, decision.request.action)
    if service == "s3" and operation.startswith("Head"):
        headers = s3_headers(request_id)
        return WireResponse(
            style.status, headers, b"", str(style.status), HTTPStatus(style.status).phrase
        )
    message = printable(denial_message(service, decision))
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
    """Return a service's answer to a call that fails for another reason.

    Args:
        service: boto3's name of the service that was called.
        code: The error code that boto3 is to show.
        message: The error text.
        status: The HTTP status.
        protocol: botocore's name of the wire protocol: json, query, rest-json or rest-xml.
        request_id: The id of the request, which the answer repeats.
        extra: Further elements of the error, such as S3's ``ArgumentName1``.

    Raises:
        LookupError: How the service answers, or the protocol, is not known here.
    """
    write = PROTOCOLS.get(protocol)
    if write is None:
        raise LookupError(f"There is no wire protocol {protocol!r}.")
    message = printable(message)
    failure = Failure(service, code, message, status, request_id, extra or {})
    headers, body = write(failure)
    return WireResponse(status, headers, body, code, message)


def denial_message(service: str, decision: Decision) -> str:
    """Return the text of a denial as a service words it."""
    action = decision.request.action
    if service == "s3" and _is_stranger(decision):
        return "Access Denied"
    if service == "lambda" and action.startswith("s3:"):
        return _CODE_UNREADABLE.format(decision.request.resource.rpartition(":")[2])
    if service == "sts" and _is_for_lack_of_trust(decision):
        return refusal(decision.request)
    return sentence(service, decision)


_CODE_UNREADABLE = (
    "Your access has been denied by S3, please make sure your request credentials have permission "
    "to GetObject for {}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied"
)
"""What Lambda says when its caller may not read the code of a function.

https://github.com/awslabs/dynamodb-continuous-backup/issues/7
"""


def _is_stranger(decision: Decision) -> bool:
    """Tell whether S3 keeps the reason to itself: it tells callers of the owner's account only."""
    principal, owner = decision.request.principal, decision.request.resource_account
    if principal.kind is PrincipalKind.SERVICE:
        return False
    return principal.account is None or owner not in (None, principal.account)


def _is_for_lack_of_trust(decision: Decision) -> bool:
    return decision.layer is Layer.TRUST and decision.result is Result.IMPLICITLY_DENIED
