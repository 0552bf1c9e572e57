from __future__ import annotations

from typing import Any

import pytest

from pipeline.iam.operations import UnknownOperationError, requirements

ACCOUNT, REGION = "123456789012", "us-east-1"
OBJECT = "arn:aws:s3:::uploads/cat.jpg"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
PUT = {"Bucket": "uploads", "Key": "cat.jpg"}


def needed(service: str, operation: str, **parameters: Any) -> list[tuple[str, str, Any]]:
    found = requirements(service, operation, parameters, account=ACCOUNT, region=REGION)
    return [(entry.action, entry.resource, dict(entry.context)) for entry in found]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"SSEKMSKeyId": "1234"}, ("kms:GenerateDataKey", KEY)),
        ({"SSEKMSKeyId": KEY}, ("kms:GenerateDataKey", KEY)),
        ({"ObjectLockMode": "GOVERNANCE"}, ("s3:PutObjectRetention", OBJECT)),
        ({"ObjectLockLegalHoldStatus": "ON"}, ("s3:PutObjectLegalHold", OBJECT)),
        ({"GrantRead": "uri=x"}, ("s3:PutObjectAcl", OBJECT)),
    ],
)
@pytest.mark.parametrize("operation", ["PutObject", "CreateMultipartUpload"])
def test_what_is_asked_for_beside_the_object_needs_its_own_action(
    operation: str, parameters: dict[str, str], expected: tuple[str, str]
) -> None:
    found = needed("s3", operation, **PUT, **parameters)
    assert [("s3:PutObject", OBJECT), expected] == [entry[:2] for entry in found]


def test_the_headers_of_an_upload_are_condition_keys() -> None:
    found = needed("s3", "PutObject", **PUT, StorageClass="GLACIER", ServerSideEncryption="AES256")
    context = {"s3:x-amz-server-side-encryption": "AES256", "s3:x-amz-storage-class": "GLACIER"}
    assert [("s3:PutObject", OBJECT, context)] == found


def test_a_part_is_copied_from_the_version_that_is_named() -> None:
    found = needed("s3", "UploadPartCopy", **PUT, CopySource="/old/a%20b.jpg?versionId=v1")
    assert found == [
        ("s3:GetObjectVersion", "arn:aws:s3:::old/a b.jpg", {"s3:VersionId": "v1"}),
        ("s3:PutObject", OBJECT, {}),
    ]


def test_a_bucket_with_object_lock_needs_three_actions() -> None:
    found = needed("s3", "CreateBucket", Bucket="uploads", ObjectLockEnabledForBucket=True)
    assert [entry[0] for entry in found] == [
        "s3:CreateBucket",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketVersioning",
    ]


@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "DeleteObject"])
def test_an_access_point_is_refused(operation: str) -> None:
    point = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/uploads"
    with pytest.raises(UnknownOperationError, match="access points are not modelled"):
        needed("s3", operation, Bucket=point, Key="cat.jpg")


def test_what_is_needed_twice_is_asked_for_once() -> None:
    part = {"TableName": "images", "Item": {}}
    found = needed("dynamodb", "TransactWriteItems", TransactItems=[{"Put": part}, {"Put": part}])
    assert len(found) == 1


def test_a_function_that_cannot_be_named_so_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="does not name a Lambda function"):
        needed("lambda", "Invoke", FunctionName="no spaces")


def test_a_log_group_may_be_named_by_its_arn() -> None:
    group = f"arn:aws:logs:{REGION}:999999999999:log-group:other"
    found = needed("logs", "FilterLogEvents", logGroupIdentifier=group)
    assert [("logs:FilterLogEvents", f"{group}:log-stream:", {})] == found


def test_tags_at_creation_need_their_own_action() -> None:
    found = needed("sqs", "CreateQueue", QueueName="jobs", tags={"team": "a"})
    assert [entry[0] for entry in found] == ["sqs:CreateQueue", "sqs:TagQueue"]


def test_an_error_is_the_sentence_itself() -> None:
    with pytest.raises(UnknownOperationError) as caught:
        needed("s3", "PutBucketNotification")
    assert str(caught.value).startswith("Which permissions s3:PutBucketNotification needs")
