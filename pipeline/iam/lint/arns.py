"""Warnings about ARNs that no resource of their service has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pipeline.iam.catalogue import (
    ServiceCatalogue,
    known_actions,
    service_catalogue,
    service_prefixes,
)
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.written import StatementView, Text

_OTHER_NAMES = {"apigateway", "execute-api", "s3-object-lambda", "s3express", "s3-outposts"}
_ACCOUNT = re.compile(r"\d{12}|aws|", re.ASCII)


def shape_remark(statement: StatementView, text: Text) -> Iterator[Remark]:
    """Yield a remark when no resource of the service has such an ARN."""
    template = statement.template(text.value)
    segments = text.value.split(":", 5)
    if template is None or segments[0] != "arn":
        return
    if len(segments) < 6:
        yield from _short(text, len(segments))
        return
    catalogue = service_catalogue(segments[2])
    if catalogue is None:
        yield from _unknown_service(text, segments)
        return
    if any(shape.overlaps(template) for shape in catalogue.resources.values()):
        yield from _account(text, segments)
        return
    reason, repaired = _reason(catalogue, segments)
    yield warning(
        "wrong-arn-shape",
        f'"{text.value:.120}" is no ARN of {catalogue.title}: {reason}.',
        text.path,
        suggestion=f"Did you mean {repaired}?" if repaired else _examples(statement, catalogue),
        replacement=json.dumps(repaired) if repaired else None,
    )


def _short(text: Text, length: int) -> Iterator[Remark]:
    if not text.value.endswith("*"):
        yield warning(
            "short-arn",
            f'"{text.value:.120}" has {length} of six parts, and AWS reads * for the rest.',
            text.path,
            suggestion="An ARN is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.",
        )


def _unknown_service(text: Text, segments: list[str]) -> Iterator[Remark]:
    service = segments[2]
    known = service_prefixes() | _OTHER_NAMES
    if service in known or not service or "*" in service:
        return
    meant = closest(service, sorted(known))
    if meant is None:
        return
    repaired = ":".join([*segments[:2], meant, *segments[3:]])
    yield warning(
        "unknown-arn-service",
        f'"{service:.60}" is no service in "{text.value:.120}".',
        text.path,
        suggestion=did_you_mean(repaired),
        replacement=json.dumps(repaired),
    )


def _account(text: Text, segments: list[str]) -> Iterator[Remark]:
    account = segments[4]
    if not re.search(r"[*?$]", account) and not _ACCOUNT.fullmatch(account):
        yield warning(
            "wrong-account-id",
            f'"{account:.60}" is no account id: those have twelve digits.',
            text.path,
        )


def _reason(catalogue: ServiceCatalogue, segments: list[str]) -> tuple[str, str | None]:
    """Return what is wrong with an ARN, and the ARN that is probably meant."""
    _, partition, service, region, account, name = segments
    shapes = [shape.text.split(":", 5) for shape in catalogue.resources.values()]
    bare = f"arn:{partition}:{service}"
    if (region or account) and service == "s3":
        repaired = f"{bare}:::{name}"
        return "ARNs of buckets and objects have neither Region nor account", repaired
    if region and all(not shape[3] for shape in shapes):
        return "its ARNs have no Region", f"{bare}::{account}:{name}"
    if not region and all(shape[3] for shape in shapes):
        return "the Region is missing", f"{bare}:*:{account or '*'}:{name}"
    if not account and all(shape[4] for shape in shapes):
        return "the account is missing", f"{bare}:{region}:*:{name}"
    if not name:
        return "the resource's name is missing", None
    return _kind_reason(catalogue, segments)


def _kind_reason(catalogue: ServiceCatalogue, segments: list[str]) -> tuple[str, str | None]:
    """Say what is wrong with the last segment of an ARN."""
    name, bare = segments[5], ":".join(segments[:5])
    heads = {_head(shape.text.split(":", 5)[5]) for shape in catalogue.resources.values()}
    heads.discard("")
    for head in sorted(heads):
        stem = head[:-1]
        for wrong in (f"{stem}/", f"{stem}:", f"{stem}s/", f"{stem}s:", stem):
            rest = name.removeprefix(wrong)
            if rest != name and rest and not name.startswith(head):
                return f'"{wrong}" stands where "{head}" should', f"{bare}:{head}{rest}"
    usual = _USUAL.get(catalogue.prefix)
    if usual and not re.match(r"[a-z-]+[:/]", name):
        return f'"{usual}" is missing before the name', f"{bare}:{usual}{name}"
    return "no type of resource has such a name", None


_USUAL = {
    "dynamodb": "table/",
    "events": "event-bus/",
    "iam": "role/",
    "kms": "key/",
    "lambda": "function:",
    "logs": "log-group:",
}
"""How the names of the resources that policies are mostly about begin."""


def _head(name: str) -> str:
    """Return the fixed beginning of a resource's name: ``function:``, ``table/``."""
    found = re.match(r"[A-Za-z-]+[:/]", name)
    return found.group() if found else ""


def _examples(statement: StatementView, catalogue: ServiceCatalogue) -> str:
    wanted = {
        type_
        for text in statement.texts("Action")
        for action in known_actions(text.value) or ()
        if action.service == catalogue.prefix
        for type_ in action.resources
    }
    shapes = sorted(
        (catalogue.resources[type_].example for type_ in wanted or catalogue.resources),
        key=lambda shape: (len(shape), shape),
    )
    return f"ARNs of {catalogue.title} look like {' or '.join(shapes[:3])}."
