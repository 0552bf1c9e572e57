"""What a learner is told to change, for the mistakes that the labs are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.iam.counterfactual import (
    Counterfactual,
    Edit,
    EditKind,
    Place,
    advice,
    apply,
    counterfactuals,
    needed,
)
from pipeline.iam.evaluation import Layer, NamedPolicy, Policies, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

ACCOUNT = "123456789012"
OTHER = "210987654321"
ALICE = Principal.parse(f"arn:aws:iam::{ACCOUNT}:user/alice")
MAKER = Principal.parse(f"arn:aws:sts::{ACCOUNT}:assumed-role/maker/one")
S3 = Principal.parse("s3.amazonaws.com")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/maker"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:photos"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
THUMBNAIL = "arn:aws:s3:::thumbnails/cat.jpg"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
GET_ONLY = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
PUT = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": THUMBNAIL}
FULL_ACCESS = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
SENDS = Request(
    S3,
    "sqs:SendMessage",
    QUEUE,
    ACCOUNT,
    {"aws:SourceArn": "arn:aws:s3:::uploads", "aws:SourceAccount": ACCOUNT},
)
PUTS = Request(MAKER, "s3:PutObject", THUMBNAIL, ACCOUNT, {"aws:PrincipalArn": ROLE})

SENDING = {
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": QUEUE,
}


def named(
    name: str, *statements: dict[str, Any], arn: str | None = None, version: str = "2012-10-17"
) -> NamedPolicy:
    return NamedPolicy(name, parse_policy({"Version": version, "Statement": list(statements)}), arn)


def identity(*statements: dict[str, Any]) -> Policies:
    return Policies(identity=(named("inline", *statements),))


def attached(*statements: dict[str, Any]) -> Policies:
    return Policies(resource=named("attached", *statements))


def sending(condition: dict[str, Any]) -> Policies:
    return attached({**SENDING, "Condition": condition})


def first(request: Request, policies: Policies) -> Counterfactual:
    return counterfactuals(request, policies)[0]


def only_edit(request: Request, policies: Policies) -> Edit:
    (edit,) = first(request, policies).edits
    return edit


def reasons(request: Request, policies: Policies) -> dict[Layer, str]:
    elsewhere = first(request, policies).elsewhere
    return {reason.place.layer: reason.explanation for reason in elsewhere}


def test_a_service_is_let_in_by_the_queue_policy_and_by_no_role() -> None:
    edit = only_edit(SENDS, Policies())
    assert (edit.place.layer, edit.place.is_new, edit.kind) == (
        Layer.RESOURCE,
        True,
        EditKind.ADD,
    )
    assert edit.after == {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"},
        },
    }
    assert reasons(SENDS, Policies()) == {
        Layer.IDENTITY: "Identity-based policies do not apply to an AWS service "
        "(s3.amazonaws.com): only the queue policy counts."
    }


def test_a_role_gets_what_it_lacks_in_its_identity_policy_or_by_its_arn_in_the_buckets() -> None:
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    found = counterfactuals(PUTS, identity(logs))
    assert [(edit.place.layer, edit.after) for each in found for edit in each.edits] == [
        (Layer.IDENTITY, PUT),
        (Layer.RESOURCE, {**PUT, "Principal": {"AWS": ROLE}}),
    ]


def test_a_boundary_that_does_not_allow_is_edited_itself() -> None:
    policies = replace(identity(ALL), boundaries=(named("limit", GET_ONLY),))
    edit = only_edit(PUTS, policies)
    assert edit.place.layer is Layer.BOUNDARY
    assert edit.after == {**GET_ONLY, "Action": ["s3:GetObject", "s3:PutObject"]}
    why = reasons(PUTS, policies)
    assert why[Layer.IDENTITY] == (
        "What the identity-based policy gives counts only within the permissions boundary, "
        "which does not allow this."
    )
    assert Layer.BOUNDARY not in why


def test_what_two_policies_lack_takes_two_edits() -> None:
    policies = replace(identity(GET_ONLY), boundaries=(named("limit", GET_ONLY),))
    found = first(PUTS, policies)
    assert [edit.place.layer for edit in found.edits] == [Layer.IDENTITY, Layer.BOUNDARY]
    assert reasons(PUTS, policies)[Layer.BOUNDARY] == (
        "A permissions boundary grants nothing, it only limits; the identity-based policy must "
        "allow this too."
    )


def test_a_session_of_a_role_is_named_only_where_that_saves_an_edit() -> None:
    def naming_the_session(policies: Policies) -> list[tuple[Edit, ...]]:
        named_so = {"AWS": MAKER.arn}
        return [
            found.edits
            for found in counterfactuals(PUTS, policies)
            if any((edit.after or {}).get("Principal") == named_so for edit in found.edits)
        ]

    limited = replace(identity(), boundaries=(named("limit", GET_ONLY),))
    assert naming_the_session(identity()) == []
    assert [len(edits) for edits in naming_the_session(limited)] == [1]


def test_every_level_of_service_control_policies_that_lacks_it_is_edited() -> None:
    policies = replace(
        identity(ALL),
        scps=(
            (named("FullAWSAccess", ALL, arn=FULL_ACCESS),),
            (named("unit", GET_ONLY),),
            (named("FullAWSAccess", GET_ONLY, arn=FULL_ACCESS),),
        ),
    )
    unit, account = first(PUTS, policies).edits
    assert (unit.place.policy, unit.place.level, unit.kind) == ("unit", 1, EditKind.CHANGE)
    assert (account.place.is_new, account.place.level) == (True, 2)
    assert reasons(PUTS, policies)[Layer.SCP] == (
        "One level is not enough: each level of SCPs, root to account, must allow this."
    )


@pytest.mark.parametrize("layer", [Layer.IDENTITY, Layer.RESOURCE])
def test_no_allow_helps_against_an_explicit_deny(layer: Layer) -> None:
    deny = {"Sid": "NoWrite", "Effect": "Deny", "Action": ["s3:PutObject"], "Resource": THUMBNAIL}
    found = counterfactuals(PUTS, identity(ALL, deny))
    (removal,) = (e for each in found for e in each.edits if e.kind is EditKind.REMOVE)
    assert (removal.place.policy, removal.statement, removal.after) == ("inline", 1, None)
    assert removal.explanation == (
        "Remove NoWrite of the identity-based policy inline: it denies this."
    )
    assert reasons(PUTS, identity(ALL, deny))[layer] == (
        "No Allow helps: NoWrite of the identity-based policy inline denies this, and a Deny wins."
    )


DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("deny", "narrowed"),
    [
        (
            {**DENY, "Action": ["s3:PutObject", "s3:GetObject"]},
            {"Action": "s3:GetObject"},
        ),
        (
            {**DENY, "Resource": [THUMBNAIL, "arn:aws:s3:::uploads/*"]},
            {"Resource": "arn:aws:s3:::uploads/*"},
        ),
        (
            {"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "*"},
            {"NotAction": ["s3:GetObject", "s3:PutObject"]},
        ),
        (
            {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::uploads/*"},
            {"NotResource": ["arn:aws:s3:::uploads/*", THUMBNAIL]},
        ),
        (
            {**DENY, "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}},
            {"Condition": {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/x", ROLE]}}},
        ),
        (
            {**DENY, "Condition": {"ArnLike": {"aws:PrincipalArn": [ROLE, "arn:aws:iam::*:x"]}}},
            {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:x"}}},
        ),
    ],
)
def test_a_deny_is_narrowed_by_the_element_that_lets_the_request_out(
    deny: dict[str, Any], narrowed: dict[str, Any]
) -> None:
    edit = only_edit(PUTS, identity(ALL, deny))
    assert (edit.kind, edit.after) == (EditKind.CHANGE, {**deny, **narrowed})


def test_a_wide_deny_spares_the_resource_or_where_it_is_about_many_the_caller() -> None:
    of_the_role = only_edit(PUTS, identity(ALL, DENY))
    assert of_the_role.after == {"Effect": "Deny", "Action": "s3:*", "NotResource": THUMBNAIL}

    everyone = {**DENY, "Principal": "*"}
    of_the_bucket = only_edit(PUTS, replace(identity(ALL), resource=named("bucket", everyone)))
    spared = {"ArnNotEquals": {"aws:PrincipalArn": ROLE}}
    assert of_the_bucket.after == {**everyone, "Condition": spared}


def test_who_is_not_in_not_principal_is_added_with_role_session_and_account() -> None:
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*"}
    policies = replace(identity(ALL), resource=named("bucket", deny))
    edit = only_edit(PUTS, policies)
    assert edit.after == {**deny, "NotPrincipal": {"AWS": [ACCOUNT, ROLE, MAKER.arn]}}


def test_what_aws_itself_manages_is_detached_and_not_edited() -> None:
    managed = named("AWSDenyAll", DENY, arn="arn:aws:iam::aws:policy/AWSDenyAll")
    edit = only_edit(PUTS, Policies(identity=(named("inline", ALL), managed)))
    assert edit.kind is EditKind.REMOVE
    assert edit.explanation.startswith("Detach AWS's managed policy AWSDenyAll")


NEAR_MISSES = [
    (
        "an action that does not exist",
        PUTS,
        identity({**PUT, "Action": "s3:PutObjects"}),
        PUT,
        "s3:PutObjects is no action; write s3:PutObject.",
    ),
    (
        "one more action on the same objects",
        PUTS,
        identity({**PUT, "Action": "s3:GetObject"}),
        {**PUT, "Action": ["s3:GetObject", "s3:PutObject"]},
        "add s3:PutObject to Action.",
    ),
    (
        "a bucket where its objects are meant",
        PUTS,
        identity({**PUT, "Resource": "arn:aws:s3:::thumbnails"}),
        {**PUT, "Resource": "arn:aws:s3:::thumbnails/*"},
        "s3:PutObject is about what is inside: Resource must end in /*.",
    ),
    (
        "a bucket that another action needs",
        PUTS,
        identity(
            {
                **PUT,
                "Action": ["s3:ListBucket", "s3:PutObject"],
                "Resource": "arn:aws:s3:::thumbnails",
            }
        ),
        {
            **PUT,
            "Action": ["s3:ListBucket", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::thumbnails", "arn:aws:s3:::thumbnails/*"],
        },
        "s3:PutObject is about what is inside: Resource must end in /*.",
    ),
    (
        "objects where the bucket is meant",
        Request(ALICE, "s3:ListBucket", "arn:aws:s3:::thumbnails"),
        identity({**PUT, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::thumbnails/*"}),
        {
            **PUT,
            "Action": "s3:ListBucket",
            "Resource": ["arn:aws:s3:::thumbnails/*", "arn:aws:s3:::thumbnails"],
        },
        "s3:ListBucket is about the bucket itself: add its ARN without /*.",
    ),
    (
        "a resource in the wrong case",
        PUTS,
        identity({**PUT, "Resource": "arn:aws:s3:::Thumbnails/cat.jpg"}),
        PUT,
        "write the resource in the right case; ARNs are case-sensitive.",
    ),
    (
        "another resource of the same action",
        SENDS,
        attached(
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": f"{QUEUE}-2",
            }
        ),
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": [f"{QUEUE}-2", QUEUE],
        },
        "add this resource to Resource.",
    ),
    (
        "another service",
        SENDS,
        attached(
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": QUEUE,
            }
        ),
        {
            "Effect": "Allow",
            "Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        },
        "add s3.amazonaws.com to Principal.",
    ),
    (
        "a principal in an identity-based policy",
        PUTS,
        identity({**PUT, "Principal": {"AWS": ROLE}}),
        PUT,
        "take out Principal; only a resource-based policy names principals.",
    ),
    (
        "no principal in a resource-based policy",
        SENDS,
        attached({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}),
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        },
        "add Principal, which is missing, and name s3.amazonaws.com.",
    ),
    (
        "no resource in a resource-based policy",
        SENDS,
        attached(
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
            }
        ),
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        },
        "add the element Resource, which is missing.",
    ),
    (
        "an action that NotAction leaves out",
        PUTS,
        identity({"Effect": "Allow", "NotAction": ["s3:PutObject", "iam:*"], "Resource": "*"}),
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        "take s3:PutObject out of NotAction.",
    ),
    (
        "a resource that NotResource leaves out",
        PUTS,
        identity(
            {"Effect": "Allow", "Action": "s3:*", "NotResource": [THUMBNAIL, "arn:aws:s3:::x"]}
        ),
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::x"},
        "take this resource out of NotResource.",
    ),
]


@pytest.mark.parametrize(
    ("request_", "policies", "after", "sentence"),
    [case[1:] for case in NEAR_MISSES],
    ids=[case[0] for case in NEAR_MISSES],
)
def test_a_near_miss_is_mended_where_it_misses(
    request_: Request, policies: Policies, after: dict[str, Any], sentence: str
) -> None:
    edit = only_edit(request_, policies)
    assert (edit.kind, edit.statement, edit.after) == (EditKind.CHANGE, 0, after)
    assert edit.explanation.startswith("In Statement[0] of the ")
    assert edit.explanation.endswith(f": {sentence}")


@pytest.mark.parametrize(
    ("condition", "context", "after"),
    [
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}},
            {"aws:SourceArn": "arn:aws:s3:::uploads"},
            {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::photos", "arn:aws:s3:::uploads"]}},
        ),
        (
            {
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"},
                "StringEquals": {"aws:SourceAccount": OTHER},
            },
            {"aws:SourceArn": "arn:aws:s3:::uploads", "aws:SourceAccount": ACCOUNT},
            {
                "ArnLike": {"aws:SourceArn": ["arn:aws:s3:::photos", "arn:aws:s3:::uploads"]},
                "StringEquals": {"aws:SourceAccount": [OTHER, ACCOUNT]},
            },
        ),
        (
            {"StringEquals": {"aws:SourceArn": "arn:aws:s3:::up*"}},
            {"aws:SourceArn": "arn:aws:s3:::uploads"},
            {"StringLike": {"aws:SourceArn": "arn:aws:s3:::up*"}},
        ),
        (
            {"StringEquals": {"aws:TagKeys": "a"}},
            {"aws:TagKeys": ("a", "b")},
            {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}},
        ),
        (
            {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
            {"aws:TagKeys": ("a", "b")},
            {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        ),
        (
            {"StringNotEquals": {"aws:SourceAccount": [ACCOUNT, OTHER]}},
            {"aws:SourceAccount": ACCOUNT},
            {"StringNotEquals": {"aws:SourceAccount": OTHER}},
        ),
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}},
            {},
            {"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:s3:::photos"}},
        ),
        (
            {"StringLike": {"s": "a"}},
            {"s": "what*ever?"},
            {"StringLike": {"s": ["a", "what${*}ever${?}"]}},
        ),
        (
            {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            {"aws:SourceIp": "192.0.2.1"},
            {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.1"]}},
        ),
    ],
)
def test_a_condition_gets_the_value_or_the_operator_that_it_lacks(
    condition: dict[str, Any], context: dict[str, Any], after: dict[str, Any]
) -> None:
    edit = only_edit(replace(SENDS, context=context), sending(condition))
    assert (edit.kind, edit.after) == (EditKind.CHANGE, {**SENDING, "Condition": after})


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"NumericLessThan": {"s3:max-keys": "10"}},
        {"Null": {"s3:max-keys": "true"}},
    ],
)
def test_a_condition_that_knows_one_value_goes_or_the_statement_is_added_without_it(
    condition: dict[str, Any],
) -> None:
    request = replace(SENDS, context={"aws:SecureTransport": "false", "s3:max-keys": "99"})
    found = counterfactuals(request, sending(condition))
    assert [(edit.kind, edit.after) for each in found for edit in each.edits] == [
        (EditKind.ADD, SENDING),
        (EditKind.CHANGE, SENDING),
    ]


def test_a_statement_that_misses_twice_is_no_near_miss() -> None:
    twice = {**PUT, "Action": "s3:PutObjects", "Resource": "arn:aws:s3:::thumbnails"}
    assert only_edit(PUTS, identity(twice)).kind is EditKind.ADD


@pytest.mark.parametrize(
    "wide",
    [
        {**PUT, "Action": "s3:GetObject", "Resource": "*"},
        {**PUT, "Action": "s3:*", "Resource": "arn:aws:s3:::uploads/*"},
        {**PUT, "Action": "sqs:SendMessage"},
    ],
)
def test_a_statement_is_not_widened_beyond_what_was_asked(wide: dict[str, Any]) -> None:
    found = counterfactuals(PUTS, identity(wide))
    assert {EditKind.ADD} == {edit.kind for each in found for edit in each.edits}


def test_a_policy_of_the_old_version_has_no_variables() -> None:
    own = {**PUT, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"}
    policies = Policies(identity=(named("home", own, version="2008-10-17"),))
    request = Request(
        ALICE, "s3:GetObject", "arn:aws:s3:::home/alice/a", context={"aws:username": "alice"}
    )
    edit = only_edit(request, policies)
    assert (edit.kind, edit.statement) == (EditKind.VERSION, None)
    assert (edit.before, edit.after) == ({"Version": "2008-10-17"}, {"Version": "2012-10-17"})


def test_across_accounts_both_sides_are_edited() -> None:
    request = replace(PUTS, resource_account=OTHER)
    one, other = first(request, Policies()).edits
    assert (one.place.layer, one.after) == (Layer.IDENTITY, PUT)
    assert (other.place.layer, other.after) == (
        Layer.RESOURCE,
        {**PUT, "Principal": {"AWS": ROLE}},
    )
    assert reasons(request, Policies()) == {
        Layer.IDENTITY: "Across accounts both must allow: the bucket policy of the resource's "
        "owner has to, too.",
        Layer.RESOURCE: "Across accounts both must allow: the caller's identity-based policy has "
        "to, too.",
    }


def test_a_key_policy_comes_before_identity_based_policies() -> None:
    request = Request(MAKER, "kms:Decrypt", KEY, ACCOUNT)
    policies = replace(identity(ALL), resource=named("key policy"))
    found = counterfactuals(request, policies)
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert [{"AWS": ROLE}, {"AWS": root}] == [
        (edit.after or {})["Principal"] for each in found for edit in each.edits
    ]
    assert reasons(request, policies)[Layer.IDENTITY].startswith("The key policy must allow this")


def test_a_role_is_assumed_by_whom_its_trust_policy_names() -> None:
    service = Principal.parse("lambda.amazonaws.com")
    request = Request(service, "sts:AssumeRole", ROLE, ACCOUNT)
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policies = Policies(resource=named("trust", trust), is_trust_policy=True)
    edit = only_edit(request, policies)
    assert edit.after == {
        **trust,
        "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
    }
    assert reasons(replace(request, principal=ALICE), policies)[Layer.IDENTITY] == (
        "Who may assume a role is for its trust policy to say, and that allows nothing yet."
    )


def test_who_signs_in_elsewhere_is_named_as_federated() -> None:
    provider = Principal.parse(f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.org")
    google = Principal.parse("accounts.google.com")
    for principal in (provider, google):
        request = Request(principal, "sts:AssumeRoleWithWebIdentity", ROLE, ACCOUNT)
        edit = only_edit(request, Policies(is_trust_policy=True))
        assert edit.after == {
            "Effect": "Allow",
            "Principal": {"Federated": principal.arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }


def test_an_added_resource_stands_for_itself_only() -> None:
    request = Request(ALICE, "s3:GetObject", "arn:aws:s3:::a/${x}*?")
    assert (only_edit(request, Policies()).after or {})["Resource"] == (
        "arn:aws:s3:::a/${$}{x}${*}${?}"
    )


@pytest.mark.parametrize(
    ("principal", "action", "resource"),
    [
        (ALICE, "lambda:ListFunctions", "*"),
        (ALICE, "iam:GetRole", ROLE),
        (ALICE, "cloudformation:DescribeStacks", f"arn:aws:cloudformation:r:{ACCOUNT}:stack/s/1"),
    ],
)
def test_what_can_have_no_policy_is_offered_none(
    principal: Principal, action: str, resource: str
) -> None:
    found = counterfactuals(Request(principal, action, resource), Policies())
    assert [edit.place.layer for each in found for edit in each.edits] == [Layer.IDENTITY]


def test_nothing_is_proposed_where_nothing_helps() -> None:
    root = Principal.parse(f"arn:aws:iam::{ACCOUNT}:root")
    assumes = Request(root, "sts:AssumeRole", ROLE, ACCOUNT)
    assert counterfactuals(assumes, Policies(is_trust_policy=True)) == ()
    assert counterfactuals(PUTS, identity(ALL)) == ()
    assert counterfactuals(PUTS, identity(ALL, *[DENY] * 17)) == ()
    assert advice(assumes, Policies(is_trust_policy=True)) == (
        "What would allow it: no edit of these policies."
    )


def test_edits_made_together_leave_one_another_alone() -> None:
    deny = {**DENY, "Resource": THUMBNAIL}
    policies = identity(deny, {**PUT, "Action": "s3:PutObjects"}, deny)
    removal = next(
        found
        for found in counterfactuals(PUTS, policies)
        if any(edit.kind is EditKind.REMOVE for edit in found.edits)
        and any(edit.kind is EditKind.CHANGE for edit in found.edits)
    )
    (edited,) = apply(policies, removal.edits).identity
    assert edited.policy == parse_policy({"Version": "2012-10-17", "Statement": [PUT]})


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    edit = only_edit(PUTS, identity(GET_ONLY))
    with pytest.raises(ValueError, match="statement for the policy inline is malformed"):
        apply(identity(), [replace(edit, after={"Effect": "Allow"})])
    version = replace(edit, kind=EditKind.VERSION, after={"Version": "2012-10-17"})
    unclosed = named("inline", {**PUT, "Resource": "arn:aws:s3:::${"}, version="2008-10-17")
    with pytest.raises(ValueError, match="malformed in its new version"):
        apply(Policies(identity=(unclosed,)), [version])
    with pytest.raises(LookupError, match="no session policy"):
        apply(identity(), [replace(edit, place=Place(Layer.SESSION, "session"))])


@pytest.mark.parametrize("action", ["s3", "two words:GetObject"])
def test_what_no_policy_could_name_has_no_edits(action: str) -> None:
    assert counterfactuals(replace(PUTS, action=action), identity(PUT)) == ()
    denied = identity(ALL, {**ALL, "Effect": "Deny"})
    found = first(replace(PUTS, action=action), denied)
    assert found.elsewhere == ()


def test_three_conditions_that_fail_are_no_near_miss() -> None:
    condition = {"StringEquals": {"a": "1", "b": "1", "c": "1"}}
    request = replace(SENDS, context={"a": "2", "b": "2", "c": "2"})
    assert only_edit(request, sending(condition)).kind is EditKind.ADD


def test_a_policy_of_the_old_version_that_is_malformed_in_the_new_one_stays() -> None:
    unclosed = named("home", {**PUT, "Resource": "arn:aws:s3:::${"}, version="2008-10-17")
    found = counterfactuals(PUTS, Policies(identity=(unclosed,)))
    assert EditKind.VERSION not in {edit.kind for each in found for edit in each.edits}


def test_an_allowed_request_rests_on_its_statement() -> None:
    policies = identity({**GET_ONLY, "Sid": "Read"}, {**PUT, "Sid": "Write"})
    rests = needed(PUTS, policies)
    assert [statement.sid for statement in rests.each] == ["Write"]
    assert rests.as_document()["each"] == [
        {
            "layer": "identity",
            "policy": "inline",
            "level": 0,
            "position": 0,
            "is_new": False,
            "statement": 1,
            "sid": "Write",
            "document": {"Sid": "Write", **PUT},
        }
    ]
    assert rests.explanation == (
        "Without Write of the identity-based policy inline this would be denied."
    )


def test_an_allowed_request_may_rest_on_several() -> None:
    policies = replace(identity(PUT), boundaries=(named("limit", ALL),))
    rests = needed(PUTS, policies)
    assert [each.place.layer for each in rests.each] == [Layer.IDENTITY, Layer.BOUNDARY]
    assert rests.explanation == (
        "Each of 2 statements is needed: without any one this would be denied."
    )


def test_statements_that_stand_in_for_one_another_are_needed_only_together() -> None:
    by_role = {**PUT, "Principal": {"AWS": ROLE}}
    rests = needed(PUTS, replace(identity(PUT), resource=named("bucket", by_role)))
    assert rests.each == ()
    assert [each.place.layer for each in rests.together] == [Layer.IDENTITY, Layer.RESOURCE]
    assert rests.explanation == (
        "None: two statements allow it each alone; without all of them it is denied."
    )


@pytest.mark.parametrize(
    ("arn", "action", "says"),
    [
        (f"arn:aws:iam::{ACCOUNT}:root", "s3:PutObject", "the root user may do this"),
        (ALICE.arn, "sts:GetCallerIdentity", "sts:GetCallerIdentity needs no permission"),
    ],
)
def test_some_requests_need_no_statement(arn: str, action: str, says: str) -> None:
    rests = needed(Request(Principal.parse(arn), action, "*"), Policies())
    assert (rests.each, rests.together) == ((), ())
    assert says in rests.explanation


def test_a_denied_request_needs_counterfactuals() -> None:
    with pytest.raises(ValueError, match="ask for its counterfactuals"):
        needed(PUTS, Policies())


def test_hundreds_of_statements_are_no_hindrance() -> None:
    many = [{**GET_ONLY, "Resource": f"arn:aws:s3:::b{n}/*"} for n in range(500)]
    policies = replace(identity(*many), boundaries=(named("limit", *many, DENY),))
    assert not evaluate(PUTS, policies).allowed
    found = first(PUTS, policies)
    assert [edit.place.layer for edit in found.edits] == [
        Layer.BOUNDARY,
        Layer.IDENTITY,
        Layer.BOUNDARY,
    ]
    alike = needed(PUTS, identity(*[PUT] * 400))
    assert (len(alike.each), len(alike.together)) == (0, 400)


def test_advice_names_the_edit_shows_it_and_says_what_would_not_help() -> None:
    assert advice(SENDS, Policies()).splitlines() == [
        "What would allow it:",
        " 1. Add a statement to a new queue policy that lets s3.amazonaws.com do",
        "    sqs:SendMessage on this resource.",
        "    {",
        '      "Effect": "Allow",',
        '      "Principal": {',
        '        "Service": "s3.amazonaws.com"',
        "      },",
        '      "Action": "sqs:SendMessage",',
        f'      "Resource": "{QUEUE}",',
        '      "Condition": {',
        '        "StringEquals": {',
        f'          "aws:SourceAccount": "{ACCOUNT}"',
        "        },",
        '        "ArnLike": {',
        '          "aws:SourceArn": "arn:aws:s3:::uploads"',
        "        }",
        "      }",
        "    }",
        "What would not, alone:",
        "  - A statement in a new identity-based policy. Identity-based policies do not",
        "    apply to an AWS service (s3.amazonaws.com): only the queue policy counts.",
    ]


def test_advice_on_what_is_allowed_says_what_it_rests_on() -> None:
    assert advice(PUTS, identity(PUT)) == (
        "What it rests on: Without Statement[0] of the identity-based policy inline\n"
        "this would be denied."
    )
