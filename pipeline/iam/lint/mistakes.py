"""What somebody probably meant by a value that is refused."""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.operators import OPERATORS
from pipeline.iam.positions import Path

_QUEUE_URL = re.compile(r"https?://sqs\.([a-z0-9-]+)\.amazonaws\.com/(\d{12})/([\w.-]+)")
_BUCKET_PLACE = re.compile(r"(?:s3://)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/.*)?")

_PRINCIPAL_ARNS = (
    "Principals are arn:aws:iam::ACCOUNT:root, :user/NAME or :role/NAME, and sessions "
    "arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION."
)

Suggestion = tuple[str, str | None]
"""A sentence, and the JSON text that could stand instead."""


def suggestion_for(element: str, value: Any, path: Path) -> Suggestion:
    """Return what to do about a refused value: a sentence, and JSON text to replace it with.

    Args:
        element: The statement's element.
        value: What was refused; of lists a list with the one value.
        path: Where it stands.
    """
    inner = value
    while isinstance(inner, dict) and len(inner) == 1 and element != "Effect":
        inner = next(iter(inner.values()))
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    if element == "Condition":
        inside = path[path.index(element) + 1 :]
        return _operator(str(inside[0])) if inside else ("", None)
    if not isinstance(inner, str):
        return "", None
    reader = _READERS.get(element.removeprefix("Not"))
    return reader(inner) if reader is not None else ("", None)


def _effect(value: str) -> Suggestion:
    meant = closest(value, ("Allow", "Deny"))
    return did_you_mean(meant), json.dumps(meant) if meant else None


def _sid(value: str) -> Suggestion:
    plain = re.sub(r"[^0-9A-Za-z]", "", value)
    return "Leave out what is neither a letter nor a digit.", json.dumps(plain)


def _action(value: str) -> Suggestion:
    if value.count(":") > 1:
        return "An action has one colon, between the service and the name.", None
    if value.startswith("arn:"):
        return "This is an ARN; it belongs into Resource.", None
    if " " in value:
        return "Leave out the blanks.", json.dumps(value.replace(" ", ""))
    return 'Put the service\'s prefix before it, as in "s3:GetObject".', None


def _resource(value: str) -> Suggestion:
    url = _QUEUE_URL.fullmatch(value)
    if url:
        region, account, name = url.groups()
        arn = f"arn:aws:sqs:{region}:{account}:{name}"
        return f"This is a queue's URL; its ARN is {arn}.", json.dumps(arn)
    bucket = _BUCKET_PLACE.fullmatch(value)
    if bucket:
        arn = f"arn:aws:s3:::{bucket.group(1)}{bucket.group(2) or ''}"
        return f"If it is a bucket or object, its ARN is {arn}.", json.dumps(arn)
    return "An ARN is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE; some parts may be empty.", None


def _principal(value: str) -> Suggestion:
    if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", value):
        return 'A service stands under "Service", not under "AWS".', None
    if ":group/" in value:
        return "A group is no principal; name its users, or a role that they assume.", None
    if "*" in value or "?" in value:
        return 'Use "*" with a condition on aws:PrincipalArn, which takes wildcards.', None
    if re.fullmatch(r"\d+", value):
        return "An account id has twelve digits.", None
    if value.startswith("arn:"):
        return _PRINCIPAL_ARNS, None
    return "Name an ARN, an account id, a service, or * for everyone.", None


def _operator(name: str) -> Suggestion:
    prefix, colon, base = name.rpartition(":")
    suffix = "IfExists" if base.lower().endswith("ifexists") else ""
    stem = base[: len(base) - len(suffix)] if suffix else base
    if stem in OPERATORS and not colon:
        return "", None
    meant = closest(stem, OPERATORS)
    quantifier = closest(prefix, ("ForAllValues", "ForAnyValue")) if colon else None
    if meant is None or (colon and quantifier is None):
        return f"Operators are {', '.join(OPERATORS)}.", None
    whole = f"{quantifier}:{meant}{suffix}" if quantifier else f"{meant}{suffix}"
    return (did_you_mean(whole), json.dumps(whole)) if whole != name else ("", None)


_READERS = {
    "Action": _action,
    "Effect": _effect,
    "Principal": _principal,
    "Resource": _resource,
    "Sid": _sid,
}
