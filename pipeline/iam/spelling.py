"""How services spell the action and the resource in the sentence of a denial.

The sentence is the same everywhere; what fills it is not. Spellings are those of messages that AWS
has sent: S3 quotes its ARNs, SQS writes actions small, SNS writes its own name large, IAM names
things by kind and name, and what is about no resource is told in a way of each service's own.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.iam.decisions import Decision, refusal
from pipeline.iam.request import Request

_PREFIXES = {"dynamodbstreams": "dynamodb"}
"""Of the actions of services whose clients are called something else."""

_UNNAMED = {
    "cloudformation:liststacks": "arn:aws:cloudformation:{region}:{account}:stack/*/*",
    "dynamodb:listtables": "arn:aws:dynamodb:{region}:{account}:table/*",
    "events:listrules": "arn:aws:events:{region}:{account}:rule/*",
    "iam:": "*",
    "iam:listgroups": "arn:aws:iam::{account}:group/",
    "iam:listpolicies": "policy path /",
    "iam:listroles": "arn:aws:iam::{account}:role/",
    "iam:listusers": "arn:aws:iam::{account}:user/",
    "kms:": "*",
    "lambda:": "*",
    "sns:": "arn:aws:sns:{region}:{account}:*",
    "sqs:listqueues": "arn:aws:sqs:{region}:{account}:",
}
"""What is named where there is no resource, by action or by service; elsewhere nothing is."""

_BY_NAME = {
    "group": "group",
    "instance-profile": "instance profile",
    "role": "role",
    "user": "user",
}
_BY_ARN = frozenset(
    {
        "iam:creategroup",
        "iam:createinstanceprofile",
        "iam:createrole",
        "iam:createuser",
        "iam:passrole",
    }
)
_POLICY_BY_NAME = frozenset({"iam:createpolicy", "iam:tagpolicy"})


def sentence(service: str, decision: Decision) -> str:
    """Return the sentence of a denial as a service spells it.

    Args:
        service: boto3's name of the service that was called.
        decision: The denial, of an action of that service's or of another's.
    """
    request = decision.request
    common = refusal(request)
    if not decision.message.startswith(common):
        return decision.message
    own = request.action.partition(":")[0] == _PREFIXES.get(service, service)
    action = _ACTIONS[service](request.action) if own and service in _ACTIONS else request.action
    resource = _resource(request) if own else request.resource
    subject = f"User: {request.principal.arn} is not authorized to perform: {action}"
    named = f" on resource: {resource}" if resource else ""
    reason = decision.message.removeprefix(common)
    return (
        subject
        + named
        + reason.replace(f"allows the {request.action} action", f"allows the {action} action", 1)
    )


def _resource(request: Request) -> str:
    """Return a resource of the service that was called; empty when its message names none."""
    if request.resource == "*":
        return _unnamed(request)
    spell = _RESOURCES.get(request.action.partition(":")[0])
    return spell(request) if spell else request.resource


def _unnamed(request: Request) -> str:
    action = request.action.lower()
    form = _UNNAMED.get(action) or _UNNAMED.get(action.partition(":")[0] + ":", "")
    region = request.context.get("aws:RequestedRegion")
    account = request.resource_account or request.principal.account
    if ("{region}" in form and region is None) or ("{account}" in form and account is None):
        return ""
    return form.format(region=region, account=account)


def _s3_resource(request: Request) -> str:
    """Return an ARN in the double quotes that S3 puts around it; all buckets are not named."""
    if request.action.lower() == "s3:listallmybuckets":
        return ""
    return f'"{request.resource}"'


def _iam_resource(request: Request) -> str:
    action = request.action.lower()
    kind, _, path_and_name = request.resource.rpartition(":")[2].partition("/")
    name = path_and_name.rpartition("/")[2]
    if action in _BY_ARN:
        return request.resource
    if kind == "policy":
        return f"policy {name if action in _POLICY_BY_NAME else request.resource}"
    return f"{_BY_NAME[kind]} {name}" if kind in _BY_NAME else request.resource


_ACTIONS: Mapping[str, Callable[[str], str]] = {
    "sns": lambda action: f"SNS:{action.partition(':')[2]}",
    "sqs": str.lower,
}
_RESOURCES: Mapping[str, Callable[[Request], str]] = {"iam": _iam_resource, "s3": _s3_resource}
