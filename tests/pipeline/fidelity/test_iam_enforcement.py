"""Who may call: moto lets everybody, a sandbox lets whom the policies let."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline.iam.errors import PolicyError
from pipeline.iam.operations import UnknownOperationError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def test_moto_alone_lets_a_role_without_policies_do_everything(moto: boto3.Session) -> None:
    moto.client("s3").create_bucket(Bucket="bucket")
    role = moto.client("iam").create_role(
        RoleName="nobody", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    answer = moto.client("sts").assume_role(RoleArn=role, RoleSessionName="visit")["Credentials"]
    nobody = boto3.Session(
        answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], "us-east-1"
    )

    nobody.client("s3").put_object(Bucket="bucket", Key="k", Body=b"x")

    assert "Contents" in moto.client("s3").list_objects_v2(Bucket="bucket")


def test_moto_alone_assumes_a_role_that_does_not_exist(moto: boto3.Session) -> None:
    arn = "arn:aws:iam::123456789012:role/nobody"
    assert moto.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]


@pytest.mark.fidelity(
    service="iam",
    behaviour="A role that does not exist cannot be assumed",
    verdict="corrected",
    address="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
    note="",
)
def test_in_a_sandbox_a_role_that_does_not_exist_cannot_be_assumed(scene: Any) -> None:
    arn = f"arn:aws:iam::{scene.sandbox.topology.account}:role/nobody"
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        scene.sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")


@pytest.mark.fidelity(
    service="iam",
    behaviour="An account belongs to an organization, whose policies limit it",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    note="A sandbox has no organization and refuses such calls; one SCP can be attached to it.",
)
def test_a_sandbox_has_no_organization(scene: Any) -> None:
    with pytest.raises(UnknownOperationError, match="organizations:ListPolicies"):
        scene.sandbox.client("organizations").list_policies(Filter="SERVICE_CONTROL_POLICY")


@pytest.mark.fidelity(
    service="iam",
    behaviour="A service control policy limits every user and role of its account",
    verdict="simplified",
    address="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    note="There is one at most, beside FullAWSAccess, and no call of Organizations puts it there.",
)
def test_a_service_control_policy_denies_what_every_policy_allows(scene: Any) -> None:
    s3, sandbox = scene.sandbox.client("s3"), scene.sandbox
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    sandbox.set_scp({"Version": "2012-10-17", "Statement": [deny]})
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        s3.list_objects_v2(Bucket=sandbox.topology.uploads.name)

    sandbox.set_scp(None)

    assert s3.list_objects_v2(Bucket=sandbox.topology.uploads.name)["KeyCount"] == 0


def test_a_service_control_policy_that_denies_everything_does_not_outlive_a_reset(
    scene: Any,
) -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    scene.sandbox.set_scp(json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    scene.sandbox.reset()

    assert scene.sandbox.client("sqs").list_queues()["QueueUrls"]


def test_a_service_control_policy_without_denials_takes_nothing(scene: Any) -> None:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    scene.sandbox.set_scp({"Version": "2012-10-17", "Statement": [allow]})

    assert scene.sandbox.client("sqs").list_queues()["QueueUrls"]


@pytest.mark.parametrize("document", ["{", "[]", {"Version": "2012-10-17"}])
def test_a_malformed_service_control_policy_is_refused_and_changes_nothing(
    scene: Any, document: Any
) -> None:
    with pytest.raises(PolicyError):
        scene.sandbox.set_scp(document)

    assert scene.sandbox.client("sqs").list_queues()["QueueUrls"]
