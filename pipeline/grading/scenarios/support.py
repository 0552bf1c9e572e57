"""A support desk that looks an original up: it is there, or it is not.

S3 answers 404 for a missing object only to those who may list the bucket; to others it answers 403,
which does not tell whether the object exists.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import is_done, small_photo, where
from pipeline.grading.scenarios.registry import scenario
from pipeline.topology.statements import allow, policy

SUPPORT = "support"
"""The role of the support desk; it has no policy of its own."""

PRESENT = "photo.jpg"
MISSING = "never-uploaded.jpg"


def make_support(run: Run) -> None:
    """Make the role of the support desk."""
    root = {"AWS": f"arn:aws:iam::{run.sandbox.topology.account}:root"}
    trust = policy(allow("AccountAssumes", "sts:AssumeRole", Principal=root))
    run.client("iam").create_role(RoleName=SUPPORT, AssumeRolePolicyDocument=json.dumps(trust))


@scenario("missing-original", prepare=make_support)
def missing_original(run: Run) -> None:
    """Upload a photo, then get it and a missing one as the role ``support``."""
    run.settle()
    run.submit(PRESENT, small_photo())
    run.settle()
    run.require(
        "photo-done",
        "A photo has its thumbnail and its item.",
        where(run, PRESENT),
        holds=is_done(run, PRESENT),
    )
    s3 = _as_support(run)
    uploads = run.sandbox.topology.uploads.name
    present = run.attempt(s3.get_object, Bucket=uploads, Key=PRESENT)
    run.require(
        "original-read",
        "The support desk can read an original that is there.",
        "" if present.is_allowed else present.words(),
        holds=present.is_allowed,
    )
    missing = run.attempt(s3.get_object, Bucket=uploads, Key=MISSING)
    run.require(
        "missing-is-404",
        "For an original that was never uploaded, the support desk is told NoSuchKey (404).",
        missing.words(),
        holds=missing.code == "NoSuchKey",
    )


def _as_support(run: Run) -> Any:
    """Return a client of S3 in a session of the role."""
    import boto3  # noqa: PLC0415 - the cloud is loaded late

    from pipeline.cloud.service_models import core_session  # noqa: PLC0415

    arn = f"arn:aws:iam::{run.sandbox.topology.account}:role/{SUPPORT}"
    answer = run.client("sts").assume_role(RoleArn=arn, RoleSessionName="support-desk")
    credentials = answer["Credentials"]
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=run.sandbox.topology.region,
        botocore_session=core_session(),
    )
    return session.client("s3")
