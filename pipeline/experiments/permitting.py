"""What a policy lets through: which action, on which ARN, and what nobody allowed."""

from __future__ import annotations

import json

from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial
from pipeline.topology.statements import allow, policy

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest"
_LOGIC = f"{_IAM}/reference_policies_evaluation-logic_policy-eval-denyallow.html"
_ACTIONS = f"{_S3}/userguide/using-with-s3-policy-actions.html"
_KEY = "photo.jpg"


@on_sandbox(
    "explicit-deny-beats-allow",
    "An explicit deny in any policy wins over every allow.",
    {
        "allowed-before": "an administrator reads the object",
        "denied-by-bucket-policy": "with a Deny in the bucket policy the same call is denied",
        "admin-allow-does-not-help": "the administrator's own policy still allows every action",
    },
    _LOGIC,
)
def explicit_deny_beats_allow(trial: Trial) -> None:
    """Read as administrator, deny reading in the bucket policy, read again."""
    s3, uploads = trial.client("s3"), trial.sandbox.topology.uploads
    trial.upload(_KEY)
    before = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    deny = {
        "Sid": "NobodyReads",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{uploads.arn}/*",
    }
    s3.put_bucket_policy(Bucket=uploads.name, Policy=json.dumps(policy(deny)))
    after = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    own = trial.client("iam").get_user_policy(UserName="learner", PolicyName="Administrator")
    allowed = [(s["Effect"], s["Action"]) for s in own["PolicyDocument"]["Statement"]]
    trial.observe("allowed-before", holds=before.is_allowed, answer=before.code)
    trial.observe(
        "denied-by-bucket-policy",
        holds=after.code == "AccessDenied" and "explicit deny" in after.message,
        answer=after.message or after.code,
    )
    trial.observe(
        "admin-allow-does-not-help",
        holds=allowed == [("Allow", "*")] and not after.is_allowed,
        own_policy=[f"{effect} {action}" for effect, action in allowed],
        answer=after.code,
    )


@on_sandbox(
    "nothing-is-allowed-by-default",
    "What no policy allows is denied.",
    {
        "new-role-may-nothing": "a role without a policy is denied",
        "one-allow-opens-one-action": "with an allow of s3:GetObject it may read, and still not "
        "write",
    },
    _LOGIC,
)
def nothing_is_allowed_by_default(trial: Trial) -> None:
    """Create a role without policies, then allow it one action."""
    uploads = trial.sandbox.topology.uploads
    trial.upload(_KEY)
    s3 = trial.session(trial.role("newcomer"))("s3")
    nothing = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    trial.grant("newcomer", allow("Reads", "s3:GetObject", Resource=f"{uploads.arn}/*"))
    read = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    write = trial.attempt(s3.put_object, Bucket=uploads.name, Key=_KEY, Body=b"")
    trial.observe(
        "new-role-may-nothing",
        holds=nothing.code == "AccessDenied",
        answer=nothing.message or nothing.code,
    )
    trial.observe(
        "one-allow-opens-one-action",
        holds=read.is_allowed and write.code == "AccessDenied",
        reading=read.code,
        writing=write.code,
    )


@on_sandbox(
    "resource-policy-is-enough-in-one-account",
    "Within an account an allow in the resource's own policy suffices.",
    {
        "denied-without": "a role without permissions is denied",
        "bucket-policy-lets-it-in": "a bucket policy that names the role lets it read",
        "only-what-it-names": "and lets it do nothing else",
    },
    _LOGIC,
    f"{_IAM}/access_policies_identity-vs-resource.html",
)
def resource_policy_is_enough_in_one_account(trial: Trial) -> None:
    """Let a role without policies in by the bucket's policy."""
    uploads = trial.sandbox.topology.uploads
    trial.upload(_KEY)
    role = trial.role("guest")
    s3 = trial.session(role)("s3")
    before = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    lets_in = allow(
        "GuestReads", "s3:GetObject", Principal={"AWS": role}, Resource=f"{uploads.arn}/*"
    )
    trial.client("s3").put_bucket_policy(Bucket=uploads.name, Policy=json.dumps(policy(lets_in)))
    read = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    write = trial.attempt(s3.put_object, Bucket=uploads.name, Key=_KEY, Body=b"")
    trial.observe("denied-without", holds=before.code == "AccessDenied", answer=before.code)
    trial.observe("bucket-policy-lets-it-in", holds=read.is_allowed, answer=read.code)
    trial.observe(
        "only-what-it-names",
        holds=read.is_allowed and write.code == "AccessDenied",
        writing=write.code,
    )


@on_sandbox(
    "object-arn-not-bucket-arn",
    "s3:GetObject is about objects: its resource is bucket/*, not the bucket.",
    {
        "bucket-arn-is-denied": "allowed on the bucket's ARN, GetObject is denied",
        "object-arn-is-allowed": "allowed on bucket/*, it succeeds",
    },
    _ACTIONS,
)
def object_arn_not_bucket_arn(trial: Trial) -> None:
    """Allow reading on the wrong ARN, then on the right one."""
    uploads = trial.sandbox.topology.uploads
    trial.upload(_KEY)
    arn = trial.role("reader", allow("Reads", "s3:GetObject", Resource=uploads.arn))
    s3 = trial.session(arn)("s3")
    wrong = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    trial.grant("reader", allow("Reads", "s3:GetObject", Resource=f"{uploads.arn}/*"))
    right = trial.attempt(s3.get_object, Bucket=uploads.name, Key=_KEY)
    trial.observe("bucket-arn-is-denied", holds=wrong.code == "AccessDenied", answer=wrong.code)
    trial.observe("object-arn-is-allowed", holds=right.is_allowed, answer=right.code)


@on_sandbox(
    "list-needs-the-bucket-arn",
    "Listing is about the bucket: it needs s3:ListBucket on the bucket's own ARN.",
    {
        "object-arn-does-not-list": "with s3:* on bucket/* listing is denied",
        "bucket-arn-lists": "with s3:ListBucket on the bucket it succeeds",
    },
    _ACTIONS,
    f"{_S3}/API/API_ListObjectsV2.html",
)
def list_needs_the_bucket_arn(trial: Trial) -> None:
    """Allow everything on the objects, then listing on the bucket."""
    uploads = trial.sandbox.topology.uploads
    arn = trial.role("lister", allow("Everything", "s3:*", Resource=f"{uploads.arn}/*"))
    s3 = trial.session(arn)("s3")
    on_objects = trial.attempt(s3.list_objects_v2, Bucket=uploads.name)
    trial.grant("lister", allow("Lists", "s3:ListBucket", Resource=uploads.arn))
    on_bucket = trial.attempt(s3.list_objects_v2, Bucket=uploads.name)
    trial.observe(
        "object-arn-does-not-list", holds=on_objects.code == "AccessDenied", answer=on_objects.code
    )
    trial.observe("bucket-arn-lists", holds=on_bucket.is_allowed, answer=on_bucket.code)


@on_sandbox(
    "missing-key-403-or-404",
    "Whether a missing object is a 404 or a 403 depends on s3:ListBucket.",
    {
        "with-list-404": "who may list the bucket gets NoSuchKey",
        "without-list-403": "who may read objects and not list gets AccessDenied",
    },
    f"{_S3}/API/API_GetObject.html",
)
def missing_key_403_or_404(trial: Trial) -> None:
    """Ask for an object that is not there, with and without the right to list."""
    uploads = trial.sandbox.topology.uploads
    reads = allow("Reads", "s3:GetObject", Resource=f"{uploads.arn}/*")
    s3 = trial.session(trial.role("reader", reads))("s3")
    hidden = trial.attempt(s3.get_object, Bucket=uploads.name, Key="missing.jpg")
    trial.grant("reader", reads, allow("Lists", "s3:ListBucket", Resource=uploads.arn))
    missing = trial.attempt(s3.get_object, Bucket=uploads.name, Key="missing.jpg")
    trial.observe("with-list-404", holds=missing.code == "NoSuchKey", answer=missing.code)
    trial.observe("without-list-403", holds=hidden.code == "AccessDenied", answer=hidden.code)


@on_sandbox(
    "head-needs-getobject",
    "HeadObject is authorized by s3:GetObject; there is no action of its own.",
    {
        "head-without-getobject-is-403": "who may list the bucket and not read is answered 403",
        "head-is-allowed-by-getobject": "with s3:GetObject it succeeds",
    },
    f"{_S3}/API/API_HeadObject.html",
)
def head_needs_getobject(trial: Trial) -> None:
    """Ask for an object's head without and with the right to read it."""
    uploads = trial.sandbox.topology.uploads
    trial.upload(_KEY)
    arn = trial.role("reader", allow("Lists", "s3:ListBucket", Resource=uploads.arn))
    s3 = trial.session(arn)("s3")
    without = trial.attempt(s3.head_object, Bucket=uploads.name, Key=_KEY)
    trial.grant("reader", allow("Reads", "s3:GetObject", Resource=f"{uploads.arn}/*"))
    with_read = trial.attempt(s3.head_object, Bucket=uploads.name, Key=_KEY)
    trial.observe("head-without-getobject-is-403", holds=without.code == "403", answer=without.code)
    trial.observe("head-is-allowed-by-getobject", holds=with_read.is_allowed, answer=with_read.code)


PERMITTING = (
    explicit_deny_beats_allow,
    nothing_is_allowed_by_default,
    resource_policy_is_enough_in_one_account,
    object_arn_not_bucket_arn,
    list_needs_the_bucket_arn,
    missing_key_403_or_404,
    head_needs_getobject,
)
