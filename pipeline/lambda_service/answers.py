"""Answers of the Lambda service's own: errors as it words them, and documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.events import Json
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire

INVALID = "InvalidParameterValueException"
NOT_FOUND = "ResourceNotFoundException"
CONFLICT = "ResourceConflictException"
VALIDATION = "ValidationException"

_STATUS = {NOT_FOUND: 404, CONFLICT: 409}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Lambda does not do what it was asked."""

    message: str
    code: str = INVALID
    status: int | None = None
    """HTTP; None: the code's usual one."""

    extra: Mapping[str, str] | None = None


def out_of_range(name: str, value: int, most: int) -> Refusal:
    """Return the refusal of a number that is too high, as every AWS service words it."""
    text = (
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
        f"Member must have value less than or equal to {most}"
    )
    return Refusal(text, VALIDATION)


def refused(call: ApiCall, refusal: Refusal, new_id: Callable[[], str]) -> wire.WireResponse:
    """Return the answer that carries a refusal."""
    return wire.error(
        "lambda",
        refusal.code,
        refusal.message,
        refusal.status or _STATUS.get(refusal.code, 400),
        protocol=call.protocol,
        request_id=new_id(),
        extra=refusal.extra or {"Type": "User"},
    )


def answered(
    body: bytes, request_id: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> wire.WireResponse:
    """Return a successful answer with a JSON body."""
    own = {"content-type": "application/json", "x-amzn-requestid": request_id, **(headers or {})}
    return wire.WireResponse(status, own, body, "", "")


def document(value: Json) -> bytes:
    """Return a value as Lambda writes it."""
    return json.dumps(value).encode()


def answering(
    problems: Callable[[Mapping[str, Any]], Iterator[Refusal | None]], new_id: Callable[[], str]
) -> Check:
    """Return a check that refuses a call with the first of its problems."""

    def check(call: ApiCall) -> wire.WireResponse | None:
        refusal = next(filter(None, problems(call.parameters)), None)
        return None if refusal is None else refused(call, refusal, new_id)

    return check
