"""STS: session tags and a source identity need actions of their own beside ``sts:AssumeRole``.

Assuming a role with the token of an identity provider is not here: its caller is in the token,
which nobody reads in this cloud.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    anywhere,
    given,
    named,
    no_resource,
    on,
    one,
    together,
)

_ASSUMING = {
    "ExternalId": "sts:ExternalId",
    "RoleSessionName": "sts:RoleSessionName",
    "SourceIdentity": "sts:SourceIdentity",
    "TransitiveTagKeys": "sts:TransitiveTagKeys",
}
_TRANSITIVE = {"TransitiveTagKeys": "sts:TransitiveTagKeys"}
_SOURCE = {"SourceIdentity": "sts:SourceIdentity"}
_TOKEN = {
    "Audience": "sts:IdentityTokenAudience",
    "DurationSeconds": "sts:DurationSeconds",
    "SigningAlgorithm": "sts:SigningAlgorithm",
}
_role = named("RoleArn")


def _federated_user(parameters: Parameters, place: Place) -> str:
    return place.global_arn("sts", f"federated-user/{parameters['Name']}")


def _root(parameters: Parameters, _: Place) -> str:
    return f"arn:aws:iam::{parameters['TargetPrincipal']}:root"


def _task_policy(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    arn = parameters["TaskPolicyArn"].get("arn")
    return {"sts:TaskPolicyArn": str(arn)} if arn else {}


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "sts",
        no_resource,
        "DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken "
        "GetSessionToken",
    ),
    "AssumeRole": together(
        one("sts:AssumeRole", _role, _ASSUMING, tags),
        given(("Tags",), one("sts:TagSession", _role, tags, _TRANSITIVE)),
        given(("SourceIdentity",), one("sts:SetSourceIdentity", _role, _SOURCE)),
    ),
    "AssumeRoot": one("sts:AssumeRoot", _root, _task_policy),
    "GetFederationToken": together(
        one("sts:GetFederationToken", _federated_user, tags),
        tagging("sts:TagSession", _federated_user),
    ),
    "GetWebIdentityToken": together(
        anywhere("sts:GetWebIdentityToken", _TOKEN, tags),
        given(("Tags",), anywhere("sts:TagGetWebIdentityToken", tags)),
    ),
}
