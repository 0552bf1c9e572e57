"""Puts documents in their places on an open sandbox, each by real calls of the learner's.

A service that refuses one does so in its own words, and that is a finding: ``Refused``. Settings
are merged as the services merge them: a member that is not named stays as it is, and ``null`` takes
back what can be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.grading.places import KEY_ALIAS, Location, locate
from pipeline.grading.values import Document, Documents, Refused
from pipeline.iam.errors import PolicyError
from pipeline.iam.policy import parse_policy

if TYPE_CHECKING:
    from pipeline.sandbox import Sandbox

LONGEST = 65_536
"""Characters of a document; AWS's largest policy has half as many."""

KEY = "{key}"
"""In a document it stands for the ARN of the key of ``key-policy``."""

_CONCURRENCY = "ReservedConcurrentExecutions"


class _NotTakenError(Exception):
    """A document that is refused before a service sees it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def put_all(sandbox: Sandbox, documents: Documents) -> tuple[Refused, ...]:
    """Put documents in their places; return those that were refused.

    Raises:
        UnknownPlaceError: The architecture has no such place.
    """
    refused = (put(sandbox, place, document) for place, document in documents.items())
    return tuple(each for each in refused if each is not None)


def put(sandbox: Sandbox, place: str, document: Document) -> Refused | None:
    """Put a document in its place; return its refusal, or None when it stands there.

    Raises:
        UnknownPlaceError: The architecture has no such place.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded late

    location = locate(sandbox.topology, place)
    text = written(document, sandbox.topology.account)
    if KEY in text:
        text = text.replace(KEY, key_arn(sandbox))
    try:
        _PUTS["own" if location.own else location.kind](_Putting(sandbox, location, text))
        if location.is_policy and not is_nothing(text):
            parse_policy(text)  # No request could be decided by one that cannot be read.
    except ClientError as error:
        told = error.response["Error"]
        return Refused(place, told["Code"], told["Message"])
    except _NotTakenError as error:
        return Refused(place, error.code, str(error))
    except PolicyError as error:
        return Refused(place, "MalformedPolicyDocument", str(error))
    except BotoCoreError as error:
        return Refused(place, "ValidationError", str(error))
    return None


def written(document: Document, account: str) -> str:
    """Return a document as JSON text, about one account."""
    text = document if isinstance(document, str) else json.dumps(document)
    return text.replace("{account}", account)


def is_nothing(text: str) -> bool:
    """Tell whether a document says that there is to be no policy: an empty one, or no text."""
    return text.strip() in {"", "null", "{}"}


@dataclass(frozen=True, slots=True)
class _Putting:
    """One document on its way to its place."""

    sandbox: Sandbox
    location: Location
    text: str

    def client(self, service: str) -> Any:
        return self.sandbox.client(service)

    def settings(self) -> dict[str, Any]:
        """Return the document as a JSON object."""
        if len(self.text) > LONGEST:
            raise _NotTakenError("TooLong", f"It has {len(self.text):,} characters.")
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise _NotTakenError("NotJSON", f"It is not JSON: {error}.") from None
        if not isinstance(found, dict):
            raise _NotTakenError("NotAnObject", "Settings are a JSON object.")
        return found

    @property
    def is_empty(self) -> bool:
        """Whether there is to be no policy."""
        return is_nothing(self.text)


# -- the architecture's own policies --


def _put_own(it: _Putting) -> None:
    if it.location.kind == "function" and not it.is_empty:
        _check_permissions(it)
    removable = it.location.kind in {"queue", "topic", "function"}
    it.sandbox.set_policy(it.location.place, "" if it.is_empty and removable else it.text)


def _check_permissions(it: _Putting) -> None:
    """Refuse what AddPermission, the only way to a function's policy, has no parameter for.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    statements = it.settings().get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        problem = next(_inexpressible(statement), None)
        if problem is not None:
            raise _NotTakenError("InvalidParameterValueException", problem)


def _inexpressible(statement: Any) -> Iterator[str]:
    if not isinstance(statement, dict) or not isinstance(statement.get("Sid"), str):
        yield "Each permission is a statement with a Sid."
        return
    sid = statement["Sid"]
    if statement.get("Effect") != "Allow":
        yield f"{sid}: AddPermission only allows."
    if not isinstance(statement.get("Action"), str):
        yield f"{sid}: AddPermission takes one action."
    principal = statement.get("Principal")
    values = list(principal.values()) if isinstance(principal, dict) else [principal]
    if len(values) != 1 or not isinstance(values[0], str):
        yield f"{sid}: AddPermission takes one principal."
    condition = statement.get("Condition", {})
    for operator, keys in condition.items() if isinstance(condition, dict) else [("", None)]:
        wanted = _CONDITIONS.get(operator)
        if not isinstance(keys, dict) or set(keys) != {wanted}:
            yield (
                f"{sid}: AddPermission takes an ArnLike aws:SourceArn and a StringEquals "
                "aws:SourceAccount, and no other condition."
            )


_CONDITIONS = {"ArnLike": "aws:SourceArn", "StringEquals": "aws:SourceAccount"}

# -- settings --


def _put_queue(it: _Putting) -> None:
    attributes = {name: _attribute(value) for name, value in it.settings().items()}
    sqs = it.client("sqs")
    url = sqs.get_queue_url(QueueName=it.location.name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _attribute(value: Any) -> str:
    """Return an attribute's value as SQS and SNS take it: text, documents as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _put_mapping(it: _Putting) -> None:
    functions = it.client("lambda")
    held = functions.list_event_source_mappings(FunctionName=it.location.name)
    for mapping in held["EventSourceMappings"]:
        functions.update_event_source_mapping(**{**it.settings(), "UUID": mapping["UUID"]})


def _put_function(it: _Putting) -> None:
    functions, name, settings = it.client("lambda"), it.location.name, it.settings()
    if _CONCURRENCY in settings:
        limit = settings.pop(_CONCURRENCY)
        if limit is None:
            functions.delete_function_concurrency(FunctionName=name)
        else:
            functions.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=limit
            )
    if settings:
        functions.update_function_configuration(**{**settings, "FunctionName": name})


def _put_notification(it: _Putting) -> None:
    it.client("s3").put_bucket_notification_configuration(
        Bucket=it.location.name, NotificationConfiguration=it.settings()
    )
    it.sandbox.push()


def _put_subscription(it: _Putting) -> None:
    sns = it.client("sns")
    held = sns.list_subscriptions()["Subscriptions"]
    arn = next(
        s["SubscriptionArn"] for s in held if s["Endpoint"].rpartition(":")[2] == it.location.name
    )
    for name, value in it.settings().items():
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=name, AttributeValue=_attribute(value)
        )


# -- further policies --


def _put_bucket_policy(it: _Putting) -> None:
    s3 = it.client("s3")
    if it.is_empty:
        s3.delete_bucket_policy(Bucket=it.location.name)
    else:
        s3.put_bucket_policy(Bucket=it.location.name, Policy=it.text)


def _put_boundary(it: _Putting) -> None:
    """Put a managed policy's new version, and make it the role's boundary."""
    iam, role = it.client("iam"), it.location.name
    if it.is_empty:
        iam.delete_role_permissions_boundary(RoleName=role)
        return
    name = f"{role}-boundary"
    arn = f"arn:aws:iam::{it.sandbox.topology.account}:policy/{name}"
    held = {p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"]}
    if arn not in held:
        iam.create_policy(PolicyName=name, PolicyDocument=it.text)
    else:
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        for version in versions:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=it.text, SetAsDefault=True)
    iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=arn)


def _put_scp(it: _Putting) -> None:
    it.sandbox.set_scp(None if it.is_empty else it.text)


def _put_key_policy(it: _Putting) -> None:
    key = key_arn(it.sandbox)
    it.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=it.text)


def key_arn(sandbox: Sandbox) -> str:
    """Return the ARN of the customer managed key, which is made when it is first asked for."""
    kms = sandbox.client("kms")
    for alias in kms.list_aliases()["Aliases"]:
        if alias["AliasName"] == KEY_ALIAS and "TargetKeyId" in alias:
            return str(kms.describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]["Arn"])
    made = kms.create_key(Description="The key that a lab is about")["KeyMetadata"]
    kms.create_alias(AliasName=KEY_ALIAS, TargetKeyId=made["KeyId"])
    return str(made["Arn"])


_PUTS: Mapping[str, Callable[[_Putting], None]] = {
    "own": _put_own,
    "queue": _put_queue,
    "mapping": _put_mapping,
    "function": _put_function,
    "notification": _put_notification,
    "subscription": _put_subscription,
    "bucket-policy": _put_bucket_policy,
    "boundary": _put_boundary,
    "scp": _put_scp,
    "key-policy": _put_key_policy,
}
"""By the kind of a place."""
