"""What SQS, SNS, KMS and DynamoDB refuse when a resource's policy is put.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.iam.catalogue import KnownAction, known_actions, service_catalogue
from pipeline.iam.lint.actions import meant_actions
from pipeline.iam.lint.refusals import Put, Refusal, Sentence, refuse
from pipeline.iam.lint.similar import did_you_mean
from pipeline.iam.written import Text

SQS_POLICY = Sentence(
    "Invalid value for the parameter Policy.",
    "https://github.com/hashicorp/terraform-provider-aws/pull/42209",
)
SNS_SCOPE = Sentence(
    "Invalid parameter: Policy statement action out of service scope!",
    "https://github.com/hashicorp/terraform/issues/12740",
)
SNS_POLICY = Sentence(
    "Invalid parameter: Policy Error: null", "https://github.com/serverless/serverless/issues/5519"
)
SNS_PRINCIPAL = Sentence(
    "Invalid parameter: Policy Error: PrincipalNotFound",
    "https://github.com/hashicorp/terraform-provider-aws/issues/26041",
)
KMS_POLICY = Sentence("{}")
KMS_PRINCIPAL = Sentence(
    "Policy contains a statement with one or more invalid principals.",
    "https://github.com/awslabs/minimum-viable-dataspace-on-aws/issues/6",
)
KMS_SIZE = Sentence("The key policy has more than {} bytes.")
_DYNAMODB = "One or more parameter values were invalid: Invalid policy document: "
DYNAMODB_ACTIONS = Sentence(
    f'{_DYNAMODB}The following action names are invalid: "{{}}"',
    "https://github.com/aws-controllers-k8s/dynamodb-controller/pull/176",
)
DYNAMODB_SERVICE = Sentence(
    f"{_DYNAMODB}Policy contains invalid service principal",
    "https://github.com/aws/aws-cdk/pull/37335",
)
DYNAMODB_POLICY = Sentence(f"{_DYNAMODB}{{}}")

SQS_BYTES, SQS_STATEMENTS, SQS_PRINCIPALS = 8_192, 20, 50
KMS_BYTES = 32_768
DYNAMODB_BYTES = 20_480

_TOPIC_ACTIONS = frozenset(
    {
        "addpermission",
        "deletetopic",
        "getdataprotectionpolicy",
        "gettopicattributes",
        "listsubscriptionsbytopic",
        "listtagsforresource",
        "publish",
        "putdataprotectionpolicy",
        "receive",
        "removepermission",
        "settopicattributes",
        "subscribe",
    }
)
"""What a topic's policy may name; ``Receive`` is no longer an action, and still taken."""

_TABLE_SERVICES = frozenset({"redshift.amazonaws.com", "replication.dynamodb.amazonaws.com"})


def sqs_refusal(put: Put) -> Refusal | None:
    """Return how SQS refuses a queue's policy, or None; it has one sentence for everything."""
    remark = next(iter(put.remarks), None)
    if remark is not None:
        return _sqs(about=remark)
    if len(put.text.encode("utf-8", "replace")) > SQS_BYTES:
        return _sqs(advice=f"A queue's policy has at most {SQS_BYTES:,} bytes.")
    statements = put.policy.statements
    if len(statements) > SQS_STATEMENTS:
        return _sqs(advice=f"A queue's policy has at most {SQS_STATEMENTS} statements.")
    named = sum(len(statement.texts("Principal", "AWS")) for statement in statements)
    if named > SQS_PRINCIPALS:
        return _sqs(advice=f"A queue's policy names at most {SQS_PRINCIPALS} principals.")
    for text in _actions(put):
        if text.value != "*" and not _known(text, "sqs"):
            return _sqs(about=text, advice=_meant(text, "sqs"))
    missing = put.missing_principal()
    return _sqs(about=missing, advice=_NOBODY) if missing is not None else None


def _sqs(**more: object) -> Refusal:
    return refuse("InvalidAttributeValue", SQS_POLICY, **more)  # type: ignore[arg-type]


def sns_refusal(put: Put) -> Refusal | None:
    """Return how SNS refuses a topic's policy, or None when it takes it."""
    remark = next(iter(put.remarks), None)
    if remark is not None:
        return refuse("InvalidParameter", SNS_POLICY, about=remark)
    for text in _actions(put):
        prefix, _, name = text.value.partition(":")
        names = {action.name.lower() for action in _known(text, "sns")} or {name.lower()}
        if prefix.lower() != "sns" or not names <= _TOPIC_ACTIONS:
            advice = "A topic's policy takes actions on the topic only, and no sns:*."
            return refuse("InvalidParameter", SNS_SCOPE, about=text, advice=advice)
    missing = put.missing_principal()
    if missing is not None:
        return refuse("InvalidParameter", SNS_PRINCIPAL, about=missing, advice=_NOBODY)
    return None


def kms_refusal(put: Put) -> Refusal | None:
    """Return how KMS refuses a key policy, or None when it takes it."""
    if len(put.text.encode("utf-8", "replace")) > KMS_BYTES:
        return refuse("LimitExceededException", KMS_SIZE, f"{KMS_BYTES:,}")
    remark = put.first("bad-principal")
    missing = put.missing_principal()
    code = "MalformedPolicyDocumentException"
    if remark is not None or missing is not None:
        advice = _NOBODY if remark is None else ""
        return refuse(code, KMS_PRINCIPAL, about=remark or missing, advice=advice)
    remark = next(iter(put.remarks), None)
    return refuse(code, KMS_POLICY, remark.message, about=remark) if remark is not None else None


def dynamodb_refusal(put: Put) -> Refusal | None:
    """Return how DynamoDB refuses a table's policy, or None when it takes it."""
    code = "ValidationException"
    if len(put.text.encode("utf-8", "replace")) > DYNAMODB_BYTES:
        return refuse(code, DYNAMODB_POLICY, "The policy has more than 20 KB.")
    remark = next(iter(put.remarks), None)
    if remark is not None:
        return refuse(code, DYNAMODB_POLICY, remark.message, about=remark)
    for text in _actions(put):
        if text.value != "*" and not any(
            {"index", "table"} & set(action.resources) for action in _known(text, "dynamodb")
        ):
            advice = _meant(text, "dynamodb")
            return refuse(code, DYNAMODB_ACTIONS, text.value, about=text, advice=advice)
    for statement in put.policy.statements:
        for text in statement.texts("Principal", "Service"):
            if text.value not in _TABLE_SERVICES:
                return refuse(code, DYNAMODB_SERVICE, about=text)
    missing = put.missing_principal()
    if missing is not None:
        return refuse(code, DYNAMODB_POLICY, PRINCIPAL.words, about=missing, advice=_NOBODY)
    return None


PRINCIPAL = Sentence("Invalid principal in policy")
_NOBODY = "No user or role of this account has this name; create it first."


def _actions(put: Put) -> Iterator[Text]:
    for statement in put.policy.statements:
        yield from statement.texts("Action")
        yield from statement.texts("NotAction")


def _known(text: Text, service: str) -> tuple[KnownAction, ...]:
    """Return the service's actions that a pattern covers."""
    prefix = text.value.partition(":")[0].lower()
    return (known_actions(text.value) or ()) if prefix == service else ()


def _meant(text: Text, service: str) -> str:
    prefix, _, name = text.value.partition(":")
    catalogue = service_catalogue(service)
    if catalogue is None or prefix.lower() != service:
        return f"The policy takes actions of {service} only."
    meant = meant_actions(prefix, name, catalogue)
    return did_you_mean('", "'.join(meant) or None)
