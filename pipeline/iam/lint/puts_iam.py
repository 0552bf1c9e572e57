"""What IAM refuses when a policy of an identity or a role's trust policy is put.

It looks at the whole document several times, each time for something else, so which of several
mistakes it names does not follow their order in the text. Unknown actions are no mistake to it.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.iam.lint.refusals import Put, Refusal, Rule, Sentence, refuse
from pipeline.iam.policy import PolicyKind
from pipeline.iam.written import VARIABLES_SINCE, Text

_CODE = "MalformedPolicyDocument"
_MOTO = "https://github.com/getmoto/moto/blob/master/tests/test_iam/test_iam_policies.py"

CHARACTERS = Sentence(
    "The specified value for policyDocument is invalid. It must contain only printable ASCII "
    "characters."
)
SYNTAX = Sentence("Syntax errors in policy.", _MOTO)
VERSION = Sentence(
    "Policy document must be version 2012-10-17 or greater.",
    "https://github.com/Meteor-Community-Packages/Meteor-CollectionFS/issues/630",
)
LEGACY = Sentence(
    "The policy failed legacy parsing", "https://github.com/aws-samples/torchserve-eks/issues/3"
)
UNIQUE_SIDS = Sentence("Statement IDs (SID) in a single policy must be unique.", _MOTO)
PLAIN_SIDS = Sentence(
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
    "expression [0-9A-Za-z]*"
)
NO_ACTIONS = Sentence("Policy statement must contain actions.", _MOTO)
NO_RESOURCES = Sentence("Policy statement must contain resources.", _MOTO)
PRINCIPAL = Sentence(
    "Policy document should not specify a principal.",
    "https://github.com/hashicorp/terraform-provider-aws/issues/10419",
)
RESOURCE = Sentence(
    "Has prohibited field Resource",
    "https://github.com/terraform-aws-modules/terraform-aws-eks-pod-identity/issues/34",
)
NO_PRINCIPAL = Sentence("Missing required field Principal")
NOT_AN_ARN = Sentence(
    'Resource {} must be in ARN format or "*".',
    "https://github.com/felipefrizzo/terraform-aws-transfer-server/issues/6",
)
REGION_IN_IAM = Sentence(
    "IAM resource {} cannot contain region information.",
    "https://github.com/cloud-gov/terraform-provision/pull/1838",
)
REGION_IN_S3 = Sentence("Resource {} can not contain region information.", _MOTO)
VENDOR_OF_RESOURCE = Sentence(
    "Resource vendor must be fully qualified and cannot contain regexes.", _MOTO
)
NO_VENDOR = Sentence(
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", _MOTO
)
COLONS = Sentence(
    "Actions/Condition can contain only one colon.", "https://github.com/garnaat/kappa/issues/111"
)
VENDOR = Sentence("Vendor {} is not valid", _MOTO)
TRUSTED = Sentence(
    'Invalid principal in policy: "{}":"{}"', "https://github.com/databrickslabs/ucx/issues/2269"
)
TRUST_ACTIONS = Sentence(
    "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and "
    "sts:AssumeRoleWithWebIdentity",
    _MOTO,
)
INLINE_SIZE = Sentence(
    "Maximum policy size of {} bytes exceeded for {} {}",
    "https://github.com/serverless/serverless/issues/12167",
)
MANAGED_SIZE = Sentence(
    "Cannot exceed quota for PolicySize: {}", "https://github.com/docker/docs/issues/5815"
)
TRUST_SIZE = Sentence(
    "Cannot exceed quota for ACLSizePerRole: {}",
    "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2718",
)

INLINE_LIMITS = {"role": 10_240, "user": 2_048, "group": 5_120}
"""Characters of all inline policies together, without white space."""

MANAGED_LIMIT = 6_144
TRUST_LIMIT = 2_048

_SYNTAX = (
    *("not-json", "repeated-key", "unreadable", "unknown-element", "bad-statement"),
    *("missing-statement", "empty-list", "bad-id", "both-of-a-pair", "missing-effect"),
    *("bad-condition", "unknown-operator", "wrong-version"),
)
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\xff]")
_WHITE = re.compile(r"\s+")


def iam_refusal(put: Put) -> Refusal | None:
    """Return how IAM refuses a policy, or None when it takes it."""
    return next((found for rule in _RULES if (found := rule(put)) is not None), None)


def characters(text: str) -> int:
    """Return how many characters IAM counts: those that are no white space."""
    return len(_WHITE.sub("", text))


def _size(put: Put) -> Refusal | None:
    length = characters(put.text)
    status = 409
    if put.kind is PolicyKind.TRUST:
        if length > TRUST_LIMIT:
            return refuse("LimitExceeded", TRUST_SIZE, str(TRUST_LIMIT), status=status)
    elif put.holder in INLINE_LIMITS:
        limit = INLINE_LIMITS[put.holder]
        if length + put.others > limit:
            named = (str(limit), put.holder, put.name)
            return refuse("LimitExceeded", INLINE_SIZE, *named, status=status)
    elif length > MANAGED_LIMIT:
        return refuse("LimitExceeded", MANAGED_SIZE, str(MANAGED_LIMIT), status=status)
    return None


def _characters(put: Put) -> Refusal | None:
    return refuse("ValidationError", CHARACTERS) if _FORBIDDEN.search(put.text) else None


def _syntax(put: Put) -> Refusal | None:
    remark = put.first(*_SYNTAX)
    if remark is None:
        for suspect in put.of("bad-effect", "bad-sid", "bad-action", "bad-resource"):
            value = put.at(suspect.path)
            is_effect = suspect.code == "bad-effect"
            if not isinstance(value, str | list) or (
                is_effect and str(value).lower() not in ("allow", "deny")
            ):
                remark = suspect
                break
    return refuse(_CODE, SYNTAX, about=remark) if remark is not None else None


def _version(put: Put) -> Refusal | None:
    if put.kind is PolicyKind.TRUST or put.policy.document.get("Version") == VARIABLES_SINCE:
        return None
    return refuse(_CODE, VERSION, advice=f'Write "Version": "{VARIABLES_SINCE}" at its start.')


def _coded(code: str, sentence: Sentence) -> Rule:
    def rule(put: Put) -> Refusal | None:
        remark = put.first(code)
        return refuse(_CODE, sentence, about=remark) if remark is not None else None

    return rule


def _actions_there(put: Put) -> Refusal | None:
    empty = (remark for remark in put.of("bad-action") if put.at(remark.path) == [])
    remark = put.first("missing-action") or next(empty, None)
    return refuse(_CODE, NO_ACTIONS, about=remark) if remark is not None else None


def _resources(put: Put) -> Refusal | None:
    for text in _texts(put, "Resource", "NotResource"):
        value = text.value
        segments = value.split(":", 5)
        if value == "*":
            continue
        if len(segments) < 2:
            return refuse(_CODE, NOT_AN_ARN, value, about=text)
        service, region = (*segments, "", "", "")[2:4]
        if "*" in service or "?" in service or not service:
            sentence = VENDOR_OF_RESOURCE if service else LEGACY
            return refuse(_CODE, sentence, about=text)
        if region and len(segments) == 6 and service == "iam":
            return refuse(_CODE, REGION_IN_IAM, value, about=text)
        if region and len(segments) == 6 and service == "s3" and _is_bucket(segments[5]):
            return refuse(_CODE, REGION_IN_S3, value, about=text)
    remark = put.first("bad-resource")
    return refuse(_CODE, LEGACY, about=remark) if remark is not None else None


def _is_bucket(name: str) -> bool:
    return not re.match(r"accesspoint|access-grants|job|storage-lens|async-request|\*", name)


def _actions(put: Put) -> Refusal | None:
    for text in _texts(put, "Action", "NotAction"):
        vendor, colon, name = text.value.partition(":")
        if not colon and text.value != "*":
            return refuse(_CODE, NO_VENDOR, about=text)
        if ":" in name:
            return refuse(_CODE, COLONS, about=text)
        if vendor != "*" and re.search(r"[^a-zA-Z0-9.-]", vendor):
            return refuse(_CODE, VENDOR, vendor, about=text)
    return None


def _resources_there(put: Put) -> Refusal | None:
    empty = (remark for remark in put.of("bad-resource") if put.at(remark.path) == [])
    remark = put.first("missing-resource") or next(empty, None)
    return refuse(_CODE, NO_RESOURCES, about=remark) if remark is not None else None


def _trusted(put: Put) -> Refusal | None:
    for remark in put.of("bad-principal"):
        value = put.at(remark.path)
        type_ = next((step for step in reversed(remark.path) if isinstance(step, str)), "AWS")
        return refuse(_CODE, TRUSTED, type_, str(value)[:200], about=remark)
    missing = put.missing_principal() if put.kind is PolicyKind.TRUST else None
    if missing is None:
        return None
    return refuse(_CODE, TRUSTED, "AWS", missing.value, about=missing, advice=_NOBODY)


_NOBODY = "No user or role of this account has this name; create it first."
_ASSUMING = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:decodeauthorizationmessage",
        "sts:getaccesskeyinfo",
        "sts:getcalleridentity",
        "sts:getfederationtoken",
        "sts:getservicebearertoken",
        "sts:getsessiontoken",
        "sts:setcontext",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)


def _trust_actions(put: Put) -> Refusal | None:
    if put.kind is not PolicyKind.TRUST:
        return None
    for text in _texts(put, "Action"):
        if text.value.lower() not in _ASSUMING and text.value not in ("*", "sts:*"):
            return refuse(_CODE, TRUST_ACTIONS, about=text, advice="Write sts:AssumeRole.")
    return None


def _rest(put: Put) -> Refusal | None:
    remark = next(iter(put.remarks), None)
    return refuse(_CODE, SYNTAX, about=remark) if remark is not None else None


def _texts(put: Put, *elements: str) -> Iterator[Text]:
    for statement in put.policy.statements:
        for element in elements:
            yield from statement.texts(element)


_RULES: tuple[Callable[[Put], Refusal | None], ...] = (
    _size,
    _characters,
    _syntax,
    _version,
    _coded("bad-effect", LEGACY),
    _coded("repeated-sid", UNIQUE_SIDS),
    _coded("bad-sid", PLAIN_SIDS),
    _actions_there,
    _coded("prohibited-principal", PRINCIPAL),
    _coded("prohibited-resource", RESOURCE),
    _coded("missing-principal", NO_PRINCIPAL),
    _resources_there,
    _resources,
    _actions,
    _trusted,
    _trust_actions,
    _rest,
)
