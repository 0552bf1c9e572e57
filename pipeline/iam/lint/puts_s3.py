"""What S3 refuses when a bucket policy is put.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.iam.catalogue import (
    KnownAction,
    applies,
    global_keys,
    known_actions,
    service_catalogue,
)
from pipeline.iam.documents import shown
from pipeline.iam.lint.actions import meant_actions
from pipeline.iam.lint.refusals import Put, Refusal, Rule, Sentence, refuse
from pipeline.iam.lint.similar import did_you_mean
from pipeline.iam.policy import parse_policy
from pipeline.iam.written import StatementView, Text

_CODE = "MalformedPolicy"
_GATEWAY = "https://github.com/versity/versitygw/issues/"

FIRST_BYTE = Sentence("Policies must be valid JSON and the first byte must be '{{'")
JSON = Sentence("This policy contains invalid Json")
VERSION = Sentence("The policy must contain a valid version string")
EMPTY = Sentence("Could not parse the policy: Statement is empty!")
MISSING = Sentence(
    "Missing required field {}",
    "https://github.com/spantaleev/matrix-docker-ansible-deploy/issues/1869",
)
UNKNOWN = Sentence("Unknown field {}")
EFFECT = Sentence("Invalid effect: {}")
PRINCIPAL = Sentence(
    "Invalid principal in policy", "https://github.com/cloud-custodian/cloud-custodian/issues/4948"
)
ACTION = Sentence("Policy has invalid action", f"{_GATEWAY}650")
RESOURCE = Sentence(
    "Policy has invalid resource", "https://github.com/noobaa/noobaa-core/issues/10058"
)
MISMATCH = Sentence(
    "Action does not apply to any resource(s) in statement",
    "https://github.com/ministryofjustice/modernisation-platform/pull/10762",
)
CONDITION = Sentence("Invalid Condition type : {}")
CONDITION_KEY = Sentence("Policy has an invalid condition key")
SIZE = Sentence("Policy exceeds the maximum allowed document size.")

LIMIT = 20_480
"""Bytes: a bucket policy has at most 20 KB."""

_FIELDS = {
    "missing-statement": "Statement",
    "missing-effect": "Effect",
    "missing-principal": "Principal",
    "missing-action": "Action",
    "missing-resource": "Resource",
}


def s3_refusal(put: Put) -> Refusal | None:
    """Return how S3 refuses a bucket policy, or None when it takes it."""
    return next((found for rule in _RULES if (found := rule(put)) is not None), None)


def _document(put: Put) -> Refusal | None:
    if len(put.text.encode("utf-8", "replace")) > LIMIT:
        return refuse("PolicyTooLarge", SIZE, advice="A bucket policy has at most 20 KB.")
    if not put.text.startswith("{"):
        return refuse(_CODE, FIRST_BYTE)
    return None


def _fields(put: Put) -> Refusal | None:
    remark = put.first(*_FIELDS, "empty-list", "unknown-element")
    if remark is None:
        return None
    if remark.code == "empty-list":
        return refuse(_CODE, EMPTY, about=remark)
    if remark.code == "unknown-element":
        return refuse(_CODE, UNKNOWN, str(remark.path[-1])[:200], about=remark)
    return refuse(_CODE, MISSING, _FIELDS[remark.code], about=remark)


def _coded(codes: tuple[str, ...], sentence: Sentence, *, naming: int | None = None) -> Rule:
    """Return a rule that refuses what a remark is about.

    Args:
        codes: Of remarks.
        sentence: What is said.
        naming: From which step of the path the sentence takes a name; -1 for the value itself.
    """

    def rule(put: Put) -> Refusal | None:
        remark = put.first(*codes)
        if remark is None:
            return None
        named = () if naming is None else (_named(put, remark.path, naming),)
        return refuse(_CODE, sentence, *named, about=remark)

    return rule


def _named(put: Put, path: tuple[str | int, ...], naming: int) -> str:
    return str(path[naming])[:200] if naming >= 0 else shown(put.at(path)).strip('"')


def _principals(put: Put) -> Refusal | None:
    missing = put.missing_principal()
    if missing is None:
        return None
    return refuse(
        _CODE,
        PRINCIPAL,
        about=missing,
        advice="No user or role of this account has this name; create it first.",
    )


def _statements(put: Put) -> Refusal | None:
    for statement in put.policy.statements:
        for rule in (_actions, _resources, _mismatch, _keys):
            refusal = rule(put, statement)
            if refusal is not None:
                return refusal
    return None


def _actions(_: Put, statement: StatementView) -> Refusal | None:
    catalogue = service_catalogue("s3")
    for text in (*statement.texts("Action"), *statement.texts("NotAction")):
        prefix, _colon, name = text.value.partition(":")
        if text.value == "*" or (prefix.lower() == "s3" and known_actions(text.value)):
            continue
        meant = meant_actions(prefix, name, catalogue) if catalogue and prefix == "s3" else ()
        advice = did_you_mean('", "'.join(meant)) or "A bucket policy takes actions of S3 only."
        return refuse(_CODE, ACTION, about=text, advice=advice)
    return None


def _resources(put: Put, statement: StatementView) -> Refusal | None:
    for text in (*statement.texts("Resource"), *statement.texts("NotResource")):
        if not _is_of_bucket(text.value, put.resource):
            advice = "Name the bucket's ARN, or that of objects in it."
            return refuse(_CODE, RESOURCE, about=text, advice=advice)
    return None


def _is_of_bucket(value: str, bucket: str | None) -> bool:
    """Tell whether a resource can be the bucket or something in it."""
    if not value.startswith("arn:") or ":s3:::" not in value:
        return False
    if bucket is None:
        return True
    pattern = value.partition("/")[0]
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": pattern}
    (parsed,) = parse_policy({"Version": "2008-10-17", "Statement": statement}).statements
    return any(resource.matches(bucket, {}) for resource in parsed.resources or ())


def _mismatch(_: Put, statement: StatementView) -> Refusal | None:
    templates = [statement.template(text.value) for text in statement.texts("Resource")]
    known = tuple(template for template in templates if template is not None)
    if not known:
        return None
    for text in statement.texts("Action"):
        actions = known_actions(text.value)
        if actions and not any(applies(action, known) for action in actions):
            return refuse(_CODE, MISMATCH, about=text, advice=_where(text, actions))
    return None


def _where(text: Text, actions: tuple[KnownAction, ...]) -> str:
    types = {type_ for action in actions for type_ in action.resources}
    if "object" in types:
        return f"{text.value} is done on objects: arn:aws:s3:::BUCKET/KEY."
    if "bucket" in types:
        return f"{text.value} is done on the bucket: arn:aws:s3:::BUCKET."
    return f"{text.value} is done on neither buckets nor objects."


def _keys(_: Put, statement: StatementView) -> Refusal | None:
    catalogue = service_catalogue("s3")
    for _operator, key, _value, path in statement.conditions:
        prefix = key.partition(":")[0].lower()
        known = catalogue is not None and catalogue.keys.find(key) is not None
        if prefix != "aws" and not known and global_keys().find(key) is None and prefix == "s3":
            return refuse(_CODE, CONDITION_KEY, about=Text(path, key))
        if ":" not in key:
            return refuse(_CODE, CONDITION_KEY, about=Text(path, key))
    return None


_RULES: tuple[Callable[[Put], Refusal | None], ...] = (
    _document,
    _coded(("not-json", "unreadable", "repeated-key", "bad-statement", "bad-id"), JSON),
    _coded(("wrong-version",), VERSION),
    _fields,
    _coded(("bad-effect",), EFFECT, naming=-1),
    _coded(("both-of-a-pair", "bad-sid", "repeated-sid"), JSON),
    _coded(("bad-principal",), PRINCIPAL),
    _principals,
    _coded(("bad-action",), ACTION),
    _coded(("bad-resource",), RESOURCE),
    _coded(("unknown-operator",), CONDITION, naming=3),
    _coded(("bad-condition", "malformed"), JSON),
    _statements,
)
