"""A bucket's policy: moto without the correction, and the sandbox with it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

BUCKET = "kept"


def _deny_but(principal_arn: str, bucket: str = BUCKET) -> str:
    """Return a policy that denies putting objects to all but one principal."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringNotEquals": {"aws:PrincipalArn": principal_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_moto_alone_denies_to_those_whom_a_condition_excepts(moto: boto3.Session) -> None:
    s3: Any = moto.client("s3")
    arn = moto.client("sts").get_caller_identity()["Arn"]
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=_deny_but(arn))

    with pytest.raises(ClientError, match="Forbidden"):
        s3.put_object(Bucket=BUCKET, Key="photo.jpg", Body=b"bytes")


@pytest.mark.fidelity(
    service="s3",
    behaviour="A deny in a bucket policy spares those whom its condition excepts",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html",
)
def test_a_deny_spares_the_principal_whom_its_condition_excepts(scene: Any) -> None:
    account = scene.sandbox.topology.account
    s3 = scene.sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=_deny_but(f"arn:aws:iam::{account}:user/learner"))

    s3.put_object(Bucket=BUCKET, Key="photo.jpg", Body=b"bytes")

    assert s3.get_object(Bucket=BUCKET, Key="photo.jpg")["Body"].read() == b"bytes"


def test_a_deny_holds_for_everybody_else(scene: Any) -> None:
    account = scene.sandbox.topology.account
    s3 = scene.sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=_deny_but(f"arn:aws:iam::{account}:role/other"))

    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        s3.put_object(Bucket=BUCKET, Key="photo.jpg", Body=b"bytes")
