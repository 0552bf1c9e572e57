"""Questions as JSON: one request with the policies that apply to it, and the answer to it.

::

    {"id": "1",
     "request": {"principal": ARN | "sqs.amazonaws.com" | "anonymous", "action": "s3:GetObject",
                 "resource": ARN | "*", "resourceAccount": "123456789012", "context": {…}},
     "identityPolicies": […], "resourcePolicy": …, "permissionBoundaries": […],
     "sessionPolicy": …, "scps": [[…], …], "rcps": [[…], …], "endpointPolicies": […]}

A policy is its document, or ``{"name": …, "policy": document}``; the lists of ``scps`` and ``rcps``
are the levels of the organization, root first. For ``sts:AssumeRole`` and its kin the resource's
policy is the role's trust policy. Anything may be left out but principal and action.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.iam.documents import load_json, shown
from pipeline.iam.errors import PolicyError, QuestionError
from pipeline.iam.evaluation import NamedPolicy, Policies, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import (
    ContextValue,
    Principal,
    PrincipalKind,
    Request,
    principal_context,
)

MAX_BYTES = 8_000_000
"""The longest line that is read: more than the policies that any request can have."""

_ASSUMING = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """A request and the policies that apply to it."""

    request: Request
    policies: Policies


def read_question(document: Any) -> Question:
    """Return a question from its JSON value.

    Raises:
        ValueError: It cannot be read, or its principal is none; a sentence says what and where.
    """
    if not isinstance(document, dict):
        raise QuestionError(f"A question must be a JSON object, not {shown(document)}.")
    request = _request(document.get("request"))
    read = _Reader(document)
    policies = Policies(
        identity=read.several("identityPolicies"),
        resource=read.single("resourcePolicy"),
        boundaries=read.several("permissionBoundaries"),
        session=read.single("sessionPolicy"),
        scps=read.levels("scps"),
        rcps=read.levels("rcps"),
        endpoints=read.several("endpointPolicies"),
        is_trust_policy=request.action.lower() in _ASSUMING,
    )
    return Question(request, policies)


def answer_line(line: bytes) -> dict[str, Any]:
    """Return the answer to one line of JSON, or ``{"id", "error"}`` when it cannot be read."""
    identifier = None
    try:
        document = load_json(line, "The line", limit=MAX_BYTES)
        identifier = document.get("id") if isinstance(document, dict) else None
        question = read_question(document)
        decision = evaluate(question.request, question.policies)
    except ValueError as error:
        return {"id": identifier or _id_of(line), "error": str(error)}
    return {"id": identifier, **decision.as_document(), "message": decision.message}


def _id_of(line: bytes) -> Any:
    """Return the id of a line that is JSON, though not of the kind that is taken."""
    try:
        document = json.loads(line[:MAX_BYTES])
    except (ValueError, RecursionError):
        return None
    return document.get("id") if isinstance(document, dict) else None


def _request(given: object) -> Request:
    if not isinstance(given, dict):
        raise QuestionError(f"request must be an object, not {shown(given)}.")
    context = _context(given.get("context"))
    principal = _principal(_text(given, "principal"), context)
    action = _text(given, "action")
    if not all(action.partition(":")):
        raise QuestionError(f'request.action must be like "s3:GetObject", not {shown(action)}.')
    resource = _text(given, "resource") if given.get("resource") is not None else "*"
    owner = _text(given, "resourceAccount") if given.get("resourceAccount") is not None else None
    if owner is None and resource.count(":") >= 5:
        owner = resource.split(":")[4] or None
    given_keys = {key.lower() for key in context}
    derived = dict(principal_context(principal))
    if owner is not None or principal.account is not None:
        derived["aws:ResourceAccount"] = owner or principal.account or ""
    filled = {key: value for key, value in derived.items() if key.lower() not in given_keys}
    return Request(principal, action, resource, owner, filled | context)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise QuestionError(f"request.{name} must be a text, not {shown(value)}.")
    return value


def _principal(arn: str, context: Mapping[str, ContextValue]) -> Principal:
    """Return the principal; the request may tell the path of a session's role."""
    principal = Principal.parse(arn)
    told = next((v for key, v in context.items() if key.lower() == "aws:principalarn"), None)
    if principal.kind is not PrincipalKind.ROLE_SESSION or not isinstance(told, str):
        return principal
    role = f"{principal.role_arn}".rpartition("/")[2]
    if ":role/" not in told or told.rpartition("/")[2] != role:
        return principal
    return Principal(principal.arn, principal.kind, principal.account, told)


def _context(given: object) -> dict[str, ContextValue]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise QuestionError(f"request.context must be an object, not {shown(given)}.")
    return {
        key: tuple(_scalar(entry, key) for entry in value)
        if isinstance(value, list)
        else _scalar(value, key)
        for key, value in given.items()
        if value is not None
    }


def _scalar(value: object, key: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    raise QuestionError(
        f"request.context.{key:.60} must be a text, a number, true, false or a list of these, "
        f"not {shown(value)}."
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the policies of a question."""

    document: Mapping[str, Any]

    def single(self, name: str) -> NamedPolicy | None:
        given = self.document.get(name)
        return None if given is None else _policy(given, name, name)

    def several(self, name: str) -> tuple[NamedPolicy, ...]:
        return self._list(name, _policy)

    def levels(self, name: str) -> tuple[tuple[NamedPolicy, ...], ...]:
        return self._list(name, _level)

    def _list(self, name: str, read: Callable[[Any, str, str], Any]) -> tuple[Any, ...]:
        given = self.document.get(name)
        if given is None:
            return ()
        return _entries(given, name, read)


def _level(given: object, where: str, name: str) -> tuple[NamedPolicy, ...]:
    return _entries(given, where, lambda entry, place, _: _policy(entry, place, f"{name} {place}"))


def _entries(given: object, where: str, read: Callable[[Any, str, str], Any]) -> tuple[Any, ...]:
    if not isinstance(given, list):
        raise QuestionError(f"{where} must be a list, not {shown(given)}.")
    places = [f"{where}[{index}]" for index in range(len(given))]
    return tuple(read(entry, place, place) for entry, place in zip(given, places, strict=True))


def _policy(given: object, where: str, name: str) -> NamedPolicy:
    arn = None
    if isinstance(given, dict) and "policy" in given and "Statement" not in given:
        name, arn, given = str(given.get("name") or name), given.get("arn"), given["policy"]
    if not isinstance(given, dict | str):
        raise QuestionError(f"{where} must be a policy, not {shown(given)}.")
    try:
        return NamedPolicy(name, parse_policy(given), arn if isinstance(arn, str) else None)
    except PolicyError as error:
        raise QuestionError(f"{where}: {error}") from None
