"""IAM itself: its resources have paths, which a call that is about an existing one does not say.

Without a ``UserName`` some calls are about their caller. To rename something is an action on the
old name and on the new one. Service-linked roles are not here: who asks for one does not name it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Keys,
    KeysOf,
    Needs,
    Parameters,
    Place,
    Requirement,
    ResourceOf,
    named,
    no_resource,
    on,
    one,
    passing,
    together,
)

_ATTACHING = {"PolicyArn": "iam:PolicyARN"}
_BOUNDARY = {"PermissionsBoundary": "iam:PermissionsBoundary"}
_CREDENTIAL = {
    "ServiceName": "iam:ServiceSpecificCredentialServiceName",
    "CredentialAgeDays": "iam:ServiceSpecificCredentialAgeDays",
}


def _existing(kind: str, name: str, place: Place) -> str:
    path = place.lookups.path(kind, name) or "/"
    return place.global_arn("iam", f"{kind}{path}{name}")


def _called(kind: str, parameter: str) -> ResourceOf:
    """Return what finds a resource that exists by its name alone."""
    return lambda parameters, place: _existing(kind, str(parameters[parameter]), place)


def _new(kind: str, parameter: str) -> ResourceOf:
    """Return what finds a resource that is being made, and whose path the call gives."""
    return lambda parameters, place: place.global_arn(
        "iam", f"{kind}{parameters.get('Path') or '/'}{parameters[parameter]}"
    )


def _user(parameters: Parameters, place: Place) -> str:
    name = parameters.get("UserName")
    if name:
        return _existing("user", str(name), place)
    if place.caller is None or ":user/" not in place.caller:
        raise UnknownOperationError(
            "Without a UserName the call is about its caller, who is no user; name the user."
        )
    return place.caller


def _of_itself(parameters: Parameters, place: Place) -> str:
    """Return the caller, for a call that cannot name anyone else."""
    return _user({**parameters, "UserName": None}, place)


def _boundary_of(resource: ResourceOf) -> KeysOf:
    """Return what finds the boundary that a user or role has already."""

    def keys(parameters: Parameters, place: Place) -> Mapping[str, ContextValue]:
        found = place.lookups.boundary(resource(parameters, place))
        return {"iam:PermissionsBoundary": found} if found else {}

    return keys


def _renamed(operation: str, kind: str, name: str, new_name: str) -> Needs:
    """Return the row of a call that may give something another name and path."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        called = str(parameters[name])
        old = _existing(kind, called, place)
        path = parameters.get("NewPath") or place.lookups.path(kind, called) or "/"
        new = place.global_arn("iam", f"{kind}{path}{parameters.get(new_name) or called}")
        return tuple(Requirement(f"iam:{operation}", arn) for arn in dict.fromkeys((old, new)))

    return needs


def _oidc_provider(parameters: Parameters, place: Place) -> str:
    host = str(parameters["Url"]).partition("://")[2]
    return place.global_arn("iam", f"oidc-provider/{host}")


def _pass_to_instances(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    return passing(_role(parameters, place), "ec2.amazonaws.com")


_role = _called("role", "RoleName")
_group = _called("group", "GroupName")
_profile = _called("instance-profile", "InstanceProfileName")
_certificate = _called("server-certificate", "ServerCertificateName")
_bounded_role = _boundary_of(_role)
_bounded_user = _boundary_of(_user)


def _made(operation: str, kind: str, name: str, tag: str | None, *keys: Keys) -> Needs:
    """Return the row of a call that makes something, and may tag it at once."""
    resource = _new(kind, name)
    made = one(f"iam:{operation}", resource, *keys, tags)
    return together(made, tagging(f"iam:{tag}", resource)) if tag else made


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "iam",
        _role,
        "GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies "
        "ListRoleTags",
    ),
    **on(
        "iam",
        _role,
        "DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy GetRole PutRolePolicy "
        "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
        _bounded_role,
    ),
    **on("iam", _role, "AttachRolePolicy DetachRolePolicy", _ATTACHING, _bounded_role),
    **on("iam", _role, "PutRolePermissionsBoundary", _BOUNDARY),
    **on("iam", _role, "TagRole UntagRole", tags),
    **on(
        "iam",
        _user,
        "CreateAccessKey CreateLoginProfile DeactivateMFADevice DeleteAccessKey "
        "DeleteLoginProfile DeleteSSHPublicKey DeleteSigningCertificate DeleteUser "
        "EnableMFADevice GetLoginProfile GetMFADevice GetSSHPublicKey GetUser GetUserPolicy "
        "ListAccessKeys ListAttachedUserPolicies ListGroupsForUser ListMFADevices "
        "ListSSHPublicKeys ListServiceSpecificCredentials ListSigningCertificates "
        "ListUserPolicies ListUserTags ResyncMFADevice UpdateAccessKey UpdateLoginProfile "
        "UpdateSSHPublicKey UpdateSigningCertificate UploadSSHPublicKey UploadSigningCertificate",
    ),
    **on(
        "iam",
        _user,
        "DeleteUserPermissionsBoundary DeleteUserPolicy PutUserPolicy",
        _bounded_user,
    ),
    **on("iam", _user, "AttachUserPolicy DetachUserPolicy", _ATTACHING, _bounded_user),
    **on("iam", _user, "PutUserPermissionsBoundary", _BOUNDARY),
    **on("iam", _user, "TagUser UntagUser", tags),
    **on(
        "iam",
        _user,
        "CreateServiceSpecificCredential DeleteServiceSpecificCredential "
        "ResetServiceSpecificCredential UpdateServiceSpecificCredential",
        _CREDENTIAL,
    ),
    **on("iam", _of_itself, "ChangePassword"),
    **on(
        "iam",
        _group,
        "AddUserToGroup DeleteGroup DeleteGroupPolicy GetGroup GetGroupPolicy "
        "ListAttachedGroupPolicies ListGroupPolicies PutGroupPolicy RemoveUserFromGroup",
    ),
    **on("iam", _group, "AttachGroupPolicy DetachGroupPolicy", _ATTACHING),
    **on(
        "iam",
        named("PolicyArn"),
        "CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion "
        "ListEntitiesForPolicy ListPolicyTags ListPolicyVersions SetDefaultPolicyVersion",
    ),
    **on("iam", named("PolicyArn"), "TagPolicy UntagPolicy", tags),
    **on(
        "iam",
        _profile,
        "DeleteInstanceProfile GetInstanceProfile ListInstanceProfileTags "
        "RemoveRoleFromInstanceProfile",
    ),
    **on("iam", _profile, "TagInstanceProfile UntagInstanceProfile", tags),
    **on(
        "iam",
        _certificate,
        "DeleteServerCertificate GetServerCertificate ListServerCertificateTags",
    ),
    **on("iam", _certificate, "TagServerCertificate UntagServerCertificate", tags),
    **on("iam", named("SerialNumber"), "DeleteVirtualMFADevice ListMFADeviceTags"),
    **on("iam", named("SerialNumber"), "TagMFADevice UntagMFADevice", tags),
    **on(
        "iam",
        named("OpenIDConnectProviderArn"),
        "AddClientIDToOpenIDConnectProvider DeleteOpenIDConnectProvider GetOpenIDConnectProvider "
        "ListOpenIDConnectProviderTags RemoveClientIDFromOpenIDConnectProvider "
        "UpdateOpenIDConnectProviderThumbprint",
    ),
    **on(
        "iam",
        named("OpenIDConnectProviderArn"),
        "TagOpenIDConnectProvider UntagOpenIDConnectProvider",
        tags,
    ),
    **on(
        "iam",
        named("SAMLProviderArn"),
        "DeleteSAMLProvider GetSAMLProvider ListSAMLProviderTags UpdateSAMLProvider",
    ),
    **on("iam", named("SAMLProviderArn"), "TagSAMLProvider UntagSAMLProvider", tags),
    **on("iam", named("Arn"), "GenerateServiceLastAccessedDetails"),
    **on("iam", named("Arn"), "ListPoliciesGrantingServiceAccess"),
    **on(
        "iam",
        named("PolicySourceArn"),
        "GetContextKeysForPrincipalPolicy SimulatePrincipalPolicy",
    ),
    **on(
        "iam",
        no_resource,
        "CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy "
        "GenerateCredentialReport GetAccountAuthorizationDetails GetAccountPasswordPolicy "
        "GetAccountSummary GetContextKeysForCustomPolicy GetCredentialReport "
        "GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities "
        "ListAccountAliases ListGroups ListInstanceProfiles ListOpenIDConnectProviders "
        "ListPolicies ListRoles ListSAMLProviders ListServerCertificates ListUsers "
        "ListVirtualMFADevices SetSecurityTokenServicePreferences SimulateCustomPolicy "
        "UpdateAccountPasswordPolicy",
    ),
    "AddRoleToInstanceProfile": together(
        one("iam:AddRoleToInstanceProfile", _profile), _pass_to_instances
    ),
    "CreateGroup": _made("CreateGroup", "group", "GroupName", None),
    "CreateInstanceProfile": _made(
        "CreateInstanceProfile", "instance-profile", "InstanceProfileName", "TagInstanceProfile"
    ),
    "CreateOpenIDConnectProvider": together(
        one("iam:CreateOpenIDConnectProvider", _oidc_provider, tags),
        tagging("iam:TagOpenIDConnectProvider", _oidc_provider),
    ),
    "CreatePolicy": _made("CreatePolicy", "policy", "PolicyName", "TagPolicy"),
    "CreateRole": _made("CreateRole", "role", "RoleName", "TagRole", _BOUNDARY),
    "CreateSAMLProvider": _made("CreateSAMLProvider", "saml-provider", "Name", "TagSAMLProvider"),
    "CreateUser": _made("CreateUser", "user", "UserName", "TagUser", _BOUNDARY),
    "CreateVirtualMFADevice": _made(
        "CreateVirtualMFADevice", "mfa", "VirtualMFADeviceName", "TagMFADevice"
    ),
    "UpdateGroup": _renamed("UpdateGroup", "group", "GroupName", "NewGroupName"),
    "UpdateServerCertificate": _renamed(
        "UpdateServerCertificate",
        "server-certificate",
        "ServerCertificateName",
        "NewServerCertificateName",
    ),
    "UpdateUser": _renamed("UpdateUser", "user", "UserName", "NewUserName"),
    "UploadServerCertificate": _made(
        "UploadServerCertificate",
        "server-certificate",
        "ServerCertificateName",
        "TagServerCertificate",
    ),
}
