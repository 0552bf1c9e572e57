"""Guardrails that hold for administrators, too: in them it is the exceptions that matter.

An administrator who is a user is always there: the learner. The role ``operator`` is another, so
that an exception for every role, or for every user, is seen.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.grading.callers import Asked, decide, principal_of
from pipeline.grading.run import Run
from pipeline.grading.scenarios.every_upload import every_upload
from pipeline.grading.scenarios.registry import scenario
from pipeline.topology.statements import allow, policy

OPERATOR = "operator"
"""A role that may do everything, as far as its own policy goes."""


def make_operator(run: Run) -> None:
    """Make the role of an administrator."""
    iam = run.client("iam")
    root = {"AWS": f"arn:aws:iam::{run.sandbox.topology.account}:root"}
    trust = policy(allow("AccountAssumes", "sts:AssumeRole", Principal=root))
    everything = policy(allow("Everything", "*", Resource="*"))
    iam.create_role(RoleName=OPERATOR, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName=OPERATOR, PolicyName=OPERATOR, PolicyDocument=json.dumps(everything)
    )


@scenario("every-upload-beside-an-operator", prepare=make_operator)
def beside_an_operator(run: Run) -> None:
    """Require all that *every-upload* does, in an account with an administrator's role."""
    every_upload(run)


@scenario("tables-by-region", prepare=make_operator)
def tables_by_region(run: Run, *, regions: Sequence[str] = ()) -> None:
    """Require all that *every-upload* does, and that administrators may use tables elsewhere.

    Args:
        run: On an architecture.
        regions: The Regions in which the learner must be able to write items. Nothing runs there:
            it is decided from the policies.
    """
    every_upload(run)
    topology = run.sandbox.topology
    learner = principal_of(topology, "learner")
    for region in regions:
        table = f"arn:aws:dynamodb:{region}:{topology.account}:table/orders"
        asked = Asked(learner, "dynamodb:PutItem", table, {"aws:RequestedRegion": region})
        decision = decide(run.sandbox, asked)
        run.require(
            f"tables-in:{region}",
            f"An administrator may write to tables in {region}.",
            "" if decision.allowed else f"The request is denied {decision.reason}.",
            holds=decision.allowed,
        )
