"""The support desk: an object that is missing, to those who may list and to those who may not."""

from __future__ import annotations

from typing import Any

from pipeline.grading.grade import grade
from pipeline.grading.values import Evidence, Grade, Setup
from pipeline.sandbox import Sandbox

UPLOADS = "arn:aws:s3:::uploads-{account}"


def _allow(action: str, resource: str) -> dict[str, Any]:
    principal = {"AWS": "arn:aws:iam::{account}:role/support"}
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}


def _graded(stage: Sandbox, *statements: dict[str, Any]) -> Grade:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    setup = Setup("thumbnails", "missing-original")
    return grade(setup, {"bucket-policy:uploads": policy}, sandbox=stage)


def _failed(grade: Grade) -> list[Evidence]:
    return list(grade.works.failed)


def test_who_may_read_and_list_learns_that_an_object_is_missing(stage: Sandbox) -> None:
    found = _graded(stage, _allow("s3:GetObject", f"{UPLOADS}/*"), _allow("s3:ListBucket", UPLOADS))

    assert found.mastered, found.parts


def test_who_may_only_read_is_denied_an_object_that_is_missing(stage: Sandbox) -> None:
    [failed] = _failed(_graded(stage, _allow("s3:GetObject", f"{UPLOADS}/*")))

    assert failed.id == "missing-is-404"
    assert failed.details[0].startswith("AccessDenied")


def test_who_may_only_list_reads_neither(stage: Sandbox) -> None:
    failed = _failed(_graded(stage, _allow("s3:ListBucket", UPLOADS)))

    assert [each.id for each in failed] == ["original-read", "missing-is-404"]
