"""What reaches beyond one account: organizations, other accounts, plain HTTP.

The sandbox has one account and no organization, so these have policies evaluated.
"""

from __future__ import annotations

from typing import Any

from pipeline.experiments.declaring import by_evaluation
from pipeline.experiments.notes import Notes
from pipeline.iam.decisions import Result
from pipeline.iam.evaluation import NamedPolicy, Policies
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import ContextValue, Principal, Request, request_context
from pipeline.topology.statements import allow, policy

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_OWN, _OTHER = "111111111111", "222222222222"
_OBJECT = "arn:aws:s3:::uploads/photo.jpg"
_ADMINISTRATOR = f"arn:aws:iam::{_OWN}:user/administrator"
_ROOT = f"arn:aws:iam::{_OWN}:root"
_DAY = 1_767_225_600.0
"""Some day, in epoch seconds: no policy here asks for the time."""

_ALLOW_ALL = allow("All", "*", Resource="*")
_DENY_DELETING = {"Sid": "Kept", "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}


def _named(name: str, *statements: dict[str, Any]) -> NamedPolicy:
    return NamedPolicy(name, parse_policy(policy(*statements)))


def _asks(caller: str, action: str, owner: str = _OWN, **keys: ContextValue) -> Request:
    """Return the request of a caller to do something with the object."""
    principal = Principal.parse(caller)
    context = request_context(
        principal,
        region="us-east-1",
        time=_DAY,
        extra={f"aws:{key}": value for key, value in keys.items()},
    )
    return Request(principal, action, _OBJECT, resource_account=owner, context=context)


@by_evaluation(
    "scp-beats-administrator",
    "A service control policy limits even an administrator, and grants nothing (decided by policy "
    "evaluation).",
    {
        "allowed-without-scp": "an administrator may delete",
        "scp-deny-wins": "with a Deny in a service control policy of its account it may not",
        "root-is-bound-too": "neither may the account's root user",
        "scp-grants-nothing": "a service control policy that allows everything gives a user "
        "without policies nothing",
    },
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
)
def scp_beats_administrator(notes: Notes) -> None:
    """Decide the same request with and without service control policies."""
    administrator = (_named("Administrator", _ALLOW_ALL),)
    full = _named("FullAWSAccess", _ALLOW_ALL)
    denying = ((full, _named("KeepPhotos", _DENY_DELETING)),)
    asks = _asks(_ADMINISTRATOR, "s3:DeleteObject")
    without = notes.decide(asks, Policies(identity=administrator))
    denied = notes.decide(asks, Policies(identity=administrator, scps=denying))
    root = notes.decide(_asks(_ROOT, "s3:DeleteObject"), Policies(scps=denying))
    nothing = notes.decide(_asks(_ADMINISTRATOR, "s3:GetObject"), Policies(scps=((full,),)))
    notes.observe("allowed-without-scp", holds=without.allowed, result=without.result)
    notes.observe(
        "scp-deny-wins", holds=denied.result is Result.EXPLICITLY_DENIED, result=denied.reason
    )
    notes.observe(
        "root-is-bound-too", holds=root.result is Result.EXPLICITLY_DENIED, result=root.reason
    )
    notes.observe(
        "scp-grants-nothing",
        holds=nothing.result is Result.IMPLICITLY_DENIED,
        result=nothing.reason,
    )


@by_evaluation(
    "cross-account-needs-both",
    "Across accounts both sides must allow: the caller's policy and the resource's (decided by "
    "policy evaluation).",
    {
        "identity-alone-is-denied": "the caller's own policy alone is not enough",
        "bucket-policy-alone-is-denied": "the bucket's policy alone is not enough",
        "both-allow": "both together are",
    },
    f"{_IAM}/reference_policies_evaluation-logic-cross-account.html",
)
def cross_account_needs_both(notes: Notes) -> None:
    """Let a role of one account read from a bucket of another."""
    role = f"arn:aws:iam::{_OWN}:role/reader"
    session = f"arn:aws:sts::{_OWN}:assumed-role/reader/somebody"
    identity = (_named("Reads", allow("Reads", "s3:GetObject", Resource=_OBJECT)),)
    lets_in = allow("ReaderReads", "s3:GetObject", Principal={"AWS": role}, Resource=_OBJECT)
    bucket = _named("bucket policy", lets_in)
    asks = _asks(session, "s3:GetObject", _OTHER)
    alone = notes.decide(asks, Policies(identity=identity))
    attached = notes.decide(asks, Policies(resource=bucket))
    both = notes.decide(asks, Policies(identity=identity, resource=bucket))
    notes.observe("identity-alone-is-denied", holds=not alone.allowed, result=alone.reason)
    notes.observe(
        "bucket-policy-alone-is-denied", holds=not attached.allowed, result=attached.reason
    )
    notes.observe("both-allow", holds=both.allowed, result=both.result)


@by_evaluation(
    "tls-only-bucket-policy",
    "A Deny on aws:SecureTransport false keeps plain HTTP out (decided by policy evaluation).",
    {
        "https-is-allowed": "over TLS the call is allowed",
        "http-is-denied": "without TLS it is denied explicitly, for an administrator too",
    },
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    f"{_IAM}/reference_policies_condition-keys.html",
)
def tls_only_bucket_policy(notes: Notes) -> None:
    """Decide the same request over TLS and without."""
    deny = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policies = Policies(
        identity=(_named("Administrator", _ALLOW_ALL),), resource=_named("bucket policy", deny)
    )
    https = notes.decide(_asks(_ADMINISTRATOR, "s3:GetObject", SecureTransport="true"), policies)
    http = notes.decide(_asks(_ADMINISTRATOR, "s3:GetObject", SecureTransport="false"), policies)
    notes.observe("https-is-allowed", holds=https.allowed, result=https.result)
    notes.observe(
        "http-is-denied", holds=http.result is Result.EXPLICITLY_DENIED, result=http.reason
    )


ORGANIZING = (scp_beats_administrator, cross_account_needs_both, tls_only_bucket_policy)
