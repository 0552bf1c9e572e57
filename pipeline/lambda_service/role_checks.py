"""What Lambda asks of a function's role when something is set up with it."""

from __future__ import annotations

from pipeline.cloud.stored_functions import StoredFunction
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import Caller
from pipeline.iam.operations import Requirement
from pipeline.iam.request import Principal, PrincipalKind


def may(gate: Authorizer, function: StoredFunction, action: str, resource: str) -> bool:
    """Tell whether a function's execution role has a permission, now."""
    account = function.role.split(":")[4]
    name = function.role.rpartition("/")[2]
    session = Principal(
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{function.name}",
        kind=PrincipalKind.ROLE_SESSION,
        account=account,
        role_arn=function.role,
    )
    service = resource.split(":")[2]
    requirement = Requirement(action, resource, {})
    return gate.decide(Caller("poller", session), service, requirement).allowed


def is_assumable(gate: Authorizer, role: str) -> bool:
    """Tell whether a role's trust policy lets Lambda assume it."""
    service = Caller("lambda", Principal.parse("lambda.amazonaws.com"), user_id="lambda")
    return gate.decide(service, "sts", Requirement("sts:AssumeRole", role, {})).allowed
