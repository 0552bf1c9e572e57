"""API calls that the gate has decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request(PipelineEvent):
    """An API call that the gate has decided."""

    actor: str
    """Who acts, in the architecture's words: learner, s3, lambda, poller, function, front-end."""

    caller: str
    """The caller's ARN as AWS prints it, or a service principal such as ``s3.amazonaws.com``."""

    service: str
    """The service's name in boto3: s3, sqs, dynamodb …"""

    operation: str
    """The API operation: PutObject, ReceiveMessage …"""

    action: str
    """The IAM action it needs: ``s3:PutObject``."""

    resource: str
    """The ARN it is about, or ``*``."""

    arrow: str | None
    """The arrow of the topology this call travels, if any: ``s3-to-queue`` …"""

    decision: Mapping[str, Json]
    """The decision as a document; its keys are those of ``iam.explanation.Explanation``."""

    request: Mapping[str, Json]
    """The call's parameters, with bodies replaced by their length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAuthorized(_Request):
    """The policies allow the call; it goes on to the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDenied(_Request):
    """The policies do not allow the call; the caller gets the service's own error."""

    status: int
    """The HTTP status of the answer."""

    code: str
    """The error code that boto3 shows: ``AccessDenied``, ``AccessDeniedException`` …"""

    message: str
    """The error text, as the service words it. Empty for HEAD, which has no body."""
