"""API calls on their way through the gate: who calls, what, and what may be asked about it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from pipeline.iam import wire
from pipeline.iam.evaluation import NamedPolicy
from pipeline.iam.request import Principal
from pipeline.iam.requirement import Lookups

SOURCE_IP = "198.51.100.7"
"""Where callers with an account call from: an address kept for examples (RFC 5737)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a pair of credentials stands for."""

    actor: str
    """In the architecture's words: learner, s3, lambda, poller, function, front-end."""

    principal: Principal
    user_id: str = ""
    """The unique id that AWS shows beside the ARN: ``AIDA…`` or ``AROA…:session``."""

    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys that this caller brings, such as ``aws:SourceArn``."""

    session_policy: NamedPolicy | None = None
    """What the caller's session was limited to when it was assumed."""

    expires_at: float | None = None
    """When its credentials end, in epoch seconds; None: they are renewed in time, or never end."""

    before_call: Callable[[], None] | None = None
    """Called before each of its calls; may raise to end the caller (a function out of time)."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One API call on its way."""

    caller: Caller
    service: str
    operation: str
    parameters: Mapping[str, Any]
    protocol: str
    """botocore's name for the wire protocol: json, query, rest-xml, rest-json."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached to a user, or to the role of a session."""

    policies: tuple[NamedPolicy, ...] = ()
    """Identity-based ones, of a user's groups too."""

    boundaries: tuple[NamedPolicy, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class PolicyReader(Protocol):
    """Reads the policies stored in the emulator."""

    def attached_to(self, principal: Principal) -> Attached:
        """Return what is attached to a user or role."""

    def resource_policy(self, resource: str) -> NamedPolicy | None:
        """Return what is attached to a resource."""

    def trust_policy(self, role_arn: str) -> NamedPolicy | None:
        """Return a role's trust policy."""

    def owner(self, resource: str) -> str:
        """Return the account that a resource belongs to."""

    def lookups(self) -> Lookups:
        """Return what the cloud knows that a call does not say."""


Check = Callable[[ApiCall], wire.WireResponse | None]
"""A service's own check of an authorized call: an answer of its own, or None to go on."""

Observer = Callable[[ApiCall, Mapping[str, Any], int], None]
"""Told of each call that a service answered, of its parsed answer and of the HTTP status."""

Pace = Callable[[ApiCall, str | None], None]
"""Called before each call of the pipeline's own actors, with the arrow it travels."""


class Trouble(Protocol):
    """Makes calls go wrong, to see that nothing is lost; no sandbox has it unless asked to."""

    def before(self, call: ApiCall) -> wire.WireResponse | None:
        """Take an authorized call before the service gets it.

        Returns an answer in the service's place, or None; may raise.
        """

    def after(self, call: ApiCall) -> None:
        """Take a call that the service has answered, before its caller hears of it; may raise."""


def as_response(request: AWSPreparedRequest, answer: wire.WireResponse) -> AWSResponse:
    """Return an answer in the shape that botocore reads."""
    headers = HTTPHeaders()
    for name, value in answer.headers.items():
        headers[name] = value
    return AWSResponse(request.url, answer.status, headers, _Raw(answer.body))


class _Raw(io.BytesIO):
    """A body in the shape that botocore reads: urllib3's raw response."""

    def stream(self, **_: Any) -> Any:
        """Yield the body."""
        yield from itertools.takewhile(bool, iter(self.read, b""))
