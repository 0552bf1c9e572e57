"""Roles and what limits them: trust, boundaries, session policies, key policies."""

from __future__ import annotations

import json
from typing import Any

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Answer, Trial
from pipeline.topology import EXECUTION_ROLE_POLICY
from pipeline.topology.statements import allow, policy

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_STS = "https://docs.aws.amazon.com/STS/latest/APIReference"
_KEY = "photo.jpg"


@on_sandbox(
    "function-uses-its-own-role",
    "The function acts with its execution role, not with the rights of who uploads.",
    {
        "admin-uploads": "an administrator's upload succeeds",
        "function-is-denied": "the function's PutObject is denied all the same",
        "denial-names-action-and-resource": "the function's log names the action and the resource",
        "message-is-dead-lettered": "the message ends in the dead-letter queue",
    },
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    f"{_IAM}/troubleshoot_access-denied.html",
)
def function_uses_its_own_role(trial: Trial) -> None:
    """Take s3:PutObject from the execution role, and upload as administrator."""
    topology = trial.sandbox.topology
    trial.sandbox.break_arrow("function-writes-thumbnails")
    trial.upload(_KEY)
    trial.sandbox.run_until_idle()
    left = trial.sandbox.snapshot()
    trial.observe("admin-uploads", holds=left.uploads == 1, stored=left.uploads)
    denied = [r for r in trial.seen(e.RequestDenied) if r.actor == "function"]
    operations = {request.operation for request in denied}
    trial.observe("function-is-denied", holds=operations == {"PutObject"}, denied=operations)
    lines = [line for written in trial.seen(e.LogsWritten) for line in written.lines]
    telling = [
        line for line in lines if f's3:PutObject on resource: "{topology.thumbnails.arn}' in line
    ]
    trial.observe(
        "denial-names-action-and-resource",
        holds=bool(telling),
        log_line=telling[0].strip() if telling else None,
    )
    trial.observe(
        "message-is-dead-lettered", holds=left.dead_lettered == 1, dead_lettered=left.dead_lettered
    )


@on_sandbox(
    "least-privilege-suffices",
    "The function works with exactly the permissions that it uses.",
    {
        "works-with-these": "with its role's policy a photo becomes a thumbnail",
        "no-wildcard-action": "none of the actions that the policy allows has a wildcard",
        "others-are-denied": "with the same policy nobody may delete, list, read the thumbnails "
        "or scan the table",
    },
    f"{_IAM}/best-practices.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
def least_privilege_suffices(trial: Trial) -> None:
    """Run a photo, then give the same policy to a role of ours and try other calls."""
    topology = trial.sandbox.topology
    trial.upload(_KEY)
    trial.sandbox.run_until_idle()
    done = trial.sandbox.snapshot().thumbnails
    trial.observe("works-with-these", holds=done == 1, thumbnails=done)
    statements = trial.sandbox.policy(EXECUTION_ROLE_POLICY)["Statement"]
    listed = [statement["Action"] for statement in statements]
    actions = [a for entry in listed for a in ([entry] if isinstance(entry, str) else entry)]
    wide = [action for action in actions if "*" in action]
    trial.observe("no-wildcard-action", holds=bool(actions) and not wide, actions=actions)
    client = trial.session(trial.role("same-rights", *statements))
    s3, photos, thumbnails = client("s3"), topology.uploads.name, topology.thumbnails.name
    others = {
        "delete": trial.attempt(s3.delete_object, Bucket=photos, Key=_KEY),
        "list": trial.attempt(s3.list_objects_v2, Bucket=photos),
        "read a thumbnail": trial.attempt(s3.get_object, Bucket=thumbnails, Key=_KEY),
        "scan": trial.attempt(client("dynamodb").scan, TableName=topology.table.name),
    }
    allowed = [name for name, answer in others.items() if answer.is_allowed]
    trial.observe("others-are-denied", holds=not allowed, tried=len(others), allowed=allowed)


@on_sandbox(
    "assume-role-needs-trust",
    "A role is assumed only by whom its trust policy names.",
    {
        "trusted-may-assume": "the Lambda service, which the execution role's trust policy names, "
        "assumes it",
        "others-may-not": "an administrator, whom it does not name, may not",
        "credentials-are-temporary": "who assumes a role gets a session token and an expiry, and "
        "an access key that begins with ASIA",
    },
    f"{_STS}/API_AssumeRole.html",
    f"{_IAM}/reference_identifiers.html",
)
def assume_role_needs_trust(trial: Trial) -> None:
    """Let Lambda, then an administrator, assume the execution role."""
    topology, sts = trial.sandbox.topology, trial.client("sts")
    trial.upload(_KEY)
    trial.sandbox.run_until_idle()
    by_lambda = trial.requests(actor="lambda", operation="AssumeRole")
    assumed = [isinstance(request, e.RequestAuthorized) for request in by_lambda]
    trial.observe(
        "trusted-may-assume",
        holds=bool(assumed) and all(assumed),
        callers={request.caller for request in by_lambda},
    )
    refused = trial.attempt(
        sts.assume_role, RoleArn=topology.execution_role.arn, RoleSessionName="learner"
    )
    trial.observe("others-may-not", holds=refused.code == "AccessDenied", answer=refused.code)
    answer = sts.assume_role(RoleArn=topology.front_end_role.arn, RoleSessionName="learner")
    credentials = answer["Credentials"]
    prefix = credentials["AccessKeyId"][:4]
    trial.observe(
        "credentials-are-temporary",
        holds=prefix == "ASIA" and bool(credentials["SessionToken"] and credentials["Expiration"]),
        access_key=f"{prefix}…",
        expires=credentials["Expiration"].isoformat(),
    )


def _try_objects(trial: Trial, s3: Any) -> tuple[Answer, Answer, Answer]:
    """Read, write and delete the photo with a session's client."""
    at = {"Bucket": trial.sandbox.topology.uploads.name, "Key": _KEY}
    return (
        trial.attempt(s3.get_object, **at),
        trial.attempt(s3.put_object, **at, Body=b""),
        trial.attempt(s3.delete_object, **at),
    )


@on_sandbox(
    "permissions-boundary-limits",
    "A permissions boundary limits what identity-based policies give, and grants nothing.",
    {
        "within-both-is-allowed": "what policy and boundary allow is allowed: reading",
        "beyond-boundary-is-denied": "what the policy allows and the boundary does not is denied: "
        "writing",
        "boundary-grants-nothing": "what only the boundary allows is denied: deleting",
    },
    f"{_IAM}/access_policies_boundaries.html",
)
def permissions_boundary_limits(trial: Trial) -> None:
    """Give a role reading and writing, within a boundary of reading and deleting."""
    objects = f"{trial.sandbox.topology.uploads.arn}/*"
    trial.upload(_KEY)
    within = policy(allow("Most", "s3:GetObject", "s3:DeleteObject", Resource=objects))
    boundary = trial.client("iam").create_policy(
        PolicyName="boundary", PolicyDocument=json.dumps(within)
    )["Policy"]["Arn"]
    given = allow("Given", "s3:GetObject", "s3:PutObject", Resource=objects)
    s3 = trial.session(trial.role("bounded", given, boundary=boundary))("s3")
    read, write, delete = _try_objects(trial, s3)
    trial.observe("within-both-is-allowed", holds=read.is_allowed, reading=read.code)
    trial.observe(
        "beyond-boundary-is-denied",
        holds=write.code == "AccessDenied" and "permissions boundary" in write.message,
        writing=write.message or write.code,
    )
    trial.observe(
        "boundary-grants-nothing", holds=delete.code == "AccessDenied", deleting=delete.code
    )


@on_sandbox(
    "session-policy-narrows",
    "A session policy narrows one session of a role, and widens nothing.",
    {
        "role-may": "a session without one may read and write",
        "session-may-less": "a session with one that allows reading and deleting may read and not "
        "write",
        "cannot-widen": "nor may it delete, which the role may not",
    },
    f"{_IAM}/access_policies.html",
    f"{_STS}/API_AssumeRole.html",
)
def session_policy_narrows(trial: Trial) -> None:
    """Assume one role twice, the second time with a session policy."""
    objects = f"{trial.sandbox.topology.uploads.arn}/*"
    trial.upload(_KEY)
    role = trial.role("wide", allow("Given", "s3:GetObject", "s3:PutObject", Resource=objects))
    read, write, _ = _try_objects(trial, trial.session(role)("s3"))
    trial.observe(
        "role-may",
        holds=read.is_allowed and write.is_allowed,
        reading=read.code,
        writing=write.code,
    )
    narrow = policy(allow("Only", "s3:GetObject", "s3:DeleteObject", Resource=objects))
    s3 = trial.session(role, Policy=json.dumps(narrow))("s3")
    read, write, delete = _try_objects(trial, s3)
    trial.observe(
        "session-may-less",
        holds=read.is_allowed and write.code == "AccessDenied",
        reading=read.code,
        writing=write.code,
    )
    trial.observe("cannot-widen", holds=delete.code == "AccessDenied", deleting=delete.code)


@on_sandbox(
    "kms-key-policy-decides",
    "A KMS key is used only by whom its key policy lets; identity-based policies count when it "
    "names the account.",
    {
        "admin-is-denied": "an administrator whom the key policy lets manage and not use the key "
        "may not encrypt with it",
        "key-policy-lets-role-in": "the role that it names may, without a policy of its own",
        "account-in-policy-delegates": "once it names the account, the administrator's own policy "
        "suffices",
    },
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def kms_key_policy_decides(trial: Trial) -> None:
    """Make a key for one role, and then open it to the account."""
    account, kms = trial.sandbox.topology.account, trial.client("kms")
    role = trial.role("key-user")
    managing = allow(
        "Manages",
        "kms:PutKeyPolicy",
        "kms:DescribeKey",
        Principal={"AWS": f"arn:aws:iam::{account}:user/learner"},
        Resource="*",
    )
    using = allow("Uses", "kms:Encrypt", Principal={"AWS": role}, Resource="*")
    key = kms.create_key(Policy=json.dumps(policy(managing, using)))["KeyMetadata"]["KeyId"]
    secret = {"KeyId": key, "Plaintext": b"a data key"}
    admin = trial.attempt(kms.encrypt, **secret)
    named = trial.attempt(trial.session(role)("kms").encrypt, **secret)
    whole = allow(
        "Account", "kms:*", Principal={"AWS": f"arn:aws:iam::{account}:root"}, Resource="*"
    )
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy(whole)))
    delegated = trial.attempt(kms.encrypt, **secret)
    trial.observe("admin-is-denied", holds=admin.code == "AccessDeniedException", answer=admin.code)
    trial.observe("key-policy-lets-role-in", holds=named.is_allowed, answer=named.code)
    trial.observe("account-in-policy-delegates", holds=delegated.is_allowed, answer=delegated.code)


LIMITING = (
    function_uses_its_own_role,
    least_privilege_suffices,
    assume_role_needs_trust,
    permissions_boundary_limits,
    session_policy_narrows,
    kms_key_policy_decides,
)
