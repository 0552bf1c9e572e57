"""IAM and STS.

A user or role that a call names without its path is taken to have none.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import Needs, Parameters, Place, anywhere, given, one, together


def _role(parameters: Parameters, place: Place) -> str:
    return place.global_arn("iam", f"role{parameters.get('Path') or '/'}{parameters['RoleName']}")


def _user(parameters: Parameters, place: Place) -> str:
    name = parameters.get("UserName")
    if not name:
        raise UnknownOperationError(
            "Without a UserName the call is about its caller; name the user."
        )
    return place.global_arn("iam", f"user{parameters.get('Path') or '/'}{name}")


def _assumed(parameters: Parameters, _: Place) -> str:
    return str(parameters["RoleArn"])


_ON_A_ROLE = (
    "DeleteRole",
    "DeleteRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListRolePolicies",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
)
_ON_A_USER = (
    "CreateAccessKey",
    "DeleteUser",
    "DeleteUserPolicy",
    "GetUser",
    "GetUserPolicy",
    "PutUserPolicy",
)
_ATTACHING = {"PolicyArn": "iam:PolicyARN"}
_BOUNDARY = {"PermissionsBoundary": "iam:PermissionsBoundary"}
_ASSUMING = {
    "ExternalId": "sts:ExternalId",
    "RoleSessionName": "sts:RoleSessionName",
    "SourceIdentity": "sts:SourceIdentity",
}

IAM_OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"iam:{name}", _role) for name in _ON_A_ROLE},
    **{name: one(f"iam:{name}", _user) for name in _ON_A_USER},
    "AttachRolePolicy": one("iam:AttachRolePolicy", _role, _ATTACHING),
    "CreateRole": together(
        one("iam:CreateRole", _role, _BOUNDARY), given(("Tags",), one("iam:TagRole", _role))
    ),
    "CreateUser": together(
        one("iam:CreateUser", _user, _BOUNDARY), given(("Tags",), one("iam:TagUser", _user))
    ),
    "DetachRolePolicy": one("iam:DetachRolePolicy", _role, _ATTACHING),
    "ListRoles": anywhere("iam:ListRoles"),
    "ListUsers": anywhere("iam:ListUsers"),
}
STS_OPERATIONS: Mapping[str, Needs] = {
    "AssumeRole": together(
        one("sts:AssumeRole", _assumed, _ASSUMING),
        given(("Tags",), one("sts:TagSession", _assumed)),
        given(("SourceIdentity",), one("sts:SetSourceIdentity", _assumed)),
    ),
    "GetCallerIdentity": anywhere("sts:GetCallerIdentity"),
}
