"""IAM and STS.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, anywhere, one


def _role(parameters: Parameters, place: Place) -> str:
    path = parameters.get("Path", "/")
    return place.global_arn("iam", f"role{path}{parameters['RoleName']}")


def _user(parameters: Parameters, place: Place) -> str:
    path = parameters.get("Path", "/")
    return place.global_arn("iam", f"user{path}{parameters['UserName']}")


_ON_A_ROLE = (
    "CreateRole",
    "DeleteRole",
    "DeleteRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListRolePolicies",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
)
_ON_A_USER = (
    "CreateAccessKey",
    "CreateUser",
    "DeleteUser",
    "DeleteUserPolicy",
    "GetUser",
    "GetUserPolicy",
    "PutUserPolicy",
)

IAM_OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"iam:{name}", _role) for name in _ON_A_ROLE},
    **{name: one(f"iam:{name}", _user) for name in _ON_A_USER},
    "ListRoles": anywhere("iam:ListRoles"),
    "ListUsers": anywhere("iam:ListUsers"),
}
STS_OPERATIONS: Mapping[str, Needs] = {
    "AssumeRole": one("sts:AssumeRole", lambda parameters, _: parameters["RoleArn"]),
    "GetCallerIdentity": anywhere("sts:GetCallerIdentity"),
}
