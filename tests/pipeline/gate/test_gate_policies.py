"""Which stored policies the gate weighs, and what it knows of a request: real calls by boto3."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/images"
SCAN = {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": TABLE}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def arn(role: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{role}"


def session(answer: Any) -> boto3.Session:
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name="us-east-1",
    )


def make_role(scene: Any, name: str, *statements: dict[str, Any], **more: Any) -> None:
    iam = scene.sandbox.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust), **more)
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=policy(*statements))


def assume(scene: Any, name: str, path: str = "", **more: Any) -> boto3.Session:
    return session(
        scene.sandbox.client("sts").assume_role(
            RoleArn=arn(path + name), RoleSessionName="somebody", **more
        )
    )


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Message"])


@pytest.mark.fidelity(
    service="iam",
    behaviour="A permissions boundary limits what the role's own policies allow",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
def test_a_permissions_boundary_hides_a_good_policy(scene: Any) -> None:
    iam = scene.sandbox.client("iam")
    read = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=policy(read))
    make_role(scene, "bounded", SCAN, PermissionsBoundary=boundary["Policy"]["Arn"])

    message = refusal(assume(scene, "bounded").client("dynamodb").scan, TableName="images")

    assert message.endswith("because no permissions boundary allows the dynamodb:Scan action")


@pytest.mark.fidelity(
    service="iam",
    behaviour="A session policy limits its own session, and no other of the role",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
)
def test_a_session_policy_limits_its_session_alone(scene: Any) -> None:
    make_role(scene, "scanner", SCAN)
    read = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}
    limited = assume(scene, "scanner", Policy=policy(read)).client("dynamodb")

    message = refusal(limited.scan, TableName="images")

    assert message.endswith("because no session policy allows the dynamodb:Scan action")
    assert assume(scene, "scanner").client("dynamodb").scan(TableName="images")["Count"] == 0


def test_a_role_with_a_path_has_its_own_policies(scene: Any) -> None:
    make_role(scene, "scanner", SCAN, Path="/team/")
    table = assume(scene, "scanner", path="team/").client("dynamodb")

    assert table.scan(TableName="images")["Count"] == 0


@pytest.mark.fidelity(
    service="iam",
    behaviour="The tags of a role are condition keys of its requests",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
)
def test_the_tags_of_a_role_are_keys_of_its_requests(scene: Any) -> None:
    for_blue = {**SCAN, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}
    make_role(scene, "blue", for_blue, Tags=[{"Key": "team", "Value": "blue"}])
    make_role(scene, "red", for_blue, Tags=[{"Key": "team", "Value": "red"}])

    assert assume(scene, "blue").client("dynamodb").scan(TableName="images")["Count"] == 0
    assert "no identity-based policy" in refusal(
        assume(scene, "red").client("dynamodb").scan, TableName="images"
    )


def test_a_tag_counts_from_the_call_after_it_was_changed(scene: Any) -> None:
    for_blue = {**SCAN, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}
    make_role(scene, "painter", for_blue, Tags=[{"Key": "team", "Value": "red"}])
    scan = assume(scene, "painter").client("dynamodb").scan
    assert "no identity-based policy" in refusal(scan, TableName="images")

    scene.sandbox.client("iam").tag_role(
        RoleName="painter", Tags=[{"Key": "team", "Value": "blue"}]
    )

    assert scan(TableName="images")["Count"] == 0


@pytest.mark.parametrize(
    ("condition", "is_allowed"),
    [
        ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"StringLike": {"aws:userid": "*:somebody"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ],
)
def test_a_request_carries_the_keys_that_aws_gives_it(
    scene: Any, condition: dict[str, Any], *, is_allowed: bool
) -> None:
    make_role(scene, "scanner", {**SCAN, "Condition": condition})
    scan = assume(scene, "scanner").client("dynamodb").scan

    if is_allowed:
        assert scan(TableName="images")["Count"] == 0
    else:
        assert "no identity-based policy" in refusal(scan, TableName="images")


@pytest.mark.fidelity(
    service="iam",
    behaviour="A topic's policy decides for the principals that it names",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html",
)
def test_the_policy_of_a_topic_decides_for_those_it_names(scene: Any) -> None:
    make_role(scene, "publisher")
    sns = scene.sandbox.client("sns")
    topic = sns.create_topic(Name="photos")["TopicArn"]
    publish = assume(scene, "publisher").client("sns").publish

    assert "no identity-based policy" in refusal(publish, TopicArn=topic, Message="hello")
    named = {"Effect": "Allow", "Principal": {"AWS": arn("publisher")}, "Action": "sns:Publish"}
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy({**named, "Resource": topic}),
    )
    assert publish(TopicArn=topic, Message="hello")["MessageId"]


@pytest.mark.fidelity(
    service="iam",
    behaviour="A KMS key heeds IAM policies only where its own policy names the account",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def test_a_key_whose_policy_does_not_name_the_account_heeds_no_other(scene: Any) -> None:
    kms = scene.sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]
    use = {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": key["Arn"]}
    make_role(scene, "reader", use)
    encrypt = assume(scene, "reader").client("kms").encrypt
    assert encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]

    learner = scene.sandbox.client("sts").get_caller_identity()["Arn"]
    only = {"Effect": "Allow", "Principal": {"AWS": learner}, "Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=policy(only))

    assert "no resource-based policy" in refusal(encrypt, KeyId=key["KeyId"], Plaintext=b"x")


@pytest.mark.fidelity(
    service="iam",
    behaviour="A function's resource-based policy lets in whom it names",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
)
def test_a_permission_of_a_function_lets_in_whom_it_names(scene: Any) -> None:
    make_role(scene, "reader")
    function = scene.sandbox.topology.function.name
    reader = assume(scene, "reader").client("lambda")
    assert "no identity-based policy" in refusal(reader.get_function, FunctionName=function)

    scene.sandbox.client("lambda").add_permission(
        FunctionName=function,
        StatementId="reader",
        Action="lambda:GetFunction",
        Principal=arn("reader"),
    )

    found = reader.get_function(FunctionName=function)["Configuration"]
    assert function == found["FunctionName"]
    assert "no identity-based policy" in refusal(reader.delete_function, FunctionName=function)


def test_a_managed_policy_that_denies_is_named_by_its_arn(scene: Any) -> None:
    iam = scene.sandbox.client("iam")
    make_role(scene, "scanner", SCAN)
    deny = {**SCAN, "Effect": "Deny"}
    managed = iam.create_policy(PolicyName="no-scans", PolicyDocument=policy(deny))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="scanner", PolicyArn=managed)

    message = refusal(assume(scene, "scanner").client("dynamodb").scan, TableName="images")

    assert message.endswith(f"with an explicit deny in an identity-based policy: {managed}")


def test_a_reset_throws_away_what_no_topology_needs_too(scene: Any) -> None:
    sns, kms = scene.sandbox.client("sns"), scene.sandbox.client("kms")
    sns.create_topic(Name="photos")
    kms.create_key()

    scene.sandbox.reset()

    assert scene.sandbox.client("sns").list_topics()["Topics"] == []
    assert scene.sandbox.client("kms").list_keys()["Keys"] == []


@pytest.mark.fidelity(
    service="iam",
    behaviour=("Reading an object that is encrypted with a KMS key needs the key's permission too"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
)
def test_an_encrypted_object_asks_for_its_key_too(scene: Any) -> None:
    uploads = scene.sandbox.topology.uploads.name
    key = scene.sandbox.client("kms").create_key()["KeyMetadata"]["Arn"]
    scene.sandbox.client("s3").put_object(
        Bucket=uploads,
        Key="sealed",
        Body=b"x",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
    )
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{uploads}/*"}
    make_role(scene, "reader", read)

    message = refusal(assume(scene, "reader").client("s3").get_object, Bucket=uploads, Key="sealed")

    assert f"kms:Decrypt on resource: {key} because no identity-based policy allows" in message
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    use = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": through_s3}
    make_role(scene, "decrypter", read, use)
    answer = assume(scene, "decrypter").client("s3").get_object(Bucket=uploads, Key="sealed")
    assert answer["Body"].read() == b"x"


def test_the_key_of_an_alias_and_of_a_ciphertext_is_found(scene: Any) -> None:
    kms = scene.sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/photos", TargetKeyId=key["KeyId"])
    use = {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": key["Arn"]}
    make_role(scene, "user", use)
    user = assume(scene, "user").client("kms")

    sealed = user.encrypt(KeyId="alias/photos", Plaintext=b"x")["CiphertextBlob"]

    assert user.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"


@pytest.mark.fidelity(
    service="iam",
    behaviour=("The partition keys that a call names are the condition key dynamodb:LeadingKeys"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html",
)
def test_the_leading_keys_of_a_table_are_keys_of_a_request(scene: Any) -> None:
    own = {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": TABLE,
        "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}},
    }
    make_role(scene, "owner", own)
    get = assume(scene, "owner").client("dynamodb").get_item

    assert "Item" not in get(TableName="images", Key={"image_id": {"S": "mine"}})
    assert "no identity-based policy" in refusal(
        get, TableName="images", Key={"image_id": {"S": "yours"}}
    )


def test_a_policy_of_aws_itself_counts_as_ones_own(scene: Any) -> None:
    read = {"Effect": "Allow", "Action": "iam:GetPolicy", "Resource": "*"}
    make_role(scene, "reader", read)
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

    message = refusal(assume(scene, "reader").client("iam").get_policy, PolicyArn=managed)

    assert "not authorized" not in message
    assert managed in message
