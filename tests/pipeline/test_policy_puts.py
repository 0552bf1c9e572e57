"""Policies that are put with boto3, and the genuine errors of the services that refuse them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.sandbox import Sandbox
from pipeline.topology import TOPOLOGY_NAMES

VERSION = "2012-10-17"
LAMBDA = {"Service": "lambda.amazonaws.com"}


@pytest.fixture
def sandbox(scene: Any) -> Sandbox:
    opened: Sandbox = scene.sandbox
    return opened


def document(**statement: Any) -> str:
    return json.dumps({"Version": VERSION, "Statement": [{"Effect": "Allow", **statement}]})


def refused(call: Any, **parameters: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    return status, error["Code"], error["Message"]


def put_role_policy(sandbox: Sandbox, text: str, name: str = "more") -> dict[str, Any]:
    return {
        "RoleName": sandbox.topology.execution_role.name,
        "PolicyName": name,
        "PolicyDocument": text,
    }


def test_an_identity_based_policy_may_name_actions_that_do_not_exist(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    text = document(Action="s3:GetObjects", Resource="arn:aws:s3:::photos")
    iam.put_role_policy(**put_role_policy(sandbox, text))

    stored = iam.get_role_policy(RoleName=sandbox.topology.execution_role.name, PolicyName="more")
    assert stored["PolicyDocument"] == json.loads(text)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Syntax errors in policy.", "{"),
        (
            "Policy document should not specify a principal.",
            document(Principal="*", Action="s3:GetObject", Resource="*"),
        ),
        (
            'Resource photos must be in ARN format or "*".',
            document(Action="s3:GetObject", Resource="photos"),
        ),
        (
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            document(Action="GetObject", Resource="*"),
        ),
        (
            "Policy document must be version 2012-10-17 or greater.",
            '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}',
        ),
    ],
)
def test_iam_refuses_a_malformed_inline_policy(message: str, text: str, sandbox: Sandbox) -> None:
    call = sandbox.client("iam").put_role_policy
    assert refused(call, **put_role_policy(sandbox, text)) == (
        400,
        "MalformedPolicyDocument",
        message,
    )


@pytest.mark.fidelity(
    service="iam",
    behaviour="The inline policies of a role share one quota of characters",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
def test_the_inline_policies_of_a_role_share_their_quota(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    name = sandbox.topology.execution_role.name
    text = document(Action="s3:GetObject", Resource=[f"arn:aws:s3:::{n:0200}/*" for n in range(22)])
    iam.put_role_policy(**put_role_policy(sandbox, text))
    iam.put_role_policy(**put_role_policy(sandbox, text))

    assert refused(iam.put_role_policy, **put_role_policy(sandbox, text, "again")) == (
        409,
        "LimitExceeded",
        f"Maximum policy size of 10240 bytes exceeded for role {name}",
    )


def test_iam_refuses_a_trust_policy_that_trusts_nobody_who_exists(sandbox: Sandbox) -> None:
    account = sandbox.topology.queue.arn.split(":")[4]
    nobody = f"arn:aws:iam::{account}:role/nobody"
    text = document(Principal={"AWS": nobody}, Action="sts:AssumeRole")
    assert refused(
        sandbox.client("iam").update_assume_role_policy,
        RoleName=sandbox.topology.execution_role.name,
        PolicyDocument=text,
    ) == (400, "MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{nobody}"')


def test_iam_takes_a_trust_policy_that_trusts_a_role_of_the_account(sandbox: Sandbox) -> None:
    role = sandbox.topology.execution_role
    account = sandbox.topology.queue.arn.split(":")[4]
    principal = {"AWS": f"arn:aws:iam::{account}:role/{role.name}"}
    iam = sandbox.client("iam")
    iam.update_assume_role_policy(
        RoleName=role.name, PolicyDocument=document(Principal=principal, Action="sts:AssumeRole")
    )
    stored = iam.get_role(RoleName=role.name)["Role"]["AssumeRolePolicyDocument"]
    assert stored["Statement"][0]["Principal"] == principal


def test_iam_prohibits_a_resource_in_a_trust_policy(sandbox: Sandbox) -> None:
    text = document(Principal=LAMBDA, Action="sts:AssumeRole", Resource="*")
    assert refused(
        sandbox.client("iam").update_assume_role_policy,
        RoleName=sandbox.topology.execution_role.name,
        PolicyDocument=text,
    ) == (400, "MalformedPolicyDocument", "Has prohibited field Resource")


def test_a_queues_policy_may_name_no_action_that_does_not_exist(sandbox: Sandbox) -> None:
    sqs = sandbox.client("sqs")
    queue = sandbox.topology.queue
    url = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
    before = sandbox.policy("queue-policy")
    for action in ("sqs:SendMessageBatch", "sqs:SendMesage", "s3:GetObject", "sqs:Put*"):
        text = document(Principal="*", Action=action, Resource=queue.arn)
        assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"Policy": text}) == (
            400,
            "InvalidAttributeValue",
            "Invalid value for the parameter Policy.",
        )
    assert sandbox.policy("queue-policy") == before


def bucket_policy(sandbox: Sandbox, **statement: Any) -> dict[str, str]:
    name = sandbox.topology.uploads.name
    return {"Bucket": name, "Policy": document(**{"Principal": "*", **statement})}


@pytest.mark.fidelity(
    service="s3",
    behaviour=(
        "S3 refuses a bucket policy whose actions, resources or principals it does not know"
    ),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
)
@pytest.mark.parametrize(
    ("message", "statement"),
    [
        (
            "Action does not apply to any resource(s) in statement",
            {"Action": "s3:GetObject", "Resource": "{}"},
        ),
        (
            "Action does not apply to any resource(s) in statement",
            {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "{}/*"},
        ),
        ("Policy has invalid action", {"Action": "s3:HeadObject", "Resource": "{}/*"}),
        ("Policy has invalid resource", {"Action": "s3:GetObject", "Resource": "*"}),
        (
            "Policy has invalid resource",
            {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::another/*"},
        ),
        (
            "Invalid principal in policy",
            {
                "Action": "s3:GetObject",
                "Resource": "{}/*",
                "Principal": {"AWS": "AROA27HJSWAHEPTTLIWSO"},
            },
        ),
        ("Missing required field Action", {"Resource": "{}/*"}),
    ],
)
def test_s3_refuses_a_bucket_policy(
    message: str, statement: dict[str, Any], sandbox: Sandbox
) -> None:
    arn = f"arn:aws:s3:::{sandbox.topology.uploads.name}"
    statement = {**statement, "Resource": statement["Resource"].format(arn)}
    answer = refused(sandbox.client("s3").put_bucket_policy, **bucket_policy(sandbox, **statement))
    assert answer == (400, "MalformedPolicy", message)


def test_s3_keeps_a_bucket_policy_whose_actions_fit_its_resources(sandbox: Sandbox) -> None:
    arn = f"arn:aws:s3:::{sandbox.topology.uploads.name}"
    given = bucket_policy(
        sandbox, Action=["s3:GetObject", "s3:ListBucket"], Resource=[arn, f"{arn}/*"]
    )
    s3 = sandbox.client("s3")
    s3.put_bucket_policy(**given)
    assert s3.get_bucket_policy(Bucket=given["Bucket"])["Policy"] == given["Policy"]


def test_sns_refuses_actions_that_are_not_the_topics(sandbox: Sandbox) -> None:
    sns = sandbox.client("sns")
    topic = sns.create_topic(Name="pictures")["TopicArn"]
    for action in ("sns:CreateTopic", "sns:*", "sqs:SendMessage"):
        text = document(Principal="*", Action=action, Resource=topic)
        assert refused(
            sns.set_topic_attributes, TopicArn=topic, AttributeName="Policy", AttributeValue=text
        ) == (
            400,
            "InvalidParameter",
            "Invalid parameter: Policy statement action out of service scope!",
        )
    text = document(Principal="*", Action="SNS:Publish", Resource=topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="{")


def test_kms_refuses_principals_that_do_not_exist(sandbox: Sandbox) -> None:
    account = sandbox.topology.queue.arn.split(":")[4]
    nobody = {"AWS": f"arn:aws:iam::{account}:user/nobody"}
    text = document(Principal=nobody, Action="kms:*", Resource="*")
    assert refused(sandbox.client("kms").create_key, Policy=text) == (
        400,
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
    )


def test_dynamodb_refuses_actions_that_no_table_has(sandbox: Sandbox) -> None:
    account = sandbox.topology.queue.arn.split(":")[4]
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/{sandbox.topology.table.name}"
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    text = document(Principal=root, Action="dynamodb:ListStreams", Resource=arn)
    assert refused(
        sandbox.client("dynamodb").put_resource_policy, ResourceArn=arn, Policy=text
    ) == (
        400,
        "ValidationException",
        (
            "One or more parameter values were invalid: Invalid policy document: The following "
            'action names are invalid: "dynamodb:ListStreams"'
        ),
    )


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_every_arrow_stands_at_first_and_is_broken_and_restored(name: str) -> None:
    with Sandbox(topology=name, seed=1) as sandbox:
        assert sandbox.broken_arrows == frozenset()
        for arrow in sandbox.topology.arrow_names:
            sandbox.break_arrow(arrow)
            assert sandbox.broken_arrows == {arrow}
            sandbox.restore_arrow(arrow)
        assert sandbox.broken_arrows == frozenset()
