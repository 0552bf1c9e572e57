"""The gate: every call by every caller, decided on the policies stored at that moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.iam.operations import UnknownOperationError

Photo = Callable[..., bytes]


def as_front_end(scene: Any) -> boto3.Session:
    """Return a session of the role that may read the table by key and by index only."""
    credentials = scene.sandbox.client("sts").assume_role(
        RoleArn=scene.sandbox.topology.front_end_role.arn, RoleSessionName="somebody"
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name="us-east-1",
    )


@pytest.mark.fidelity(
    service="iam",
    behaviour="An assumed role acts with its own credentials and its own permissions",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
)
def test_a_role_that_somebody_assumes_is_known_to_the_gate_at_once(scene: Any) -> None:
    table = as_front_end(scene).client("dynamodb")

    assert "Item" not in table.get_item(TableName="images", Key={"image_id": {"S": "x"}})
    with pytest.raises(ClientError) as refusal:
        table.delete_item(TableName="images", Key={"image_id": {"S": "x"}})
    assert refusal.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "User: arn:aws:sts::123456789012:assumed-role/gallery-front-end/somebody is "
        "not authorized to perform: dynamodb:DeleteItem on resource: "
        "arn:aws:dynamodb:us-east-1:123456789012:table/images because no identity-based policy "
        "allows the dynamodb:DeleteItem action",
    }
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.fidelity(
    service="iam",
    behaviour="A call that no policy allows is denied before the service acts",
    verdict="corrected",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
)
def test_a_denied_call_never_reaches_the_service(scene: Any) -> None:
    with pytest.raises(ClientError):
        as_front_end(scene).client("s3").create_bucket(Bucket="intruder")

    names = [b["Name"] for b in scene.sandbox.client("s3").list_buckets()["Buckets"]]
    assert "intruder" not in names


@pytest.mark.fidelity(
    service="iam",
    behaviour=("A denial names the principal, the action, the resource and the kind of policy"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
)
def test_a_denial_carries_its_decision_statement_by_statement(scene: Any) -> None:
    with pytest.raises(ClientError):
        as_front_end(scene).client("dynamodb").scan(TableName="images")

    (denied,) = scene.seen(e.RequestDenied)
    assert denied.decision["result"] == "ImplicitlyDenied"
    assert [(s["sid"], s["failed_element"]) for s in denied.decision["statements"]] == [
        ("ItemByKey", "action"),
        ("ItemsByStatus", "action"),
    ]
    assert json.loads(json.dumps(e.event_document(denied)))["code"] == "AccessDeniedException"


def test_a_denial_says_what_would_allow_it(scene: Any, photo: Photo) -> None:
    scene.sandbox.break_arrow("s3-to-queue")
    scene.run(photo())

    (denied,) = [d for d in scene.seen(e.RequestDenied) if d.arrow == "s3-to-queue"]

    first, *_ = denied.decision["remedies"]
    assert ["s3.amazonaws.com" in edit for edit in first["edits"]] == [True]
    assert any("Identity-based policies do not" in reason for reason in first["elsewhere"])
    allowed = scene.seen(e.RequestAuthorized)[0]
    assert allowed.decision["remedies"] == []
    assert set(allowed.decision) == set(denied.decision)


@pytest.mark.fidelity(
    service="iam",
    behaviour="A changed policy takes effect",
    verdict="simplified",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency",
    note="Here at once; on AWS a change can take a while to be seen everywhere.",
)
def test_a_policy_change_counts_from_the_next_call(scene: Any, photo: Photo) -> None:
    scene.sandbox.upload(photo(), "photo.jpg")
    scene.sandbox.client("iam").put_user_policy(
        UserName="learner",
        PolicyName="no-reading",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"},
            }
        ),
    )

    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        scene.sandbox.read_object(scene.sandbox.topology.uploads.name, "photo.jpg")


@pytest.mark.fidelity(
    service="iam",
    behaviour="An explicit deny in any policy beats every allow",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
)
def test_an_explicit_deny_in_the_bucket_policy_beats_the_role(scene: Any, photo: Photo) -> None:
    thumbnails = scene.sandbox.topology.thumbnails
    scene.sandbox.client("s3").put_bucket_policy(
        Bucket=thumbnails.name,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Sid": "NobodyWrites",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:PutObject",
                    "Resource": f"{thumbnails.arn}/*",
                },
            }
        ),
    )

    scene.run(photo())

    denied = scene.seen(e.RequestDenied)[0]
    assert denied.arrow == "function-writes-thumbnails"
    assert denied.decision["sid"] == "NobodyWrites"
    assert denied.message.endswith("with an explicit deny in a resource-based policy")


@pytest.mark.fidelity(
    service="s3",
    behaviour=("A missing object is 404 to who may list the bucket, and 403 to who may not"),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def test_a_missing_object_is_404_to_who_may_list_and_403_to_who_may_not(scene: Any) -> None:
    uploads = scene.sandbox.topology.uploads.name
    with pytest.raises(ClientError) as missing:
        scene.sandbox.client("s3").get_object(Bucket=uploads, Key="nothing")
    scene.sandbox.client("iam").put_user_policy(
        UserName="learner",
        PolicyName="Administrator",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            }
        ),
    )
    with pytest.raises(ClientError) as hidden:
        scene.sandbox.client("s3").get_object(Bucket=uploads, Key="nothing")
    with pytest.raises(ClientError) as head:
        scene.sandbox.client("s3").head_object(Bucket=uploads, Key="nothing")

    assert missing.value.response["Error"]["Code"] == "NoSuchKey"
    assert hidden.value.response["Error"]["Code"] == "AccessDenied"
    assert head.value.response["Error"]["Code"] == "403"


def test_a_sandbox_that_locked_its_learner_out_can_be_reset(scene: Any, photo: Photo) -> None:
    scene.sandbox.client("iam").put_user_policy(
        UserName="learner",
        PolicyName="Administrator",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"},
            }
        ),
    )
    with pytest.raises(ClientError, match="explicit deny"):
        scene.sandbox.client("sqs").list_queues()

    scene.sandbox.reset()

    assert scene.run(photo()).thumbnail_key is not None


@pytest.mark.fidelity(
    service="sandbox",
    behaviour="Operations whose permissions this project does not know",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    note="The call is refused with a sentence that says so; nothing is guessed.",
)
def test_an_operation_that_the_table_does_not_know_is_refused(scene: Any) -> None:
    with pytest.raises(UnknownOperationError, match="s3:GetBucketMetadataConfiguration"):
        scene.sandbox.client("s3").get_bucket_metadata_configuration(
            Bucket=scene.sandbox.topology.uploads.name
        )


def test_bodies_are_not_part_of_what_is_announced(scene: Any) -> None:
    scene.sandbox.upload(b"secret" * 100, "x.jpg")

    (put,) = (x for x in scene.seen(e.RequestAuthorized) if x.operation == "PutObject")
    assert "secret" not in json.dumps(e.event_document(put))


@pytest.mark.fidelity(
    service="s3",
    behaviour=(
        "DeleteObjects answers for each object, and lists those that may not be deleted as errors"
    ),
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html",
)
def test_of_several_objects_those_that_may_not_be_deleted_are_errors_in_the_answer(
    scene: Any, photo: Photo
) -> None:
    uploads = scene.sandbox.topology.uploads
    s3 = scene.sandbox.client("s3")
    for key in ("a&b.jpg", "keep/1.jpg", "keep/2.jpg"):
        s3.put_object(Bucket=uploads.name, Key=key, Body=photo())
    keep = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{uploads.name}/keep/*",
    }
    s3.put_bucket_policy(
        Bucket=uploads.name, Policy=json.dumps({"Version": "2012-10-17", "Statement": keep})
    )

    def delete(*keys: str) -> Any:
        return s3.delete_objects(
            Bucket=uploads.name, Delete={"Objects": [{"Key": key} for key in keys]}
        )

    answer = delete("a&b.jpg", "keep/1.jpg")
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a&b.jpg"]
    (error,) = answer["Errors"]
    assert (error["Key"], error["Code"]) == ("keep/1.jpg", "AccessDenied")
    assert "with an explicit deny in a resource-based policy" in error["Message"]
    assert "Deleted" not in delete("keep/1.jpg", "keep/2.jpg")
    left = [entry["Key"] for entry in s3.list_objects_v2(Bucket=uploads.name)["Contents"]]
    assert left == ["keep/1.jpg", "keep/2.jpg"]
