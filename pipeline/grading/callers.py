"""Who asks, in the requests that are decided without being made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.iam.decisions import Decision
from pipeline.iam.evaluation import NamedPolicy, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal
from pipeline.iam.requirement import Requirement
from pipeline.topology import Topology
from pipeline.topology.statements import allow, policy

if TYPE_CHECKING:
    from pipeline.grading.values import Forbidden
    from pipeline.sandbox import Sandbox

_EVERYTHING = NamedPolicy("Administrator", parse_policy(policy(allow("All", "*", Resource="*"))))


@dataclass(frozen=True, slots=True)
class Asked:
    """A forbidden request with everything filled in."""

    principal: Principal
    action: str
    resource: str
    context: dict[str, str]


def principal_of(topology: Topology, caller: str) -> Principal:
    """Return who a caller is, in an architecture's words or AWS's.

    Raises:
        ValueError: Nobody is called so.
    """
    if caller == "learner":
        return Principal.parse(f"arn:aws:iam::{topology.account}:user/learner")
    if caller == "function" or caller.startswith("function "):
        name = caller.partition(" ")[2] or topology.function.name
        try:
            return Principal.parse(topology.function_named(name).caller)
        except KeyError:
            raise ValueError(f"There is no function {name!r} in {topology.name}.") from None
    return Principal.parse(caller.replace("{account}", topology.account))


def asked(topology: Topology, forbidden: Forbidden, key: str = "") -> Asked:
    """Return a request as it would be made in an architecture; ``key`` is the key's ARN.

    Raises:
        ValueError: Nobody is called as its caller is.
    """

    def filled(text: str) -> str:
        return text.replace("{account}", topology.account).replace("{key}", key)

    return Asked(
        principal_of(topology, forbidden.caller),
        forbidden.action,
        filled(forbidden.resource),
        {name: filled(value) for name, value in forbidden.context.items()},
    )


def decide(sandbox: Sandbox, request: Asked) -> Decision:
    """Return what would become of a request now.

    Whoever is of another account is taken to be administrator there: that account's policies are
    not ours to count on.
    """
    from pipeline.gate.calls import Caller  # noqa: PLC0415 - the cloud is loaded late

    user_id = _user_id(sandbox, request.principal)
    caller = Caller("somebody", request.principal, user_id=user_id, context=request.context)
    service = request.action.partition(":")[0]
    found, policies = sandbox.case(caller, service, Requirement(request.action, request.resource))
    account = request.principal.account
    if account is not None and account != sandbox.topology.account:
        policies = replace(policies, identity=(_EVERYTHING,))
    return evaluate(found, policies)


def _user_id(sandbox: Sandbox, principal: Principal) -> str:
    """Return the unique id that a policy sees as ``aws:userid``, as of a real caller.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    if principal.role_arn is None:
        return sandbox.user_id(principal.arn) or "somebody"
    session = "somebody" if principal.arn == principal.role_arn else principal.arn
    return f"{sandbox.user_id(principal.role_arn)}:{session.rpartition('/')[2]}"
