"""What calls to IAM, STS and KMS need: the traps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.iam.operations import Lookups, Requirement, UnknownOperationError, requirements
from tests.pipeline.iam.service_models import ACCOUNT, ALICE, KEY, LOOKUPS, REGION, needed, pairs

IAM = f"arn:aws:iam::{ACCOUNT}"
ROLE, BOUNDARY = f"{IAM}:role/thumbnailer", f"{IAM}:policy/limits"
TAGS = [{"Key": "team", "Value": "photos"}]
OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/5678"
ALIAS = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/photos"


def knowing(
    lookups: Lookups, service: str, operation: str, *, caller: str | None = ALICE, **given: Any
) -> tuple[Requirement, ...]:
    return requirements(
        service, operation, given, account=ACCOUNT, region=REGION, caller=caller, lookups=lookups
    )


# -- IAM -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("CreateUser", {"UserName": "bob", "Path": "/team/"}, "user/team/bob"),
        ("CreateRole", {"RoleName": "r", "Path": "/service-role/"}, "role/service-role/r"),
        ("CreatePolicy", {"PolicyName": "p"}, "policy/p"),
        ("CreateGroup", {"GroupName": "g"}, "group/g"),
        ("CreateVirtualMFADevice", {"VirtualMFADeviceName": "m"}, "mfa/m"),
        ("CreateOpenIDConnectProvider", {"Url": "https://idp.com/x"}, "oidc-provider/idp.com/x"),
        ("CreateSAMLProvider", {"Name": "s"}, "saml-provider/s"),
        ("GetRole", {"RoleName": "r"}, "role/r"),
        ("AddUserToGroup", {"GroupName": "g", "UserName": "bob"}, "group/g"),
        ("DeleteAccessKey", {"UserName": "bob", "AccessKeyId": "A"}, "user/bob"),
        ("GetInstanceProfile", {"InstanceProfileName": "i"}, "instance-profile/i"),
        ("CreatePolicyVersion", {"PolicyArn": BOUNDARY}, "policy/limits"),
    ],
)
def test_a_resource_is_named_by_its_kind_and_path(
    operation: str, parameters: dict[str, str], expected: str
) -> None:
    assert [(f"iam:{operation}", f"{IAM}:{expected}")] == pairs("iam", operation, **parameters)


def test_the_path_of_what_exists_is_looked_up() -> None:
    lookups = replace(LOOKUPS, path=lambda kind, name: f"/{kind}s/{name}s/")
    (found,) = knowing(lookups, "iam", "GetRole", RoleName="r")
    assert found.resource == f"{IAM}:role/roles/rs/r"


@pytest.mark.parametrize(
    "operation", ["GetUser", "CreateAccessKey", "ListAccessKeys", "ChangePassword"]
)
def test_a_call_without_a_user_is_about_its_caller(operation: str) -> None:
    assert [(f"iam:{operation}", ALICE)] == pairs("iam", operation)


@pytest.mark.parametrize("caller", [None, f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s"])
@pytest.mark.parametrize("operation", ["CreateAccessKey", "GetUser"])
def test_a_caller_who_is_no_user_must_name_one(operation: str, caller: str | None) -> None:
    with pytest.raises(UnknownOperationError, match="UserName"):
        knowing(LOOKUPS, "iam", operation, caller=caller)


@pytest.mark.parametrize("operation", ["CreateRole", "CreateUser"])
def test_a_boundary_given_at_creation_is_a_condition_key(operation: str) -> None:
    found = needed(
        "iam", operation, RoleName="r", UserName="u", PermissionsBoundary=BOUNDARY, Tags=TAGS
    )
    assert found[0].context["iam:PermissionsBoundary"] == BOUNDARY
    assert found[1].context == {"aws:RequestTag/team": "photos", "aws:TagKeys": ("team",)}


@pytest.mark.parametrize(
    ("operation", "further"),
    [
        ("AttachRolePolicy", {"iam:PolicyARN": BOUNDARY}),
        ("DetachRolePolicy", {"iam:PolicyARN": BOUNDARY}),
        ("PutRolePolicy", {}),
        ("DeleteRole", {}),
        ("DeleteRolePermissionsBoundary", {}),
    ],
)
def test_the_boundary_that_a_role_has_is_a_condition_key(
    operation: str, further: dict[str, str]
) -> None:
    lookups = replace(LOOKUPS, boundary=lambda arn: BOUNDARY if arn == ROLE else None)
    given = {"RoleName": "thumbnailer", "PolicyArn": BOUNDARY}
    (found,) = knowing(lookups, "iam", operation, **given)
    assert {"iam:PermissionsBoundary": BOUNDARY, **further} == found.context
    (without,) = needed("iam", operation, **given)
    assert further == without.context


def test_putting_a_boundary_tells_the_new_one() -> None:
    lookups = replace(LOOKUPS, boundary=lambda _: f"{IAM}:policy/old")
    (found,) = knowing(
        lookups, "iam", "PutUserPermissionsBoundary", UserName="bob", PermissionsBoundary=BOUNDARY
    )
    assert found.context == {"iam:PermissionsBoundary": BOUNDARY}


def test_a_role_in_an_instance_profile_is_passed() -> None:
    found = needed(
        "iam", "AddRoleToInstanceProfile", InstanceProfileName="i", RoleName="thumbnailer"
    )
    assert [
        ("iam:AddRoleToInstanceProfile", f"{IAM}:instance-profile/i"),
        ("iam:PassRole", ROLE),
    ] == [(r.action, r.resource) for r in found]
    assert found[1].context == {"iam:PassedToService": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["user/bob"]),
        ({"NewUserName": "rob"}, ["user/bob", "user/rob"]),
        ({"NewPath": "/team/"}, ["user/bob", "user/team/bob"]),
    ],
)
def test_renaming_needs_the_old_name_and_the_new_one(
    parameters: dict[str, str], expected: list[str]
) -> None:
    found = pairs("iam", "UpdateUser", UserName="bob", **parameters)
    assert [("iam:UpdateUser", f"{IAM}:{name}") for name in expected] == found


# -- STS -------------------------------------------------------------------------------------------

SESSION = {"RoleArn": ROLE, "RoleSessionName": "x"}


def test_a_tagged_session_needs_tag_session_too() -> None:
    assert pairs("sts", "AssumeRole", **SESSION) == [("sts:AssumeRole", ROLE)]
    tagged = needed("sts", "AssumeRole", **SESSION, Tags=TAGS, TransitiveTagKeys=["team"])
    assert [(r.action, r.resource) for r in tagged] == [
        ("sts:AssumeRole", ROLE),
        ("sts:TagSession", ROLE),
    ]
    assert tagged[1].context == {
        "aws:RequestTag/team": "photos",
        "aws:TagKeys": ("team",),
        "sts:TransitiveTagKeys": ("team",),
    }


def test_a_source_identity_needs_its_own_action() -> None:
    found = needed("sts", "AssumeRole", **SESSION, SourceIdentity="alice")
    assert found[1].action == "sts:SetSourceIdentity"
    assert found[1].context == {"sts:SourceIdentity": "alice"}


def test_an_external_id_is_a_condition_key() -> None:
    (found,) = needed("sts", "AssumeRole", **SESSION, ExternalId="42")
    assert found.context == {"sts:ExternalId": "42", "sts:RoleSessionName": "x"}


def test_federating_is_an_action_on_the_federated_user() -> None:
    user = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert [("sts:GetFederationToken", user)] == pairs("sts", "GetFederationToken", Name="bob")


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "GetSessionToken"])
def test_some_calls_are_about_no_resource(operation: str) -> None:
    assert [(f"sts:{operation}", "*")] == pairs("sts", operation)


# -- KMS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "expected", "context"),
    [
        ("1234", KEY, {}),
        (KEY, KEY, {}),
        ("alias/photos", KEY, {"kms:RequestAlias": "alias/photos"}),
        (ALIAS, KEY, {"kms:RequestAlias": "alias/photos"}),
    ],
)
@pytest.mark.parametrize("operation", ["Encrypt", "GenerateDataKey", "Decrypt", "DescribeKey"])
def test_a_key_is_the_resource_however_it_is_named(
    operation: str, key: str, expected: str, context: dict[str, str]
) -> None:
    (found,) = needed("kms", operation, KeyId=key)
    assert (f"kms:{operation}", expected) == (found.action, found.resource)
    assert context == found.context


def test_an_alias_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="alias/photos"):
        knowing(Lookups(), "kms", "Encrypt", KeyId="alias/photos")


def test_a_ciphertext_tells_its_key() -> None:
    assert pairs("kms", "Decrypt", CiphertextBlob=b"sealed") == [("kms:Decrypt", KEY)]
    with pytest.raises(UnknownOperationError, match="give its KeyId"):
        knowing(Lookups(), "kms", "Decrypt", CiphertextBlob=b"sealed")


def test_an_encryption_context_is_condition_keys() -> None:
    (found,) = needed("kms", "Encrypt", KeyId="1234", EncryptionContext={"team": "photos"})
    assert found.context == {
        "kms:EncryptionContext:team": "photos",
        "kms:EncryptionContextKeys": ("team",),
    }


def test_an_alias_is_moved_with_an_action_on_it_and_on_both_keys() -> None:
    found = pairs("kms", "UpdateAlias", AliasName="alias/photos", TargetKeyId="5678")
    assert [("kms:UpdateAlias", arn) for arn in (ALIAS, KEY, OTHER_KEY)] == found


def test_an_alias_is_made_with_an_action_on_it_and_on_its_key() -> None:
    found = pairs("kms", "CreateAlias", AliasName="alias/photos", TargetKeyId="5678")
    assert found == [("kms:CreateAlias", ALIAS), ("kms:CreateAlias", OTHER_KEY)]


@pytest.mark.parametrize(("destination", "same"), [("1234", "true"), ("5678", "false")])
def test_re_encrypting_reads_with_one_key_and_writes_with_the_other(
    destination: str, same: str
) -> None:
    old, new = needed(
        "kms",
        "ReEncrypt",
        CiphertextBlob=b"sealed",
        DestinationKeyId=destination,
        SourceEncryptionContext={"a": "b"},
    )
    assert (old.action, old.resource) == ("kms:ReEncryptFrom", KEY)
    assert (new.action, new.resource) == (
        "kms:ReEncryptTo",
        KEY.replace("key/1234", f"key/{destination}"),
    )
    assert old.context["kms:EncryptionContext:a"] == "b"
    assert new.context == {"kms:ReEncryptOnSameKey": same}


def test_a_grant_tells_what_it_gives_and_to_whom() -> None:
    (found,) = needed(
        "kms",
        "CreateGrant",
        KeyId="1234",
        GranteePrincipal=ROLE,
        Operations=["Decrypt", "Encrypt"],
        Constraints={"EncryptionContextSubset": {"team": "photos"}},
    )
    assert found.context == {
        "kms:GranteePrincipal": ROLE,
        "kms:GrantOperations": ("Decrypt", "Encrypt"),
        "kms:GrantConstraintType": "EncryptionContextSubset",
        "kms:EncryptionContext:team": "photos",
        "kms:EncryptionContextKeys": ("team",),
    }


def test_a_new_key_is_what_kms_makes_by_default() -> None:
    (found,) = needed("kms", "CreateKey")
    assert found.context == {
        "kms:KeySpec": "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": "AWS_KMS",
        "kms:MultiRegion": "false",
    }


def test_a_new_key_is_what_the_call_wants() -> None:
    (found,) = needed("kms", "CreateKey", CustomerMasterKeySpec="RSA_2048", MultiRegion=True)
    assert (found.context["kms:KeySpec"], found.context["kms:MultiRegion"]) == ("RSA_2048", "true")


def test_a_grant_token_alone_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="GrantId"):
        needed("kms", "RetireGrant", GrantToken="t")
