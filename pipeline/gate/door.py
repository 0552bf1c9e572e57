"""Where every botocore client of the process passes: calls are caught and given to their gate.

botocore has one list of built-in handlers that each new client takes over, so the door stands
there. ``before-parameter-build`` has the call's parameters, ``request-created`` comes right before
``before-send`` on the same thread and carries both on, and an answer given at ``before-send`` is
parsed like any other.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from botocore import handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import ApiCall, Caller, as_response
from pipeline.iam import wire
from pipeline.iam.protocols import style_of

_ACCESS_KEY = re.compile(r"Credential=([^/,\s]+)/|X-Amz-Credential=([^/%&]+)(?:/|%2F)")

_TOKEN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
MADE = "(made by boto3)"


class Door:
    """The process's one place where clients' calls are caught and given to their sandbox's gate.

    A call belongs to the sandbox that issued its credentials. Credentials that no open sandbox
    has issued are refused, so nothing that runs beside a sandbox reaches the network either.
    """

    def __init__(self) -> None:
        self._admitted: dict[str, tuple[Caller, weakref.ref[Authorizer]]] = {}
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._open = 0

    def open(self) -> None:
        """Stand in every client made from now on, until as many ``close`` as ``open``."""
        with self._lock:
            self._open += 1
            if self._open == 1:
                handlers.BUILTIN_HANDLERS.extend(self._hooks())

    def close(self, account: str) -> None:
        """Forget an account's credentials; the last one leaves the doorway."""
        with self._lock:
            for key, (_, gate) in list(self._admitted.items()):
                authorizer = gate()
                if authorizer is None or authorizer.account == account:
                    del self._admitted[key]
            self._open -= 1
            if not self._open:
                for hook in self._hooks():
                    handlers.BUILTIN_HANDLERS.remove(hook)

    def admit(self, access_key_id: str, caller: Caller, gate: Authorizer) -> None:
        """Let these credentials stand for a caller at a sandbox's gate."""
        with self._lock:
            self._admitted[access_key_id] = (caller, weakref.ref(gate))

    def _hooks(self) -> list[tuple[str, Callable[..., Any]]]:
        return [
            ("before-parameter-build", self._note_parameters),
            ("before-call", self._note_operation),
            ("request-created", self._note_request),
            ("before-send", self._decide),
            ("after-call", self._observe),
        ]

    @staticmethod
    def _note_parameters(params: Any, context: dict[str, Any], model: Any, **_: Any) -> None:
        """Keep a call's parameters; tokens that boto3 makes by itself are other ones every time."""
        made = [n for n in model.idempotent_members if _TOKEN.match(str(params.get(n, "")))]
        context["gate_parameters"] = {**params, **dict.fromkeys(made, MADE)} if made else params

    @staticmethod
    def _note_operation(model: Any, context: dict[str, Any], **_: Any) -> None:
        context["gate_operation"] = model

    def _note_request(self, request: Any, **_: Any) -> None:
        self._thread.context = request.context

    def _decide(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        context: dict[str, Any] | None = getattr(self._thread, "context", None)
        if context is None or "gate_operation" not in context:
            return None
        self._thread.context = None
        model = context["gate_operation"]
        service = model.service_model.service_name
        protocol = model.service_model.resolved_protocol
        caller, gate = self._admitted.get(_access_key_of(request), (None, None))
        authorizer = gate() if gate is not None else None
        if caller is None or authorizer is None:
            return as_response(request, _unknown_credentials(service, protocol))
        if caller.expires_at is not None and caller.expires_at <= authorizer.clock.now():
            return as_response(request, _expired_credentials(service, protocol))
        call = ApiCall(caller, service, model.name, context["gate_parameters"], protocol)
        context["gate_call"] = (call, authorizer)
        return authorizer.answer(call, request)

    @staticmethod
    def _observe(
        http_response: Any, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: Any
    ) -> None:
        call, authorizer = context.get("gate_call", (None, None))
        if call is not None and authorizer.observer is not None:
            authorizer.observer(call, parsed, http_response.status_code)


DOOR = Door()
"""The process's door; botocore has one list of built-in handlers, so there can only be one."""


def _access_key_of(request: AWSPreparedRequest) -> str:
    authorization: str | bytes = request.headers.get("Authorization") or ""
    if isinstance(authorization, bytes):
        authorization = authorization.decode("latin-1")
    found = _ACCESS_KEY.search(authorization) or _ACCESS_KEY.search(request.url)
    return next(filter(None, found.groups()), "") if found else ""


_NO_REQUEST = "00000000-0000-0000-0000-000000000000"
"""The id of a request that no service took."""


def _expired_credentials(service: str, protocol: str) -> wire.WireResponse:
    """Return a service's answer to the credentials of a session that has ended.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    """
    by_json = protocol in {"json", "rest-json"} and service != "sqs"
    message = "The security token included in the request is expired"
    return wire.error(
        service,
        "ExpiredTokenException" if by_json else "ExpiredToken",
        "The provided token has expired." if service == "s3" else message,
        400 if service == "s3" else style_of(service, "").status,
        protocol=protocol,
        request_id=_NO_REQUEST,
    )


def _unknown_credentials(service: str, protocol: str) -> wire.WireResponse:
    codes = {"s3": "InvalidAccessKeyId", "dynamodb": "UnrecognizedClientException"}
    messages = {"s3": "The AWS Access Key Id you provided does not exist in our records."}
    return wire.error(
        service,
        codes.get(service, "InvalidClientTokenId"),
        messages.get(service, "The security token included in the request is invalid."),
        400 if service == "dynamodb" else 403,
        protocol=protocol,
        request_id=_NO_REQUEST,
    )
