"""Guardrails: who is excepted from a deny, and where."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.grading.grade import grade
from pipeline.grading.values import Document, Forbidden, Grade, Setup
from pipeline.sandbox import Sandbox

FUNCTION = "arn:aws:iam::{account}:role/thumbnail-function"
OPERATOR = "arn:aws:iam::{account}:role/operator"
PHOTO = "arn:aws:s3:::thumbnails-{account}/photo.jpg"


def _deny(action: str, resource: str, condition: dict[str, Any], **more: str) -> Document:
    """Return a policy of one statement that denies."""
    statement = {
        "Effect": "Deny",
        "Action": action,
        "Resource": resource,
        "Condition": condition,
        **more,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _only(operator: str, principal_arn: str) -> Document:
    condition = {operator: {"aws:PrincipalArn": principal_arn}}
    return _deny("s3:PutObject", "arn:aws:s3:::thumbnails-{account}/*", condition, Principal="*")


def _guarded(stage: Sandbox, policy: Document) -> Grade:
    """Grade a policy of the thumbnails that only the function may store."""
    forbidden = tuple(
        Forbidden(caller, "s3:PutObject", PHOTO, "It could replace thumbnails.")
        for caller in (OPERATOR, "learner")
    )
    setup = Setup("thumbnails", "every-upload-beside-an-operator", forbidden=forbidden)
    return grade(setup, {"bucket-policy:thumbnails": policy}, sandbox=stage)


def _regional(stage: Sandbox, *regions: str) -> Grade:
    """Grade a service control policy that leaves tables to some Regions."""
    policy = _deny("dynamodb:*", "*", {"StringNotEquals": {"aws:RequestedRegion": list(regions)}})
    setup = Setup("thumbnails", "tables-by-region", {"regions": ["eu-central-1"]})
    return grade(setup, {"scp": policy}, sandbox=stage)


def _failed(grade: Grade) -> list[str]:
    return [each.id for part in grade.parts for each in part.failed]


def test_an_exception_for_the_function_alone_is_mastery(stage: Sandbox) -> None:
    assert _guarded(stage, _only("StringNotEquals", FUNCTION)).mastered


def test_an_exception_for_every_role_lets_the_operator_in(stage: Sandbox) -> None:
    found = _guarded(stage, _only("StringNotLike", "arn:aws:iam::{account}:role/*"))

    assert _failed(found) == ["forbidden:0"]


@pytest.mark.parametrize("nothing", ["{}", "null"])
def test_no_policy_at_all_works_and_lets_every_administrator_in(
    stage: Sandbox, nothing: str
) -> None:
    found = _guarded(stage, nothing)

    assert (found.works.holds, _failed(found)) == (True, ["forbidden:0", "forbidden:1"])


def test_a_guardrail_that_leaves_out_both_regions_works(stage: Sandbox) -> None:
    assert _regional(stage, "eu-central-1", "us-east-1").mastered


def test_a_guardrail_that_cuts_the_other_region_off_does_not_work(stage: Sandbox) -> None:
    found = _regional(stage, "us-east-1")

    assert [each.id for each in found.works.failed] == ["tables-in:eu-central-1"]


def test_a_guardrail_that_cuts_the_own_region_off_leaves_the_items_unwritten(
    stage: Sandbox,
) -> None:
    found = _regional(stage, "eu-central-1")

    assert "done:photo.jpg" in [each.id for each in found.works.failed]
